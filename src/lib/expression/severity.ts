/** `level >= "warn"`: the levels of events have an order that is not the alphabet's. */
import { suggest } from "../base/suggest.js";
import type { Rows } from "../event/rows/rows.js";
import type { Compiled, Evaluate } from "./compiled.js";
import { equalsText } from "./fields.js";
import { SEVERITIES, severityOf } from "./functions/general.js";
import { ExpressionFault } from "./syntax/fault.js";
import type { Comparison } from "./syntax/syntax.js";

/** By severity; a level that is none of the words has no place in the order. */
export function comparesSeverity(
  operator: Comparison,
  left: Compiled,
  right: Compiled,
  at: number,
): Compiled {
  const rank = (side: Compiled): Evaluate => {
    const wanted = side.constant?.value;
    if (wanted !== undefined) {
      const severity = typeof wanted === "string" ? severityOf(wanted) : undefined;
      if (severity === undefined) throw unknownLevel(wanted, operator, at);
      return () => severity;
    }
    const { field, evaluate } = side;
    if (field !== undefined) return (rows, row) => fieldSeverity(rows, field.number, row);
    return (rows, row) => {
      const level = evaluate(rows, row);
      return typeof level === "string" || typeof level === "number" ? severityOf(String(level)) : undefined;
    };
  };
  const [first, second] = [rank(left), rank(right)];
  const holds = HOLDS[operator];
  const evaluate: Evaluate = (rows, row) => {
    const a = first(rows, row);
    if (a === undefined) return undefined;
    const b = second(rows, row);
    return b === undefined ? undefined : holds(a as number, b as number);
  };
  return { kind: "bool", evaluate };
}

/** From 1 for trace to 6 for fatal; undefined when the field is missing or holds no level. */
export function fieldSeverity(rows: Rows, field: number, row: number): number | undefined {
  const start = rows.start(field, row);
  if (start !== 0) {
    const severity = plainSeverity(rows.bytes, start, rows.end(field, row) - start);
    if (severity !== undefined) return severity;
  }
  const word = rows.text(field, row);
  if (word !== undefined) return severityOf(word);
  const raw = rows.raw(field, row);
  return raw === undefined || !isNumber(raw.charCodeAt(0)) ? undefined : numberSeverity(raw);
}

let numbersRead = 0;

/** How many levels were read from numbers since the last call: who counts them asks before and after. */
export function takeNumbersRead(): number {
  const count = numbersRead;
  numbersRead = 0;
  return count;
}

function numberSeverity(raw: string): number | undefined {
  // `50.0` is 50.
  const severity = severityOf(raw) ?? severityOf(String(Number(raw)));
  if (severity !== undefined) numbersRead++;
  return severity;
}

function isNumber(first: number): boolean {
  return first >= 0x30 && first <= 0x39;
}

/**
 * `level == "error"`, or with `isEqual` false `level != "error"`: by severity, however either is written: `ERROR`,
 * `err`, 50. Undefined for a text that is no word for a level; a level that is none is compared as text.
 */
export function equalsLevel(field: number, text: string, isEqual: boolean): Evaluate | undefined {
  const wanted = isNumber(text.charCodeAt(0)) ? undefined : severityOf(text);
  if (wanted === undefined) return undefined;
  const isSame = equalsText(field, text, isEqual);
  return (rows, row) => {
    const severity = fieldSeverity(rows, field, row);
    return severity === undefined ? isSame(rows, row) : (severity === wanted) === isEqual;
  };
}

/** The severity of one of the six words of events, in quotes, told by its first four letters and its length. */
function plainSeverity(bytes: Buffer, start: number, length: number): number | undefined {
  if (length !== 6 && length !== 7) return undefined;
  const letters =
    bytes[start + 1]! | (bytes[start + 2]! << 8) | (bytes[start + 3]! << 16) | (bytes[start + 4]! << 24);
  const known = length === 6 ? PLAIN.get(letters) : PLAIN_FIVE.get(letters);
  return known !== undefined && (length === 6 || bytes[start + 5] === known.fifth)
    ? known.severity
    : undefined;
}

interface Plain {
  readonly severity: number;
  readonly fifth: number;
}

const PLAIN: ReadonlyMap<number, Plain> = plainWords(4);
const PLAIN_FIVE: ReadonlyMap<number, Plain> = plainWords(5);

function plainWords(length: number): Map<number, Plain> {
  const words = Object.entries(SEVERITIES).filter(([word]) => word.length === length);
  return new Map(
    words.map(([word, severity]) => [
      Buffer.from(word).readInt32LE(0),
      { severity, fifth: length === 5 ? word.charCodeAt(4) : 0 },
    ]),
  );
}

function unknownLevel(wanted: unknown, operator: Comparison, at: number): ExpressionFault {
  const names = Object.keys(SEVERITIES);
  if (typeof wanted !== "string") {
    const hint = `write it like level ${operator} "warn"`;
    return new ExpressionFault(at, "levels are compared by severity, and this is no level", { hint });
  }
  return new ExpressionFault(at, `"${wanted.slice(0, 40)}" is no level`, {
    suggestion: suggest(wanted, names),
    hint: `levels are ${names.join(", ")}`,
  });
}

const HOLDS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
