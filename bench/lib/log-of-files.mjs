// A table whose log names many Parquet files that are not there: enough to plan a query over them.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { data } from "./paths.mjs";

const DAY_MS = 86_400_000;
const START_MS = Date.parse("2026-01-01T00:00:00Z");
const FILES_A_COMMIT = 100;
const DAYS = 300;

/** Columns with their least and greatest values in file `n`; ids are as good as random. */
const COLUMNS = {
  timestamp: (n, files) => [
    new Date(timeOf(n, files)).toISOString(),
    new Date(timeOf(n + 1, files)).toISOString(),
  ],
  level: () => ["debug", "warn"],
  service: (n) => [`service-${n % 20}`, `service-${n % 20}`],
  host: () => ["host-01", "host-64"],
  message: (n) => [`GET /${id(n, "a").slice(0, 24)}`, `user ${id(n, "b").slice(0, 24)}`],
  trace_id: (n) => [`00${id(n, "c").slice(2)}`, `ff${id(n, "d").slice(2)}`],
  span_id: (n) => [id(n, "e").slice(16), id(n, "f").slice(16)].sort(),
  status: () => [200, 504],
  duration_ms: (n) => [0, 1000 + (n % 977)],
  user_id: (n) => [n, n + 50_000],
  path: () => ["/", "/users/settings"],
  method: () => ["DELETE", "PUT"],
};

function timeOf(n, files) {
  return START_MS + Math.floor((n * DAYS * DAY_MS) / files);
}

function id(n, salt) {
  return createHash("md5").update(`${salt}${n}`).digest("hex");
}

/** The store of the table `logs`; made once. */
export function storeOfFiles(files) {
  const store = join(data, `plan-${files}`);
  const log = join(store, "logs", "_delta_log");
  const mark = join(store, "complete");
  if (existsSync(mark)) return store;
  rmSync(store, { recursive: true, force: true });
  mkdirSync(log, { recursive: true });
  for (let first = 0, version = 0; first < files; first += FILES_A_COMMIT, version += 1) {
    const adds = Array.from({ length: Math.min(FILES_A_COMMIT, files - first) }, (_, i) =>
      addOf(first + i, files),
    );
    const actions = [
      { commitInfo: { timestamp: timeOf(first, files), operation: "WRITE" } },
      ...(version === 0 ? opening() : []),
      ...adds,
    ];
    writeFileSync(
      join(log, `${String(version).padStart(20, "0")}.json`),
      actions.map((a) => `${JSON.stringify(a)}\n`).join(""),
    );
  }
  writeFileSync(mark, "");
  return store;
}

function opening() {
  const type = (name) =>
    name === "timestamp" ? name : typeof COLUMNS[name](0, 1)[0] === "number" ? "long" : "string";
  const fields = Object.keys(COLUMNS).map((name) => ({
    name,
    type: type(name),
    nullable: true,
    metadata: { "logpipe.key": name },
  }));
  const schema = {
    type: "struct",
    fields: [...fields, { name: "date", type: "date", nullable: true, metadata: {} }],
  };
  return [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: "plan",
        format: { provider: "parquet", options: {} },
        schemaString: JSON.stringify(schema),
        partitionColumns: ["date"],
        configuration: {},
      },
    },
  ];
}

function addOf(n, files) {
  const bounds = Object.entries(COLUMNS).map(([name, of]) => [name, of(n, files)]);
  const pick = (side) => Object.fromEntries(bounds.map(([name, both]) => [name, both[side]]));
  const nullCount = Object.fromEntries(bounds.map(([name]) => [name, 0]));
  const date = new Date(timeOf(n, files)).toISOString().slice(0, 10);
  return {
    add: {
      path: `date=${date}/part-${id(n, "path")}.parquet`,
      partitionValues: { date },
      size: 1_000_000 + (n % 7919),
      modificationTime: timeOf(n, files),
      dataChange: true,
      stats: JSON.stringify({ numRecords: 10_000, minValues: pick(0), maxValues: pick(1), nullCount }),
    },
  };
}
