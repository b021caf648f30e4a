/**
 * DuckDB's optimized plan as `json_serialize_plan` prints it. The optimizer has resolved names, folded constants and
 * pushed conditions down to the scans, through joins, subqueries, CTEs and set operations; what is left is to read them
 * there.
 */
import { ANY_ROW, allOf, anyOf, type Condition, NO_ROW } from "../../store/parquet/condition.js";
import { comparisonCondition, conditionOf } from "./expressions.js";
import type { BoundExpression, PlanNode, Resolve, StandInColumn } from "./stand-in.js";

/** How the query uses a stand-in table. */
export interface Use {
  /** Every row that matters satisfies it: that of each scan, united. */
  readonly condition: Condition;
  /** Columns that any scan reads. */
  readonly columns: ReadonlySet<string>;
}

/**
 * The uses of each stand-in, by its name; undefined when the plan has something that is not understood. A stand-in that
 * is scanned nowhere has the condition "never".
 */
export function usesIn(
  serialized: string,
  standIns: ReadonlyMap<string, readonly StandInColumn[]>,
): ReadonlyMap<string, Use> | undefined {
  const { error, plans } = JSON.parse(withLongNumbersQuoted(serialized)) as {
    readonly error?: boolean;
    readonly plans?: readonly PlanNode[];
  };
  if (error !== false || plans === undefined) return undefined;
  const scans: Scan[] = [];
  if (!plans.every((plan) => collect(plan, [], scans, standIns))) return undefined;
  return new Map([...standIns.keys()].map((name) => [name, united(scans.filter((s) => s.table === name))]));
}

/**
 * JSON.parse would round whole numbers beyond 2^53. Within JSON text `"value":` is a member's name and nothing else.
 */
function withLongNumbersQuoted(json: string): string {
  return json.replace(/("(?:value|lower|upper)":\s?)(-?\d{16,})(?=[,}\s])/g, '$1"$2"');
}

interface Scan {
  readonly table: string;
  readonly condition: Condition;
  readonly columns: readonly string[];
}

function united(scans: readonly Scan[]): Use {
  return {
    condition: scans.length === 0 ? NO_ROW : anyOf(scans.map(({ condition }) => condition)),
    columns: new Set(scans.flatMap(({ columns }) => columns)),
  };
}

/** Scans that read nothing of ours and run no SQL of their own. */
const OTHER_SCANS = new Set(["range", "generate_series", "unnest"]);

/**
 * Finds the scans below `node`. `above`: the filters and projections over it, the nearest last. False: not understood.
 */
function collect(
  node: PlanNode,
  above: readonly PlanNode[],
  scans: Scan[],
  standIns: ReadonlyMap<string, readonly StandInColumn[]>,
): boolean {
  const type = node["type"];
  if (type === "LOGICAL_GET") {
    if (node["name"] !== "seq_scan") return OTHER_SCANS.has(String(node["name"]));
    const { table } = node["function_data"] as { readonly table: string };
    const columns = standIns.get(table);
    if (columns !== undefined) scans.push(scanOf(node, above, table, columns));
    return columns !== undefined;
  }
  const isTransparent = type === "LOGICAL_FILTER" || type === "LOGICAL_PROJECTION";
  const path = isTransparent ? [...above, node] : [];
  return listOf(node, "children").every((child) => collect(child, path, scans, standIns));
}

function scanOf(
  scan: PlanNode,
  above: readonly PlanNode[],
  table: string,
  columns: readonly StandInColumn[],
): Scan {
  const read = listOf(scan, "column_indexes").map((column) =>
    column["index_type"] === "FULL_READ" && listOf(column, "children").length === 0
      ? columns[Number(column["index"])]
      : undefined,
  );
  const shown = scan["projection_ids"] as readonly number[] | undefined;
  let resolve: Resolve = (index) => {
    const column = read[shown === undefined ? index : (shown[index] ?? -1)];
    return column === undefined ? undefined : { column };
  };
  const { filters = [] } = (scan["table_filters"] ?? {}) as { readonly filters?: readonly TableFilter[] };
  const conditions = filters.map(({ key, value }) => filterCondition(value, columns[key]));
  for (const operator of [...above].reverse()) {
    const below = resolve;
    if (operator["type"] === "LOGICAL_FILTER")
      conditions.push(...listOf(operator, "expressions").map((expression) => conditionOf(expression, below)));
    resolve = outputsOf(operator, below);
  }
  const names = listOf(scan, "column_indexes").flatMap(({ index }) => columns[Number(index)]?.name ?? []);
  return { table, condition: allOf(withoutRepeats(conditions)), columns: names };
}

/** DuckDB says some conditions twice: as a filter, and as a hint to the scan. */
function withoutRepeats(conditions: readonly Condition[]): Condition[] {
  return [...new Map(conditions.map((condition) => [JSON.stringify(condition), condition])).values()];
}

/** What the outputs of a filter or projection are. */
function outputsOf(operator: PlanNode, below: Resolve): Resolve {
  if (operator["type"] === "LOGICAL_FILTER") {
    const map = (operator["projection_map"] ?? []) as readonly number[];
    return map.length === 0 ? below : (index) => below(map[index] ?? -1);
  }
  const expressions = listOf(operator, "expressions");
  return (index): BoundExpression | undefined => {
    const node = expressions[index];
    if (node === undefined) return undefined;
    return node["type"] === "BOUND_REF" ? below(Number(node["index"])) : { node, inner: below };
  };
}

interface TableFilter {
  /** Number of the column in the table. */
  readonly key: number;
  readonly value: PlanNode;
}

function filterCondition(filter: PlanNode, column: StandInColumn | undefined): Condition {
  if (column === undefined) return ANY_ROW;
  const children = () => listOf(filter, "child_filters").map((child) => filterCondition(child, column));
  switch (filter["filter_type"]) {
    case "CONSTANT_COMPARISON":
      return comparisonCondition(column, filter["comparison_type"], filter["constant"]);
    case "IS_NULL":
      return { kind: "null", column: column.name };
    case "IS_NOT_NULL":
      return { kind: "notNull", column: column.name };
    case "IN_FILTER":
      return anyOf(
        listOf(filter, "values").map((value) => comparisonCondition(column, "COMPARE_EQUAL", value)),
      );
    case "CONJUNCTION_AND":
      return allOf(children());
    case "CONJUNCTION_OR":
      return anyOf(children());
    case "OPTIONAL_FILTER":
      // Follows from other conditions: DuckDB, too, uses it to leave out row groups.
      return filter["child_filter"] === undefined
        ? ANY_ROW
        : filterCondition(filter["child_filter"] as PlanNode, column);
    case "EXPRESSION_FILTER":
      return conditionOf(filter["expr"] as PlanNode, (index) => (index === 0 ? { column } : undefined));
    default:
      return ANY_ROW;
  }
}

function listOf(node: PlanNode, member: string): readonly PlanNode[] {
  const value = node[member];
  return Array.isArray(value) ? (value as PlanNode[]) : [];
}
