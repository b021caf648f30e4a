/**
 * Brings the files of a table in line with its schema after a change of a key's columns: values move out of retired
 * columns, and out of siblings into a type that was set. Readers and writers go on meanwhile, because the view unites
 * old and new columns and what is written is right already. May be killed anywhere and run again.
 */
import { assert } from "../../../base/assert.js";
import { failure } from "../../../base/errors/index.js";
import type { Files } from "../../../base/files.js";
import { identifier, literal } from "../../columns/names.js";
import { type Column, schemaOf, type TableSchema } from "../../columns/schema.js";
import { misplacedSql, remainingSql, retiredOf, valueSql } from "../../columns/value.js";
import { commitWith, schemaActions } from "../../delta/commit.js";
import type { Snapshot, TableFile, TableLog } from "../../delta/snapshot.js";
import { fetchFiles } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";
import { rewriteFiles } from "../rewrite/rewrite.js";
import { LEVEL_TAG, SORTED_TAG } from "../rewrite/rewrite-group.js";
import { scanSql } from "../rewrite/rewrite-sql.js";
import { withoutColumns } from "./change.js";

export interface SettleOptions {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
  /** Called after each batch of files. */
  readonly onProgress?: ((progress: SettleProgress) => void) | undefined;
  /** When aborted, the work ends after the batch at hand. */
  readonly signal?: AbortSignal | undefined;
}

export interface SettleProgress {
  /** Files looked at; those with values to move were rewritten. */
  readonly seen: number;
  readonly rewritten: number;
  /** Files of the table at the moment. */
  readonly files: number;
}

export interface SettleReport {
  readonly rewritten: number;
  readonly bytes: number;
  /** Columns that are gone from the schema. */
  readonly dropped: readonly string[];
}

const BATCH_BYTES = 256 * 1024 * 1024;
const BATCH_FILES = 64;

/** Resolves when no file has a value of the key where it is not to stay. */
export async function settleKey(options: SettleOptions, key: string): Promise<SettleReport> {
  const settled = new Set<string>();
  let rewritten = 0;
  let bytes = 0;
  for (;;) {
    const snapshot = await options.log.refresh();
    const open = snapshot.files.filter((file) => !settled.has(file.add.path) && mayHold(file, snapshot, key));
    const batch = firstBatch(open);
    if (batch.length === 0 || options.signal?.aborted === true) break;
    const moving: TableFile[] = [];
    for (const file of batch) {
      if (await hasMisplaced(options, snapshot.schema, key, file)) moving.push(file);
      else settled.add(file.add.path);
    }
    if (moving.length > 0 && (await rewrite(options, snapshot, key, moving))) {
      rewritten += moving.length;
      bytes += moving.reduce((sum, file) => sum + file.bytes, 0);
    }
    const seen = snapshot.files.length - open.length + batch.length;
    options.onProgress?.({ seen, rewritten, files: snapshot.files.length });
  }
  return { rewritten, bytes, dropped: await dropColumns(options, key) };
}

/** False only when the statistics rule it out. */
function mayHold(file: TableFile, { schema }: Snapshot, key: string): boolean {
  const isSet = schema.byKey.get(key)?.[0]?.isSet === true;
  const old = isSet ? oldColumns(schema, key) : retiredOf(schema, key);
  return old.some((column) => hasColumn(file, column) !== false);
}

/** Whether a file has the column, with or without values, as the statistics say; undefined: they do not say. */
function hasColumn(file: TableFile, column: Column): boolean | undefined {
  // Our own files have a count of nulls for every column but structs; of others' nothing is known.
  const isOurs = Object.keys(file.tags).some((tag) => tag.startsWith("logpipe."));
  if (!isOurs || file.rows === undefined || column.type === "struct") return undefined;
  return file.bounds(column.name).nulls !== undefined;
}

function oldColumns(schema: TableSchema, key: string): Column[] {
  return [...(schema.byKey.get(key) ?? []).slice(1), ...retiredOf(schema, key)];
}

