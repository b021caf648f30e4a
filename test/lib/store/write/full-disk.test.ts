/** What makes room on a disk that is full. The disk is a budget of bytes that writes take and removals give back. */
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles, type Files, type OpenFile } from "../../../../src/lib/base/files.js";
import { cacheDirectory, cacheName } from "../../../../src/lib/store/delta/cache/cache-format.js";
import { TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { nothingErased } from "../../../../src/lib/store/maintain/delete-rows.js";
import { maintainTable } from "../../../../src/lib/store/maintain/maintain.js";
import { removeExpired } from "../../../../src/lib/store/maintain/retention.js";
import { changeRules } from "../../../../src/lib/store/maintain/retention-rules.js";
import { vacuumTable } from "../../../../src/lib/store/maintain/vacuum.js";
import { bloomPath } from "../../../../src/lib/store/parquet/bloom.js";
import { keepReserve, reservePath, withReserve } from "../../../../src/lib/store/write/reserve.js";
import { eventLine, filesBelow, storeBatches } from "../maintain/support.js";
import { OBSERVED_MS, readFacts, temporaryDirectory } from "../support.js";

const DAY_MS = 86_400_000;
/** All events are older than the rule allows then. */
const LATER_MS = OBSERVED_MS + 400 * DAY_MS;

/** A device with so many bytes left. What was there before gives back what it has when it goes. */
function smallDisk(leftBytes: number): Files & { left: () => number } {
  let left = leftBytes;
  const sizeOf = (path: string) => {
    try {
      return statSync(path).size;
    } catch {
      return 0;
    }
  };
  const full = () =>
    Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
  const limited = (file: OpenFile): OpenFile => ({
    ...file,
    write: async (buffers, offset) => {
      const end = offset + buffers.reduce((sum, { length }) => sum + length, 0);
      const more = Math.max(0, end - (await file.size()));
      if (more > left) throw full();
      left -= more;
      await file.write(buffers, offset);
    },
    truncate: async (length) => {
      left += Math.max(0, (await file.size()) - length);
      await file.truncate(length);
    },
  });
  return {
    ...diskFiles,
    open: async (path, mode) => limited(await diskFiles.open(path, mode)),
    remove: async (path) => {
      const bytes = sizeOf(path);
      await diskFiles.remove(path);
      left += bytes;
    },
    freeBytes: async () => left,
    left: () => left,
  };
}

/** A table of many files with ids, and a rule that all of them are too old for; its reserve as said. */
async function table(files: number, reserveBytes: number): Promise<string> {
  const directory = temporaryDirectory();
  await storeBatches(
    directory,
    Array.from({ length: files }, (_, i) => [eventLine("a", i, { trace_id: `t${i}` })]),
  );
  const log = new TableLog(directory);
  await changeRules(
    diskFiles,
    log,
    () => OBSERVED_MS,
    () => [{ fields: {}, maxAgeMs: 30 * DAY_MS }],
  );
  setReserve(directory, reserveBytes);
  return directory;
}

function setReserve(directory: string, bytes: number): void {
  mkdirSync(dirname(reservePath(directory)), { recursive: true });
  if (bytes > 0) writeFileSync(reservePath(directory), Buffer.alloc(bytes, 1));
}

async function relieve(directory: string, files: Files): Promise<number> {
  const log = new TableLog(directory, files);
  const report = nothingErased();
  expect(await removeExpired({ files, log, nowMs: () => LATER_MS }, report)).toBe(0);
  await vacuumTable({ files, log, nowMs: () => LATER_MS + 1, graceMs: 0 });
  return report.filesRemoved;
}

test("with a reserve, not one byte free is needed to remove what is too old", async () => {
  const directory = await table(6, 64 * 1024);
  const disk = smallDisk(0);
  expect(await relieve(directory, disk)).toBe(6);
  expect(await readFacts(directory)).toEqual([]);
  expect(filesBelow(directory).filter((path) => path.endsWith(".parquet"))).toEqual([]);
  expect(disk.left()).toBeGreaterThan(0);
});

test("a reserve that is used up a little stays for the next time", async () => {
  const directory = await table(3, 256 * 1024);
  const disk = smallDisk(0);
  const log = new TableLog(directory, disk);
  for (let days = 40; days < 44; days++)
    await changeRules(
      disk,
      log,
      () => OBSERVED_MS,
      () => [{ fields: {}, maxAgeMs: days * DAY_MS }],
    );
  expect(statSync(reservePath(directory)).size).toBeGreaterThan(64 * 1024);
});

test("without a reserve, the filters of the files that go and the caches of the log make the room", async () => {
  const filtered = await table(4, 0);
  for (const { add } of (await new TableLog(filtered).refresh()).files) {
    const path = bloomPath(filtered, add.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.alloc(2000));
  }
  expect(await relieve(filtered, smallDisk(0))).toBe(4);
  const cached = await table(2, 0);
  mkdirSync(cacheDirectory(cached), { recursive: true });
  writeFileSync(join(cacheDirectory(cached), cacheName(1)), Buffer.alloc(64 * 1024));
  const disk = smallDisk(0);
  const tried: string[] = [];
  const done = await withReserve(disk, cached, 0, async () => {
    tried.push("once");
    const file = await disk
      .open(join(cached, "x"), "create")
      .catch(() => disk.open(join(cached, "x"), "change"));
    await file.write([Buffer.alloc(1000)], 0).finally(() => file.close());
    return "done";
  });
  expect([done, tried.length]).toEqual(["done", 2]);
});

test("a removal too large for what can be freed is committed in parts", async () => {
  const directory = await table(40, 0);
  // Room for the removal of some files, not of all 40, and no filters or caches to give up.
  const before = (await new TableLog(directory).refresh()).version;
  rmSync(join(directory, "_index"), { recursive: true, force: true });
  expect(await relieve(directory, smallDisk(5000))).toBe(40);
  expect((await new TableLog(directory).refresh()).version).toBeGreaterThan(before + 1);
});

test("with nothing to give up it says that there is no room, and changes nothing", async () => {
  const directory = await table(2, 0);
  rmSync(join(directory, "_index"), { recursive: true, force: true });
  await expect(relieve(directory, smallDisk(0))).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await readFacts(directory)).toHaveLength(2);
});

