/** A table that has less than was stored in it: what the journal still has comes again, the rest is told. */
import { expect, test } from "vitest";
import type { FeedSegment } from "../../../../src/lib/journal/types.js";
import { append, openJournal, range, temporaryDirectory } from "../support.js";

async function storedByA(directory: string, lost: string[]) {
  const journal = await openJournal(directory, { onLost: (text) => lost.push(text) });
  await append(journal, range(0, 10));
  await journal.roll();
  const feed = journal.feed("a");
  const first = (await feed.next())!;
  await feed.done(first);
  return { journal, first };
}

test("segments that another sink still waits for are handed over again, and nothing is said to be lost", async () => {
  const directory = temporaryDirectory();
  const lost: string[] = [];
  const { journal, first } = await storedByA(directory, lost);
  await journal.close();
  const next = await openJournal(directory, { onLost: (text) => lost.push(text) });
  const feed = next.feed("a");
  feed.checkStored!("t", () => 0, Date.now());
  const again = (await feed.next())!;
  expect([again.sequence, again.events, lost]).toEqual([first.sequence, 10, []]);
  expect(next.stats().readers[0]!.waitingEvents).toBe(10);
  await feed.done(again);
  expect(next.stats().readers[0]!.waitingEvents).toBe(0);
});

test("what is gone is told; a table that has all is left alone", async () => {
  const directory = temporaryDirectory();
  const lost: string[] = [];
  const { journal, first } = await storedByA(directory, lost);
  const b = journal.feed("b");
  await b.done((await b.next())!);
  await journal.close();
  const next = await openJournal(directory, { onLost: (text) => lost.push(text) });
  next.feed("a").checkStored!("t", () => first.sequence, Date.now());
  expect(lost).toEqual([]);
  next.feed("a").checkStored!("t", () => 0, Date.now());
  expect(lost.join()).toContain("what 1 segment held for it is missing");
});

/** Two runs, each a writer of the journal; the other reader has all, so that no segment is left. */
async function storedByTwoWriters(directory: string, lost: string[]) {
  const segments: FeedSegment[] = [];
  for (const from of [0, 10]) {
    const journal = await openJournal(directory, { onLost: (text) => lost.push(text) });
    await append(journal, range(from, from + 10));
    await journal.roll();
    for (const name of ["a", "b"]) {
      const feed = journal.feed(name);
      const segment = (await feed.next())!;
      await feed.done(segment);
      if (name === "a") segments.push(segment);
    }
    await journal.close();
  }
  const [first, second] = segments as [FeedSegment, FeedSegment];
  expect(first.writer).not.toBe(second.writer);
  const journal = await openJournal(directory, { onLost: (text) => lost.push(text) });
  return { feed: journal.feed("a"), first, second };
}

test("what a table lacks of a writer before the last is told", async () => {
  const lost: string[] = [];
  const { feed, first, second } = await storedByTwoWriters(temporaryDirectory(), lost);
  feed.checkStored!("t", (writer) => (writer === second.writer ? second.sequence : 0), Date.now());
  expect(lost.join()).toContain(`segments up to 0 of ${first.writer}, and had up to ${first.sequence}`);
  expect(lost.join()).toContain("what 1 segment held for it is missing");
});

test("both count where a table has neither, and nothing is said of one that has both", async () => {
  const lost: string[] = [];
  const { feed, first, second } = await storedByTwoWriters(temporaryDirectory(), lost);
  feed.checkStored!("t", ({ length }) => (length > 0 ? first.sequence + second.sequence : 0), Date.now());
  expect(lost).toEqual([]);
  feed.checkStored!("t", () => 0, Date.now());
  expect(lost.join()).toContain("what 2 segments held for it is missing");
});

test("a writer that the table may have forgotten says nothing", async () => {
  const lost: string[] = [];
  const { feed } = await storedByTwoWriters(temporaryDirectory(), lost);
  feed.checkStored!("t", () => 0, Date.now() + 8 * 86_400_000);
  expect(lost).toEqual([]);
});

test("a segment that went while a table stored it is dropped, or stored: one of the two", async () => {
  const readers = [
    { name: "table", counts: false, onFull: "block" as const },
    { name: "b", counts: true, onFull: "drop-oldest" as const },
  ];
  const journal = await openJournal(temporaryDirectory(), { readers, limitBytes: 8000 });
  await append(journal, range(0, 10));
  await journal.roll();
  const feed = journal.feed("table");
  const segment = (await feed.next())!;
  for (let n = 10; n < 300; n += 10) await append(journal, range(n, n + 10));
  expect(feed.isGone!(segment)).toBe(true);
  const sum = () => {
    const { waitingEvents, droppedEvents } = journal.stats().readers[0]!;
    return waitingEvents + droppedEvents;
  };
  expect(sum()).toBe(300);
  await feed.done(segment);
  expect(sum()).toBe(290);
});
