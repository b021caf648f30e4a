/** Logs made at random, and snapshots as plain data. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import fc from "fast-check";
import { onTestFinished } from "vitest";
import { EMPTY_SCHEMA, encodeSchema } from "../../../../src/lib/store/columns/schema.js";
import type { LogAction } from "../../../../src/lib/store/delta/actions.js";
import { encodeActions } from "../../../../src/lib/store/delta/actions.js";
import { commitPath } from "../../../../src/lib/store/delta/listing.js";
import { commitName, type Snapshot } from "../../../../src/lib/store/delta/snapshot.js";
import { rawMembers } from "../../../../src/lib/store/delta/table-file.js";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import { temporaryDirectory } from "../support.js";

export const NOW_MS = Date.parse("2026-11-21T12:00:00.000Z");
export const DAY_MS = 86_400_000;

export async function openSession(): Promise<Session> {
  const session = await Session.open({
    memoryBytes: 256 * 1024 * 1024,
    threads: 2,
    tempDirectory: join(temporaryDirectory(), "spill"),
  });
  onTestFinished(() => session.close());
  return session;
}

export function firstCommit(configuration: Record<string, string> = {}): LogAction[] {
  return [
    { commitInfo: { timestamp: NOW_MS - 100 * DAY_MS, operation: "WRITE" } },
    { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: "5f0c4bd8-3c1f-4e1c-8d0e-5a4b3c2d1e0f",
        format: { provider: "parquet", options: {} },
        schemaString: encodeSchema(EMPTY_SCHEMA),
        partitionColumns: ["date"],
        configuration,
        createdTime: NOW_MS,
      },
    },
  ];
}

export function addOf(n: number, more: object = {}): LogAction {
  return {
    add: {
      path: `date=2026-11-21/part-${n}.parquet`,
      partitionValues: { date: "2026-11-21" },
      size: 1000 + n,
      modificationTime: NOW_MS,
      dataChange: true,
      stats: `{"numRecords":${n},"minValues":{"timestamp":"2026-11-21T00:00:00.000Z"},"maxValues":{"timestamp":"2026-11-21T01:00:00.000Z"},"nullCount":{"timestamp":0}}`,
      ...more,
    },
  };
}

export function writeCommit(table: string, version: number, actions: readonly LogAction[]): void {
  const log = join(table, "_delta_log");
  mkdirSync(log, { recursive: true });
  writeFileSync(join(log, commitName(version)), encodeActions(actions));
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("a", "é\u{1f600}", "\u0000", "__proto__", '"', "\\", "%2F", "'"),
);
const whole = fc.oneof(fc.constantFrom("9223372036854775807", "-9007199254740993"), fc.integer().map(String));
const bound = fc.oneof(
  whole,
  text.map((t) => JSON.stringify(t)),
  fc.constantFrom("0.1", "1e300", "-0.0", "true"),
);
const bounds = fc.dictionary(fc.constantFrom("timestamp", "n", "Text", "odd name", "constructor"), bound, {
  maxKeys: 3,
});
const objectText = (values: Record<string, string>) =>
  `{${Object.entries(values)
    .map(([k, v]) => `${JSON.stringify(k)}:${v}`)
    .join(",")}}`;
const stats = fc.oneof(
  fc
    .record({
      n: fc.nat(1_000_000),
      min: bounds,
      max: bounds,
      nulls: fc.dictionary(fc.constantFrom("n", "Text"), fc.nat().map(String), { maxKeys: 2 }),
    })
    .map(
      ({ n, min, max, nulls }) =>
        `{"numRecords":${n},"minValues":${objectText(min)},"maxValues":${objectText(max)},"nullCount":${objectText(nulls)}}`,
    ),
  fc.constantFrom('{"numRecords":3,"tightBounds":false,"minValues":{"n":1}}', '{"numRecords":4}', "{}"),
);
const add = fc
  .record({
    path: fc.nat(12).map((n) => `date=2026-11-21/part-${n}%20x.parquet`),
    partitionValues: fc.dictionary(fc.constantFrom("date", "service"), fc.option(text), { maxKeys: 2 }),
    size: fc.nat(),
    modificationTime: fc.nat(),
    dataChange: fc.boolean(),
  })
  .chain((base) =>
    fc
      .record({ stats: fc.option(stats), tags: fc.option(fc.dictionary(text, text, { maxKeys: 2 })) })
      .map(({ stats: s, tags }) => ({
        ...base,
        ...(s === null ? {} : { stats: s }),
        ...(tags === null ? {} : { tags }),
      })),
  );
const remove = fc.nat(12).map((n) => ({
  remove: { path: `date=2026-11-21/part-${n}%20x.parquet`, deletionTimestamp: NOW_MS, dataChange: true },
}));
const txn = fc
  .record({
    appId: fc.oneof(
      fc.nat(3).map((n) => `wal:${n}`),
      text.map((t) => `app ${t}`),
    ),
    version: fc.nat(),
  })
  .map((one) => ({ txn: { ...one, lastUpdated: NOW_MS } }));

/** Commits after the first one; positions only go forward, as those of sources do. */
export const commits: fc.Arbitrary<LogAction[][]> = fc
  .array(
    fc.record({
      adds: fc.uniqueArray(add, { maxLength: 3, selector: (a) => a.path }),
      removes: fc.array(remove, { maxLength: 2 }),
      txns: fc.array(txn, { maxLength: 2 }),
      held: fc.option(text),
      source: fc.nat(2),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(({ adds, removes, txns, held, source }, i) => {
      const name = `source ${source}`;
      const added = new Set(adds.map((a) => a.path));
      return [
        { commitInfo: { timestamp: NOW_MS + i, ...(held === null ? {} : { held: { [name]: held } }) } },
        { txn: { appId: `source:${name}`, version: i * 10, lastUpdated: NOW_MS } },
        ...txns,
        ...removes.filter((r) => !added.has(r.remove.path)),
        ...adds.map((one) => ({ add: one })),
      ];
    }),
  );

/** Members that are not there say the same as empty ones; their order says nothing. */
function wholeStats(raw: string | undefined): unknown {
  const members = Object.fromEntries(rawMembers(raw));
  if (members["numRecords"] === undefined) return members;
  const columns = (name: string) => [...rawMembers(members[name])].sort();
  return {
    ...members,
    minValues: columns("minValues"),
    maxValues: columns("maxValues"),
    nullCount: columns("nullCount"),
  };
}

/** All that a snapshot says; equal data are equal tables. */
export function plain(snapshot: Snapshot) {
  const sorted = <T extends { path: string }>(list: readonly T[]) =>
    [...list].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    version: snapshot.version,
    metadata: snapshot.metadata,
    protocol: snapshot.protocol,
    files: sorted(
      snapshot.files.map((file) => ({
        ...{
          ...file.add,
          stats: wholeStats(file.add.stats),
          tags: file.tags,
          dataChange: undefined,
        },
        where: relative(snapshot.directory, file.path),
        rows: file.rows,
        times: [file.minTimestamp, file.maxTimestamp, file.minTimestampMs, file.maxTimestampMs, file.date],
        bounds: ["timestamp", "n", "Text", "odd name", "constructor", "none"].map((name) =>
          file.bounds(name),
        ),
        parsed: file.stats,
      })),
    ),
    txns: [...snapshot.txns].filter(([id]) => !id.startsWith("logpipe.held ")).sort(),
    times: [...snapshot.transactions.values()]
      .filter((t) => !t.appId.startsWith("logpipe.held "))
      .map((t) => `${t.appId} ${t.lastUpdated}`)
      .sort(),
    positions: [...snapshot.positions.values()].sort((a, b) => (a.source < b.source ? -1 : 1)),
    removed: sorted([...snapshot.removed.values()]).map((r) => ({ ...r, dataChange: undefined })),
  };
}

/** Versions 0 to `last`, each with a file; the commit of version v is `last - v` days old. */
export function makeTable(last: number, configuration: Record<string, string> = {}): string {
  const table = join(temporaryDirectory(), "logs");
  for (let version = 0; version <= last; version++) {
    const txn: LogAction = {
      txn: { appId: `job:${version}`, version: 1, lastUpdated: NOW_MS - (last - version) * DAY_MS },
    };
    const remove: LogAction[] =
      version % 5 === 4
        ? [{ remove: { path: addOf(version - 1).add!.path, deletionTimestamp: NOW_MS, dataChange: false } }]
        : [];
    const start = version === 0 ? firstCommit(configuration) : [];
    writeCommit(table, version, [...start, txn, addOf(version), ...remove]);
    const seconds = (NOW_MS - (last - version) * DAY_MS) / 1000;
    utimesSync(commitPath(table, version), seconds, seconds);
  }
  return table;
}
