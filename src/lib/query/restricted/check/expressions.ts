/** The expressions that a restricted query may be made of, node by node as `json_serialize_sql` prints them. */
import { type Functions, functionAt } from "./functions.js";
import {
  anything,
  flagRule,
  many,
  maybe,
  members,
  nodeOf,
  notUnderstood,
  number,
  only,
  Refusal,
  type SyntaxPlace,
  type SyntaxRule,
  textRule,
} from "./rules.js";
import { collation, constant, logicalType } from "./types.js";

/** How deep queries and expressions may be nested in each other. DuckDB itself stops at 1000. */
const MAX_DEPTH = 400;

/** `place` one step further in; its position is that of `node`, when that has one. */
export function deeper(node: Readonly<Record<string, unknown>>, place: SyntaxPlace): SyntaxPlace {
  if (place.depth >= MAX_DEPTH) throw new Refusal("the query is nested too deeply", place.position);
  const at = node["query_location"];
  // All ones: nowhere.
  const isKnown = typeof at === "number" && at < Number.MAX_SAFE_INTEGER;
  return { ...place, depth: place.depth + 1, position: isKnown ? at : place.position };
}

/** Rules for expressions. `statement`: the rule for a SELECT within one. */
export function expressionRules(
  functions: Functions,
  statement: SyntaxRule,
): { expression: SyntaxRule; orders: SyntaxRule; sample: SyntaxRule } {
  const kinds = new Map<string, { readonly types: ReadonlySet<string>; readonly rule: SyntaxRule }>();
  const expression: SyntaxRule = (value, place) => {
    const node = nodeOf(value, place);
    const at = deeper(node, place);
    const kind = kinds.get(String(node["class"]));
    if (kind === undefined || !kind.types.has(String(node["type"]))) {
      if (node["class"] === "PARAMETER")
        throw new Refusal("parameters have no values here", at.position, "write the value itself");
      throw notUnderstood(`${String(node["class"])} ${String(node["type"])}`, at);
    }
    kind.rule(node, at);
  };
  const define = (name: string, types: string, own: Readonly<Record<string, SyntaxRule>>) =>
    kinds.set(name, {
      types: new Set(types.split(" ")),
      rule: members({ class: textRule, type: textRule, alias: textRule, query_location: anything, ...own }),
    });
  const expressions = many(expression);
  const order = members({
    type: only("the order", "ORDER_DEFAULT", "ASCENDING", "DESCENDING"),
    null_order: only("the order", "ORDER_DEFAULT", "NULLS FIRST", "NULLS LAST"),
    expression,
  });
  const orders = many(order);
  const modifier = members({ type: only("the modifier", "ORDER_MODIFIER"), orders });
  define("CONSTANT", "VALUE_CONSTANT", { value: constant });
  define("COLUMN_REF", "COLUMN_REF", { column_names: many(textRule) });
  define("POSITIONAL_REFERENCE", "POSITIONAL_REFERENCE", { index: number });
  define("COMPARISON", COMPARISONS, { left: expression, right: expression });
  define("CONJUNCTION", "CONJUNCTION_AND CONJUNCTION_OR", { children: expressions });
  define("BETWEEN", "COMPARE_BETWEEN COMPARE_NOT_BETWEEN", {
    input: expression,
    lower: expression,
    upper: expression,
  });
  define("OPERATOR", OPERATORS, { children: expressions });
  define("CASE", "CASE_EXPR", {
    case_checks: many(members({ when_expr: expression, then_expr: expression })),
    else_expr: maybe(expression),
  });
  define("CAST", "OPERATOR_CAST", { child: expression, cast_type: logicalType, try_cast: flagRule });
  define("COLLATE", "COLLATE", { child: expression, collation });
  define("LAMBDA", "LAMBDA ARROW", { lhs: expression, expr: expression });
  define("STAR", "STAR", starRules(expression));
  define("SUBQUERY", "SUBQUERY", {
    subquery_type: only("the subquery", "SCALAR", "EXISTS", "NOT_EXISTS", "ANY"),
    subquery: statement,
    child: maybe(expression),
    comparison_type: only("the comparison", "INVALID", ...COMPARISONS.split(" ")),
  });
  defineCalls(define, functions, { expression, expressions, orders, modifier });
  return { expression, orders, sample: sampleRule };
}

