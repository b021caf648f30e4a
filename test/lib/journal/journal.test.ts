import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Block } from "../../../src/lib/event/block.js";
import { STORED } from "../../../src/lib/event/delivery/delivery.js";
import {
  append,
  drain,
  expectOffsetsToGrow,
  numbered,
  numbersIn,
  openJournal,
  READERS,
  range,
  take,
  temporaryDirectory,
} from "./support.js";

test("every reader gets what is for it, in order, at its own pace", async () => {
  const journal = await openJournal(temporaryDirectory());
  const outcomes = await append(journal, range(0, 100), (n) =>
    n % 3 === 0 ? [0] : n % 3 === 1 ? [1] : [0, 1],
  );
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(["stored"]));
  expect(await take(journal.reader("a"), 10)).toEqual(
    range(0, 100)
      .filter((n) => n % 3 !== 1)
      .slice(0, 10),
  );
  await journal.finish();
  expect(await drain(journal.reader("b"))).toEqual(range(0, 100).filter((n) => n % 3 !== 0));
  expect(await drain(journal.reader("a"))).toEqual(
    range(0, 100)
      .filter((n) => n % 3 !== 1)
      .slice(10),
  );
  expect(journal.stats().readers.map(({ waitingEvents }) => waitingEvents)).toEqual([0, 0]);
});

test("what is not settled is read again by the next reader of the name, and by the next run", async () => {
  const directory = temporaryDirectory();
  const first = await openJournal(directory);
  await append(first, range(0, 10));
  expect(await take(first.reader("a"), 3)).toEqual([0, 1, 2]);
  const second = first.reader("a");
  expect(await take(second, 2, false)).toEqual([3, 4]);
  await second.close();
  expect(await take(first.reader("a"), 1)).toEqual([3]);
  await first.close();
  const next = await openJournal(directory);
  await append(next, [10]);
  expect(next.stats().readers.map(({ waitingEvents }) => waitingEvents)).toEqual([7, 11]);
  await next.finish();
  expect(await drain(next.reader("a"))).toEqual(range(4, 11));
  expect(await drain(next.reader("b"))).toEqual(range(0, 11));
  await next.close();
  expect(readdirSync(join(directory, "_wal"))).toEqual([]);
});

test("a failed block holds the reader's place, whatever is stored behind it", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  await append(journal, range(0, 5));
  const reader = journal.reader("a");
  const blocks = [];
  for (let i = 0; i < 5; i++) blocks.push(await reader.read());
  blocks[2]!.delivery!.settle({ kind: "failed", reason: "503" });
  for (const i of [0, 1, 3, 4]) blocks[i]!.delivery!.settle(STORED);
  await reader.close();
  expect(await take(journal.reader("a"), 3)).toEqual([2, 3, 4]);
});

test("cursors grow over runs, and what the sink has of them wins", async () => {
  const directory = temporaryDirectory();
  const blocks: Block[] = [];
  for (let run = 0; run < 3; run++) {
    const journal = await openJournal(directory);
    await append(journal, range(run * 10, run * 10 + 10));
    const reader = journal.reader("a");
    for (let i = 0; i < 10; i++) blocks.push((await reader.read())!);
    for (const block of blocks.slice(-10)) block.delivery!.settle(STORED);
    await reader.close();
    await journal.close();
  }
  expectOffsetsToGrow(blocks);
  expect(blocks.flatMap(numbersIn)).toEqual(range(0, 30));
  const last = await openJournal(directory);
  await last.finish();
  const reader = last.reader("a");
  reader.replay.resume([blocks[11]!.cursor!]);
  expect(await drain(reader)).toEqual(range(12, 30));
});

test("from disk what is no longer in memory, and from memory what comes", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: 2000 });
  await append(journal, range(0, 1000));
  await journal.close();
  const next = await openJournal(directory, { segmentBytes: 2000 });
  const reader = next.reader("a");
  expect(await take(reader, 500)).toEqual(range(0, 500));
  await append(next, range(1000, 1100));
  await next.finish();
  expect(await drain(reader)).toEqual(range(500, 1100));
  await reader.close();
});

