import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compactFiles } from "../../../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../../../src/lib/store/maintain/delete.js";
import { tierOf } from "../../../../src/lib/store/maintain/rewrite/output-path.js";
import { applyTiers, setTier, unsetTier } from "../../../../src/lib/store/maintain/tiers.js";
import { vacuumTable } from "../../../../src/lib/store/maintain/vacuum.js";
import { lineFacts, OBSERVED_MS, readFacts, temporaryDirectory } from "../support.js";
import { type Bench, eventLine, filesBelow, openBench, storeBatches } from "./support.js";

const DAY_MS = 86_400_000;
const TARGET = { targetBytes: 1 << 28 };
const lines = Array.from({ length: 30 }, (_, i) =>
  eventLine("a", (i * DAY_MS) / 10_000, { trace_id: `t${i}` }),
);

/** Three days of events, 20 to 22 November; the clock says 23 November. */
async function tiered(directory: string, path: string): Promise<Bench> {
  await storeBatches(directory, [lines]);
  const bench = { ...(await openBench(directory)), nowMs: () => Date.UTC(2026, 10, 23) };
  await setTier(bench.files, bench.log, bench.nowMs, { name: "cold", path, olderThanMs: DAY_MS, level: 15 });
  return bench;
}

async function tiersNow(bench: Bench): Promise<(string | null)[]> {
  const { files } = await bench.log.refresh();
  return [...files].sort((a, b) => (a.date! < b.date! ? -1 : 1)).map((file) => tierOf(file.add.path));
}

test("old files move to their tier, and one query sees all", async () => {
  const [directory, cold] = [temporaryDirectory(), join(temporaryDirectory(), "cold")];
  const bench = await tiered(directory, cold);
  expect(await applyTiers({ ...bench, ...TARGET })).toMatchObject({ files: 2, missing: [] });
  expect(await tiersNow(bench)).toEqual(["cold", "cold", null]);
  expect(filesBelow(cold).filter((path) => path.endsWith(".parquet"))).toHaveLength(2);
  expect(await readFacts(directory)).toEqual(lines.map(lineFacts).sort());
  expect(await applyTiers({ ...bench, ...TARGET })).toMatchObject({ files: 0 });
  expect(await compactFiles({ ...bench, ...TARGET })).toMatchObject({ filesIn: 1 });
  expect(await readFacts(directory)).toEqual(lines.map(lineFacts).sort());
});

test("vacuum looks after the tier, and deletions reach it", async () => {
  const [directory, cold] = [temporaryDirectory(), temporaryDirectory()];
  const bench = await tiered(directory, cold);
  await applyTiers({ ...bench, ...TARGET });
  expect(await deleteEvents({ ...bench, condition: "trace_id IN ('t3', 't29')" })).toMatchObject({ rows: 2 });
  await vacuumTable({ ...bench, graceMs: 0, nowMs: () => OBSERVED_MS + 60 * DAY_MS });
  const { files } = await bench.log.refresh();
  const parquet = (path: string) => filesBelow(path).filter((name) => name.endsWith(".parquet"));
  expect(parquet(cold)).toHaveLength(2);
  expect(parquet(directory)).toHaveLength(1);
  expect(files).toHaveLength(3);
  expect(await readFacts(directory)).toHaveLength(28);
});

test("a tier that is taken away gives its files back", async () => {
  const [directory, cold] = [temporaryDirectory(), temporaryDirectory()];
  const bench = await tiered(directory, cold);
  await applyTiers({ ...bench, ...TARGET });
  await unsetTier(bench.files, bench.log, bench.nowMs, "cold");
  await applyTiers({ ...bench, ...TARGET });
  expect(await tiersNow(bench)).toEqual([null, null, null]);
  await vacuumTable({ ...bench, graceMs: 0, nowMs: () => OBSERVED_MS + 60 * DAY_MS });
  expect(filesBelow(cold).filter((name) => name.endsWith(".parquet"))).toEqual([]);
  expect(await readFacts(directory)).toEqual(lines.map(lineFacts).sort());
});

test("while the disk is not there nothing is moved, rewritten or removed", async () => {
  const [directory, cold] = [temporaryDirectory(), join(temporaryDirectory(), "cold")];
  const bench = await tiered(directory, cold);
  await applyTiers({ ...bench, ...TARGET });
  renameSync(cold, `${cold}-unmounted`);
  mkdirSync(cold);
  const { version } = await bench.log.refresh();
  expect(await applyTiers({ ...bench, ...TARGET })).toMatchObject({ files: 0, missing: ["cold"] });
  await vacuumTable({ ...bench, graceMs: 0, nowMs: () => OBSERVED_MS + 60 * DAY_MS });
  expect((await bench.log.refresh()).version).toBe(version);
  expect(filesBelow(cold)).toEqual([]);
  await compactFiles({ ...bench, ...TARGET });
  rmSync(cold, { recursive: true });
  renameSync(`${cold}-unmounted`, cold);
  expect(await readFacts(directory)).toEqual(lines.map(lineFacts).sort());
});

test("a directory is the tier of one table", async () => {
  const cold = temporaryDirectory();
  await tiered(temporaryDirectory(), cold);
  await expect(tiered(temporaryDirectory(), cold)).rejects.toThrow("cannot be a tier");
  const bench = await tiered(temporaryDirectory(), temporaryDirectory());
  const set = (name: string, path: string) =>
    setTier(bench.files, bench.log, bench.nowMs, { name, path, olderThanMs: 1, level: 3 });
  await expect(set("inside", join(bench.log.directory, "inside"))).rejects.toThrow("own directory");
  const warm = temporaryDirectory();
  await set("warm", warm);
  await expect(set("colder", warm)).rejects.toThrow('it is the tier "warm"');
  const again = { name: "cold", path: temporaryDirectory(), olderThanMs: 1, level: 3 };
  await expect(setTier(bench.files, bench.log, bench.nowMs, again)).rejects.toThrow(
    'the table\'s tier "cold" is',
  );
});
