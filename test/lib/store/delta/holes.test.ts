/** Logs with holes, moments of the past, properties. */
import { existsSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { writeSnapshotCache } from "../../../../src/lib/store/delta/cache/cache-write.js";
import { writeCheckpoint } from "../../../../src/lib/store/delta/checkpoints/checkpoint-write.js";
import { commitWith, putCommit } from "../../../../src/lib/store/delta/commit.js";
import { commitPath } from "../../../../src/lib/store/delta/listing.js";
import { intervalMs } from "../../../../src/lib/store/delta/properties.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { LocalStorage, localTable } from "../../../../src/lib/store/storage/local.js";
import { temporaryDirectory } from "../support.js";
import { addOf, DAY_MS, makeTable, NOW_MS, openSession, plain } from "./support.js";

const files = diskFiles;

test("a hole in the log is said; a commit into the past of a cleaned log is not made", async () => {
  const table = makeTable(6);
  const log = new TableLog(table);
  await log.refresh();
  rmSync(commitPath(table, 4));
  await expect(readSnapshot(table)).rejects.toThrow("version 4 of its log is missing");
  expect(await putCommit(new LocalStorage(table, files), 5, [addOf(9)])).toBe(false);
  expect(existsSync(commitPath(table, 6))).toBe(true);
});

test("a hole right after a cache is said, and nothing is hidden or committed there", async () => {
  const table = makeTable(12);
  const snapshot = await readSnapshot(table, files, { version: 5 });
  await writeSnapshotCache(localTable(table, files), snapshot);
  rmSync(commitPath(table, 6));
  await expect(readSnapshot(table)).rejects.toThrow("version 6 of its log is missing");
  const commit = commitWith(new TableLog(table), () => [addOf(99)]);
  await expect(commit).rejects.toThrow("version 6 of its log is missing");
});

test("a cache that the log was cleaned past is not needed to read a later version", async () => {
  const table = makeTable(12);
  const session = await openSession();
  const wanted = plain(await readSnapshot(table, files, { version: 10 }));
  await writeSnapshotCache(localTable(table, files), await readSnapshot(table, files, { version: 3 }));
  await writeCheckpoint({
    table: localTable(table, files),
    session,
    snapshot: await readSnapshot(table, files, { version: 8 }),
    nowMs: NOW_MS,
  });
  for (const version of [4, 5, 6]) rmSync(commitPath(table, version));
  expect(plain(await readSnapshot(table, files, { version: 10 }))).toEqual(wanted);
});

test("moments: by version, by time, before the first", async () => {
  const table = makeTable(10);
  const at = async (time: number) => (await readSnapshot(table, files, { timestampMs: time })).version;
  expect(await at(NOW_MS)).toBe(10);
  expect(await at(NOW_MS - 3 * DAY_MS)).toBe(7);
  expect(await at(NOW_MS - 3 * DAY_MS - 1)).toBe(6);
  await expect(at(NOW_MS - 101 * DAY_MS)).rejects.toThrow("it was not there yet");
  await expect(readSnapshot(table, files, { version: 11 })).rejects.toThrow("it has no version 11");
  await expect(readSnapshot(temporaryDirectory(), files, { version: 0 })).rejects.toThrow("no commit yet");
});

test("intervals of table properties", () => {
  expect(intervalMs("interval 30 days")).toBe(30 * DAY_MS);
  expect(intervalMs("INTERVAL 1 week 2 hours")).toBe(7 * DAY_MS + 7_200_000);
  for (const bad of [undefined, "", "interval", "30", "interval x days", "interval 3 moons"])
    expect(intervalMs(bad)).toBeUndefined();
});
