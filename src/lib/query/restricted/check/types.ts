/**
 * Types that a cast or a constant may name. Types of the catalog, VARIANT, GEOMETRY, ENUM and UNION are not among them.
 */

import { table } from "../../../base/table.js";
import {
  anything,
  lowerCase,
  many,
  maybe,
  members,
  nodeOf,
  nothing,
  notUnderstood,
  number,
  Refusal,
  type SyntaxNode,
  type SyntaxPlace,
  type SyntaxRule,
  textRule,
} from "./rules.js";

const TYPES = new Set(
  `NULL BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE DECIMAL
  VARCHAR BLOB BIT UUID DATE TIME INTERVAL LIST ARRAY STRUCT MAP TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS
  INTEGER_LITERAL STRING_LITERAL`.split(/\s+/),
).add("TIMESTAMP WITH TIME ZONE");
TYPES.add("TIME WITH TIME ZONE");

/** Names that DuckDB's parser leaves to the catalog, all of them types that come with it. */
const NAMED = new Set(["json"]);

/** How deep types may nest: casts of nested types recurse in DuckDB without a guard. */
const MAX_TYPE_DEPTH = 40;

export const logicalType: SyntaxRule = (value, place) => typeAt(value, place, 0);

function typeAt(value: unknown, place: SyntaxPlace, depth: number): void {
  if (depth > MAX_TYPE_DEPTH) throw new Refusal("a type is nested too deeply", place.position);
  const type = nodeOf(value, place);
  const info = type["type_info"];
  const name = type["id"] === "UNBOUND" ? catalogName(info, place) : String(type["id"]);
  if (!TYPES.has(name) && !NAMED.has(lowerCase(name)))
    throw new Refusal(`the type ${name} is not allowed`, place.position);
  members({ id: textRule, type_info: maybe((found) => infoAt(found, place, depth)) })(type, place);
}

function catalogName(info: unknown, place: SyntaxPlace): string {
  const { name, schema, catalog } = nodeOf(info, place);
  return [catalog, schema, name].filter((part) => part !== "").join(".");
}

function infoAt(value: unknown, place: SyntaxPlace, depth: number): void {
  const info = nodeOf(value, place);
  const rule = INFOS[String(info["type"])];
  if (rule === undefined) throw notUnderstood(`type ${String(info["type"])}`, place);
  members({ type: textRule, alias: alias, extension_info: nothing, ...rule(depth + 1) })(info, place);
}

/** JSON is text with a name. */
const alias: SyntaxRule = (value, place) => {
  if (value !== "" && !(typeof value === "string" && NAMED.has(lowerCase(value))))
    throw new Refusal(`the type ${String(value)} is not allowed`, place.position);
};

const INFOS: Readonly<Record<string, (depth: number) => Readonly<Record<string, SyntaxRule>>>> = table({
  DECIMAL_TYPE_INFO: () => ({ width: number, scale: number }),
  STRING_TYPE_INFO: () => ({ collation: collation }),
  GENERIC_TYPE_INFO: () => ({}),
  INTEGER_LITERAL_TYPE_INFO: () => ({ constant_value: constant }),
  LIST_TYPE_INFO: (depth) => ({ child_type: inner(depth) }),
  ARRAY_TYPE_INFO: (depth) => ({ child_type: inner(depth), size: arraySize }),
  STRUCT_TYPE_INFO: (depth) => ({ child_types: many(members({ first: textRule, second: inner(depth) })) }),
  UNBOUND_TYPE_INFO: () => ({
    name: textRule,
    catalog: nothing,
    schema: nothing,
    user_type_modifiers: nothing,
  }),
});

const inner =
  (depth: number): SyntaxRule =>
  (value, place) =>
    typeAt(value, place, depth);

const MAX_ARRAY = 10_000;

const arraySize: SyntaxRule = (value, place) => {
  if (typeof value !== "number" || value > MAX_ARRAY)
    throw new Refusal(`arrays have at most ${MAX_ARRAY} elements here`, place.position);
};

/** `nocase`, `de`, `nocase.noaccent`: names of what comes with DuckDB, which knows no others without its catalog. */
export const collation: SyntaxRule = (value, place) => {
  if (typeof value !== "string" || !/^[a-z_]*(\.[a-z_]+)*$/i.test(value))
    throw new Refusal(`the collation ${String(value)} is not allowed`, place.position);
};

/** A constant is data; its type says what DuckDB makes of it. */
export const constant: SyntaxRule = (value, place) => {
  const found: SyntaxNode = nodeOf(value, place);
  const isNull = found["is_null"] === true && !Object.hasOwn(found, "value");
  members({ type: logicalType, is_null: anything, ...(isNull ? {} : { value: anything }) })(found, place);
};
