import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import { compactFiles } from "../../../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../../../src/lib/store/maintain/delete.js";
import { vacuumTable } from "../../../../src/lib/store/maintain/vacuum.js";
import { OBSERVED_MS, readFacts, temporaryDirectory } from "../support.js";
import { type Bench, eventLine, filesBelow, openBench, storeBatches } from "./support.js";

const DAY_MS = 86_400_000;
const TARGET = { targetBytes: 1 << 28 };

/** A table of three flushes, compacted at OBSERVED_MS, with a row deleted a day later. */
async function aged(directory: string): Promise<Bench> {
  await storeBatches(
    directory,
    [0, 1, 2].map((i) => [eventLine("a", i, { trace_id: `t${i}` })]),
  );
  const bench = await openBench(directory);
  await compactFiles({ ...bench, ...TARGET });
  await deleteEvents({ ...bench, nowMs: () => OBSERVED_MS + DAY_MS, condition: "trace_id = 't1'" });
  return bench;
}

function parquetOf(directory: string): string[] {
  return filesBelow(directory).filter((path) => path.endsWith(".parquet"));
}

test("files that a version within the grace period has are kept, the others go", async () => {
  const directory = temporaryDirectory();
  const bench = await aged(directory);
  const vacuum = (nowMs: number, more: object = {}) =>
    vacuumTable({ ...bench, nowMs: () => nowMs, graceMs: 2 * DAY_MS, ...more });
  expect(parquetOf(directory)).toHaveLength(5);
  expect(await vacuum(OBSERVED_MS + 2 * DAY_MS)).toMatchObject({ files: 0 });
  expect(await vacuum(OBSERVED_MS + 2 * DAY_MS + 1, { isDry: true })).toMatchObject({ files: 3 });
  expect(parquetOf(directory)).toHaveLength(5);
  expect(await vacuum(OBSERVED_MS + 2 * DAY_MS + 1)).toMatchObject({ files: 3 });
  // What the version before the deletion had is still there to be read.
  const before = await readSnapshot(directory, bench.files, { version: 3 });
  expect(parquetOf(directory)).toEqual(expect.arrayContaining(before.files.map((file) => file.add.path)));
  expect(await vacuum(OBSERVED_MS + 3 * DAY_MS + 1)).toMatchObject({ files: 1 });
  const now = await readSnapshot(directory);
  expect(parquetOf(directory)).toEqual(now.files.map((file) => file.add.path));
  expect(await readFacts(directory)).toHaveLength(2);
});

test("a file that is not in the table yet is given time, whatever the grace period", async () => {
  const directory = temporaryDirectory();
  const bench = await aged(directory);
  const orphan = join(directory, "date=2026-11-20", "part-0.parquet");
  writeFileSync(orphan, "x");
  const other = join(directory, "date=2026-11-20", "notes.txt");
  writeFileSync(other, "x");
  const nowMs = Date.now();
  const vacuum = (at: number) => vacuumTable({ ...bench, nowMs: () => at, graceMs: 0 });
  await vacuum(nowMs + 60_000);
  expect(parquetOf(directory)).toContain("date=2026-11-20/part-0.parquet");
  await vacuum(nowMs + 2 * DAY_MS);
  expect(parquetOf(directory)).toHaveLength(1);
  expect(filesBelow(directory)).toContain("date=2026-11-20/notes.txt");
});

test("what is behind a link is left alone", async () => {
  const directory = temporaryDirectory();
  const outside = temporaryDirectory();
  const bench = await aged(directory);
  const foreign = join(outside, "part-1.parquet");
  writeFileSync(foreign, "x");
  utimesSync(foreign, 1, 1);
  symlinkSync(outside, join(directory, "date=2020-01-01"));
  mkdirSync(join(directory, "_other"));
  writeFileSync(join(directory, "_other", "part-2.parquet"), "x");
  utimesSync(join(directory, "_other", "part-2.parquet"), 1, 1);
  await vacuumTable({ ...bench, nowMs: () => Date.now() + 30 * DAY_MS, graceMs: 0 });
  expect(readdirSync(outside)).toEqual(["part-1.parquet"]);
  expect(readdirSync(join(directory, "_other"))).toEqual(["part-2.parquet"]);
});

test("filters go with their files", async () => {
  const directory = temporaryDirectory();
  const bench = await aged(directory);
  const blooms = () => filesBelow(directory).filter((path) => path.endsWith(".bloom"));
  expect(blooms().length).toBeGreaterThan(1);
  await vacuumTable({ ...bench, nowMs: () => Date.now() + 30 * DAY_MS, graceMs: 0 });
  expect(blooms()).toEqual(parquetOf(directory).map((path) => `_index/${path}.bloom`));
});
