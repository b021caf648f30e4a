/** What verify finds and repair mends, one damage after the other, on real tables. */
import { appendFileSync, copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { storeLines, storeOptions } from "../support.js";
import {
  asOlder,
  commitFile,
  kindsOf,
  linesOf,
  makeTable,
  parquetFiles,
  readFacts,
  repair,
} from "./support.js";

describe("a table that is whole", () => {
  it("has nothing wrong, and a repair does nothing", async () => {
    const directory = await makeTable(3);
    expect(await kindsOf(directory)).toEqual([]);
    expect(await kindsOf(directory, true)).toEqual([]);
    expect(await repair(directory, { isDeep: true })).toEqual({ steps: [], left: [] });
  });
});

describe("Parquet files", () => {
  it("one that is gone is named with its rows; only --drop takes it out", async () => {
    const directory = await makeTable(2);
    const [path] = parquetFiles(directory);
    const bytes = readFileSync(path!);
    rmSync(path!);
    expect(await kindsOf(directory)).toEqual(["file-missing"]);
    expect(await repair(directory)).toEqual({ steps: [], left: ["file-missing"] });
    writeFileSync(path!, bytes);
    expect(await kindsOf(directory, true)).toEqual([]);
    rmSync(path!);
    const dropped = await repair(directory, { mayDrop: true });
    expect(dropped).toMatchObject({ steps: [{ rows: -50 }], left: [] });
    expect(await readFacts(directory)).toHaveLength(150);
    expect(await repair(directory, { mayDrop: true })).toEqual({ steps: [], left: [] });
  });

  it("one that was cut is found by its size, and kept aside by --drop", async () => {
    const directory = await makeTable(1);
    const [path] = parquetFiles(directory);
    truncateSync(path!, 200);
    expect(await kindsOf(directory)).toEqual(["file-size"]);
    await repair(directory, { mayDrop: true });
    expect(await kindsOf(directory, true)).toEqual([]);
    expect(await readFacts(directory)).toHaveLength(50);
  });

  it("a flipped bit anywhere is found by --deep", async () => {
    const directory = await makeTable(1);
    const [path] = parquetFiles(directory);
    const good = readFileSync(path!);
    for (let at = 4; at < good.length; at += Math.ceil(good.length / 12)) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1;
      writeFileSync(path!, bad);
      expect(await kindsOf(directory, true)).toEqual(["file-checksum"]);
    }
    writeFileSync(path!, good);
    expect(await kindsOf(directory, true)).toEqual([]);
  });

  it("wrong statistics are found and corrected", async () => {
    const directory = await makeTable(1);
    asOlder(directory);
    const commit = commitFile(directory, 0);
    const text = readFileSync(commit, "utf8");
    writeFileSync(
      commit,
      text.replaceAll(/\\"minValues\\":\{(.*?)\\"n\\":\d+/g, '\\"minValues\\":{$1\\"n\\":40'),
    );
    expect(readFileSync(commit, "utf8")).not.toBe(text);
    expect(await kindsOf(directory)).toEqual([]);
    expect(await kindsOf(directory, true)).toEqual(["file-statistics", "file-statistics"]);
    expect(await repair(directory, { isDeep: true })).toMatchObject({ steps: [{}, {}], left: [] });
    expect(await kindsOf(directory, true)).toEqual([]);
    expect(await readFacts(directory)).toHaveLength(100);
  });
});

describe("commits", () => {
  it.each([
    ["cut", (path: string) => truncateSync(path, 900)],
    ["cut in its first line", (path: string) => truncateSync(path, 20)],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["gone", (path: string) => rmSync(path)],
    ["no JSON", (path: string) => writeFileSync(path, "\u0000".repeat(2000))],
  ])("the middle one is %s: rebuilt from the files, row for row", async (_, damage) => {
    const directory = await makeTable(3);
    const before = await readFacts(directory);
    damage(commitFile(directory, 1));
    const [kind] = await kindsOf(directory);
    expect(kind).toMatch(/^log-commit-(broken|missing)$/);
    await expect(readFacts(directory)).rejects.toThrow();
    expect(await repair(directory)).toMatchObject({ left: [] });
    expect(await readFacts(directory)).toEqual(before);
    expect(await kindsOf(directory, true)).toEqual([]);
    expect(await repair(directory)).toEqual({ steps: [], left: [] });
  });

  it("the first, with the schema, is rebuilt too", async () => {
    const directory = await makeTable(2);
    const before = await readFacts(directory);
    rmSync(commitFile(directory, 0));
    await repair(directory);
    expect(await readFacts(directory)).toEqual(before);
    expect(await kindsOf(directory, true)).toEqual([]);
  });

  it("the last one is gone: its rows come back, and a writer goes on after it", async () => {
    const directory = await makeTable(2);
    const before = await readFacts(directory);
    rmSync(commitFile(directory, 1));
    expect(await kindsOf(directory)).toEqual(["log-end-missing"]);
    await expect(readFacts(directory)).rejects.toThrow("version 1 had been committed");
    expect(await repair(directory)).toMatchObject({ steps: [{ rows: 100 }], left: [] });
    expect(await readFacts(directory)).toEqual(before);
    await storeLines(storeOptions(directory), linesOf(200, 300));
    expect(await readFacts(directory)).toHaveLength(300);
  });

  it("all of the log is gone: all rows come back", async () => {
    const directory = await makeTable(3);
    const before = await readFacts(directory);
    rmSync(join(directory, "_delta_log"), { recursive: true });
    expect(await repair(directory)).toMatchObject({ left: [] });
    expect(await readFacts(directory)).toEqual(before);
  });

  it("two side by side are rebuilt together", async () => {
    const directory = await makeTable(4);
    const before = await readFacts(directory);
    rmSync(commitFile(directory, 1));
    truncateSync(commitFile(directory, 2), 10);
    await repair(directory);
    expect(await readFacts(directory)).toEqual(before);
    expect(await kindsOf(directory, true)).toEqual([]);
  });

  it("a dry run says so and changes nothing", async () => {
    const directory = await makeTable(3);
    truncateSync(commitFile(directory, 1), 20);
    const { steps } = await repair(directory, { isDryRun: true });
    expect(steps).toMatchObject([{ rows: 100, what: expect.stringContaining("2 files") }]);
    expect(readFileSync(commitFile(directory, 1))).toHaveLength(20);
  });
});

describe("what a crash leaves", () => {
  it("a Parquet file that was stored again is rubbish, and is not stored twice", async () => {
    const directory = await makeTable(1);
    const [path] = parquetFiles(directory);
    copyFileSync(path!, path!.replace("part-", "part-0"));
    expect(await kindsOf(directory)).toEqual([]);
    expect(await repair(directory)).toEqual({ steps: [], left: [] });
    expect(await readFacts(directory)).toHaveLength(100);
  });

  it("files of others are told and left", async () => {
    const directory = await makeTable(1);
    writeFileSync(join(directory, "date=2026-11-20", "notes.txt"), "mine");
    writeFileSync(join(directory, "date=2026-11-20", "other.parquet"), "not Parquet");
    appendFileSync(join(directory, "_delta_log", "notes.txt"), "mine");
    expect(await kindsOf(directory)).toEqual(["(foreign)", "(orphan)"]);
    expect(await repair(directory)).toEqual({ steps: [], left: [] });
  });
});