test("segments go once every reader has passed them", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: 100 });
  await append(journal, range(0, 100));
  const a = journal.reader("a");
  const b = journal.reader("b");
  await take(a, 100);
  const { segments } = journal.stats();
  expect(segments).toBeGreaterThan(5);
  await take(b, 50);
  await journal.roll();
  await expect.poll(() => journal.stats().segments).toBeLessThan(segments - 3);
  await take(b, 50);
  await expect.poll(() => journal.stats().segments).toBe(0);
  await journal.finish();
});

test("a reader that comes later gets what comes from then on; one that is gone holds nothing", async () => {
  const directory = temporaryDirectory();
  const first = await openJournal(directory);
  await append(first, range(0, 10));
  await first.finish();
  expect(await drain(first.reader("a"))).toEqual(range(0, 10));
  await first.close();
  const readers = [READERS[1]!, { ...READERS[0]!, name: "c" }];
  const second = await openJournal(directory, { readers });
  await append(second, range(10, 20), () => [1]);
  await append(second, range(20, 30));
  await second.finish();
  expect(await drain(second.reader("c"))).toEqual(range(10, 30));
  expect(await drain(second.reader("b"))).toEqual([...range(0, 10), ...range(20, 30)]);
  await second.close();
  expect(readdirSync(join(directory, "_wal"))).toEqual([]);
  expect(existsSync(join(directory, "readers", "a.place"))).toBe(false);
});

test("a reader that something waits for is not forgotten because it is not named; nothing is changed", async () => {
  const directory = temporaryDirectory();
  const first = await openJournal(directory);
  await append(first, range(0, 10));
  await first.close();
  const readers = [{ ...READERS[0]!, name: "c" }];
  await expect(openJournal(directory, { readers })).rejects.toMatchObject({
    code: "journal.reader-gone",
    exitCode: 2,
    message: expect.stringMatching(
      /^10 events \(80 B\) wait for a, 10 events \(80 B\) wait for b in the journal \S+, and/,
    ),
    help: expect.stringContaining(`logpipe journal rename ${directory} a NEW`),
  });
  // Nor where nothing but its file tells of it.
  for (const name of ["journal.json", "journal.copy.json"]) writeFileSync(join(directory, name), "gone");
  await expect(openJournal(directory, { readers })).rejects.toMatchObject({ code: "journal.reader-gone" });
  const again = await openJournal(directory);
  await again.finish();
  for (const { name } of READERS) expect(await drain(again.reader(name))).toEqual(range(0, 10));
});

test("one process has the directory", async () => {
  const directory = temporaryDirectory();
  const first = await openJournal(directory);
  await expect(openJournal(directory)).rejects.toMatchObject({ code: "journal.locked" });
  await first.close();
  await (await openJournal(directory)).close();
});

test("an event is read as soon as it is synced, with all that its block had", async () => {
  const journal = await openJournal(temporaryDirectory());
  const reader = journal.reader("a");
  const coming = reader.read();
  const block = numbered([1, 2], [0]);
  block.entry = 3;
  await journal.sink.write(block);
  const got = (await coming)!;
  expect(got.bytes.toString()).toBe('{"n":1}\n{"n":2}\n');
  expect(got.summary).toEqual(block.summary);
  expect([got.entry, got.exits]).toEqual([3, undefined]);
});

test("events that come one by one are one block with what they hold, each acknowledged for itself", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  const outcomes = await append(journal, range(0, 500), (n) => (n < 300 ? undefined : [1]), true);
  expect(outcomes.filter(({ kind }) => kind === "stored").length).toBe(500);
  await journal.finish();
  const blocks: Block[] = [];
  const reader = journal.reader("b");
  for (let block = await reader.read(); block !== undefined; block = await reader.read()) blocks.push(block);
  expect(blocks.length).toBeLessThan(20);
  expect(blocks.flatMap(numbersIn)).toEqual(range(0, 500));
  expect(blocks.reduce((sum, { summary }) => sum + summary!.events, 0)).toBe(500);
  expect(blocks.every((block) => block.summary!.columns[0]!.count === block.summary!.events)).toBe(true);
  expect(await drain(journal.reader("a"))).toEqual(range(0, 300));
});
