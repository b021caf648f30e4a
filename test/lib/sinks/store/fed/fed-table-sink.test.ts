import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import { listEntries, summarize } from "../../../../../src/lib/store/quarantine/entries.js";
import { requestRoll, uncoveredSegments } from "../../../../../src/lib/store/wal/rotation-request.js";
import { blocksOf, storeLines, storeOptions } from "../../../store/support.js";
import { append, lineOf, numbersIn, openFed, placesOf, range, until } from "./support.js";

test("what the journal has taken is seen at once, and stays when it becomes Parquet", async () => {
  const { journal, sink, tableOf } = await openFed(["logs"]);
  const fed = await sink("logs");
  await append(journal, range(0, 50));
  expect(await numbersIn(tableOf("logs"))).toEqual(range(0, 50));
  expect(await placesOf(tableOf("logs"))).toEqual({ rows: 0, live: 50 });
  await journal.finish();
  await fed.run();
  await fed.close();
  expect(await placesOf(tableOf("logs"))).toEqual({ rows: 50, live: 0 });
  expect(await numbersIn(tableOf("logs"))).toEqual(range(0, 50));
  expect(fed.report).toMatchObject({ given: { events: 50 }, stored: { events: 50 }, left: { events: 0 } });
  // Nothing is left for it: neither the link nor the place where it worked.
  expect(await readdir(join(tableOf("logs"), "_wal"))).toEqual([]);
});

test("each of two tables has what is for it, live and flushed, at intervals of their own", async () => {
  const { journal, sink, tableOf } = await openFed(["even", "all"], { segmentBytes: 600 });
  const even = await sink("even", { segmentBytes: 500 });
  const all = await sink("all");
  const exits = (n: number) => (n % 2 === 0 ? [0, 1] : [1]);
  await append(journal, range(0, 40), exits);
  const wanted = range(0, 40).filter((n) => n % 2 === 0);
  const isRight = async () => {
    expect(await numbersIn(tableOf("even"))).toEqual(wanted);
    expect(await numbersIn(tableOf("all"))).toEqual(range(0, 40));
  };
  await isRight();
  const running = Promise.all([even.run(), all.run()]);
  await until(async () => (await placesOf(tableOf("even"))).rows > 0);
  await isRight();
  // The other one puts it off.
  expect((await placesOf(tableOf("all"))).rows).toBe(0);
  await journal.finish();
  await running;
  await isRight();
  await Promise.all([even.close(), all.close()]);
  expect(await placesOf(tableOf("even"))).toEqual({ rows: 20, live: 0 });
  expect(await placesOf(tableOf("all"))).toEqual({ rows: 40, live: 0 });
  // Small segments of the journal make one file of the table.
  expect(all.report.stored.parquetFiles).toBe(2);
});

test("two readers may feed one table, each at its own pace", async () => {
  const { journal, sink, tableOf } = await openFed(["a", "b"], { segmentBytes: 600 });
  const tableDirectory = tableOf("logs");
  const [a, b] = [await sink("a", { tableDirectory }), await sink("b", { tableDirectory })];
  await append(journal, range(0, 30), (n) => [n % 2]);
  expect(await numbersIn(tableDirectory)).toEqual(range(0, 30));
  await journal.finish();
  await a.run();
  await a.close();
  expect(await placesOf(tableDirectory)).toEqual({ rows: 15, live: 15 });
  expect(await numbersIn(tableDirectory)).toEqual(range(0, 30));
  await b.run();
  await b.close();
  expect(await placesOf(tableDirectory)).toEqual({ rows: 30, live: 0 });
  expect(await numbersIn(tableDirectory)).toEqual(range(0, 30));
});

test("a sink that was stopped goes on in the next run; what waits is seen meanwhile, and stored once", async () => {
  const first = await openFed(["logs"], { segmentBytes: 600 });
  const { directory, tableOf } = first;
  const table = tableOf("logs");
  const fed = await first.sink("logs", { segmentBytes: 500 });
  await append(first.journal, range(0, 20));
  const running = fed.run();
  await until(async () => (await placesOf(table)).rows > 0);
  fed.stop();
  await running;
  await fed.close();
  await append(first.journal, range(20, 40));
  await first.journal.close();
  expect(await numbersIn(table)).toEqual(range(0, 40));
  // Another pipeline writes to the table while the journal's does not run: it takes nothing of it.
  await storeLines(storeOptions(table), [lineOf(100)]);
  expect(await numbersIn(table)).toEqual([...range(0, 40), 100]);
  expect((await placesOf(table)).live).toBeGreaterThan(0);
  const second = await openFed(["logs"], { directory });
  const again = await second.sink("logs");
  await second.journal.finish();
  await again.run();
  await again.close();
  expect(await placesOf(table)).toEqual({ rows: 41, live: 0 });
  expect(await numbersIn(table)).toEqual([...range(0, 40), 100]);
});

