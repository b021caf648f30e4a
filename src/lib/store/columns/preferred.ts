/**
 * A key's first column may prefer values that fit it: a struct the objects that it can say exactly, a column whose type
 * the operator has set everything that has the same text in that type. What does not fit goes to the siblings.
 */
import { Kind } from "../../event/summary.js";
import { coercedSql } from "./coerce.js";
import { identifier } from "./names.js";
import type { Column } from "./schema.js";
import { fitsSql, toStructSql } from "./structs.js";
import type { ColumnType } from "./types/types.js";

/** The column of a key that values of these kinds are tried for before the usual ones, if there is one. */
export function preferredColumn(
  columns: readonly Column[],
  kinds: number,
  usesStructs: boolean,
): Column | undefined {
  const first = columns[0];
  if (first?.type === "struct") return usesStructs && (kinds & Kind.object) !== 0 ? first : undefined;
  return first?.isSet === true && (kinds & ~(Kind.null | ownKinds(first.type))) !== 0 ? first : undefined;
}

/** The kinds of value that a column of the type has without conversion. */
function ownKinds(type: ColumnType): number {
  switch (type) {
    case "integer":
      return Kind.integer;
    case "double":
      return Kind.double;
    case "boolean":
      return Kind.boolean;
    case "string":
      return Kind.string | Kind.timestamp | Kind.nanoseconds;
    default:
      return Kind.object | Kind.array | Kind.bigNumber;
  }
}

export interface Preference {
  readonly column: Column;
  /** SQL of the value: valid JSON or null. */
  readonly json: string;
}

/**
 * `source` with two columns more for each preference: the value in the column's type, and whether it fits. In two
 * steps, so that each is reckoned once.
 */
export function withPreferred(source: string, preferences: readonly Preference[]): string {
  if (preferences.length === 0) return source;
  const values = preferences.map((p) => `${valueSql(p)} AS ${valueName(p.column)}`);
  const fits = preferences.map((p) => `${fitSql(p)} AS ${fitName(p.column)}`);
  return `(SELECT *, ${fits.join(", ")} FROM (SELECT *, ${values.join(", ")} FROM ${source}))`;
}

/** SQL over `withPreferred`: the value where it fits. */
export function fittingSql(column: Column): string {
  return `CASE WHEN ${fitName(column)} THEN ${valueName(column)} END`;
}

/** SQL over `withPreferred`: `expression` where the value does not fit. */
export function otherSql(column: Column, expression: string): string {
  return `CASE WHEN ${fitName(column)} IS NOT TRUE THEN ${expression} END`;
}

function valueSql({ column, json }: Preference): string {
  return column.fields === undefined ? coercedSql(column.type, json) : toStructSql(json, column.fields);
}

function fitSql({ column, json }: Preference): string {
  const name = valueName(column);
  return column.fields === undefined ? `${name} IS NOT NULL` : fitsSql(json, name, column.fields);
}

function valueName(column: Column): string {
  return identifier(`\u2063value ${column.name}`);
}

function fitName(column: Column): string {
  return identifier(`\u2063fits ${column.name}`);
}
