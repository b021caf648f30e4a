// Enter here: which columns, rows and files a query needs, as DuckDB's own plan has them.
/**
 * What a query needs of the store's tables, before any of their files is opened: DuckDB plans the query over empty
 * stand-ins of the same columns, and the plan says what it would have scanned them for. See
 * docs/decisions/0018-planning-by-stand-ins.md.
 */

import { sqlType } from "../../store/columns/columns-sql.js";
import { identifier, literal } from "../../store/columns/names.js";
import { emptySql, type Relation } from "../../store/read/relation.js";
import type { QuerySession } from "../session.js";
import { tablesNamed } from "./sources.js";
import type { StandInColumn } from "./stand-in.js";
import { type Use, usesIn } from "./tree.js";

export interface PlannedTable {
  /** As SQL names it. */
  readonly name: string;
  readonly relation: Relation;
  /** SQL after the relation's: ` WHERE ...`, or nothing. */
  readonly where: string;
}

/**
 * The use of each table by its name, or undefined when that cannot be told; then every file must be read. `others`:
 * further names that the query may use. When uses are told the connection is in a transaction from then on, so that
 * now() keeps the value that the plan had.
 */
export async function planUses(
  session: QuerySession,
  sql: string,
  tables: readonly PlannedTable[],
  others: readonly string[],
): Promise<ReadonlyMap<string, Use> | undefined> {
  const { connection } = session;
  const named = tablesNamed(await scalar(session, `json_serialize_sql(${literal(sql)})`));
  const known = new Set([...tables.map(({ name }) => name), ...others].map((name) => name.toLowerCase()));
  if (named === undefined || [...named].some((name) => !known.has(name))) return undefined;
  await connection.run("BEGIN");
  const uses = await planOver(
    session,
    sql,
    tables,
    others.filter((name) => named.has(name.toLowerCase())),
  ).catch(
    // The query itself will say what is wrong with it.
    () => undefined,
  );
  if (uses === undefined) await connection.run("ROLLBACK");
  await connection.run("RESET search_path; RESET disabled_optimizers");
  if (uses !== undefined) {
    await connection.run(`DROP SCHEMA ${SCHEMA} CASCADE`);
    session.transaction = { restore: [] };
  }
  return uses;
}

async function planOver(
  session: QuerySession,
  sql: string,
  tables: readonly PlannedTable[],
  others: readonly string[],
): Promise<ReadonlyMap<string, Use> | undefined> {
  const { connection } = session;
  const standIns = new Map<string, readonly StandInColumn[]>();
  await connection.run(`CREATE SCHEMA ${SCHEMA}`);
  for (const table of tables) standIns.set(standInOf(table.name), await makeStandIn(session, table));
  for (const other of others) {
    const name = identifier(other);
    await connection.run(`CREATE TABLE ${SCHEMA}.${name} AS SELECT * FROM ${name} LIMIT 0`);
    standIns.set(other, []);
  }
  await connection.run(`SET search_path = '${SCHEMA},main'`);
  for (const disabled of [DISABLED, [...DISABLED, "build_side_probe_side"]]) {
    await connection.run(`SET disabled_optimizers = '${disabled.join(",")}'`);
    const plan = await scalar(session, `json_serialize_plan(${literal(sql)}, optimize := true)`);
    const uses = usesIn(plan, standIns);
    if (uses !== undefined) return new Map(tables.map(({ name }) => [name, uses.get(standInOf(name))!]));
  }
  return undefined;
}

async function scalar({ connection }: QuerySession, expression: string): Promise<string> {
  return String((await connection.runAndReadAll(`SELECT ${expression}`)).getRowsJS()[0]![0]);
}

const SCHEMA = "logpipe_plan";

/**
 * What would use the fact that the stand-ins are empty, read a table twice, or only cost time here. DuckDB 1.5 checks
 * the types of a plan's columns before it prints it, and fails for some plans unless the sides of joins were swapped
 * (that pass sets the types), for others unless they were not: both are tried.
 */
const DISABLED = [
  "statistics_propagation",
  "late_materialization",
  "in_clause",
  "join_order",
  "join_filter_pushdown",
  "compressed_materialization",
  "common_subexpressions",
  "common_aggregate",
  "common_subplan",
  "column_lifetime",
  "limit_pushdown",
  "row_group_pruner",
  "top_n",
  "top_n_window_elimination",
  "window_self_join",
  "duplicate_groups",
  "reorder_filter",
  "sampling_pushdown",
  "sum_rewriter",
  "join_elimination",
  "extension",
];

function standInOf(name: string): string {
  return `\u2063${name}`;
}

async function makeStandIn(
  { connection }: QuerySession,
  { name, relation, where }: PlannedTable,
): Promise<readonly StandInColumn[]> {
  const table = `${SCHEMA}.${identifier(standInOf(name))}`;
  await connection.run(`CREATE TABLE ${table} AS ${emptySql(relation.schema)}`);
  const view = `SELECT * FROM (${relation.viewOf(`SELECT * FROM ${table}`)})${where}`;
  await connection.run(`CREATE VIEW ${SCHEMA}.${identifier(name)} AS ${view}`);
  return relation.schema.columns.map((column) => ({ name: column.name, type: sqlType(column) }));
}