test("a segment that the table has, and whose place in the journal was not noted, is not stored again", async () => {
  const { journal, sink, tableOf } = await openFed(["logs"]);
  const table = tableOf("logs");
  const feed = journal.feed("logs");
  const lost = { ...pass(feed), done: async () => {} };
  const fed = await sink("logs", { feed: lost });
  await append(journal, range(0, 10));
  await journal.roll();
  const running = fed.run();
  await append(journal, range(10, 20));
  await journal.roll();
  await until(async () => journal.segments.all.length === 2);
  await journal.finish();
  await running;
  await fed.close();
  expect(await placesOf(table)).toEqual({ rows: 20, live: 0 });
  expect(journal.stats().readers[0]).toMatchObject({ waitingEvents: 20 });
  const again = await sink("logs");
  await again.run();
  await again.close();
  expect(again.report).toMatchObject({ given: { events: 0 }, stored: { events: 0 } });
  expect(await numbersIn(table)).toEqual(range(0, 20));
  expect(journal.stats().readers[0]).toMatchObject({ waitingEvents: 0 });
});

test("asked to hand over, it stores what the journal has for the table, and goes on", async () => {
  const { journal, sink, tableOf } = await openFed(["logs", "other"]);
  const table = tableOf("logs");
  const fed = await sink("logs");
  const running = fed.run();
  await append(journal, range(0, 5), () => [0]);
  await append(journal, range(5, 9), () => [1]);
  await requestRoll(diskFiles, table);
  await until(async () => (await placesOf(table)).rows === 5);
  const log = new TableLog(table);
  // What is for others alone does not count.
  await append(journal, range(9, 12), () => [1]);
  expect(await uncoveredSegments(diskFiles, table, async () => (await log.refresh()).txns)).toEqual([]);
  await append(journal, range(12, 15), () => [0]);
  expect(await numbersIn(table)).toEqual([0, 1, 2, 3, 4, 12, 13, 14]);
  fed.stop();
  await running;
  await fed.close();
});

test("bytes that the disk has changed are left out and kept; all others are stored", async () => {
  const { journal, sink, tableOf } = await openFed(["logs"]);
  const table = tableOf("logs");
  const fed = await sink("logs");
  await append(journal, range(0, 10));
  await journal.roll();
  const { base } = journal.segments.all[0]!;
  const file = await diskFiles.open(`${base}.ndjson`, "change");
  await file.write([Buffer.from("?")], 2 * lineOf(0).length + 10);
  await file.close();
  expect(await numbersIn(table)).toEqual(range(0, 10).filter((n) => n !== 2));
  await journal.finish();
  await fed.run();
  await fed.close();
  expect(await numbersIn(table)).toEqual(range(0, 10).filter((n) => n !== 2));
  expect(journal.stats().losses).toMatchObject({ damagedEvents: 1 });
  expect(fed.report).toMatchObject({ given: { events: 9 }, stored: { events: 9 } });
});

test("events that cannot be stored go to the quarantine of their table, once, and all others into it", async () => {
  const { journal, sink, tableOf } = await openFed(["logs", "other"]);
  const table = tableOf("logs");
  const fed = await sink("logs");
  const [block] = blocksOf([lineOf(1)]);
  // A summary that claims one event more than there is: no way of reading can give it.
  await journal.sink.write({ ...block!, exits: [0], summary: { ...block!.summary!, events: 2 } });
  await append(journal, [7], () => [1]);
  await journal.roll();
  const running = fed.run();
  await requestRoll(diskFiles, table);
  const log = new TableLog(table);
  await until(async () => (await listEntries(diskFiles, log)).length === 1);
  await append(journal, [2, 3], () => [0]);
  await journal.finish();
  await running;
  await fed.close();
  expect(fed.report.stored.unstorable).toHaveLength(1);
  expect(await numbersIn(table)).toEqual([2, 3]);
  const entries = await listEntries(diskFiles, log);
  expect(entries).toHaveLength(1);
  expect((await summarize(diskFiles, entries[0]!))?.lines).toBe(1);
});

function pass<T extends object>(feed: T): T {
  return new Proxy(feed, {
    ownKeys: () => NAMES,
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const NAMES = [
  ...["reader", "journal", "from", "next", "done", "mended", "roll", "ageMs"],
  ...["stop", "openBytes", "isUrgent", "isFinished"],
];
