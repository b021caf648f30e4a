/** The tables that a query can name: those of a store, standard input, files given on the command line. */
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import type { Source } from "../stage/source.js";
import type { TableFile } from "../table/log/snapshot.js";
import { openRelation, type Relation } from "../table/relation.js";
import { identifier, literal } from "../table/schema/names.js";
import { emptyTableSql, eventTableSql } from "./event-table.js";
import type { Session } from "./session.js";
import { type Spool, spoolEvents } from "./spool.js";
import { missingColumn, sqlFailure } from "./sql-error.js";
import { mayHold, type TimeRange, timeCondition } from "./time-range.js";

/** What reading a store table costs, for `--explain`. */
export interface TableUse {
  readonly name: string;
  readonly files: number;
  readonly filesRead: number;
  readonly bytes: number;
  readonly bytesRead: number;
  readonly liveEvents: number;
  readonly liveBytes: number;
}

export interface StoreTables {
  readonly names: readonly string[];
  readonly uses: readonly TableUse[];
  close(): Promise<void>;
}

/** The names of the tables in a store: the directories that hold a table log or a write-ahead log. */
export async function listTables(store: string): Promise<string[]> {
  const entries = await readdir(store, { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name.startsWith("_")) continue;
    const directory = join(store, entry.name);
    if ((await isDirectory(join(directory, "_delta_log"))) || (await isDirectory(join(directory, "_wal"))))
      names.push(entry.name);
  }
  return names.sort();
}

/** Makes a view of each table that `sql` may name. They all show one moment; the live end is in them. */
export async function openStoreTables(
  session: Session,
  store: string,
  sql: string,
  range: TimeRange,
): Promise<StoreTables> {
  const names = await listTables(store).catch((error: unknown) => {
    throw failure("store.unreadable", { path: store, reason: reasonOf(error) }, error);
  });
  const relations: Relation[] = [];
  const uses: TableUse[] = [];
  const close = async () => void (await Promise.all(relations.map((relation) => relation.close())));
  try {
    await mkdir(session.scratch, { recursive: true });
    for (const name of distinct(names.filter((table) => mayName(sql, table)))) {
      const [relation, use] = await openTable(session, store, name, range);
      relations.push(relation);
      uses.push(use);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { names, uses, close };
}

/** Throws query.failed for names that differ only in case: to SQL they are one. */
function distinct(names: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw failure("query.failed", {
        reason: `the store has tables "${other}" and "${name}", which are one name in SQL`,
        help: "give the directory of one of them another name",
      });
    }
    seen.set(name.toLowerCase(), name);
  }
  return names;
}

async function openTable(
  session: Session,
  store: string,
  name: string,
  range: TimeRange,
): Promise<[Relation, TableUse]> {
  const directory = join(session.scratch, `live-${name}`);
  await mkdir(directory, { recursive: true });
  let all: readonly TableFile[] = [];
  const relation = await openRelation(join(store, name), {
    tempDirectory: directory,
    rows: async (sql) => (await session.connection.runAndReadAll(sql)).getRowsJS(),
    choose: (files) => {
      all = files;
      return files.filter((file) => mayHold(file, range));
    },
  });
  const condition = timeCondition(range);
  const where = condition === "" ? "" : ` WHERE ${condition}`;
  await session.connection.run(`CREATE VIEW ${identifier(name)} AS SELECT * FROM (${relation.sql})${where}`);
  const { files, liveEvents, liveBytes } = relation;
  const use = {
    name,
    files: all.length,
    filesRead: files.length,
    bytes: sum(all),
    bytesRead: sum(files),
    liveEvents,
    liveBytes,
  };
  return [relation, use];
}

const FORMS = { events: "NDJSON", csv: "CSV", json: "a JSON array" } as const;

/** DuckDB's first sentence, without the scratch file that only we know of. */
function plainReason(error: unknown, path: string): string {
  const { message } = sqlFailure(error, "", []);
  return message.split("\n")[0]!.replaceAll(` in file "${path}"`, "").replaceAll(path, "it");
}

/** Makes a view over all events of a source. */
export async function openEventTable(session: Session, name: string, source: Source): Promise<Spool> {
  const spool = await spoolEvents(
    source,
    session.scratch,
    `events-${Buffer.from(name).toString("hex").slice(0, 80)}`,
  );
  try {
    await session.connection.run(`CREATE VIEW ${identifier(name)} AS ${await eventTableSql(session, spool)}`);
  } catch (error) {
    throw failure(
      "query.failed",
      { reason: `cannot read ${name} as ${FORMS[spool.form]}: ${plainReason(error, spool.path)}` },
      error,
    );
  }
  return spool;
}

/** Most columns that a query over no events may name. */
const MOST_GUESSES = 100;

/**
 * Runs `ask`; when it fails for a column that no table has and some event tables are empty, gives them that column and
 * runs it again: over no events every key is absent, and `count(*)` is 0. Nothing has been written by then.
 */
export async function withMissingColumns<T>(
  session: Session,
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

/** Makes a view over a file that DuckDB reads whole and well by itself. False: it is none of these. */
export async function openFileTable(session: Session, name: string, path: string): Promise<boolean> {
  const reader = /\.parquet$/i.test(path)
    ? "read_parquet"
    : /\.(csv|tsv)(\.gz|\.zst)?$/i.test(path)
      ? "read_csv"
      : undefined;
  if (reader === undefined) return false;
  const sample = reader === "read_csv" ? ", sample_size = -1" : "";
  const sql = `CREATE VIEW ${identifier(name)} AS SELECT * FROM ${reader}(${literal(path)}${sample})`;
  try {
    await session.connection.run(sql);
    return true;
  } catch (error) {
    throw sqlFailure(error, "", []);
  }
}

/** Whether the query may need the table: it has the name somewhere, or asks what tables there are. */
function mayName(sql: string, table: string): boolean {
  return (
    /\b(show|describe|summarize|pragma|duckdb_\w+|information_schema|sqlite_master|pg_\w+)\b/i.test(sql) ||
    mentions(sql, table)
  );
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

function sum(files: readonly TableFile[]): number {
  return files.reduce((bytes, file) => bytes + file.bytes, 0);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