/** Files that can become one: those of the first one's packing, up to a bound. */
function firstBatch(files: readonly TableFile[]): TableFile[] {
  const packing = (file: TableFile) => `${file.tags[LEVEL_TAG]} ${file.tags[SORTED_TAG]}`;
  const batch: TableFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (packing(file) !== packing(files[0]!)) continue;
    bytes += file.bytes;
    if (batch.length > 0 && (bytes > BATCH_BYTES || batch.length === BATCH_FILES)) break;
    batch.push(file);
  }
  return batch;
}

async function hasMisplaced(
  { session, log }: SettleOptions,
  schema: TableSchema,
  key: string,
  file: TableFile,
): Promise<boolean> {
  await fetchFiles(log, [file]);
  const present = await session.rowsJson(
    `SELECT DISTINCT lower(name) FROM parquet_schema(${literal(file.path)})`,
  );
  const names = new Set(present.map(([name]) => String(name)));
  // Also a column without values must go from the files before it can go from the schema.
  if (retiredOf(schema, key).some((column) => names.has(column.name.toLowerCase()))) return true;
  const condition = misplacedSql(schema, key);
  if (condition === undefined) return false;
  const siblings = (schema.byKey.get(key) ?? []).slice(1);
  const counts = siblings
    .filter((column) => names.has(column.name.toLowerCase()))
    .map((column) => `count(${identifier(column.name)})`);
  const found = await session.rowsJson(
    `SELECT ${[`count_if(${condition})`, ...counts].join(", ")} FROM (${scanSql(schema.columns, [file.path])})`,
  );
  const [misplaced, ...held] = (found[0] ?? []).map(Number);
  return misplaced! > 0 || held.includes(0);
}

async function rewrite(
  { files, session, log, nowMs }: SettleOptions,
  { schema }: Snapshot,
  key: string,
  inputs: readonly TableFile[],
): Promise<boolean> {
  const live = schema.byKey.get(key) ?? [];
  const first = live[0]!;
  const sqlOf = (column: Column) =>
    column === first ? valueSql(schema, column) : remainingSql(schema, column);
  await fetchFiles(log, inputs);
  const empty = await countMoved({ session, schema, key, inputs, sqlOf });
  const kept = schema.columns.filter(
    (column) =>
      !(column.role === "value" && column.key === key && (column.isRetired === true || empty.has(column))),
  );
  const isSorted = inputs[0]!.tags[SORTED_TAG] !== undefined;
  const level = inputs[0]!.tags[LEVEL_TAG];
  const report = await rewriteFiles({
    files,
    session,
    log,
    nowMs,
    inputs,
    schema: schemaOf(kept),
    select: (column) => (live.includes(column) ? sqlOf(column) : undefined),
    isDataChange: false,
    operation: "CHANGE COLUMN",
    parameters: { column: key },
    level: level === undefined ? FLUSH_LEVEL : Number(level),
    sort: isSorted,
    // Another change of the key's columns may have made what was written wrong.
    alsoCommit: (newest) => (isStillRight(schema, newest.schema, key) ? [] : undefined),
  });
  return report !== undefined;
}

const FLUSH_LEVEL = 3;

interface Move {
  readonly session: Session;
  readonly schema: TableSchema;
  readonly key: string;
  readonly inputs: readonly TableFile[];
  readonly sqlOf: (column: Column) => string;
}

