import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { takeLock } from "../../../../src/lib/store/wal/lock.js";
import { Wal } from "../../../../src/lib/store/wal/writer.js";
import { toldTo } from "../../../support/deliveries.js";
import { blocksOf, temporaryDirectory } from "../support.js";

/** A directory locked by an owner that differs from this process in `more`, and said so long ago that it lives. */
async function lockedBy(more: Record<string, unknown>, secondsAgo: number): Promise<string> {
  const directory = temporaryDirectory();
  const lock = await takeLock(diskFiles, directory);
  lock!.release();
  const path = join(directory, "lock-1");
  const { crc32c: _, ...own } = JSON.parse(readFileSync(path, "utf8"));
  const owner = { ...own, ...more };
  writeFileSync(path, JSON.stringify(owner));
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(path, then, then);
  return directory;
}

async function isTaken(directory: string): Promise<boolean> {
  const lock = await takeLock(diskFiles, directory);
  lock?.release();
  expect(readdirSync(directory).filter((name) => name.startsWith("draft"))).toEqual([]);
  return lock !== undefined;
}

for (const [where, more] of [
  ["another host", { host: "elsewhere" }],
  ["the same host before it was started again", { boot: "earlier" }],
  ["another container of this machine", { namespace: "pid:[1]" }],
] as const) {
  test(`an owner in ${where} is dead when it has not been heard of for a minute, and not before`, async () => {
    expect(await isTaken(await lockedBy(more, 30))).toBe(false);
    expect(await isTaken(await lockedBy(more, 61))).toBe(true);
  });
}

test("an owner elsewhere that does not promise to be heard of is never dead", async () => {
  expect(await isTaken(await lockedBy({ host: "elsewhere", heartbeatMs: undefined }, 1e6))).toBe(false);
});

test("an owner here is dead with its process, however fresh its lock", async () => {
  expect(await isTaken(await lockedBy({ pid: 2 ** 22 - 3 }, 0))).toBe(true);
  expect(await isTaken(await lockedBy({}, 0))).toBe(true);
});

test("a writer whose directory was taken over acknowledges nothing more and leaves it alone", async () => {
  const table = temporaryDirectory();
  const durable: number[] = [];
  const wal = await Wal.open({
    files: diskFiles,
    tableDirectory: table,
    segmentBytes: 1000,
    nowMs: Date.now,
    onSealed: () => expect.unreachable(),
  });
  const block = (n: number) => toldTo(durable, blocksOf([`{"n":${n}}`], { stream: "test", offset: n })[0]!);
  await wal.append(block(1));
  await wal.flush();
  writeFileSync(join(wal.directory, "lock-2"), "{}");
  await wal.append(block(2));
  await expect(wal.flush()).rejects.toThrow(/taken over/);
  const left = readdirSync(wal.directory);
  await wal.close();
  await wal.release();
  expect(durable).toEqual([1]);
  expect(readdirSync(wal.directory)).toEqual(left);
});
