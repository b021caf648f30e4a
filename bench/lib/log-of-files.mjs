// A table log that names many files, of which those of one day are there: enough to plan queries. Kept under
// bench/.data by its size.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { COLUMNS, metadataOf, ours, writeRows } from "./needle-store.mjs";
import { data } from "./paths.mjs";

const FIRST = Date.parse("2024-01-01T00:00:00Z");
/** A file every quarter of an hour. */
const FILE_MS = 900_000;
const A_COMMIT = 1000;

/** A store whose table `logs` has `files` files, each of one quarter of an hour; returns its path. */
export async function logOfFiles(files) {
  const store = join(data, `files-${files}`);
  if (existsSync(store)) return store;
  const { encodeActions, PROTOCOL } = await ours("store/delta/actions.js");
  const part = `${store}.part`;
  rmSync(part, { recursive: true, force: true });
  const log = join(part, "logs/_delta_log");
  mkdirSync(log, { recursive: true });
  for (let first = 0; first < files; first += A_COMMIT) {
    const adds = Array.from({ length: Math.min(A_COMMIT, files - first) }, (_, i) => add(first + i));
    const info = { commitInfo: { timestamp: FIRST, operation: "WRITE", operationParameters: {} } };
    const start = first === 0 ? [{ protocol: PROTOCOL }, { metaData: await metadataOf() }] : [];
    const name = `${String(first / A_COMMIT).padStart(20, "0")}.json`;
    writeFileSync(join(log, name), encodeActions([info, ...start, ...adds]));
  }
  const { readSnapshot } = await ours("store/delta/snapshot.js");
  const { writeSnapshotCache } = await ours("store/delta/cache/cache-write.js");
  const { diskFiles } = await ours("base/files.js");
  await writeSnapshotCache(diskFiles, await readSnapshot(join(part, "logs")));
  await makeDay(join(part, "logs"));
  renameSync(part, store);
  return store;
}

/** The first of February 2024. */
const DAY = { first: 31 * 96, files: 96 };

async function makeDay(table) {
  for (let n = DAY.first; n < DAY.first + DAY.files; n++) {
    const path = join(table, add(n).add.path);
    mkdirSync(dirname(path), { recursive: true });
    if (n === DAY.first) await writeRows(path, FIRST + n * FILE_MS, 1000);
    else copyFileSync(join(table, add(DAY.first).add.path), path);
  }
}

/** Statistics as wide as those of a real file of the app log. */
function add(n) {
  const start = FIRST + n * FILE_MS;
  const date = new Date(start).toISOString().slice(0, 10);
  const hex = n.toString(16).padStart(8, "0");
  const text = (name) => [`${name}-0${n % 10}`, `${name}-9${n % 10}`];
  const bounds = {
    timestamp: [new Date(start).toISOString(), new Date(start + FILE_MS - 1).toISOString()],
    status: [200, 504],
    latency_ms: [0.01, 1999.99],
    user_id: [1_000_000 + (n % 100), 1_049_999],
    trace_id: [`0000${hex}`, `ffff${hex}`],
    span_id: [`0001${hex}`, `fffe${hex}`],
  };
  const side = (i) => Object.fromEntries(COLUMNS.map(({ name }) => [name, (bounds[name] ?? text(name))[i]]));
  const stats = {
    numRecords: 100_000,
    minValues: side(0),
    maxValues: side(1),
    nullCount: Object.fromEntries(COLUMNS.map(({ name }) => [name, 0])),
  };
  return {
    add: {
      path: `date=${date}/part-${hex}.parquet`,
      partitionValues: { date },
      size: 5_000_000 + n,
      modificationTime: start,
      dataChange: true,
      stats: JSON.stringify(stats),
    },
  };
}
