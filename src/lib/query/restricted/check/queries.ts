/** The queries and the FROM clauses that a restricted query may have. */
import { deeper, expressionRules } from "./expressions.js";
import type { Functions } from "./functions.js";
import {
  anything,
  flagRule,
  lowerCase,
  many,
  maybe,
  members,
  nodeOf,
  nothing,
  notUnderstood,
  number,
  only,
  Refusal,
  type SyntaxNode,
  type SyntaxPlace,
  type SyntaxRule,
  textRule,
} from "./rules.js";
import { logicalType } from "./types.js";

/** What the text may name, and what it names. */
export interface QueryNames {
  readonly functions: Functions;
  /** Tables, in lower case. */
  readonly tables: ReadonlySet<string>;
  /** Those of the tables that are named, in lower case. Filled by the rules. */
  readonly used: Set<string>;
  /** Makes the refusal of a table that may not be named. */
  readonly unknownTable: (name: string, position: number | undefined) => Refusal;
}

/** The rule for one SELECT statement: `{ node, named_param_map }`. */
export function statementRule(names: QueryNames): SyntaxRule {
  return new QueryRules(names).statement;
}

const aggregation = only("the grouping", "STANDARD_HANDLING", "FORCE_AGGREGATES", "NO_AGGREGATES_ALLOWED");
const materialized = only(
  "the CTE",
  "CTE_MATERIALIZE_DEFAULT",
  "CTE_MATERIALIZE_ALWAYS",
  "CTE_MATERIALIZE_NEVER",
);
const joinType = only("the join", "INNER", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI");
const joinKind = only("the join", "REGULAR", "NATURAL", "CROSS", "POSITIONAL", "ASOF");
const ordinality = only("the function", "WITHOUT_ORDINALITY", "WITH_ORDINALITY");

class QueryRules {
  readonly statement: SyntaxRule;
  readonly #query: SyntaxRule = (value, place) => this.#queryAt(value, place);
  readonly #expressions: SyntaxRule;
  readonly #modifiers: SyntaxRule;
  readonly #own: Readonly<Record<string, SyntaxRule>>;

  constructor(names: QueryNames) {
    this.statement = members({ node: this.#query, named_param_map: nothing });
    const { expression, orders, sample } = expressionRules(names.functions, this.statement);
    const expressions = many(expression);
    this.#expressions = expressions;
    this.#modifiers = many(modifierRule(expression, orders));
    const table = tableRule(names, { expression, expressions, sample, statement: this.statement });
    const selected = { select_list: expressions, from_table: table, where_clause: maybe(expression) };
    const grouped = { group_expressions: expressions, group_sets: many(many(number)) };
    this.#own = {
      SELECT_NODE: this.#members({
        ...{ ...selected, ...grouped, aggregate_handling: aggregation },
        ...{ having: maybe(expression), sample: maybe(sample), qualify: maybe(expression) },
      }),
      SET_OPERATION_NODE: this.#members({
        setop_type: only("the operation", "UNION", "UNION_BY_NAME", "EXCEPT", "INTERSECT"),
        left: this.#query,
        right: this.#query,
        setop_all: flagRule,
      }),
    };
  }

  /** What every query has, and its own. `cte_map` has been looked at by then. */
  #members(own: Readonly<Record<string, SyntaxRule>>): SyntaxRule {
    return members({ type: textRule, modifiers: this.#modifiers, cte_map: anything, ...own });
  }

  #queryAt(value: unknown, outer: SyntaxPlace): void {
    const node = nodeOf(value, outer);
    const place = this.#withCtes(node["cte_map"], deeper(node, outer));
    const type = String(node["type"]);
    const rule = type === "RECURSIVE_CTE_NODE" ? this.#recursive(node, place) : this.#own[type];
    if (rule === undefined) throw notUnderstood(type, place);
    rule(node, place);
  }

  /** The step, and nothing else, sees the rows of the step before. */
  #recursive(node: SyntaxNode, place: SyntaxPlace): SyntaxRule {
    const step = { ...place, ctes: new Set(place.ctes).add(lowerCase(String(node["cte_name"]))) };
    return this.#members({
      cte_name: textRule,
      union_all: flagRule,
      left: this.#query,
      right: (value) => this.#query(value, step),
      aliases: many(textRule),
      key_targets: this.#expressions,
    });
  }

  /**
   * `place` with the common table expressions of a query. Each sees those before it, and itself only when it recurses.
   */
  #withCtes(map: unknown, place: SyntaxPlace): SyntaxPlace {
    let within = place;
    const expression = members({
      aliases: many(textRule),
      query: this.statement,
      materialized,
      key_targets: this.#expressions,
    });
    const entry = members({ key: textRule, value: expression });
    const entries = many((value) => {
      entry(value, within);
      within = { ...within, ctes: new Set(within.ctes).add(lowerCase(String((value as SyntaxNode)["key"]))) };
    });
    members({ map: entries })(map, place);
    return within;
  }
}

