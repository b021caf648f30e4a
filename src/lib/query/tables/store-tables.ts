/** The tables of a store as a query sees them, over those of their files that it can need. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import { diskFiles } from "../../base/files.js";
import { makeTemporary } from "../../base/private-files/temporary-directory.js";
import { identifier } from "../../store/columns/names.js";
import { checkPresent } from "../../store/delta/as-of.js";
import { type TableFile, TableLog } from "../../store/delta/snapshot.js";
import type { Condition } from "../../store/parquet/condition.js";
import { isGone, unreadableFile } from "../../store/parquet/damaged.js";
import { type Pruned, prune } from "../../store/parquet/prune.js";
import { checkFilesUnchanged } from "../../store/parquet/unchanged.js";
import { openRelation, type Relation } from "../../store/read/relation.js";
import { UnflushedTable } from "../../store/read/unflushed-table.js";
import type { TablePlace } from "../../store/storage/storage.js";
import type { LiveProblem } from "../../store/wal/unflushed-segments.js";
import { type PlannedTable, planUses } from "../plan/plan.js";
import type { QuerySession } from "../session.js";
import { rangeCondition, type TimeRange, timeCondition } from "../sql/time-range.js";
import { withPresence } from "../values/presence.js";
import { splitKeysOf } from "../values/scope.js";
import { mentions } from "./tables.js";

/** What reading a store table costs, for `--explain`. */
export interface TableUse {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** What rows of it the query can use at most, as far as that is known. */
  readonly condition: Condition;
  readonly pruned: Pruned;
  readonly bytesRead: number;
  /** Columns of the Parquet files, and how many of them are read; undefined when that is not known. */
  readonly columns: number;
  readonly columnsRead: number | undefined;
  readonly liveEvents: number;
  readonly liveBytes: number;
}

export interface StoreTables {
  readonly names: readonly string[];
  readonly uses: readonly TableUse[];
  /** The SQL to run: asked in it whether a value is there, columns ask their siblings, too. */
  readonly sql: string;
  /** Tables that the SQL names and that are not there, because one of `others` has the name. */
  readonly hidden: readonly string[];
  /** What is not in the answer because the disk does not have it as it was written. */
  readonly problems: readonly TableProblem[];
  close(): Promise<void>;
}

/** Of one table. */
export interface TableProblem {
  readonly table: string;
  readonly problems: readonly LiveProblem[];
  /** Parts of its log that a recovery has set aside. */
  readonly damagedParts: number;
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

export interface StoreQuestion {
  readonly store: string;
  readonly sql: string;
  readonly range: TimeRange;
  /** Tables of the store whose log and data files are not in its directory, by their names. */
  readonly elsewhere?: ReadonlyMap<string, TablePlace>;
  /** Names of further tables that the query may use. */
  readonly others: readonly string[];
  /** The tables to open, where that is known; those that `sql` mentions when absent. */
  readonly only?: readonly string[];
  /**
   * Called with the files that the tables may read, before anything that is made of `sql` runs. Then nothing is tried
   * again.
   */
  readonly beforePlanning?: (paths: readonly string[]) => Promise<void>;
  /** Called with what made the live end be read the careful way. */
  readonly onSlow?: (error: unknown) => void;
}

/** Makes a view of each table that the SQL may name. They all show one moment; the live end is in them. */
export async function openStoreTables(session: QuerySession, question: StoreQuestion): Promise<StoreTables> {
  const mostAttempts = question.beforePlanning === undefined ? MOST_ATTEMPTS : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      return await openTables(session, question);
    } catch (error) {
      // Replaced and vacuumed since the snapshot was read: a newer one does not need it.
      if (!isGone(error) || attempt === mostAttempts) throw unreadableFile(error) ?? error;
      // What planning began.
      if (session.transaction !== undefined) await session.connection.run("ROLLBACK");
      session.transaction = undefined;
    }
  }
}

const MOST_ATTEMPTS = 5;

