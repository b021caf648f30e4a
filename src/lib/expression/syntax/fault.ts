/** What is wrong with the text of an expression. */
import { failure, type LogpipeError } from "../../base/errors/index.js";

/** Thrown while an expression is read and compiled; becomes `usage.bad-expression`. Offsets are UTF-16 units. */
export class ExpressionFault extends Error {
  readonly offset: number;
  readonly suggestion: string | undefined;
  readonly hint: string | undefined;

  constructor(
    offset: number,
    reason: string,
    texts: { suggestion?: string | undefined; hint?: string } = {},
  ) {
    super(reason);
    this.offset = offset;
    this.suggestion = texts.suggestion;
    this.hint = texts.hint;
  }
}

const SHOWN_BEFORE = 60;
const SHOWN = 100;

/** The fault as an error that shows the place: long expressions are cut around it. */
export function faultError(
  fault: ExpressionFault,
  text: string,
  what: string,
  offset = fault.offset,
): LogpipeError {
  const from = offset <= SHOWN ? 0 : offset - SHOWN_BEFORE;
  const until = Math.min(text.length, from + SHOWN + SHOWN_BEFORE);
  const shown = `${from > 0 ? "..." : ""}${text.slice(from, until)}${until < text.length ? "..." : ""}`;
  return failure("usage.bad-expression", {
    what,
    text: shown.replace(/[\s\p{Cc}]/gu, " "),
    offset: offset - from + (from > 0 ? 3 : 0),
    reason: fault.message,
    suggestion: fault.suggestion,
    hint: fault.hint,
  });
}
