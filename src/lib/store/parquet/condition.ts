/** What rows of a table a query can use at most, said over the physical columns. */

export type Condition =
  /** Any row, as far as is known. */
  | { readonly kind: "any" }
  | { readonly kind: "never" }
  | { readonly kind: "and" | "or"; readonly of: readonly Condition[] }
  | ColumnComparison
  | { readonly kind: "null"; readonly column: string }
  | { readonly kind: "notNull"; readonly column: string };

/** True for no row where the column is NULL. */
export interface ColumnComparison {
  readonly kind: "compare";
  readonly column: string;
  readonly type: ComparedType;
  readonly operator: "=" | "<" | "<=" | ">" | ">=";
  /** Timestamps in microseconds since the epoch. */
  readonly value: number | string;
  /** False: the value was rounded, or is compared with a rounded column: equal bounds decide nothing. */
  readonly isExact: boolean;
  /** The value's text as a filter file knows it, where it is compared with the column's own values. */
  readonly text?: string;
}

export type ComparedType = "integer" | "double" | "string" | "timestamp";

export const ANY_ROW: Condition = { kind: "any" };
export const NO_ROW: Condition = { kind: "never" };

export function allOf(conditions: readonly Condition[]): Condition {
  if (conditions.some(({ kind }) => kind === "never")) return NO_ROW;
  return joined(
    "and",
    conditions.filter(({ kind }) => kind !== "any"),
    ANY_ROW,
  );
}

export function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.some(({ kind }) => kind === "any")) return ANY_ROW;
  return joined(
    "or",
    conditions.filter(({ kind }) => kind !== "never"),
    NO_ROW,
  );
}

function joined(kind: "and" | "or", of: readonly Condition[], none: Condition): Condition {
  return of.length === 0 ? none : of.length === 1 ? of[0]! : { kind, of };
}

/** For people: `trace_id = 'abc' and timestamp >= 2026-11-21T00:00:00.000Z`. */
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case "any":
      return "any row";
    case "never":
      return "no row";
    case "null":
      return `${condition.column} is null`;
    case "notNull":
      return `${condition.column} is not null`;
    case "compare":
      return `${condition.column} ${condition.operator} ${shown(condition)}`;
    default:
      return condition.of
        .map((part) =>
          part.kind === "and" || part.kind === "or"
            ? `(${describeCondition(part)})`
            : describeCondition(part),
        )
        .join(` ${condition.kind} `);
  }
}

const LAST_DATE_MS = 8.64e15;

function shown({ type, value }: ColumnComparison): string {
  if (typeof value === "string") return `'${value}'`;
  const ms = Math.floor(value / 1000);
  if (type !== "timestamp" || Math.abs(ms) > LAST_DATE_MS) return String(value);
  return new Date(ms).toISOString();
}
