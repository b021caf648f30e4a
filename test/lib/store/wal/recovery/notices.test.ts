/** Failures that harm nobody at once, and that somebody should hear of. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { diskFiles, type Files } from "../../../../../src/lib/base/files.js";
import { Backlog } from "../../../../../src/lib/sinks/store/backlog.js";
import { StoreSink } from "../../../../../src/lib/sinks/store/store.js";
import { WalQuota } from "../../../../../src/lib/sinks/store/wal-quota.js";
import { Session } from "../../../../../src/lib/store/duckdb/duckdb.js";
import { openRelation } from "../../../../../src/lib/store/read/relation.js";
import { UnflushedTable } from "../../../../../src/lib/store/read/unflushed-table.js";
import { takeLock } from "../../../../../src/lib/store/wal/lock.js";
import { DiskFullRetry } from "../../../../../src/lib/store/wal/room/disk-full-retry.js";
import { blocksOf, storeOptions, temporaryDirectory } from "../../support.js";

afterEach(() => vi.useRealTimers());

test("an owner whose lock cannot be written is told, once, and when it can be again; a damaged lock it puts right", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const directory = temporaryDirectory();
  let isFailing = false;
  const files: Files = {
    ...diskFiles,
    open: async (path, mode) => {
      if (isFailing && mode === "change") throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
      return diskFiles.open(path, mode);
    },
  };
  const notices: string[] = [];
  const told = (count: number) => vi.waitFor(() => expect(notices).toHaveLength(count));
  const lock = await takeLock(files, directory, (text) => notices.push(text));
  const path = join(directory, "lock-1");
  const sound = readFileSync(path, "utf8");
  isFailing = true;
  vi.advanceTimersByTime(10_000);
  await told(1);
  vi.advanceTimersByTime(10_000);
  writeFileSync(path, `${"x".repeat(500)}`);
  isFailing = false;
  vi.advanceTimersByTime(10_000);
  await told(2);
  expect(notices[0]).toContain("another machine may take this log over");
  expect(notices[1]).toContain("can be written again");
  expect(readFileSync(path, "utf8")).toBe(sound);
  lock!.release();
});

test.each([
  ["empty", ""],
  ["zeros", "\0".repeat(100)],
  ["one bit of its number", undefined],
])(
  "a lock that is damaged (%s) is not taken for a dead owner's while it may be heard of",
  async (_, text) => {
    const directory = temporaryDirectory();
    const lock = await takeLock(diskFiles, directory);
    const path = join(directory, "lock-1");
    const sound = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text ?? sound.replace(/"pid":(\d)/, (all, digit) => all.replace(digit, `${(Number(digit) % 9) + 1}`)),
    );
    expect(await takeLock(diskFiles, directory)).toBeUndefined();
    lock!.release();
  },
);

test("whoever takes over a log whose lock is gone is seen by the owner that lives", async () => {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table));
  await sink.write(blocksOf(['{"n":1}'])[0]!);
  await sink.flush();
  const [writer] = await diskFiles.list(join(table, "_wal"));
  rmSync(join(table, "_wal", writer!, "lock-1"));
  const other = await takeLock(diskFiles, join(table, "_wal", writer!));
  expect(other!.generation).toBe(2);
  await sink.write(blocksOf(['{"n":2}'])[0]!);
  await expect(sink.flush()).rejects.toThrow("taken over");
  other!.release();
  await sink.close().catch(() => {});
});

test("an owner finds its log taken over when whoever did that has ended; a lock that only was removed it makes again", async () => {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table));
  const write = async (n: number) => {
    await sink.write(blocksOf([`{"n":${n}}`])[0]!);
    await sink.flush();
  };
  await write(1);
  const own = join(table, "_wal", (await diskFiles.list(join(table, "_wal")))[0]!);
  const lock = readFileSync(join(own, "lock-1"), "utf8");
  rmSync(join(own, "lock-1"));
  await write(2);
  expect(readFileSync(join(own, "lock-1"), "utf8")).toBe(lock);
  rmSync(own, { recursive: true });
  await expect(write(3)).rejects.toThrow("taken over");
  await sink.close().catch(() => {});
});

test("room that cannot be asked for is told once, and writing goes on", async () => {
  const notices: string[] = [];
  const fullness = new DiskFullRetry("x", () => {}, undefined);
  const backlog = new Backlog({ store: async () => {}, remove: async () => {}, fullness, isPatient: true });
  const freeBytes = async () => {
    throw new Error("statfs: not supported");
  };
  const onNotice = (text: string) => notices.push(text);
  const room = new WalQuota({
    path: "x",
    onFull: "block",
    limitBytes: 1e9,
    backlog,
    fullness,
    freeBytes,
    onNotice,
  });
  expect(await room.admit(10, 0, true)).toBe("write");
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + 5000);
  expect(await room.admit(10, 0, true)).toBe("write");
  vi.restoreAllMocks();
  expect(notices).toEqual([expect.stringContaining("statfs: not supported")]);
});

test("what DuckDB says when live events are read the slow way is told, and the events are there", async () => {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table));
  await sink.write(blocksOf(['{"n":1}', '{"n":2}'])[0]!);
  await sink.flush();
  const scratch = join(temporaryDirectory(), "scratch");
  mkdirSync(scratch);
  const session = await Session.open({
    memoryBytes: 2 ** 28,
    threads: 1,
    tempDirectory: join(scratch, "spill"),
  });
  const errors: unknown[] = [];
  const rows = (sql: string) =>
    sql.startsWith("CREATE OR REPLACE TABLE")
      ? Promise.reject(new Error("Catalog Error: new"))
      : session.rows(sql);
  const options = {
    tempDirectory: scratch,
    rows,
    live: new UnflushedTable(),
    onSlow: (e: unknown) => void errors.push(e),
  };
  const relation = await openRelation(table, options);
  expect(await session.rows(`SELECT count(*)::INT FROM (${relation.sql})`)).toEqual([[2]]);
  expect(String(errors[0])).toContain("Catalog Error");
  await relation.close();
  session.close();
  await sink.close();
});