function modifierRule(expression: SyntaxRule, orders: SyntaxRule): SyntaxRule {
  const rules: Readonly<Record<string, SyntaxRule>> = {
    ORDER_MODIFIER: members({ type: textRule, orders }),
    LIMIT_MODIFIER: members({ type: textRule, limit: maybe(expression), offset: maybe(expression) }),
    LIMIT_PERCENT_MODIFIER: members({ type: textRule, limit: maybe(expression), offset: maybe(expression) }),
    DISTINCT_MODIFIER: members({ type: textRule, distinct_on_targets: many(expression) }),
  };
  return (value, place) => {
    const type = String(nodeOf(value, place)["type"]);
    if (rules[type] === undefined) throw notUnderstood(type, place);
    rules[type](value, place);
  };
}

interface Parts {
  readonly expression: SyntaxRule;
  readonly expressions: SyntaxRule;
  readonly sample: SyntaxRule;
  readonly statement: SyntaxRule;
}

/** Functions in FROM: they read nothing but their arguments, and give rows one after the other. */
export const TABLE_FUNCTIONS = new Set(["range", "generate_series", "unnest"]);

function tableRule(names: QueryNames, { expression, expressions, sample, statement }: Parts): SyntaxRule {
  const common = { type: textRule, alias: textRule, sample: maybe(sample), query_location: anything };
  const aliases = { column_name_alias: many(textRule) };
  const table: SyntaxRule = (value, outer) => {
    const node = nodeOf(value, outer);
    const place = deeper(node, outer);
    const type = String(node["type"]);
    if (rules[type] === undefined) throw refusedSource(type, node, place);
    rules[type](node, place);
  };
  const rules: Readonly<Record<string, SyntaxRule>> = {
    EMPTY: members(common),
    BASE_TABLE: (value, place) => {
      members({
        ...{ ...common, ...aliases, table_name: textRule },
        schema_name: only("the schema", ""),
        catalog_name: only("the database", ""),
        at_clause: nothing,
      })(value, place);
      const name = lowerCase(String((value as SyntaxNode)["table_name"]));
      if (place.ctes.has(name)) return;
      if (!names.tables.has(name))
        throw names.unknownTable(String((value as SyntaxNode)["table_name"]), place.position);
      names.used.add(name);
    },
    JOIN: members({
      ...{ ...common, left: table, right: table, condition: maybe(expression) },
      ...{ join_type: joinType, ref_type: joinKind, using_columns: many(textRule), delim_flipped: flagRule },
      duplicate_eliminated_columns: nothing,
    }),
    SUBQUERY: members({ ...common, ...aliases, subquery: statement }),
    TABLE_FUNCTION: members({
      ...{ ...common, ...aliases, with_ordinality: ordinality },
      function: (value, place) => {
        const name = String(nodeOf(value, place)["function_name"]);
        if (!TABLE_FUNCTIONS.has(lowerCase(name))) throw refusedTableFunction(name, place);
        expression(value, place);
      },
    }),
    EXPRESSION_LIST: members({
      ...common,
      expected_names: many(textRule),
      expected_types: many(logicalType),
      values: many(expressions),
    }),
    PIVOT: pivotRule({ ...common, ...aliases }, table, expression),
  };
  return table;
}

function pivotRule(
  common: Readonly<Record<string, SyntaxRule>>,
  table: SyntaxRule,
  expression: SyntaxRule,
): SyntaxRule {
  const entry = members({ values: many(value), star_expr: maybe(expression), alias: textRule });
  const column = members({
    pivot_expressions: many(expression),
    unpivot_names: many(textRule),
    entries: many(entry),
    pivot_enum: nothing,
  });
  const names = { unpivot_names: many(textRule), groups: many(textRule), include_nulls: flagRule };
  return members({ ...common, ...names, source: table, aggregates: many(expression), pivots: many(column) });
}

/** A constant of a PIVOT; its type has been made by the parser. */
function value(found: unknown, place: SyntaxPlace): void {
  const node = nodeOf(found, place);
  logicalType(node["type"], place);
  for (const name of Object.keys(node))
    if (!["type", "is_null", "value"].includes(name)) throw notUnderstood(`member ${name}`, place);
}

function refusedSource(type: string, node: SyntaxNode, place: SyntaxPlace): Refusal {
  if (type !== "SHOW_REF") return notUnderstood(type, place);
  const what = node["show_type"] === "SUMMARY" ? "SUMMARIZE" : "SHOW and DESCRIBE";
  return new Refusal(
    `${what} may not be used here`,
    place.position,
    "ask for rows: SELECT * FROM TABLE LIMIT 1",
  );
}

function refusedTableFunction(name: string, { position }: SyntaxPlace): Refusal {
  const help = `in FROM there may be tables, subqueries, ${[...TABLE_FUNCTIONS].join(", ")}`;
  return new Refusal(`the function ${name} may not be used here`, position, help);
}
