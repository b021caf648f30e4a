/** What is dropped is counted, once, also where the process dies; and what a policy keeps is kept. */
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import type { Block } from "../../../../src/lib/event/block.js";
import { newDelivery, type Outcome } from "../../../../src/lib/event/delivery/delivery.js";
import type { Journal, JournalOptions } from "../../../../src/lib/journal/journal.js";
import {
  afterDeath,
  append,
  drain,
  numbered,
  openJournal,
  range,
  take,
  temporaryDirectory,
} from "../support.js";

const NEWEST = { name: "a", counts: true, onFull: "drop-newest" as const };
const OLDEST = { name: "a", counts: true, onFull: "drop-oldest" as const };
const BLOCKS = { name: "b", counts: true, onFull: "block" as const };

function statsOf(journal: Journal, name: string) {
  return journal.stats().readers.find((reader) => reader.name === name)!;
}

/** One of 1000 events. */
async function writeLarge(journal: Journal, from: number): Promise<void> {
  await journal.sink.write(numbered(range(from, from + 1000)));
  await journal.sink.flush();
}

test("drop-newest keeps the first block, even one of most of the room, whatever comes after it", async () => {
  const directory = temporaryDirectory();
  const options = { readers: [NEWEST, BLOCKS], limitBytes: 18_000 };
  const journal = await openJournal(directory, options);
  const following = drain(journal.reader("b"));
  // Taken, and never stored: a stuck output.
  const stuck = journal.reader("a");
  const stuckBlock = (async () => stuck.read())();
  for (let from = 0; from < 10_000; from += 1000) await writeLarge(journal, from);
  await stuckBlock;
  expect(statsOf(journal, "a")).toMatchObject({ waitingEvents: 1000, droppedEvents: 9000 });
  let again: Journal | undefined;
  await expect
    .poll(async () => {
      await again?.close();
      again = await openJournal(afterDeath(directory), options);
      return statsOf(again, "a").droppedEver;
    })
    .toBe(9000);
  expect(statsOf(again!, "a")).toMatchObject({ waitingEvents: 1000, droppedEvents: 0 });
  await again!.finish();
  expect(await drain(again!.reader("a"))).toEqual(range(0, 1000));
  await journal.finish();
  expect((await following).length).toBe(10_000);
});

test("what a stuck sink has taken of segments that were dropped is counted when the process dies, or it is closed", async () => {
  const directory = temporaryDirectory();
  const options = { readers: [OLDEST], limitBytes: 18_000 };
  const journal = await openJournal(directory, options);
  const stuck = journal.reader("a");
  await writeLarge(journal, 0);
  await stuck.read();
  for (let from = 1000; from < 5000; from += 1000) await writeLarge(journal, from);
  const { waitingEvents, droppedEvents } = statsOf(journal, "a");
  expect(waitingEvents + droppedEvents).toBe(5000);
  let sum = 0;
  await expect
    .poll(async () => {
      const again = await openJournal(afterDeath(directory), options);
      const after = statsOf(again, "a");
      sum = after.waitingEvents + after.droppedEver;
      await again.close();
      return sum;
    })
    .toBe(5000);
  await stuck.close();
  const closed = statsOf(journal, "a");
  expect(closed.waitingEvents + closed.droppedEvents).toBe(5000);
  expect(closed.droppedEvents).toBe(4000);
});

test("that a journal drops is told when it begins, and what is not told yet when the user asks to stop", async () => {
  const warnings: string[] = [];
  const stop = new AbortController();
  const onWarning = (text: string) => void warnings.push(text);
  const journal = await openJournal(temporaryDirectory(), {
    ...{ readers: [OLDEST], limitBytes: 18_000, signal: stop.signal, onWarning },
  });
  for (let from = 0; from < 6000; from += 1000) await writeLarge(journal, from);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/is full: a is behind and loses events \(on-full: drop-oldest\)/);
  stop.abort();
  expect(warnings).toHaveLength(2);
  expect(warnings[1]).toMatch(/a has lost 5,000 events more .*, 5,000 events in this run/);
});

/** Writes each part durably; resolves with what became of them. */
async function writeParts(journal: Journal, parts: readonly Block[]): Promise<Outcome["kind"][]> {
  const outcomes = parts.map(
    (part) => new Promise<Outcome>((resolve) => (part.delivery = newDelivery(resolve))),
  );
  for (const part of parts) {
    await journal.sink.write(part);
    await journal.sink.flush();
  }
  return (await Promise.all(outcomes)).map(({ kind }) => kind);
}

test.each([1, 2, 3])(
  "where there is no room for part %i of a block, none of it counts, all of it is counted as dropped",
  async (first) => {
    let free = 10e6;
    const files: JournalOptions["files"] = { ...diskFiles, freeBytes: async () => free };
    const readers = [NEWEST, { ...NEWEST, name: "b" }];
    const directory = temporaryDirectory();
    const journal = await openJournal(directory, { readers, files });
    await append(journal, [1]);
    const parts = range(10, 14).map((n, i) => numbered([n], [i % 2]));
    for (const part of parts.slice(0, -1)) part.isPart = true;
    parts.at(-1)!.cursor = { stream: "source", offset: 100, print: undefined };
    const before = parts.slice(0, first);
    expect(await writeParts(journal, before)).toEqual(before.map(() => "stored"));
    free = 0;
    // What was free counts for a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const [kind] = await writeParts(journal, parts.slice(first, first + 1));
    expect(kind).toBe("refused");
    free = 10e6;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await writeParts(journal, parts.slice(first + 1));
    expect(journal.stats().readers.map(({ droppedEvents }) => droppedEvents)).toEqual([2, 2]);
    await append(journal, [20]);
    for (const at of [await openJournal(afterDeath(directory), { readers }), journal]) {
      await at.finish();
      expect(await take(at.reader("a"), 9)).toEqual([1, 20]);
      expect(await take(at.reader("b"), 9)).toEqual([1, 20]);
      await at.close();
    }
  },
);
