/**
 * Struct columns: the fields of regular objects, typed, for engines that would rather not parse JSON. A row's object is
 * in the struct only when printing the struct gives the very text that DuckDB printed for the object, else it is in the
 * key's JSON sibling; see docs/decisions/0015-structs.md.
 */

import { table } from "../../base/table.js";
import { identifier, literal } from "./names.js";

export type LeafType = "integer" | "double" | "boolean" | "string";

/** A field of a struct: a leaf, or a struct again. */
export interface StructField {
  readonly name: string;
  readonly type: LeafType | readonly StructField[];
}

export const LEAF_SQL: Readonly<Record<LeafType, string>> = {
  integer: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  string: "VARCHAR",
};

/** The SQL type of a struct with these fields. */
export function structSql(fields: readonly StructField[]): string {
  const members = fields.map(({ name, type }) => {
    const sql = typeof type === "string" ? LEAF_SQL[type] : structSql(type);
    return `${identifier(name)} ${sql}`;
  });
  return `STRUCT(${members.join(", ")})`;
}

/** SQL: the JSON value `json` as a struct, as far as it is one. `json` must be valid JSON or null. */
export function toStructSql(json: string, fields: readonly StructField[]): string {
  return `json_transform(${json}, ${literal(JSON.stringify(transformSpec(fields)))})`;
}

/**
 * SQL: whether `struct` says all that `json` does, letter by letter. The first leaf must not be null: its count is the
 * count of structs, which Parquet does not tell otherwise.
 */
export function fitsSql(json: string, struct: string, fields: readonly StructField[]): string {
  const isSame = `to_json(${struct})::VARCHAR = ${json}::VARCHAR AND ${leafSql(struct, fields)} IS NOT NULL`;
  // Of zero a file keeps no sign.
  const signed = doublesIn(struct, fields).map((sql) => ` AND (${sql} = 0 AND signbit(${sql})) IS NOT TRUE`);
  return `(${isSame}${signed.join("")})`;
}

function doublesIn(struct: string, fields: readonly StructField[]): string[] {
  return fields.flatMap(({ name, type }) => {
    const sql = `struct_extract(${struct}, ${literal(name)})`;
    if (type === "double") return [sql];
    return typeof type === "string" ? [] : doublesIn(sql, type);
  });
}

function leafSql(struct: string, fields: readonly StructField[]): string {
  return firstLeaf(fields).reduce((path, name) => `struct_extract(${path}, ${literal(name)})`, struct);
}

/** The names that lead to the first leaf. */
export function firstLeaf(fields: readonly StructField[]): string[] {
  const { name, type } = fields[0]!;
  return typeof type === "string" ? [name] : [name, ...firstLeaf(type)];
}

function transformSpec(fields: readonly StructField[]): Record<string, unknown> {
  // Object.fromEntries keeps the order: names never look like numbers.
  return Object.fromEntries(
    fields.map(({ name, type }) => [name, typeof type === "string" ? LEAF_SQL[type] : transformSpec(type)]),
  );
}

const DELTA_LEAVES: Readonly<Record<LeafType, string>> = {
  integer: "long",
  double: "double",
  boolean: "boolean",
  string: "string",
};

interface DeltaStruct {
  readonly type: "struct";
  readonly fields: readonly { readonly name: string; readonly type: unknown }[];
}

/** As the Delta log has it: "Struct Type" of PROTOCOL.md. */
export function encodeStruct(fields: readonly StructField[]): DeltaStruct {
  return {
    type: "struct",
    fields: fields.map(({ name, type }) => ({
      name,
      type: typeof type === "string" ? DELTA_LEAVES[type] : encodeStruct(type),
      nullable: true,
      metadata: {},
    })),
  };
}

/** A Delta type as fields, or undefined when it is no struct of leaves that we know. */
export function decodeStruct(type: unknown): readonly StructField[] | undefined {
  if (!isDeltaStruct(type)) return undefined;
  const fields: StructField[] = [];
  for (const { name, type: inner } of type.fields) {
    const decoded = typeof inner === "string" ? LEAVES_OF_DELTA[inner] : decodeStruct(inner);
    if (decoded === undefined) return undefined;
    fields.push({ name, type: decoded });
  }
  return fields.length === 0 ? undefined : fields;
}

function isDeltaStruct(type: unknown): type is DeltaStruct {
  return typeof type === "object" && type !== null && (type as { type?: unknown }).type === "struct";
}

/** Delta's primitive types that a field may have, as ours. */
export const LEAVES_OF_DELTA: Readonly<Record<string, LeafType>> = table({
  byte: "integer",
  short: "integer",
  integer: "integer",
  long: "integer",
  float: "double",
  double: "double",
  boolean: "boolean",
  string: "string",
});