test("what failed for another reason is not tried again", async () => {
  const directory = await table(1, 64 * 1024);
  let tries = 0;
  const work = () => {
    tries++;
    return Promise.reject(Object.assign(new Error("EIO"), { code: "EIO" }));
  };
  await expect(withReserve(diskFiles, directory, 0, work)).rejects.toThrow("EIO");
  expect([tries, statSync(reservePath(directory)).size]).toEqual([1, 64 * 1024]);
});

test("compaction that does not fit says so before it begins, and leaves nothing behind", async () => {
  const directory = await table(3, 0);
  await changeRules(
    diskFiles,
    new TableLog(directory),
    () => OBSERVED_MS,
    () => [],
  );
  const before = filesBelow(directory);
  const disk = smallDisk(2000);
  const log = new TableLog(directory, disk);
  const compacting = maintainTable({ files: disk, log, nowMs: () => OBSERVED_MS, targetBytes: 1 << 28 });
  await expect(compacting).rejects.toMatchObject({ code: "store.no-room", exitCode: 1 });
  await expect(compacting).rejects.toThrow(/needs up to .* and 2\.0 kB are free/);
  expect(filesBelow(directory)).toEqual(before);
});

test("the reserve is put aside for tables that are worth it, where there is room", async () => {
  const directory = await table(1, 0);
  const snapshot = await new TableLog(directory).refresh();
  expect(await keepReserve(diskFiles, snapshot)).toBe(false);
  const large = {
    ...snapshot,
    files: [{ ...snapshot.files[0]!, bytes: 2 << 20 }],
  } as unknown as typeof snapshot;
  expect(await keepReserve(smallDisk(1 << 20), large)).toBe(false);
  expect(await keepReserve(diskFiles, large)).toBe(true);
  expect(statSync(reservePath(directory)).size).toBe(256 * 1024);
  expect(await keepReserve(smallDisk(0), large)).toBe(true);
});
