// Enter here: of which type a key's first column is.
/**
 * Of which type a key's first column is: docs/decisions/0043-column-types.md. Text for the well-known fields of text,
 * before any event came; else the type that most of the values have that come first. What was decided stays; `compact`
 * can change it.
 */
import { Kind } from "../../../event/summary.js";
import { type ColumnType, ESCAPED, ESCAPED_WITHIN, WIDE_FRACTION } from "./types.js";

/** Fields that are text, whatever a single event has there: docs/events.md. */
export const TEXT_COLUMN_KEYS: ReadonlySet<string> = new Set([
  "message",
  "level",
  "service",
  "host",
  "source",
  "trace_id",
  "span_id",
]);

/** Types that share nothing, in the order in which one of equals is taken. */
export const CLASSES = ["text", "number", "boolean", "json"] as const;
export type ValueClass = (typeof CLASSES)[number];
/** `fraction`: those of the numbers that are not whole. */
export type ClassCounts = Record<ValueClass | "fraction", number>;

export const CLASS_KINDS: Readonly<Record<ValueClass, number>> = {
  text: Kind.string | Kind.timestamp | ESCAPED,
  number: Kind.integer | Kind.double | Kind.bigNumber,
  boolean: Kind.boolean,
  json: Kind.object | Kind.array | ESCAPED_WITHIN,
};

export function newCounts(): ClassCounts {
  return { text: 0, number: 0, boolean: 0, json: 0, fraction: 0 };
}

/** The class of one value by the bits of its kind; undefined: null. */
export function classOf(kinds: number): ValueClass | undefined {
  if ((kinds & ESCAPED_WITHIN) !== 0) return "json";
  return CLASSES.find((name) => (kinds & CLASS_KINDS[name]) !== 0);
}

/** Kinds of numbers that are not whole. */
export const FRACTIONS = Kind.double | WIDE_FRACTION;

export function countValue(counts: ClassCounts, kinds: number): void {
  const of = classOf(kinds);
  if (of === undefined) return;
  counts[of]++;
  if (of === "number" && (kinds & FRACTIONS) !== 0) counts.fraction++;
}

/**
 * The type of most of the values, text when even; undefined when there is none. Of numbers that of most of the numbers.
 */
export function majorityType(counts: ClassCounts): ColumnType | undefined {
  let best: ValueClass | undefined;
  for (const name of CLASSES)
    if (counts[name] > 0 && (best === undefined || counts[name] > counts[best])) best = name;
  return best === undefined ? undefined : typeOf(best, 2 * counts.fraction >= counts.number);
}

/** The type of a new key's first column; undefined when it has no value. `most`: see `majorityType`. */
export function firstType(key: string, kinds: number, most: ColumnType | undefined): ColumnType | undefined {
  const first = classOf(kinds);
  if (first === undefined) return undefined;
  if (TEXT_COLUMN_KEYS.has(key)) return "string";
  return most ?? typeOf(first, (kinds & FRACTIONS) !== 0);
}

function typeOf(name: ValueClass, isFraction: boolean): ColumnType {
  if (name === "text") return "string";
  if (name !== "number") return name;
  return isFraction ? "double" : "integer";
}
