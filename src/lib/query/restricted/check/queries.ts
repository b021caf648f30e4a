/** The queries and the FROM clauses that a restricted query may have. */
import { deeper, expressionRules } from "./expressions.js";
import type { Functions } from "./functions.js";
import {
  anything,
  flag,
  lowerCase,
  many,
  maybe,
  members,
  type Node,
  nodeOf,
  nothing,
  notUnderstood,
  number,
  only,
  type Place,
  Refusal,
  type Rule,
  text,
} from "./rules.js";
import { logicalType } from "./types.js";

/** What the text may name, and what it names. */
export interface Names {
  readonly functions: Functions;
  /** Tables, in lower case. */
  readonly tables: ReadonlySet<string>;
  /** Those of the tables that are named, in lower case. Filled by the rules. */
  readonly used: Set<string>;
  /** Makes the refusal of a table that may not be named. */
  readonly unknownTable: (name: string, position: number | undefined) => Refusal;
}

/** The rule for one SELECT statement: `{ node, named_param_map }`. */
export function statementRule(names: Names): Rule {
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
  readonly statement: Rule;
  readonly #query: Rule = (value, place) => this.#queryAt(value, place);
  readonly #expressions: Rule;
  readonly #modifiers: Rule;
  readonly #own: Readonly<Record<string, Rule>>;

  constructor(names: Names) {
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
        setop_all: flag,
      }),
    };
  }

  /** What every query has, and its own. `cte_map` has been looked at by then. */
  #members(own: Readonly<Record<string, Rule>>): Rule {
    return members({ type: text, modifiers: this.#modifiers, cte_map: anything, ...own });
  }

  #queryAt(value: unknown, outer: Place): void {
    const node = nodeOf(value, outer);
    const place = this.#withCtes(node["cte_map"], deeper(node, outer));
    const type = String(node["type"]);
    const rule = type === "RECURSIVE_CTE_NODE" ? this.#recursive(node, place) : this.#own[type];
    if (rule === undefined) throw notUnderstood(type, place);
    rule(node, place);
  }

  /** The step, and nothing else, sees the rows of the step before. */
  #recursive(node: Node, place: Place): Rule {
    const step = { ...place, ctes: new Set(place.ctes).add(lowerCase(String(node["cte_name"]))) };
    return this.#members({
      cte_name: text,
      union_all: flag,
      left: this.#query,
      right: (value) => this.#query(value, step),
      aliases: many(text),
      key_targets: this.#expressions,
    });
  }

  /** `place` with the common table expressions of a query. Each sees those before it, and itself only when it recurses. */
  #withCtes(map: unknown, place: Place): Place {
    let within = place;
    const expression = members({
      aliases: many(text),
      query: this.statement,
      materialized,
      key_targets: this.#expressions,
    });
    const entry = members({ key: text, value: expression });
    const entries = many((value) => {
      entry(value, within);
      within = { ...within, ctes: new Set(within.ctes).add(lowerCase(String((value as Node)["key"]))) };
    });
    members({ map: entries })(map, place);
    return within;
  }
}

function modifierRule(expression: Rule, orders: Rule): Rule {
  const rules: Readonly<Record<string, Rule>> = {
    ORDER_MODIFIER: members({ type: text, orders }),
    LIMIT_MODIFIER: members({ type: text, limit: maybe(expression), offset: maybe(expression) }),
    LIMIT_PERCENT_MODIFIER: members({ type: text, limit: maybe(expression), offset: maybe(expression) }),
    DISTINCT_MODIFIER: members({ type: text, distinct_on_targets: many(expression) }),
  };
  return (value, place) => {
    const type = String(nodeOf(value, place)["type"]);
    if (rules[type] === undefined) throw notUnderstood(type, place);
    rules[type](value, place);
  };
}

interface Parts {
  readonly expression: Rule;
  readonly expressions: Rule;
  readonly sample: Rule;
  readonly statement: Rule;
}

/** Functions in FROM: they read nothing but their arguments, and give rows one after the other. */
export const TABLE_FUNCTIONS = new Set(["range", "generate_series", "unnest"]);

function tableRule(names: Names, { expression, expressions, sample, statement }: Parts): Rule {
  const common = { type: text, alias: text, sample: maybe(sample), query_location: anything };
  const aliases = { column_name_alias: many(text) };
  const table: Rule = (value, outer) => {
    const node = nodeOf(value, outer);
    const place = deeper(node, outer);
    const type = String(node["type"]);
    if (rules[type] === undefined) throw refusedSource(type, node, place);
    rules[type](node, place);
  };
  const rules: Readonly<Record<string, Rule>> = {
    EMPTY: members(common),
    BASE_TABLE: (value, place) => {
      members({
        ...{ ...common, ...aliases, table_name: text },
        schema_name: only("the schema", ""),
        catalog_name: only("the database", ""),
        at_clause: nothing,
      })(value, place);
      const name = lowerCase(String((value as Node)["table_name"]));
      if (place.ctes.has(name)) return;
      if (!names.tables.has(name))
        throw names.unknownTable(String((value as Node)["table_name"]), place.position);
      names.used.add(name);
    },
    JOIN: members({
      ...{ ...common, left: table, right: table, condition: maybe(expression) },
      ...{ join_type: joinType, ref_type: joinKind, using_columns: many(text), delim_flipped: flag },
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
      expected_names: many(text),
      expected_types: many(logicalType),
      values: many(expressions),
    }),
    PIVOT: pivotRule({ ...common, ...aliases }, table, expression),
  };
  return table;
}

function pivotRule(common: Readonly<Record<string, Rule>>, table: Rule, expression: Rule): Rule {
  const entry = members({ values: many(value), star_expr: maybe(expression), alias: text });
  const column = members({
    pivot_expressions: many(expression),
    unpivot_names: many(text),
    entries: many(entry),
    pivot_enum: nothing,
  });
  const names = { unpivot_names: many(text), groups: many(text), include_nulls: flag };
  return members({ ...common, ...names, source: table, aggregates: many(expression), pivots: many(column) });
}

/** A constant of a PIVOT; its type has been made by the parser. */
function value(found: unknown, place: Place): void {
  const node = nodeOf(found, place);
  logicalType(node["type"], place);
  for (const name of Object.keys(node))
    if (!["type", "is_null", "value"].includes(name)) throw notUnderstood(`member ${name}`, place);
}

function refusedSource(type: string, node: Node, place: Place): Refusal {
  if (type !== "SHOW_REF") return notUnderstood(type, place);
  const what = node["show_type"] === "SUMMARY" ? "SUMMARIZE" : "SHOW and DESCRIBE";
  return new Refusal(
    `${what} may not be used here`,
    place.position,
    "ask for rows: SELECT * FROM TABLE LIMIT 1",
  );
}

function refusedTableFunction(name: string, { position }: Place): Refusal {
  const help = `in FROM there may be tables, subqueries, ${[...TABLE_FUNCTIONS].join(", ")}`;
  return new Refusal(`the function ${name} may not be used here`, position, help);
}
