// A store of many compacted files, made at once: Parquet by DuckDB, filter files and statistics by our own code, and
// one commit for all. Kept under bench/.data by its size.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { data, root } from "./paths.mjs";

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse("2026-01-01T00:00:00Z");
const FILES_A_DAY = 10;
/** RowSource that share a trace_id. */
const ROWS_A_TRACE = 4;
const LAYOUT = { level: 3, rowGroupRows: 122_880, version: "V1" };

const column = (name, type) => ({ name, key: name, role: "value", type, isSibling: false });
export const COLUMNS = [
  column("timestamp", "timestamp"),
  column("level", "string"),
  column("service", "string"),
  column("host", "string"),
  column("trace_id", "string"),
  column("span_id", "string"),
  column("message", "string"),
  column("status", "integer"),
  column("latency_ms", "double"),
  column("path", "string"),
  column("user_id", "integer"),
];

/** The trace_id of row `n` of the store. */
export const traceSql = (n) => `md5((${n} // ${ROWS_A_TRACE})::VARCHAR)`;

/** A store with one table `logs` of `files` files with `rowsAFile` rows each; returns its path and bytes of Parquet. */
export async function needleStore({ files, rowsAFile }) {
  const store = join(data, `needle-${files}x${rowsAFile}`);
  if (!existsSync(store)) await make(store, files, rowsAFile);
  return store;
}

async function make(store, files, rowsAFile) {
  const { Session } = await ours("store/duckdb/duckdb.js");
  const part = `${store}.part`;
  rmSync(part, { recursive: true, force: true });
  const session = await Session.open({
    memoryBytes: 2 ** 31,
    threads: 2,
    tempDirectory: join(part, "spill"),
  });
  try {
    const adds = [];
    for (let file = 0; file < files; file++) {
      if (file % 50 === 0) process.stderr.write(`making file ${file} of ${files}\n`);
      adds.push(await addFile(session, join(part, "logs"), file, rowsAFile));
    }
    await commit(join(part, "logs"), adds);
    renameSync(part, store);
  } finally {
    session.close();
  }
}

async function addFile(session, table, file, rows) {
  const [{ copyParquet, fileTags }, { deltaStatistics }, { buildBloom, bloomPath }, { diskFiles }] =
    await Promise.all([
      ours("store/parquet/parquet.js"),
      ours("store/parquet/statistics.js"),
      ours("store/parquet/bloom.js"),
      ours("base/files.js"),
    ]);
  const start = FIRST_DAY + (file * DAY_MS) / FILES_A_DAY;
  const date = new Date(start).toISOString().slice(0, 10);
  const path = `date=${date}/part-${String(file).padStart(6, "0")}.parquet`;
  mkdirSync(dirname(join(table, path)), { recursive: true });
  const copied = await copyParquet(
    session,
    diskFiles,
    join(table, path),
    rowsSql(start, file * rows, rows),
    LAYOUT,
  );
  const bloom = bloomPath(table, path);
  mkdirSync(dirname(bloom), { recursive: true });
  const ids = COLUMNS.filter(({ name }) => name === "trace_id" || name === "span_id");
  writeFileSync(bloom, await buildBloom(session, join(table, path), ids));
  return {
    add: {
      path,
      partitionValues: { date },
      size: copied.bytes,
      modificationTime: start,
      dataChange: true,
      tags: fileTags({ checksum: copied.checksum, rawBytes: undefined }),
      stats: JSON.stringify(deltaStatistics(copied.rows, COLUMNS, copied.statistics)),
    },
  };
}

/** RowSource like those of the generator's app log, in the order of their time. */
function rowsSql(startMs, first, rows) {
  const stepUs = Math.floor((DAY_MS * 1000) / FILES_A_DAY / rows);
  const random = (salt, most) => `(hash(n + ${salt}) % ${most})::BIGINT`;
  const service = `'service-' || ${random(1, 20)}`;
  return `SELECT make_timestamp(${startMs * 1000} + (n - ${first}) * ${stepUs})::TIMESTAMPTZ AS timestamp,
    ['debug', 'info', 'info', 'info', 'info', 'warn', 'error'][1 + ${random(2, 7)}] AS level,
    ${service} AS service, ${service} || '-' || ${random(3, 8)} AS host,
    ${traceSql("n")} AS trace_id, md5('s' || n)[:16] AS span_id,
    'request ' || ${random(4, 5000)} || ' of batch ' || ${random(5, 300)} || ' took longer than expected' AS message,
    [200, 200, 200, 204, 301, 404, 500][1 + ${random(6, 7)}]::BIGINT AS status, ${random(7, 200000)} / 100 AS latency_ms,
    '/api/v1/items/' || ${random(8, 400)} AS path, (1000000 + ${random(9, 50000)})::BIGINT AS user_id
    FROM range(${first}, ${first + rows}) t(n)`;
}

/** A Parquet file with some rows, in a session of its own. */
export async function writeRows(path, startMs, rows) {
  const { Session } = await ours("store/duckdb/duckdb.js");
  const { copyParquet } = await ours("store/parquet/parquet.js");
  const { diskFiles } = await ours("base/files.js");
  const session = await Session.open({ memoryBytes: 2 ** 30, threads: 2, tempDirectory: `${path}.spill` });
  await copyParquet(session, diskFiles, path, rowsSql(startMs, 0, rows), LAYOUT);
  session.close();
}

async function commit(table, adds) {
  const { encodeActions, PROTOCOL } = await ours("store/delta/actions.js");
  const info = { commitInfo: { timestamp: FIRST_DAY, operation: "WRITE", operationParameters: {} } };
  const actions = [info, { protocol: PROTOCOL }, { metaData: await metadataOf() }, ...adds];
  mkdirSync(join(table, "_delta_log"), { recursive: true });
  writeFileSync(join(table, "_delta_log/00000000000000000000.json"), encodeActions(actions));
}

/** The `metaData` of a table with these columns. */
export async function metadataOf() {
  const { encodeSchema, schemaOf } = await ours("store/columns/schema.js");
  return {
    id: "00000000-0000-4000-8000-000000000000",
    format: { provider: "parquet", options: {} },
    schemaString: encodeSchema(schemaOf(COLUMNS)),
    partitionColumns: ["date"],
    configuration: {},
    createdTime: FIRST_DAY,
  };
}

/** A module of ours, as built. */
export const ours = (path) => import(join(root, "dist/lib", path));
