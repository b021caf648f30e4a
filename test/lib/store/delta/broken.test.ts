/** What is beside the commits may be lost or broken; the table must not care. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { writeSnapshotCache } from "../../../../src/lib/store/delta/cache/cache-write.js";
import { checkpoint, maybeCheckpoint } from "../../../../src/lib/store/delta/checkpoints/checkpoint.js";
import { writeCheckpoint } from "../../../../src/lib/store/delta/checkpoints/checkpoint-write.js";
import { cleanUpLog } from "../../../../src/lib/store/delta/checkpoints/clean-up.js";
import { readLastCheckpoint } from "../../../../src/lib/store/delta/checkpoints/last-checkpoint.js";
import { commitWith } from "../../../../src/lib/store/delta/commit.js";
import { checkpointKey, commitPath, listLog } from "../../../../src/lib/store/delta/listing.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { LocalStorage, localTable } from "../../../../src/lib/store/storage/local.js";
import { failingFiles } from "../wal/faults.js";
import { addOf, DAY_MS, makeTable, NOW_MS, openSession, plain, writeCommit } from "./support.js";

const files = diskFiles;

const cachePath = (table: string) => {
  const directory = join(table, "_index", "_snapshots");
  return join(directory, readdirSync(directory).sort().at(-1)!);
};

test("every broken byte of a cache, and every length of it, is noticed", async () => {
  const table = makeTable(12);
  const whole = plain(await readSnapshot(table));
  await writeSnapshotCache(localTable(table, files), await readSnapshot(table));
  const path = cachePath(table);
  const good = readFileSync(path);
  // Without the first commit only the cache can tell.
  const first = readFileSync(commitPath(table, 0));
  rmSync(commitPath(table, 0));
  expect(plain(await readSnapshot(table))).toEqual(whole);
  for (let at = 0; at < good.length; at += 37) {
    const bad = Buffer.from(good);
    bad[at]! ^= 1 + (at % 255);
    writeFileSync(path, bad);
    await expect(readSnapshot(table), `byte ${at}`).rejects.toThrow("version 0 of its log is missing");
    truncateSync(path, at);
    await expect(readSnapshot(table), `length ${at}`).rejects.toThrow("version 0 of its log is missing");
  }
  writeFileSync(commitPath(table, 0), first);
  expect(plain(await readSnapshot(table))).toEqual(whole);
});

test("a cache of another log of the same length is not used", async () => {
  const [one, other] = [makeTable(5), makeTable(5)];
  writeCommit(other, 5, [addOf(77)]);
  await writeSnapshotCache(localTable(other, files), await readSnapshot(other));
  rmSync(join(other, "_delta_log"), { recursive: true });
  for (let version = 0; version <= 5; version++)
    writeCommit(
      other,
      version,
      JSON.parse(`[${readFileSync(commitPath(one, version), "utf8").trim().replaceAll("\n", ",")}]`),
    );
  expect((await readSnapshot(other)).files.map((f) => f.add.path)).toEqual(
    (await readSnapshot(one)).files.map((f) => f.add.path),
  );
  // Put back to an earlier state: what is cached is the future.
  await writeSnapshotCache(localTable(other, files), await readSnapshot(other));
  rmSync(commitPath(other, 5));
  expect((await readSnapshot(other)).version).toBe(4);
});

test("a broken checkpoint or _last_checkpoint is survived while the commits are there", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const table = makeTable(20);
  const whole = plain(await readSnapshot(table));
  for (const version of [7, 14])
    await writeCheckpoint({
      table: localTable(table, files),
      session,
      snapshot: await readSnapshot(table, files, { version }),
      nowMs: NOW_MS,
    });
  const path = join(table, checkpointKey(14));
  const good = readFileSync(path);
  const flipped = Buffer.from(good);
  flipped[Math.floor(good.length / 2)]! ^= 0xff;
  for (const bad of [
    Buffer.alloc(0),
    Buffer.from("PAR1"),
    good.subarray(0, good.length / 2),
    Buffer.alloc(good.length, 7),
    flipped,
  ]) {
    writeFileSync(path, bad);
    expect(plain(await readSnapshot(table))).toEqual(whole);
    rmSync(join(table, "_index"), { recursive: true, force: true });
  }
  for (const bad of ["", "{", "null", '{"version":99}', '{"version":"x"}']) {
    writeFileSync(join(table, "_delta_log", "_last_checkpoint"), bad);
    expect(plain(await readSnapshot(table))).toEqual(whole);
    rmSync(join(table, "_index"), { recursive: true, force: true });
  }
  // The next checkpoint puts both right.
  await checkpoint({ session, log: new TableLog(table), nowMs: NOW_MS });
  expect((await readLastCheckpoint(new LocalStorage(table, files)))?.version).toBe(20);
  writeFileSync(path, "");
  rmSync(commitPath(table, 0));
  expect((await readSnapshot(table)).version).toBe(20);
  rmSync(join(table, "_index"), { recursive: true });
  writeFileSync(join(table, checkpointKey(20)), "");
  writeFileSync(join(table, checkpointKey(7)), "");
  await expect(readSnapshot(table)).rejects.toThrow("a checkpoint that cannot be read");
});

test("clean-up keeps every version of the retention, and two ways to the newest", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const table = makeTable(60);
  const versions = new Map<number, unknown>();
  for (let version = 0; version <= 60; version++)
    versions.set(version, plain(await readSnapshot(table, files, { version })));
  for (const version of [10, 20, 28, 40, 50])
    await writeCheckpoint({
      table: localTable(table, files),
      session,
      snapshot: await readSnapshot(table, files, { version }),
      nowMs: NOW_MS - (60 - version) * DAY_MS,
    });
  const snapshot = await readSnapshot(table);
  expect(
    await cleanUpLog({ table: localTable(table, files), session, snapshot, nowMs: NOW_MS - 40 * DAY_MS }),
  ).toBe(0);
  // 30 days before is version 30: 28 is the checkpoint that leads there.
  expect(await cleanUpLog({ table: localTable(table, files), session, snapshot, nowMs: NOW_MS })).toBe(
    28 + 2,
  );
  expect((await listLog(new LocalStorage(table, files))).commits[0]).toBe(28);
  for (let version = 28; version <= 60; version++)
    expect(plain(await readSnapshot(table, files, { version }))).toEqual(versions.get(version));
  await expect(readSnapshot(table, files, { version: 27 })).rejects.toThrow("it has no version 27");
  rmSync(join(table, checkpointKey(50)));
  rmSync(join(table, checkpointKey(40)));
  expect(plain(await readSnapshot(table))).toEqual(versions.get(60));
  expect(
    await cleanUpLog({ table: localTable(table, files), session, snapshot, nowMs: NOW_MS + 1000 * DAY_MS }),
  ).toBe(0);
});

test("clean-up does nothing when a checkpoint it would leave behind is broken, or when it is off", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const off = { "delta.enableExpiredLogCleanup": "false", "delta.logRetentionDuration": "interval 1 days" };
  for (const [isOff, table] of [
    [true, makeTable(40, off)],
    [false, makeTable(40)],
  ] as const) {
    for (const version of [5, 35])
      await writeCheckpoint({
        table: localTable(table, files),
        session,
        snapshot: await readSnapshot(table, files, { version }),
        nowMs: NOW_MS,
      });
    const snapshot = await readSnapshot(table);
    if (!isOff) writeFileSync(join(table, checkpointKey(35)), "broken");
    const cleaned = cleanUpLog({ table: localTable(table, files), session, snapshot, nowMs: NOW_MS });
    if (isOff) expect(await cleaned).toBe(0);
    else await expect(cleaned).rejects.toThrow();
    expect((await listLog(new LocalStorage(table, files))).commits.length).toBe(41);
  }
});

test("two who write the same checkpoint at once leave a whole one and no drafts", {
  timeout: 300_000,
}, async () => {
  const table = makeTable(30);
  const whole = plain(await readSnapshot(table));
  const sessions = await Promise.all([openSession(), openSession(), openSession()]);
  await Promise.all(
    sessions.map((session) => checkpoint({ session, log: new TableLog(table), nowMs: NOW_MS })),
  );
  for (let version = 0; version < 30; version++) rmSync(commitPath(table, version));
  rmSync(join(table, "_index"), { recursive: true });
  expect(plain(await readSnapshot(table)).files).toEqual(whole.files);
  const names = readdirSync(join(table, "_delta_log"), { withFileTypes: true }).map((entry) => entry.name);
  expect(names.sort()).toEqual([
    "00000000000000000030.checkpoint.parquet",
    "00000000000000000030.json",
    "_last_checkpoint",
  ]);
});

test("whichever file call of a checkpoint fails, the table stays as it was", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const table = makeTable(3);
  const whole = plain(await readSnapshot(table));
  for (let n = 1; ; n++) {
    const { files: failing, calls } = failingFiles(n, "ENOSPC", false);
    const log = new TableLog(table, failing);
    await checkpoint({ session, log, nowMs: NOW_MS }).catch((error: Error) =>
      expect(error.message).toContain("ENOSPC"),
    );
    expect(plain(await readSnapshot(table))).toEqual(whole);
    const drafts = readdirSync(join(table, "_delta_log")).filter((name) => name.startsWith(".draft-"));
    expect(drafts.length).toBeLessThanOrEqual(1);
    if (calls() < n) break;
    rmSync(join(table, checkpointKey(3)), { force: true });
    rmSync(join(table, "_index"), { recursive: true, force: true });
    for (const draft of drafts) rmSync(join(table, "_delta_log", draft));
  }
});

test("checkpoints come every so many versions, and one that was missed is made up for", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const table = makeTable(0, { "delta.checkpointInterval": "10" });
  const log = new TableLog(table);
  const made: number[] = [];
  for (let n = 1; n <= 45; n++) {
    await commitWith(log, () => [addOf(1000 + n)]);
    // Between 18 and 33 every writer dies before it comes to that.
    if (n > 18 && n < 33) continue;
    const done = await maybeCheckpoint({ session, log, nowMs: NOW_MS });
    if (done !== undefined) made.push("version" in done ? done.version : -1);
  }
  expect(made).toEqual([10, 40]);
  expect((await readLastCheckpoint(new LocalStorage(table, files)))?.numOfAddFiles).toBe(41);
});

test("writers that are gone for a week are forgotten, positions and other applications never", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const table = makeTable(20);
  const log = new TableLog(table);
  const old = NOW_MS - 400 * DAY_MS;
  await commitWith(log, () => [
    { commitInfo: { held: { "a.log": "aGVsZA==" } } },
    { txn: { appId: "source:a.log", version: 5, lastUpdated: old } },
    { txn: { appId: "spark", version: 5, lastUpdated: old } },
    ...Array.from({ length: 20 }, (_, days) => ({
      txn: { appId: `wal:${days}`, version: 1, lastUpdated: NOW_MS - days * DAY_MS },
    })),
    { txn: { appId: "wal:here", version: 5, lastUpdated: old } },
  ]);
  await files.makeDirectory(join(table, "_wal"));
  await files.makeDirectory(join(table, "_wal", "here"));
  await writeCheckpoint({
    table: localTable(table, files),
    session,
    snapshot: await log.refresh(),
    nowMs: NOW_MS,
  });
  for (let version = 0; version <= 20; version++) rmSync(commitPath(table, version));
  const { txns, positions } = await readSnapshot(table);
  const writers = [...txns.keys()].filter((id) => id.startsWith("wal:")).sort();
  expect(writers).toEqual([
    "wal:0",
    "wal:1",
    "wal:2",
    "wal:3",
    "wal:4",
    "wal:5",
    "wal:6",
    "wal:7",
    "wal:here",
  ]);
  expect(txns.get("spark")).toBe(5);
  expect([...positions.values()]).toEqual([{ source: "a.log", offset: 5, held: "aGVsZA==" }]);
});

test("lines that sources hold are found again behind a checkpoint of another engine", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const table = makeTable(2);
  writeCommit(table, 3, [
    { commitInfo: { held: { s: "b25l", t: "dHdv" } } },
    { txn: { appId: "source:s", version: 5 } },
    { txn: { appId: "source:t", version: 6 } },
  ]);
  writeCommit(table, 4, [{ commitInfo: { operation: "WRITE" } }, { txn: { appId: "source:t", version: 7 } }]);
  await session.run(`COPY (SELECT {minReaderVersion: 1, minWriterVersion: 2} AS protocol, NULL::STRUCT(id VARCHAR, schemaString VARCHAR) AS "metaData", NULL::STRUCT(appId VARCHAR, "version" BIGINT) AS txn
    UNION ALL SELECT NULL, {id: 'x', schemaString: '{"type":"struct","fields":[]}'}, NULL
    UNION ALL SELECT NULL, NULL, unnest([{appId: 'source:s', "version": 5}, {appId: 'source:t', "version": 7}])) TO '${join(table, checkpointKey(4))}' (FORMAT parquet)`);
  const { positions, metadata, files: none } = await readSnapshot(table);
  expect([...positions.values()]).toEqual([
    { source: "s", offset: 5, held: "b25l" },
    { source: "t", offset: 7 },
  ]);
  expect([metadata?.partitionColumns, none.length]).toEqual([[], 0]);
});
