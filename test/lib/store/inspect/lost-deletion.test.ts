/** A deletion that the log has lost: it holds where that can be had, and comes undone only when somebody says so. */
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { removeOldCopies } from "../../../../src/lib/store/delta/guard/copies.js";
import { localTable } from "../../../../src/lib/store/storage/local.js";
import { compact, erase, retain, vacuum } from "../../../support/maintenance.js";
import { storeLines, storeOptions } from "../support.js";
import { asOlder, commitFile, kindsOf, linesOf, makeTable, NOW_MS, readFacts, repair } from "./support.js";

const place = (table: string) => ({ table, files: diskFiles, nowMs: NOW_MS });

/** Two versions with 200 events, the deletion of every tenth as version 2, and 100 events after it. */
async function withDeletion(): Promise<{ directory: string; left: string[] }> {
  const directory = await makeTable(2);
  await erase(place(directory), "n % 10 = 0");
  await storeLines(storeOptions(directory), linesOf(200, 300));
  const left = await readFacts(directory);
  expect(left).toHaveLength(280);
  return { directory, left };
}

function loseCopies(directory: string): void {
  const copies = join(directory, "_log_copies");
  for (const name of readdirSync(copies)) if (name.endsWith(".json")) rmSync(join(copies, name));
}

const DAMAGES: [string, (path: string) => void][] = [
  ["gone", (path) => rmSync(path)],
  ["cut", (path) => truncateSync(path, 700)],
  [
    "cut at a line",
    (path) => writeFileSync(path, `${readFileSync(path, "utf8").split("\n").slice(0, 3).join("\n")}\n`),
  ],
  ["empty", (path) => truncateSync(path, 0)],
  [
    "changed in one letter",
    (path) => writeFileSync(path, readFileSync(path, "utf8").replace("date=", "datf=")),
  ],
  ["another's", (path) => cpSync(path.replace(/\d\.json$/, "1.json"), path)],
];

describe("the commit of a deletion", { timeout: 300_000 }, () => {
  it.each(DAMAGES)(
    "is %s: it is put back from its copy, and what it deleted stays deleted",
    async (_, damage) => {
      const { directory, left } = await withDeletion();
      const commit = readFileSync(commitFile(directory, 2));
      damage(commitFile(directory, 2));
      await expect(readFacts(directory)).rejects.toThrow(/version 2 of its log is/);
      expect(await repair(directory, { isDryRun: true })).toMatchObject({ steps: [{ rows: 0 }] });
      expect(await repair(directory)).toMatchObject({ steps: [{ rows: 0 }], left: [] });
      expect(readFileSync(commitFile(directory, 2))).toEqual(commit);
      expect(await readFacts(directory)).toEqual(left);
      expect(await kindsOf(directory, true)).toEqual([]);
    },
  );

  it.each(DAMAGES)("is %s with its copy: nothing comes back unless somebody says so", async (_, damage) => {
    const { directory } = await withDeletion();
    damage(commitFile(directory, 2));
    loseCopies(directory);
    const refused = await repair(directory);
    expect(refused.steps).toMatchObject([{ failed: expect.stringContaining("deleted 20 events") }]);
    expect(refused.left).not.toEqual([]);
    await expect(readFacts(directory)).rejects.toThrow();
    const asked: string[] = [];
    const mayUndo = async (what: string) => asked.push(what) > 0;
    expect(await repair(directory, { mayUndo })).toMatchObject({ left: [] });
    expect(asked).toEqual([expect.stringMatching(/version 2 deleted 20 events .* they are back/)]);
    expect(await readFacts(directory)).toHaveLength(300);
  });

  it("is the newest, and gone: that is known, and it is put back", async () => {
    const directory = await makeTable(2);
    await erase(place(directory), "n >= 150");
    const left = await readFacts(directory);
    for (const version of [2, 3]) rmSync(commitFile(directory, version), { force: true });
    expect((await kindsOf(directory))[0]).toBe("log-end-missing");
    await expect(readFacts(directory)).rejects.toThrow("had been committed");
    await repair(directory);
    expect(await readFacts(directory)).toEqual(left);
    await storeLines(storeOptions(directory), linesOf(200, 210));
    expect(await readFacts(directory)).toHaveLength(left.length + 10);
    expect(await kindsOf(directory, true)).toEqual([]);
  });

  it("is the newest, and gone with its copy: nothing comes back unless somebody says so", async () => {
    const directory = await makeTable(2);
    await erase(place(directory), "n % 10 = 0");
    rmSync(commitFile(directory, 2));
    loseCopies(directory);
    const { steps } = await repair(directory);
    expect(steps).toMatchObject([{ failed: expect.stringContaining("deleted 20 events") }]);
  });

  it("is of retention: the same", async () => {
    const directory = await makeTable(2);
    await retain(place(directory), [{ fields: {}, maxAgeMs: 86_400_000 / 2 }]);
    const left = await readFacts(directory);
    expect(left.length).toBeLessThan(200);
    const lost = readdirSync(join(directory, "_log_copies")).filter((name) => name.endsWith(".json"));
    for (const name of lost) rmSync(join(directory, "_delta_log", name));
    await repair(directory);
    expect(await readFacts(directory)).toEqual(left);
  });

  it("is lost in a log of an older logpipe: nobody knows what it was, which is reported", async () => {
    const { directory } = await withDeletion();
    asOlder(directory);
    rmSync(commitFile(directory, 2));
    const { steps } = await repair(directory);
    expect(steps).toMatchObject([{ failed: expect.stringContaining("if it deleted events, they are back") }]);
    expect(await repair(directory, { mayUndo: async () => true })).toMatchObject({ left: [] });
    expect(await readFacts(directory)).toHaveLength(300);
  });
});

