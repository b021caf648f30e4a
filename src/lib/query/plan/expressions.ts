/**
 * Bound expressions of DuckDB's plan, as `json_serialize_plan` prints them, into conditions. Not understood: any row.
 */

import { table } from "../../base/table.js";
import {
  ANY_ROW,
  allOf,
  anyOf,
  type ColumnComparison,
  type ComparedType,
  type Condition,
  NO_ROW,
} from "../../store/parquet/condition.js";
import type { PlanNode, Resolve, StandInColumn } from "./stand-in.js";
import { isStrict } from "./strict.js";

/** Rows for which the expression is true satisfy the condition. */
export function conditionOf(node: PlanNode, resolve: Resolve): Condition {
  const children = childrenOf(node);
  switch (node["type"]) {
    case "CONJUNCTION_AND":
      return allOf(children.map((child) => conditionOf(child, resolve)));
    case "CONJUNCTION_OR":
      return anyOf(children.map((child) => conditionOf(child, resolve)));
    case "OPERATOR_IS_NULL":
      return nullity("null", children, resolve);
    case "OPERATOR_IS_NOT_NULL":
      return nullity("notNull", children, resolve);
    case "COMPARE_IN":
      return inCondition(children, resolve);
    case "COMPARE_BETWEEN":
      return betweenCondition(node, resolve);
    case "BOUND_REF":
      return throughReference(node, resolve);
    default:
      return comparisonOf(node, resolve);
  }
}

/** `value` of an operator, where the filter of a scan already says which column it is about. */
export function comparisonCondition(
  column: StandInColumn,
  comparisonType: unknown,
  value: unknown,
): Condition {
  const operator = OPERATORS[String(comparisonType)];
  return operator === undefined
    ? ANY_ROW
    : compared({ column, rounding: "none" }, operator, value as PlanNode);
}

const OPERATORS: Readonly<Record<string, ColumnComparison["operator"]>> = table({
  COMPARE_EQUAL: "=",
  COMPARE_LESSTHAN: "<",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHAN: ">",
  COMPARE_GREATERTHANOREQUALTO: ">=",
  COMPARE_NOT_DISTINCT_FROM: "=",
});

const MIRRORED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function childrenOf(node: PlanNode): readonly PlanNode[] {
  return Array.isArray(node["children"]) ? (node["children"] as PlanNode[]) : [];
}

function nullity(kind: "null" | "notNull", [child]: readonly PlanNode[], resolve: Resolve): Condition {
  const found = child === undefined ? undefined : columnOf(child, resolve);
  if (found === undefined || (found.rounding !== "none" && found.rounding !== "number")) return ANY_ROW;
  if (found.others === undefined) return { kind, column: found.column.name };
  // A value that cannot be shown is NULL, though its sibling is not.
  if (kind === "null") return { kind, column: found.column.name };
  return anyOf([found.column, ...found.others].map(({ name }) => ({ kind, column: name })));
}

function inCondition([subject, ...values]: readonly PlanNode[], resolve: Resolve): Condition {
  const found = subject === undefined ? undefined : columnOf(subject, resolve);
  if (found === undefined) return ANY_ROW;
  return anyOf(values.map((value) => compared(found, "=", constantOf(value))));
}

/** Read as inclusive at both ends, which is the wider reading. */
function betweenCondition(node: PlanNode, resolve: Resolve): Condition {
  const found = columnOf(node["input"] as PlanNode, resolve);
  if (found === undefined) return ANY_ROW;
  return allOf([
    compared(found, ">=", constantOf(node["lower"] as PlanNode)),
    compared(found, "<=", constantOf(node["upper"] as PlanNode)),
  ]);
}

function throughReference(node: PlanNode, resolve: Resolve): Condition {
  const found = resolve(Number(node["index"]));
  return found === undefined || "column" in found ? ANY_ROW : conditionOf(found.node, found.inner);
}

function comparisonOf(node: PlanNode, resolve: Resolve): Condition {
  const operator = OPERATORS[String(node["type"])];
  if (operator === undefined || node["left"] === undefined || node["right"] === undefined) return ANY_ROW;
  const left = node["left"] as PlanNode;
  const right = node["right"] as PlanNode;
  const found = columnOf(left, resolve);
  if (found !== undefined) return compared(found, operator, constantOf(right));
  const mirrored = columnOf(right, resolve);
  return mirrored === undefined ? ANY_ROW : compared(mirrored, MIRRORED[operator], constantOf(left));
}

/** A column, or one cast to a type that keeps its order: whole numbers to fractions, times to days. */
interface Subject {
  readonly column: StandInColumn;
  readonly rounding: "none" | "number" | "day" | "time";
  /** Columns that the value is made of where the column is NULL. */
  readonly others?: readonly StandInColumn[];
}

/** What a key with siblings is shown as: its own column, else something made of the others. */
function coalesced(node: PlanNode, resolve: Resolve): Subject | undefined {
  const [first, ...rest] = childrenOf(node);
  const found = first === undefined ? undefined : columnOf(first, resolve);
  if (found === undefined || found.others !== undefined) return undefined;
  const others = new Map<string, StandInColumn>();
  const isKnown = rest.every((child) => isStrict(child, resolve, others));
  return isKnown ? { ...found, others: [...others.values()] } : undefined;
}

