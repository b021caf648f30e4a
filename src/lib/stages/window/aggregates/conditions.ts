/** Aggregates in conditions over results: `p95(ms) > 200` is `p95_ms > 200` where that is a column. */
import { FieldSet } from "../../../event/rows/rows.js";
import { compileExpression, type ExpressionOrigin, type ValueKind } from "../../../expression/expression.js";
import { closing } from "./call.js";
import { aggregateNamed } from "./registry.js";

interface WrittenColumn {
  readonly name: string;
  /** As it was asked for, without blanks: `p95(ms)`. */
  readonly written: string;
}

/** A condition over the columns of results. */
export interface ColumnCondition {
  readonly over: string;
  /** As it was written, with aggregates in the place of columns: what messages show. */
  readonly origin: ExpressionOrigin;
}

/** `text` with the names of columns in the place of the aggregates that they were asked for by. */
export function conditionOver(text: string, columns: readonly WrittenColumn[]): ColumnCondition {
  return replaceAggregates(text, (call) => {
    const written = call.replaceAll(/\s+/g, "");
    return columns.find((column) => column.written === written)?.name;
  });
}

/** `text` with `replace` of each aggregate in it; where that is undefined, it stays. */
export function replaceAggregates(
  text: string,
  replace: (call: string) => string | undefined,
): ColumnCondition {
  let over = "";
  let at = 0;
  /** Where pieces begin: in `over`, and in `text`. */
  const starts: (readonly [number, number])[] = [];
  while (at < text.length) {
    const rest = text.slice(at);
    const quoted = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/.exec(rest)?.[0];
    const word = quoted ?? /^[\p{L}\p{N}_.$@]+/u.exec(rest)?.[0] ?? rest[0]!;
    const call = quoted === undefined ? callAt(text, at, word) : undefined;
    starts.push([over.length, at]);
    over += (call === undefined ? undefined : replace(call)) ?? call ?? word;
    at += (call ?? word).length;
  }
  const originAt = (offset: number) => {
    const [from, written] = starts.findLast(([start]) => start <= offset) ?? [0, 0];
    return Math.min(text.length, offset >= over.length ? text.length : written + offset - from);
  };
  return { over, origin: { text, at: originAt } };
}

/** Throws usage.bad-expression, for a column that there is not, too. `what`: how messages call the condition. */
export function checkColumns(
  { over, origin }: ColumnCondition,
  columns: ReadonlyMap<string, ValueKind>,
  what: string,
): void {
  compileExpression(over, new FieldSet(), what, { isCondition: true, columns, origin });
}

/** The aggregate that `word` at `at` begins: with its parentheses, or `count` and `rate` alone. */
function callAt(text: string, at: number, word: string): string | undefined {
  if (!/^[A-Za-z]/.test(word) || aggregateNamed(word) === undefined) return undefined;
  const open = at + word.length + /^\s*/.exec(text.slice(at + word.length))![0].length;
  if (text[open] !== "(") return /^(count|rate)$/i.test(word) ? word : undefined;
  const end = closing(text, open);
  return end === undefined ? undefined : text.slice(at, end + 1);
}
