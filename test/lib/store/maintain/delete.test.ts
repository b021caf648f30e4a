import { expect, test } from "vitest";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { compactFiles } from "../../../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../../../src/lib/store/maintain/delete.js";
import { blocksOf, lineFacts, readFacts, storeOptions, temporaryDirectory } from "../support.js";
import { eventLine, openBench, storeBatches } from "./support.js";

const lines = Array.from({ length: 60 }, (_, i) =>
  eventLine(i % 2 === 0 ? "a" : "b", i * 5000, { user: i % 7 }),
);

function without(all: readonly string[], isGone: (event: { user: number; service: string }) => boolean) {
  return all
    .filter((line) => !isGone(JSON.parse(line)))
    .map(lineFacts)
    .sort();
}

test("rows go from every file that has them, and files that have none stay as they are", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [lines.slice(0, 20), lines.slice(20)]);
  const bench = await openBench(directory);
  const report = await deleteEvents({ ...bench, condition: "user = 3 AND service = 'a'" });
  expect(report.rows).toBe(60 - without(lines, (e) => e.user === 3 && e.service === "a").length);
  expect(await readFacts(directory)).toEqual(without(lines, (e) => e.user === 3 && e.service === "a"));
  const { version } = await bench.log.refresh();
  expect(await deleteEvents({ ...bench, condition: "user = 3 AND service = 'a'" })).toMatchObject({
    rows: 0,
  });
  expect((await bench.log.refresh()).version).toBe(version);
});

test("a file all of whose rows go is removed without being read again", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [lines.slice(0, 10), lines.slice(10)]);
  const bench = await openBench(directory);
  const report = await deleteEvents({ ...bench, condition: "timestamp < '2026-11-20T13:53:20Z'" });
  expect(report).toMatchObject({ rows: 10, filesRemoved: 1, filesRewritten: 0 });
});

test("events that are in the log of a live writer go as well", async () => {
  const directory = temporaryDirectory();
  const sink = await StoreSink.open(storeOptions(directory));
  for (const block of blocksOf(lines)) await sink.write(block);
  await sink.flush();
  const bench = await openBench(directory);
  const { rows } = await deleteEvents({ ...bench, condition: "user IN (1, 2)" });
  expect(rows).toBeGreaterThan(10);
  expect(await readFacts(directory)).toEqual(without(lines, (e) => e.user === 1 || e.user === 2));
  await sink.close();
  expect(await readFacts(directory)).toEqual(without(lines, (e) => e.user === 1 || e.user === 2));
});

test("a writer that does not flush is named", async () => {
  const directory = temporaryDirectory();
  const sink = await StoreSink.open(storeOptions(directory, { segmentBytes: 1 << 30 }));
  for (const block of blocksOf(lines)) await sink.write(block);
  await sink.flush();
  const bench = await openBench(directory);
  const stuck = { ...bench, condition: "user = 1", patienceMs: 0 };
  await expect(deleteEvents(stuck)).rejects.toThrow("to flush its write-ahead log");
  await sink.close();
});

test("a compaction that runs at the same time brings nothing back", async () => {
  const directory = temporaryDirectory();
  const batches = Array.from({ length: 6 }, (_, i) => lines.slice(i * 10, i * 10 + 10));
  await storeBatches(directory, batches);
  const [one, two] = [await openBench(directory), await openBench(directory)];
  await Promise.all([
    deleteEvents({ ...one, condition: "user = 5" }),
    compactFiles({ ...two, targetBytes: 1 << 28 }),
  ]);
  expect(await readFacts(directory)).toEqual(without(lines, (e) => e.user === 5));
});

test("a condition that is NULL keeps the row, and one that cannot be read changes nothing", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [[eventLine("a", 1, { user: 1 }), eventLine("a", 2)]]);
  const bench = await openBench(directory);
  await deleteEvents({ ...bench, condition: "user <> 1" });
  expect(await readFacts(directory)).toHaveLength(2);
  await expect(deleteEvents({ ...bench, condition: "usr = 1" })).rejects.toThrow("usr");
  await expect(deleteEvents({ ...bench, condition: "true --" })).resolves.toMatchObject({ rows: 2 });
});
