/** What happened to other programs' logs, tried on this one: see the numbers at each test. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../../../src/lib/base/files.js";
import { StoreSink } from "../../../../../src/lib/sinks/store/store.js";
import { TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import { replay } from "../../../../../src/lib/store/maintain/replay-quarantine.js";
import { listEntries } from "../../../../../src/lib/store/quarantine/entries.js";
import { recoverTable } from "../../../../../src/lib/store/write/recover-table.js";
import { BLOCK_EVENTS, lineOf } from "../../../../crash/mutations/histories.js";
import { kindsOf, repair } from "../../inspect/support.js";
import { blocksOf, OBSERVED_MS, storeLines, storeOptions, temporaryDirectory } from "../../support.js";
import { change, countRows, damagedIn, deadTable, flip } from "./support.js";

const storing = (table: string, files: Files = diskFiles) => ({
  files,
  log: new TableLog(table, files),
  maxColumns: 100,
  nowMs: () => OBSERVED_MS,
});

test("a damaged segment costs its block, and no later segment (prometheus#13152, harper#2016)", async () => {
  const { table, segments, acknowledged } = await deadTable("several segments");
  expect(segments.length).toBeGreaterThan(2);
  flip(`${segments[0]}.ndjson`);
  expect(await countRows(table)).toBe(acknowledged - BLOCK_EVENTS);
  expect(await repair(table)).toMatchObject({ left: ["wal-damaged-kept"] });
  expect(await countRows(table)).toBe(acknowledged - BLOCK_EVENTS);
});

test("an index that ends at a line is not taken for a short one (rocksdb#7701)", async () => {
  const { table, segments, own } = await deadTable("one segment");
  change(`${segments[0]}.commits`, (bytes) => bytes.subarray(0, bytes.indexOf(10) + 1));
  expect(await kindsOf(table)).toContain("wal-index");
  await repair(table);
  const kept = damagedIn(own)
    .map((name) => readFileSync(join(own, name), "utf8"))
    .join("");
  expect(kept).toContain(lineOf(499));
});

test("zeros behind the end, as a hard reset leaves them, are nothing (etcd#6515, etcd#11488)", async () => {
  const { table, segments, acknowledged } = await deadTable("one segment");
  for (const ending of ["ndjson", "commits", "aside"])
    change(`${segments[0]}.${ending}`, (bytes) => Buffer.concat([bytes, Buffer.alloc(3000)]));
  expect(await countRows(table)).toBe(acknowledged);
  expect(await kindsOf(table)).toEqual(["(wal-torn)", "(wal-dead)"]);
  expect(await repair(table)).toMatchObject({ left: [] });
  expect(await countRows(table)).toBe(acknowledged);
});

test("a damaged log keeps no writer from beginning (fluent-bit#5265)", async () => {
  const { table, segments, acknowledged } = await deadTable("several segments");
  for (const segment of segments) rmSync(`${segment}.commits`);
  const sink = await storeLines(storeOptions(table), ['{"n":-1}']);
  expect(sink.report.recovery.damagedBytes).toBeGreaterThan(0);
  expect(await countRows(table)).toBe(acknowledged - 20 * BLOCK_EVENTS + 1);
});

test("what is kept does not pile up, however often a writer begins (fluent-bit#2472, fluent-bit#4278)", async () => {
  const { table, segments, own } = await deadTable("one segment");
  flip(`${segments[0]}.ndjson`);
  await storeLines(storeOptions(table), ['{"n":-1}']);
  const before = readdirSync(own).map((name) => name.replace(/^lock-\d+$/, "lock"));
  for (let n = 0; n < 3; n++) await storeLines(storeOptions(table), ['{"n":-1}']);
  expect(readdirSync(own).map((name) => name.replace(/^lock-\d+$/, "lock"))).toEqual(before);
});

test("data that was stored and removed, with its index left, is not missed (vector#25570)", async () => {
  const { table, segments, acknowledged } = await deadTable("stored and not removed");
  rmSync(`${segments[0]}.ndjson`);
  expect((await kindsOf(table)).filter((kind) => !kind.startsWith("("))).toEqual([]);
  expect(await countRows(table)).toBe(acknowledged);
  expect(await repair(table)).toMatchObject({ left: [] });
});

test("without the note of what was acknowledged nothing is lost (vector#16231)", async () => {
  const { table, own, acknowledged } = await deadTable("one segment");
  rmSync(join(own, "acknowledged"));
  expect(await kindsOf(table)).toEqual(["(wal-mark)", "(wal-dead)"]);
  expect(await repair(table)).toMatchObject({ left: [] });
  expect(await countRows(table)).toBe(acknowledged);
});

test("recovered twice, with damage between (kuzu#5852)", async () => {
  const { table, segments, own } = await deadTable("several segments");
  flip(`${segments[0]}.ndjson`);
  const noCommits: Files = {
    ...diskFiles,
    link: async (from, to) => {
      if (to.endsWith(".json")) throw new Error("stopped");
      await diskFiles.link(from, to);
    },
  };
  await expect(recoverTable(storing(table, noCommits))).rejects.toThrow("stopped");
  flip(`${segments[1]}.ndjson`);
  await recoverTable(storing(table));
  expect(damagedIn(own)).toHaveLength(2);
  expect(await repair(table)).toMatchObject({ left: ["wal-damaged-kept", "wal-damaged-kept"] });
});

test("a full disk stops a recovery before it has changed anything; there is a next one (loki#12583, loki#15235)", async () => {
  const { table, segments, own, acknowledged } = await deadTable("one segment");
  flip(`${segments[0]}.ndjson`);
  const before = readFileSync(`${segments[0]}.ndjson`);
  const noRoom = () => Object.assign(new Error("no room"), { code: "ENOSPC", syscall: "write" });
  const full: Files = {
    ...diskFiles,
    open: async (path, mode) => {
      if (mode === "create" && path.endsWith(".tmp")) throw noRoom();
      return diskFiles.open(path, mode);
    },
  };
  await expect(recoverTable(storing(table, full))).rejects.toThrow("no room");
  expect(readFileSync(`${segments[0]}.ndjson`)).toEqual(before);
  const { steps } = await repair(table, { files: full });
  expect(steps[0]).toMatchObject({ failed: expect.stringContaining("no space left") });
  expect(damagedIn(own)).toEqual([]);
  await recoverTable(storing(table));
  expect(await countRows(table)).toBe(acknowledged - BLOCK_EVENTS);
  expect(damagedIn(own)).toHaveLength(1);
});

test("a log that may not be read is told and left alone, and the others are stored (beats#4309)", async () => {
  const { table, own, acknowledged } = await deadTable("one segment");
  const denied = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", syscall: "open" });
  for (const ending of ["draft-", ".ndjson"]) {
    const files: Files = {
      ...diskFiles,
      open: async (path, mode) => {
        if (path.startsWith(own) && basename(path).includes(ending)) throw denied;
        return diskFiles.open(path, mode);
      },
    };
    const recovery = await recoverTable(storing(table, files));
    expect(recovery).toMatchObject({
      writers: 0,
      failures: [{ path: own, reason: expect.stringContaining("ermission") }],
    });
    expect(await countRows(table)).toBe(acknowledged);
  }
  expect((await recoverTable(storing(table))).failures).toEqual([]);
});

test("a transaction whose end is cut off the index was acknowledged, and is kept", async () => {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table));
  sink.checkpoints.begin();
  for (const block of blocksOf([lineOf(1), lineOf(2)])) await sink.write(block);
  await sink.checkpoints.commit({ cursors: [], state: { id: "s", number: 7 } });
  const own = join(table, "_wal", readdirSync(join(table, "_wal"))[0]!);
  const index = join(own, `${"1".padStart(20, "0")}.commits`);
  const bytes = readFileSync(index);
  truncateSync(index, bytes.subarray(0, -1).lastIndexOf(10) + 1);
  expect((await kindsOf(table)).filter((kind) => kind.startsWith("wal-"))).toEqual(["wal-index"]);
  writeFileSync(index, bytes);
  await sink.close();
});

test("what was set aside is stored once, when it is named, or thrown away", async () => {
  const { table, segments, own, acknowledged } = await deadTable("one segment");
  flip(`${segments[0]}.ndjson`);
  await repair(table);
  const options = storing(table);
  const damaged = async () =>
    (await listEntries(diskFiles, options.log)).filter((entry) => entry.damaged !== undefined);
  const [entry] = await damaged();
  expect(entry).toMatchObject({ generation: 1, damaged: "data" });
  const report = await replay(options, (entries) => entries.filter(({ id }) => id === entry!.id));
  expect(report.stored + report.left).toBe(BLOCK_EVENTS);
  expect(await damaged()).toEqual([]);
  expect(damagedIn(own)).toEqual([]);
  expect(await countRows(table)).toBe(acknowledged - report.left);
});