const COMPARISONS =
  "COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO COMPARE_GREATERTHANOREQUALTO COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM";

const OPERATORS =
  "OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_UNPACK COMPARE_IN COMPARE_NOT_IN OPERATOR_NULLIF OPERATOR_COALESCE ARRAY_EXTRACT ARRAY_SLICE STRUCT_EXTRACT ARRAY_CONSTRUCTOR ARROW OPERATOR_TRY GROUPING_FUNCTION";

const WINDOWS =
  "WINDOW_AGGREGATE WINDOW_RANK WINDOW_RANK_DENSE WINDOW_NTILE WINDOW_PERCENT_RANK WINDOW_CUME_DIST WINDOW_ROW_NUMBER WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_LEAD WINDOW_LAG WINDOW_NTH_VALUE WINDOW_FILL";

/** Of the frame of a window. */
const boundary = only(
  "the frame",
  ..."UNBOUNDED_PRECEDING UNBOUNDED_FOLLOWING".split(" "),
  ...["ROWS", "RANGE", "GROUPS"].flatMap((unit) => [
    `CURRENT_ROW_${unit}`,
    `EXPR_PRECEDING_${unit}`,
    `EXPR_FOLLOWING_${unit}`,
  ]),
);

interface Parts {
  readonly expression: SyntaxRule;
  readonly expressions: SyntaxRule;
  readonly orders: SyntaxRule;
  readonly modifier: SyntaxRule;
}

type Define = (name: string, types: string, own: Readonly<Record<string, SyntaxRule>>) => void;

function defineCalls(define: Define, functions: Functions, parts: Parts): void {
  const { expression, expressions, orders, modifier } = parts;
  const name = functionAt(functions);
  const schema = only("the schema", "", "main");
  const catalog = only("the database", "");
  define("FUNCTION", "FUNCTION", {
    function_name: name,
    schema,
    children: expressions,
    filter: maybe(expression),
    order_bys: maybe(modifier),
    distinct: flagRule,
    is_operator: flagRule,
    // The inner state of an aggregate, which could be made up and handed back.
    export_state: only("EXPORT_STATE", false),
    catalog,
  });
  define("WINDOW", WINDOWS, {
    function_name: name,
    schema,
    catalog,
    children: expressions,
    partitions: expressions,
    orders,
    start: boundary,
    end: boundary,
    start_expr: maybe(expression),
    end_expr: maybe(expression),
    offset_expr: maybe(expression),
    default_expr: maybe(expression),
    ignore_nulls: flagRule,
    filter_expr: maybe(expression),
    exclude_clause: only("EXCLUDE", "NO_OTHER", "CURRENT_ROW", "GROUP", "TIES"),
    distinct: flagRule,
    arg_orders: orders,
  });
}

/** `*`, `t.* EXCLUDE (a) REPLACE (f(b) AS b)`, `COLUMNS('re.*')`. */
function starRules(expression: SyntaxRule): Readonly<Record<string, SyntaxRule>> {
  return {
    relation_name: textRule,
    exclude_list: many(textRule),
    replace_list: many(members({ key: textRule, value: expression })),
    columns: flagRule,
    expr: maybe(expression),
    qualified_exclude_list: many(qualifiedColumn),
    rename_list: many(members({ key: qualifiedColumn, value: textRule })),
  };
}

const qualifiedColumn = members({ catalog: textRule, schema: textRule, table: textRule, column: textRule });

const sampleRule = members({
  sample_size: constant,
  is_percentage: flagRule,
  method: only("the sample", "System", "Bernoulli", "Reservoir"),
  seed: number,
});
