// Enter here: what a query can name: tables of a store, files, standard input.
/** The tables that a query can name beside those of a store: standard input, files given on the command line. */
import { open, stat } from "node:fs/promises";
import { failure } from "../../base/errors/index.js";
import { Kind } from "../../event/summary.js";
import type { TimeCounts } from "../../event/time/remarks.js";
import type { Source } from "../../pipeline/contract/source.js";
import { identifier, literal } from "../../store/columns/names.js";
import { InRange } from "../inputs/in-range.js";
import type { QuerySession } from "../session.js";
import { missingColumn, sqlFailure } from "../sql/sql-error.js";
import { type TimeRange, timeConditionOn } from "../sql/time-range.js";
import { emptyTableSql, eventTable } from "./event-table.js";
import { type Spool, spoolEvents, UnendedArray } from "./spool.js";

const FORMS = { events: "NDJSON", csv: "CSV", json: "JSON" } as const;

/** DuckDB's first sentence, without the scratch file that only we know of. */
function plainReason(error: unknown, path: string): string {
  const { message } = sqlFailure(error, "", []);
  return message.split("\n")[0]!.replaceAll(` in file "${path}"`, "").replaceAll(path, "it");
}

/** Makes a view over the events of a source that are in the range. `range.timeless` may grow. */
export async function openEventTable(
  session: QuerySession,
  name: string,
  { source, path }: { readonly source: Source; readonly path: string },
  range: InputRange,
): Promise<Spool> {
  const { sinceNs, untilNs } = range.range;
  const within = sinceNs === undefined && untilNs === undefined ? undefined : new InRange(range.range);
  const scratchName = `events-${Buffer.from(name).toString("hex").slice(0, 80)}`;
  const spool = await spoolEvents(source, session.scratch, scratchName, separatorOf(path), within).catch(
    (error) => {
      if (!(error instanceof UnendedArray)) throw error;
      throw failure("query.failed", { reason: `cannot read ${name} as JSON: its end is missing` }, error);
    },
  );
  try {
    const { sql, splitKeys } = await eventTable(session, spool);
    await session.connection.run(`CREATE VIEW ${identifier(name)} AS ${sql}`);
    if (splitKeys.length > 0) session.splitKeys.set(name.toLowerCase(), splitKeys);
  } catch (error) {
    throw failure(
      "query.failed",
      { reason: `cannot read ${name} as ${FORMS[spool.form]}: ${plainReason(error, spool.path)}` },
      error,
    );
  }
  if (within !== undefined) range.times?.set(name, within.timeCounts);
  if (within !== undefined && !within.hasTimes && spool.events > 0) {
    const { timeField } = range.range;
    if (timeField !== undefined) throw failure("query.no-time", { table: name, field: timeField });
    const own = spool.keys.find((key) => key.name === "timestamp");
    if (own !== undefined)
      throw failure("query.no-time", { table: name, type: own.kinds === Kind.string ? "text" : "JSON" });
    range.timeless.push(name);
  } else if (within !== undefined && within.withoutTime > 0) range.untimed?.set(name, within.withoutTime);
  return spool;
}

export interface InputRange {
  readonly range: TimeRange;
  /** Gets the names of tables without a `timestamp`: whole, as look-up tables are. */
  readonly timeless: string[];
  /** Gets how many events of a table were left out because they have no time. */
  readonly untimed?: Map<string, number>;
  /** Gets what was guessed of the times of a table. */
  readonly times?: Map<string, TimeCounts>;
}

/** Puts the range on a view. Throws query.no-time for a `timestamp` that is no time. */
async function withinRange(
  session: QuerySession,
  name: string,
  { range, timeless }: InputRange,
): Promise<void> {
  if (range.sinceNs === undefined && range.untilNs === undefined) return;
  const { connection } = session;
  const { timeField = "timestamp" } = range;
  const reader = await connection.runAndReadAll(
    `SELECT column_type FROM (DESCRIBE ${identifier(name)}) WHERE lower(column_name) = lower(${literal(timeField)})`,
  );
  const type = reader.getRows()[0]?.[0];
  if (typeof type !== "string" && range.timeField === undefined) return void timeless.push(name);
  const condition =
    typeof type === "string" ? timeConditionOn(identifier(timeField), type, range) : undefined;
  if (condition === undefined) {
    const isText = typeof type === "string" && type !== "JSON";
    throw failure("query.no-time", {
      table: name,
      ...(type === undefined ? {} : { type: isText ? "text" : "JSON" }),
      ...(range.timeField === undefined ? {} : { field: timeField }),
    });
  }
  // Under the old name the new view would mean itself.
  const all = identifier(`all of ${name}`);
  await connection.run(`ALTER VIEW ${identifier(name)} RENAME TO ${all}`);
  await connection.run(`CREATE VIEW ${identifier(name)} AS SELECT * FROM ${all} WHERE ${condition}`);
}

/** Most columns that a query over no events may name. */
const MOST_GUESSES = 100;

/**
 * Runs `ask`; when it fails for a column that no table has and some event tables are empty, gives them that column and
 * runs it again: over no events every key is absent, and `count(*)` is 0. Nothing has been written by then.
 */
export async function withMissingColumns<T>(
  session: QuerySession,
  emptyTables: readonly string[],
  ask: () => Promise<T>,
): Promise<T> {
  const columns = ["timestamp"];
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const column = missingColumn(error);
      if (column === undefined || emptyTables.length === 0) throw error;
      if (columns.length > MOST_GUESSES || columns.includes(column)) throw error;
      columns.push(column);
      for (const name of emptyTables) {
        await session.connection.run(
          `CREATE OR REPLACE VIEW ${identifier(name)} AS ${emptyTableSql(columns)}`,
        );
      }
    }
  }
}

/** That of a file whose name says that it is a table of text. */
function separatorOf(path: string): "," | "\t" | undefined {
  const ending = /\.(csv|tsv)(?:\.(?:gz|zst|bz2|xz))?$/i.exec(path)?.[1]?.toLowerCase();
  return ending === undefined ? undefined : ending === "csv" ? "," : "\t";
}

/** Makes a view over a file that DuckDB reads whole and well by itself. False: it is none of these. */
export async function openFileTable(
  session: QuerySession,
  name: string,
  path: string,
  range: InputRange,
): Promise<boolean> {
  if (!/\.parquet$/i.test(path) && !(await beginsAsParquet(path))) return false;
  const sql = `CREATE VIEW ${identifier(name)} AS SELECT * FROM read_parquet(${literal(path)})`;
  try {
    await session.connection.run(sql);
  } catch (error) {
    throw sqlFailure(error, "", []);
  }
  await withinRange(session, name, range);
  return true;
}

/**
 * Under whatever name. What cannot be looked into, because it is a pipe or is not there, is read as lines, or named.
 */
async function beginsAsParquet(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const handle = await open(path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0).finally(() => handle.close());
    return buffer.latin1Slice(0, bytesRead) === "PAR1";
  } catch {
    return false;
  }
}

/** Whether `sql` has `name` as a word of its own, in any case. May be wrong within strings, which costs only time. */
export function mentions(sql: string, name: string): boolean {
  const lower = sql.toLowerCase();
  const word = name.toLowerCase();
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
    if (!/[\w$]/.test(lower[at - 1] ?? "") && !/[\w$]/.test(lower[at + word.length] ?? "")) return true;
  }
  return false;
}