it("a compaction that the log has lost after its old files were vacuumed is put back, row for row", {
  timeout: 300_000,
}, async () => {
  const directory = await makeTable(3);
  const before = await readFacts(directory);
  await compact(place(directory));
  await vacuum({ ...place(directory), nowMs: NOW_MS + 1 }, 0);
  const copies = readdirSync(join(directory, "_log_copies")).filter((name) => name.endsWith(".json"));
  for (const name of copies) rmSync(join(directory, "_delta_log", name));
  await repair(directory);
  expect(await readFacts(directory)).toEqual(before);
  expect(await kindsOf(directory, true)).toEqual([]);
});

describe("a log that is gone as a whole", { timeout: 300_000 }, () => {
  it("comes back without what was deleted, and compacted files with it", async () => {
    const directory = await makeTable(2);
    await compact(place(directory));
    await storeLines(storeOptions(directory), linesOf(200, 300));
    await erase(place(directory), "n % 10 = 0");
    const left = await readFacts(directory);
    for (const part of ["_delta_log", "_index"])
      rmSync(join(directory, part), { recursive: true, force: true });
    await expect(readFacts(directory)).rejects.toThrow("its log is gone");
    expect(await repair(directory)).toMatchObject({ left: [] });
    expect(await readFacts(directory)).toEqual(left);
    expect(await kindsOf(directory, true)).toEqual([]);
    await storeLines(storeOptions(directory), linesOf(300, 310));
    expect(await readFacts(directory)).toHaveLength(left.length + 10);
  });

  it("with a copy that cannot be read: it is asked first", async () => {
    const { directory } = await withDeletion();
    rmSync(join(directory, "_delta_log"), { recursive: true });
    truncateSync(join(directory, "_log_copies", `${"0".repeat(19)}2.json`), 100);
    const { steps } = await repair(directory);
    expect(steps).toMatchObject([{ failed: expect.stringContaining("copies of versions 2 cannot be read") }]);
  });
});

describe("a log without checksums", { timeout: 300_000 }, () => {
  it("that has lost the line of a file: the rows are missed, and come back", async () => {
    const directory = await makeTable(3);
    const before = await readFacts(directory);
    asOlder(directory);
    const path = commitFile(directory, 1);
    writeFileSync(path, `${readFileSync(path, "utf8").trimEnd().split("\n").slice(0, -1).join("\n")}\n`);
    expect(await kindsOf(directory)).toEqual(["log-rows-missing"]);
    expect(await repair(directory)).toMatchObject({ steps: [{ rows: 50 }], left: [] });
    expect(await readFacts(directory)).toEqual(before);
    expect(await kindsOf(directory, true)).toEqual([]);
  });

  it("that takes out a file which nobody added is told", async () => {
    const directory = await makeTable(2);
    await compact(place(directory));
    asOlder(directory);
    const path = commitFile(directory, 0);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    writeFileSync(path, `${lines.slice(0, -1).join("\n")}\n`);
    expect(await kindsOf(directory)).toContain("log-remove-unknown");
  });

  it("is read, written and kept as before", async () => {
    const { directory, left } = await withDeletion();
    asOlder(directory);
    expect(await readFacts(directory)).toEqual(left);
    expect(await kindsOf(directory, true)).toEqual([]);
    await storeLines(storeOptions(directory), linesOf(301, 311));
    expect(await readFacts(directory)).toHaveLength(left.length + 10);
    expect(await kindsOf(directory, true)).toEqual([]);
  });
});

it("copies go with the log, but not before the files that a deletion took out", {
  timeout: 300_000,
}, async () => {
  const { directory } = await withDeletion();
  await compact(place(directory));
  const copied = () => readdirSync(join(directory, "_log_copies")).filter((name) => name.endsWith(".json"));
  expect(copied().length).toBeGreaterThan(1);
  const wanted = copied()[0];
  await removeOldCopies(localTable(directory), 100);
  expect(copied()).toEqual([wanted]);
  await vacuum({ ...place(directory), nowMs: NOW_MS + 1 }, 0);
  await removeOldCopies(localTable(directory), 100);
  expect(copied()).toEqual([]);
  expect((await readFacts(directory)).length).toBe(280);
});

it("copies and the note are made again by a repair", { timeout: 300_000 }, async () => {
  const { directory } = await withDeletion();
  const copies = join(directory, "_log_copies");
  const before = readdirSync(copies).map((name) => [name, readFileSync(join(copies, name), "utf8")]);
  for (const name of readdirSync(copies)) truncateSync(join(copies, name), 50);
  expect(new Set(await kindsOf(directory))).toEqual(new Set(["(log-copy)"]));
  await repair(directory);
  expect(readdirSync(copies).map((name) => [name, readFileSync(join(copies, name), "utf8")])).toEqual(before);
});