async function openTables(session: QuerySession, question: StoreQuestion): Promise<StoreTables> {
  const { store, sql, range, others, only, elsewhere = new Map<string, TablePlace>() } = question;
  const listed = await listTables(store).catch((error: unknown) => {
    throw failure("store.missing", { path: store, reason: reasonOf(error) }, error);
  });
  const names = [...new Set([...listed, ...elsewhere.keys()])].sort();
  const where = timeCondition(range);
  const tables: PlannedTable[] = [];
  const close = async () => void (await Promise.all(tables.map(({ relation }) => relation.close())));
  try {
    await makeTemporary(session.scratch);
    const taken = new Set(others.map((other) => other.toLowerCase()));
    const isHidden = (table: string) => taken.has(table.toLowerCase());
    const hidden = names.filter((table) => isHidden(table) && mentions(sql, table));
    const named = (only ?? names.filter((table) => mayName(sql, table))).filter((table) => !isHidden(table));
    for (const name of distinct(names.filter((table) => named.includes(table))))
      tables.push({
        name,
        relation: await openTable(session, question, name, only === undefined && asksForTables(sql)),
        where: where === "" ? "" : ` WHERE ${where}`,
      });
    await question.beforePlanning?.(tables.flatMap(({ relation }) => pathsOf(relation)));
    for (const { name, relation } of tables)
      session.splitKeys.set(name.toLowerCase(), splitKeysOf(relation.columns));
    const asked = await withPresence(session, sql);
    const planned = tables.length === 0 ? undefined : await planUses(session, asked, tables, others);
    const uses: TableUse[] = [];
    for (const table of tables)
      uses.push(
        await makeView(session, table, planned?.get(table.name) ?? { condition: rangeCondition(range) }),
      );
    const problems = tables
      .map(({ name, relation: { problems, damagedParts } }) => ({ table: name, problems, damagedParts }))
      .filter(({ problems, damagedParts }) => problems.length > 0 || damagedParts > 0);
    return { names, uses, sql: asked, hidden, problems, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function pathsOf({ files, livePaths }: Relation): readonly string[] {
  return [...files.map(({ path }) => path), ...livePaths];
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
  session: QuerySession,
  { store, range: { asOf }, elsewhere, onSlow }: StoreQuestion,
  name: string,
  isListed: boolean,
): Promise<Relation> {
  const directory = join(session.scratch, `live-${name}`);
  await makeTemporary(directory);
  const table = elsewhere?.get(name);
  return openRelation(table?.directory ?? join(store, name), {
    ...(table === undefined ? {} : { log: new TableLog(table) }),
    tempDirectory: directory,
    rows: async (sql) => (await session.connection.runAndReadAll(sql)).getRowsJS(),
    // Its tables would be seen in a listing.
    ...(isListed ? {} : { live: new UnflushedTable() }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(onSlow === undefined ? {} : { onSlow }),
  });
}

async function makeView(
  session: QuerySession,
  { name, relation, where }: PlannedTable,
  { condition, columns }: { readonly condition: Condition; readonly columns?: ReadonlySet<string> },
): Promise<TableUse> {
  const { snapshot, liveEvents, liveBytes, schema } = relation;
  const pruned = await prune(relation.table.storage, snapshot, condition);
  if (relation.isPast) await checkPresent(relation.table, snapshot, pruned.files);
  await relation.fetch(pruned.files);
  await checkFilesUnchanged(diskFiles, snapshot.directory, pruned.files);
  const view = `CREATE OR REPLACE VIEW ${identifier(name)} AS SELECT * FROM (${relation.over(pruned.files)})${where}`;
  await session.connection.run(view);
  session.transaction?.restore.push(view);
  return {
    name,
    files: snapshot.files.length,
    bytes: sum(snapshot.files),
    condition,
    pruned,
    bytesRead: sum(pruned.files),
    columns: schema.columns.length,
    columnsRead: columns?.size,
    liveEvents,
    liveBytes,
  };
}

/** Whether the query may need the table: it has the name somewhere, or asks what tables there are. */
function mayName(sql: string, table: string): boolean {
  return asksForTables(sql) || mentions(sql, table);
}

function asksForTables(sql: string): boolean {
  return /\b(show|describe|summarize|pragma|duckdb_\w+|information_schema|sqlite_master|pg_\w+)\b/i.test(sql);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function sum(files: readonly TableFile[]): number {
  return files.reduce((bytes, file) => bytes + file.bytes, 0);
}