/** Siblings that no row will have a value in. Throws store.rewrite-differs unless every value arrives. */
async function countMoved({ session, schema, key, inputs, sqlOf }: Move): Promise<Set<Column>> {
  const live = schema.byKey.get(key) ?? [];
  const paths = inputs.map((file) => file.path);
  const count = (sql: string) => `count(${sql})`;
  const before = [...live, ...retiredOf(schema, key)].map((column) => count(identifier(column.name)));
  const after = live.map((column) => count(sqlOf(column)));
  const found = await session.rowsJson(
    `SELECT ${before.join(" + ")}, ${after.join(", ")} FROM (${scanSql(schema.columns, paths)})`,
  );
  const [total, ...counts] = (found[0] ?? []).map(Number);
  const moved = counts.reduce((sum, n) => sum + n, 0);
  if (total !== moved) {
    const reason = `of ${total} values of "${key}" ${moved} would be left: a row has two of them`;
    throw failure("store.rewrite-differs", { path: inputs[0]!.path, reason });
  }
  return new Set(live.slice(1).filter((_, i) => counts[i + 1] === 0));
}

/** Whether what is right for `before` is right for `now`: writers may have added siblings, nothing else may differ. */
function isStillRight(before: TableSchema, now: TableSchema, key: string): boolean {
  const facts = ({ name, type, isSibling, isSet, isRetired, aliases }: Column) =>
    JSON.stringify([name, type, isSibling, isSet, isRetired, aliases]);
  const old = new Set(before.columns.filter((column) => column.key === key).map(facts));
  const added = now.columns.filter((column) => column.key === key && !old.delete(facts(column)));
  return old.size === 0 && added.every(({ isSibling, isRetired }) => isSibling && isRetired !== true);
}

/** Takes the columns of the key that no file has out of the schema. */
async function dropColumns(options: SettleOptions, key: string): Promise<readonly string[]> {
  const { log, nowMs } = options;
  for (;;) {
    const snapshot = await log.refresh();
    const present = await columnsInFiles(options, snapshot, oldColumns(snapshot.schema, key));
    const schema = withoutColumns(snapshot.schema, key, (column) => !present.has(column.name));
    if (schema === snapshot.schema) return [];
    let isOutdated = false;
    const version = await commitWith(log, (newest) => {
      isOutdated = newest.version !== snapshot.version;
      return isOutdated
        ? undefined
        : [changeInfo("DROP COLUMNS", key, nowMs()), ...schemaActions(newest, schema, nowMs())];
    });
    const kept = new Set(schema.columns.map((column) => column.name));
    const gone = snapshot.schema.columns.filter((column) => !kept.has(column.name));
    if (version !== undefined) return gone.map((column) => column.name);
    assert(isOutdated, "a plan for the newest version is refused");
  }
}

/** The `commitInfo` of a change of the schema alone. */
export function changeInfo(operation: string, key: string, nowMs: number) {
  const operationParameters = { column: key };
  return {
    commitInfo: {
      timestamp: nowMs,
      operation,
      operationParameters,
      isBlindAppend: false,
      engineInfo: "logpipe",
    },
  };
}

const ASKED_AT_ONCE = 256;

/** Names of those columns that a file has, with or without values. */
async function columnsInFiles(
  { session, log }: SettleOptions,
  snapshot: Snapshot,
  columns: readonly Column[],
): Promise<Set<string>> {
  const found = new Set<string>();
  if (columns.length === 0) return found;
  const names = new Map(columns.map((column) => [column.name.toLowerCase(), column.name]));
  const unknown: TableFile[] = [];
  for (const file of snapshot.files) {
    const answers = columns.map((column) => hasColumn(file, column));
    if (answers.includes(undefined)) unknown.push(file);
    else for (const [i, { name }] of columns.entries()) if (answers[i] === true) found.add(name);
  }
  for (let i = 0; i < unknown.length && found.size < columns.length; i += ASKED_AT_ONCE) {
    const asked = unknown.slice(i, i + ASKED_AT_ONCE);
    await fetchFiles(log, asked);
    const paths = asked.map((file) => literal(file.path));
    const rows = await session.rowsJson(
      `SELECT DISTINCT lower(name) FROM parquet_schema([${paths.join(", ")}])`,
    );
    for (const [name] of rows) {
      const known = names.get(String(name));
      if (known !== undefined) found.add(known);
    }
  }
  return found;
}
