import type { PlanNode, Resolve, StandInColumn } from "./stand-in.js";

/**
 * Functions that give NULL for a NULL among their arguments: those that the columns of keys with siblings are made
 * with.
 */
const STRICT = new Set([
  "to_json",
  "->>",
  "json_extract_string",
  "replace",
  "regexp_replace",
  "regexp_full_match",
  "isfinite",
  "starts_with",
]);

/** Whether the expression is surely NULL where all of its columns are; they are added to `columns`. */
export function isStrict(node: PlanNode, resolve: Resolve, columns: Map<string, StandInColumn>): boolean {
  const every = (nodes: readonly PlanNode[]) => nodes.every((child) => isStrict(child, resolve, columns));
  const children = Array.isArray(node["children"]) ? (node["children"] as PlanNode[]) : [];
  switch (node["type"]) {
    case "BOUND_REF": {
      const target = resolve(Number(node["index"]));
      if (target === undefined) return false;
      if ("node" in target) return isStrict(target.node, target.inner, columns);
      columns.set(target.column.name, target.column);
      return true;
    }
    case "VALUE_CONSTANT":
      return (node["value"] as PlanNode)["is_null"] === true;
    case "OPERATOR_CAST":
      return isStrict(node["child"] as PlanNode, resolve, columns);
    case "OPERATOR_COALESCE":
      return every(children);
    case "CASE_EXPR": {
      const checks = node["case_checks"] as readonly PlanNode[];
      return every([...checks.map((check) => check["then_expr"] as PlanNode), node["else_expr"] as PlanNode]);
    }
    case "BOUND_FUNCTION": {
      // Constants beside a column; every column must be found, whichever is NULL.
      const values = children.filter((child) => child["type"] !== "VALUE_CONSTANT");
      return STRICT.has(String(node["name"])) && values.length > 0 && every(values);
    }
    default:
      return false;
  }
}