function columnOf(node: PlanNode, resolve: Resolve): Subject | undefined {
  if (node["type"] === "BOUND_REF") {
    const found = resolve(Number(node["index"]));
    if (found === undefined) return undefined;
    return "column" in found ? { column: found.column, rounding: "none" } : columnOf(found.node, found.inner);
  }
  if (node["type"] === "OPERATOR_COALESCE") return coalesced(node, resolve);
  if (node["expression_class"] !== "BOUND_CAST" || node["try_cast"] === true) return undefined;
  const inner = columnOf(node["child"] as PlanNode, resolve);
  const target = typeName(node["return_type"]);
  if (inner?.rounding !== "none" || target === undefined) return undefined;
  if (inner.column.type === "BIGINT" && NUMBERS.has(target)) return { ...inner, rounding: "number" };
  if (inner.column.type !== ZONED) return undefined;
  if (target === "DATE") return { ...inner, rounding: "day" };
  return target === "TIMESTAMP" ? { ...inner, rounding: "time" } : undefined;
}

const ZONED = "TIMESTAMP WITH TIME ZONE";
const NUMBERS = new Set(["DOUBLE", "DECIMAL", "HUGEINT"]);

function constantOf(node: PlanNode | undefined): PlanNode | undefined {
  return node?.["expression_class"] === "BOUND_CONSTANT" ? (node["value"] as PlanNode) : undefined;
}

/** The name of a type; undefined for one with an alias (JSON), whose order may be another. */
function typeName(type: unknown): string | undefined {
  const { id, type_info: info } = (type ?? {}) as { id?: string; type_info?: { alias?: string } };
  return info?.alias === undefined || info.alias === "" ? id : undefined;
}

function compared(
  subject: Subject,
  operator: ColumnComparison["operator"],
  constant: PlanNode | undefined,
): Condition {
  if (constant === undefined) return ANY_ROW;
  if (constant["is_null"] === true) return NO_ROW;
  const others = (subject.others ?? []).map(({ name }): Condition => ({ kind: "notNull", column: name }));
  return anyOf([comparedItself(subject, operator, constant), ...others]);
}

function comparedItself(
  subject: Subject,
  operator: ColumnComparison["operator"],
  constant: PlanNode,
): Condition {
  const type = COMPARED_TYPES[subject.column.type];
  const value = type === undefined ? undefined : comparedValue(subject, type, constant);
  return value === undefined ? ANY_ROW : bounded(subject.column.name, type!, operator, value);
}

const COMPARED_TYPES: Readonly<Record<string, ComparedType>> = table({
  BIGINT: "integer",
  DOUBLE: "double",
  VARCHAR: "string",
  [ZONED]: "timestamp",
});

/** `length`: for a day, the span of values that are rounded to it. */
interface Value {
  readonly value: number | string;
  readonly isExact: boolean;
  readonly text?: string;
  readonly length?: number;
}

function bounded(
  column: string,
  type: ComparedType,
  operator: ColumnComparison["operator"],
  { value, isExact, text, length }: Value,
): Condition {
  const make = (operator: ColumnComparison["operator"], value: number | string): ColumnComparison => {
    const known = operator === "=" && text !== undefined ? { text } : {};
    return { kind: "compare", column, type, operator, value, isExact, ...known };
  };
  if (length === undefined || typeof value !== "number") return make(operator, value);
  const from = make(">=", value);
  const before = make("<", value + length);
  return operator === "=" ? allOf([from, before]) : operator.startsWith("<") ? before : from;
}

const MICROS_A_DAY = 86_400_000_000;

function comparedValue(
  { column, rounding }: Subject,
  type: ComparedType,
  constant: PlanNode,
): Value | undefined {
  const id = typeName(constant["type"]);
  const raw = constant["value"];
  if (rounding === "number") return fractionOf(id, constant["type"], raw);
  if (rounding === "day") {
    if (id !== "DATE" || typeof raw !== "number") return undefined;
    const value = raw * MICROS_A_DAY;
    return Number.isSafeInteger(value + MICROS_A_DAY)
      ? { value, isExact: true, length: MICROS_A_DAY }
      : undefined;
  }
  if (id !== (rounding === "time" ? "TIMESTAMP" : column.type)) return undefined;
  if (type === "string")
    return typeof raw === "string" ? { value: raw, isExact: true, text: raw } : undefined;
  // Long whole numbers come as text, see tree.ts.
  if (typeof raw !== "number" && !(typeof raw === "string" && /^-?\d+$/.test(raw))) return undefined;
  const value = Number(raw);
  if (type === "double") return { value, isExact: true };
  const isExact = Number.isSafeInteger(value);
  return { value, isExact, ...(type === "integer" ? { text: String(raw) } : {}) };
}

/** The column's whole numbers are compared as fractions: equal bounds decide nothing. */
function fractionOf(id: string | undefined, type: unknown, raw: unknown): Value | undefined {
  if (id === "DOUBLE") return typeof raw === "number" ? { value: raw, isExact: false } : undefined;
  const unscaled = typeof raw === "object" ? hugeOf(raw as PlanNode) : Number(raw);
  const { scale = 0 } = (type as { type_info?: { scale?: number } }).type_info ?? {};
  if (unscaled === undefined || !Number.isSafeInteger(unscaled)) return undefined;
  return { value: unscaled / 10 ** scale, isExact: false };
}

/** A 128-bit number in two halves, as far as it is small. */
function hugeOf({ upper, lower }: PlanNode): number | undefined {
  if (upper === 0) return Number(lower);
  return upper === -1 ? Number(BigInt(String(lower)) - 2n ** 64n) : undefined;
}
