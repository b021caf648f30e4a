// Enter here: the first wall: what SQL from strangers may say.
/**
 * The first wall around SQL from strangers: the text, as DuckDB's own parser understands it (`json_serialize_sql`,
 * which looks at nothing but the text), is walked node by node, and whatever no rule expects is refused. See
 * docs/decisions/0040-two-walls-around-sql.md.
 */
import { failure, type LogpipeError } from "../../../base/errors/index.js";
import { caret } from "../../sql/sql-error.js";
import type { Functions } from "./functions.js";
import { statementRule } from "./queries.js";
import { lowerCase, Refusal, type SyntaxNode, type SyntaxPlace } from "./rules.js";

export interface CheckOptions {
  /** Tables that the text may name. */
  readonly tables: readonly string[];
  /** Functions beside those of DuckDB that are allowed anyway. */
  readonly functions?: readonly string[];
  /** Refuses functions that can give another value for the same row. */
  readonly isRepeatable?: boolean;
}

export interface Checked {
  /** Those of the tables that the text names, as they were given. */
  readonly tables: readonly string[];
}

/**
 * Checks one SELECT statement. `serialized`: what `json_serialize_sql` made of `sql`. Throws query.refused for what is
 * not allowed, query.failed for text that is no SQL.
 */
export function checkQuery(serialized: string, sql: string, options: CheckOptions): Checked {
  return orFailure(sql, "", () => check(serialized, sql, options));
}

/** `before`: of `sql`, what nobody typed. */
function orFailure<T>(sql: string, before: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) throw refused(error, sql, before);
    // The rules call each other as deep as the tree is; so does JSON.parse.
    if (error instanceof RangeError)
      throw refused(new Refusal("the SQL is nested too deeply", undefined), sql, before);
    throw error;
  }
}

/** What makes a statement of a condition. */
const BEFORE_CONDITION = "SELECT 1 WHERE ";

/**
 * Checks a condition on the rows of one table, as `store delete` takes it: `sql` is `SELECT 1 WHERE condition`. It may
 * be asked again of the same row after a stop, so it must give the same answer. Throws query.refused.
 */
export function checkCondition(serialized: string, sql: string): void {
  orFailure(sql, BEFORE_CONDITION, () => {
    check(serialized, sql, { tables: [], isRepeatable: true });
    const { statements } = JSON.parse(serialized) as { statements: readonly { node: SyntaxNode }[] };
    const { type, modifiers, cte_map, from_table, group_expressions, having, qualify, sample } =
      statements[0]!.node;
    const isCondition =
      type === "SELECT_NODE" &&
      isEmpty(modifiers) &&
      isEmpty((cte_map as SyntaxNode)["map"]) &&
      (from_table as SyntaxNode)["type"] === "EMPTY" &&
      isEmpty(group_expressions) &&
      [having, qualify, sample].every((part) => part === null);
    if (!isCondition) throw new Refusal("it is no condition by itself", undefined);
  });
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

interface Tree {
  readonly error?: unknown;
  readonly statements?: unknown;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
}

function check(
  serialized: string,
  sql: string,
  { tables, functions = [], isRepeatable = false }: CheckOptions,
): Checked {
  const tree = JSON.parse(serialized) as Tree;
  if (tree.error !== false) throw parserRefusal(tree, sql);
  const { statements } = tree;
  if (!Array.isArray(statements) || statements.length !== 1)
    throw new Refusal("only one statement may be asked at a time", undefined);
  const used = new Set<string>();
  const calls: Functions = { more: new Set(functions.map(lowerCase)), isRepeatable };
  const unknownTable = (name: string, position: number | undefined) =>
    new Refusal(`no table "${name}"`, position, tablesHelp(tables));
  const names = { functions: calls, tables: new Set(tables.map(lowerCase)), used, unknownTable };
  const outermost: SyntaxPlace = { ctes: new Set(), depth: 0, position: undefined };
  statementRule(names)(statements[0], outermost);
  return { tables: tables.filter((name) => used.has(lowerCase(name))) };
}

function tablesHelp(tables: readonly string[]): string {
  return tables.length === 0 ? "no tables can be named here" : `tables here: ${tables.join(", ")}`;
}

/** DuckDB's parser has no tree for the text: wrong, nested too deeply, or no SELECT. */
function parserRefusal({ error_type, error_message = "", position }: Tree, sql: string): Refusal {
  if (error_type === "not implemented" || /^A CTE needs a SELECT/.test(error_message)) {
    // Without its values a PIVOT is several statements, which make a type.
    const help = /\bpivot\b/i.test(sql)
      ? "PIVOT needs its values: PIVOT t ON column IN ('a', 'b') USING count(*)"
      : undefined;
    return new Refusal("only a SELECT may be asked here", undefined, help);
  }
  if (/^(memory exhausted|Max expression depth)/.test(error_message))
    return new Refusal("the query is nested too deeply", undefined);
  const at = position === undefined ? undefined : Number(position);
  return new Refusal(error_message.split("\n")[0]!, Number.isSafeInteger(at) ? at : undefined);
}

function refused({ message, position, help }: Refusal, sql: string, before: string): LogpipeError {
  const typed = sql.slice(before.length).trimEnd();
  const place = position === undefined || typed === "" ? "" : caret(typed, position - before.length);
  const about = before === "" ? undefined : "a condition is made of columns of the event and functions";
  return failure("query.refused", { reason: message + place, help: help ?? about });
}
