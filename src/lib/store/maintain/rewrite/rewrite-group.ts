/** The rows of some Parquet files into one new file, with proof that they are the same rows. */
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { failure } from "../../../base/errors/index.js";
import type { Files } from "../../../base/files.js";
import { identifier, literal } from "../../columns/names.js";
import { type Column, NANOSECONDS, TIMESTAMP_KEY } from "../../columns/schema.js";
import type { TableFile } from "../../delta/snapshot.js";
import { fetchFiles } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";
import { CHECKSUM_TAG, fileChecksum, RAW_BYTES_TAG } from "../../parquet/checksum.js";
import { packOnce, packParquet } from "../../parquet/pack.js";
import { type CopiedFile, fileTags } from "../../parquet/parquet.js";
import { isRoomy } from "../../write/needed.js";
import type { RewriteJob } from "./rewrite-job.js";
import { rewriteSql } from "./rewrite-sql.js";

/** A file that is written and durable under a temporary name. */
export interface RewrittenFile extends CopiedFile {
  readonly temporaryPath: string;
  readonly columns: readonly Column[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface RewrittenGroup {
  readonly rowsIn: number;
  /** Undefined when no row stays. */
  readonly file: RewrittenFile | undefined;
}

/** Tags of a file in the table's log: how it was sorted and packed. A file without them is as it was flushed. */
export const SORTED_TAG = "logpipe.sorted";
export const LEVEL_TAG = "logpipe.level";

export const COMPACT_LEVEL = 9;

/** `inputs` are of one partition; the new file is in `directory`. */
export async function rewriteGroup(
  job: RewriteJob,
  inputs: readonly TableFile[],
  directory: string,
): Promise<RewrittenGroup> {
  const { session, files } = job;
  const path = join(directory, `${randomUUID()}.parquet`);
  await fetchFiles(job.log, inputs);
  for (const input of inputs) await checkUnchanged(files, input);
  return session.withRoom(async () => {
    await files.remove(path).catch(() => {});
    // One transaction, so that now() in a condition is the same whenever it is asked.
    return inTransaction(session, () => writeGroup(job, inputs, path));
  });
}

/** Throws store.changed-file: what changed on the disk must not get a fresh checksum. Cost: two seconds a gigabyte. */
async function checkUnchanged(files: Files, { path, tags }: TableFile): Promise<void> {
  const wanted = tags[CHECKSUM_TAG];
  if (wanted === undefined) return;
  const file = await files.open(path, "read");
  try {
    if ((await fileChecksum(file)) !== wanted) throw failure("store.changed-file", { path });
  } finally {
    await file.close();
  }
}

async function writeGroup(
  job: RewriteJob,
  inputs: readonly TableFile[],
  path: string,
): Promise<RewrittenGroup> {
  const { session, files, level = COMPACT_LEVEL, sort = true } = job;
  const { schema } = await job.log.refresh();
  const facts = await factsOf(session, inputs);
  const columns = job.schema.columns.filter(
    (column) => job.select?.(column) !== undefined || facts.names.has(column.name.toLowerCase()),
  );
  const { sql, places } = rewriteSql(job, schema, columns, inputs);
  const before = await fingerprint(session, sql, columns);
  if (before.rows === 0) return { rowsIn: facts.rows, file: undefined };
  const order = sort ? sortColumns(columns).map((column) => column.name) : [];
  const orderBy = ` ORDER BY ${[...order.map(identifier), ...places].join(", ")}`;
  const settings = { level, rowGroupRows: rowGroupRows(facts.bytes / facts.rows) };
  const select = order.length === 0 ? sql : `${sql}${orderBy}`;
  const write = (await isRoomy(files, dirname(path), inputs)) ? packParquet : packOnce;
  const copied = await write(session, files, path, select, settings);
  const after = await fingerprint(
    session,
    `FROM read_parquet(${literal(path)}, hive_partitioning = false)`,
    columns,
  );
  if (after.rows !== before.rows || after.sum !== before.sum) {
    const reason = `${before.rows} rows were to be written and ${after.rows} came out, or others than those`;
    throw failure("store.rewrite-differs", { path: job.log.directory, reason });
  }
  const sorted = order.length === 0 ? {} : { [SORTED_TAG]: order.join(",") };
  const rawBytes = rawBytesOf(inputs, copied.rows / facts.rows);
  const tags = {
    ...fileTags({ checksum: copied.checksum, rawBytes }),
    ...sorted,
    [LEVEL_TAG]: String(level),
  };
  return { rowsIn: facts.rows, file: { ...copied, temporaryPath: path, columns, tags } };
}

/** What is known of the NDJSON that the rows came from, when `share` of the inputs' rows stay. */
function rawBytesOf(inputs: readonly TableFile[], share: number): number | undefined {
  const known = inputs.map(({ add }) => Number(add.tags?.[RAW_BYTES_TAG] ?? Number.NaN));
  const total = known.reduce((sum, bytes) => sum + bytes, 0);
  return Number.isNaN(total) ? undefined : Math.round(total * share);
}

async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.run("BEGIN TRANSACTION");
  try {
    const result = await work();
    await session.run("COMMIT");
    return result;
  } catch (error) {
    await session.run("ROLLBACK").catch(() => {});
    throw error;
  }
}

interface InputFacts {
  readonly rows: number;
  /** Before compression. */
  readonly bytes: number;
  /** Columns that a file has, or the log has for it, in lower case. */
  readonly names: ReadonlySet<string>;
}

async function factsOf(session: Session, inputs: readonly TableFile[]): Promise<InputFacts> {
  const paths = `[${inputs.map((file) => literal(file.path)).join(", ")}]`;
  const names = await session.rowsJson(`SELECT DISTINCT lower(name) FROM parquet_schema(${paths})`);
  const rows = await session.rowsJson(
    `SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata(${paths})`,
  );
  const bytes = await session.rowsJson(
    `SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata(${paths})`,
  );
  return {
    rows: Number(rows[0]?.[0]),
    bytes: Number(bytes[0]?.[0]),
    names: new Set([...names.map(([name]) => String(name)), ...inputs.flatMap(partitionNames)]),
  };
}

function partitionNames({ partition }: TableFile): string[] {
  return Object.keys(partition).flatMap((name) => (partition[name] ? [name.toLowerCase()] : []));
}

interface Fingerprint {
  readonly rows: number;
  /** Sum of the hashes of all rows: the same for the same rows in any order. */
  readonly sum: string;
}

async function fingerprint(session: Session, sql: string, columns: readonly Column[]): Promise<Fingerprint> {
  const names = columns.map((column) => identifier(column.name)).join(", ");
  const found = await session.rowsJson(`SELECT count(*), sum(hash(${names})) FROM (${sql})`);
  return { rows: Number(found[0]?.[0]), sum: String(found[0]?.[1]) };
}

/** The key whose events stand together in a sorted file. */
const SERVICE = "service";

function sortColumns(columns: readonly Column[]): Column[] {
  const service = columns.find((column) => column.key === SERVICE && column.role === "value");
  const nanoseconds = columns.find((column) => column.name === NANOSECONDS.name);
  return [service, TIMESTAMP_KEY, nanoseconds].filter((column) => column !== undefined);
}

const MOST_ROWS = 122_880;
const FEWEST_ROWS = 2048;
/** DuckDB holds a few row groups in memory while it writes. */
const ROW_GROUP_BYTES = 48 * 1024 * 1024;

function rowGroupRows(bytesPerRow: number): number {
  const fitting = Math.floor(ROW_GROUP_BYTES / Math.max(1, bytesPerRow) / FEWEST_ROWS) * FEWEST_ROWS;
  return Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, fitting));
}
