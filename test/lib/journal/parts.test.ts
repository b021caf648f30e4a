/** A block for several sinks is several entries, of which the last alone has the cursor: they count together. */
import { expect, test } from "vitest";
import type { Block } from "../../../src/lib/event/block.js";
import type { Journal } from "../../../src/lib/journal/journal.js";
import {
  afterDeath,
  append,
  drain,
  numbered,
  openJournal,
  range,
  take,
  temporaryDirectory,
} from "./support.js";

const cursor = (offset: number) => ({ stream: "source", offset, print: undefined });

/** One part for each exit; the last alone says how far the source is. */
function partsOf(numbers: readonly number[], offset: number): Block[] {
  return numbers.map((n, i) => {
    const block = numbered([n], [i % 2]);
    if (i === numbers.length - 1) block.cursor = cursor(offset);
    else block.isPart = true;
    return block;
  });
}

/** Nothing came out of a block of another source. */
function silent(offset: number): Block {
  const block = numbered([]);
  block.cursor = { stream: "other", offset, print: undefined };
  return block;
}

async function writeDurably(journal: Journal, block: Block): Promise<void> {
  await journal.sink.write(block);
  await journal.sink.flush();
}

/** What both readers get, in a copy that is as after a death now; and how far the sources are. */
async function counted(directory: string): Promise<{ a: number[]; b: number[]; sources: unknown }> {
  const journal = await openJournal(afterDeath(directory));
  const cursors = (await journal.sink.checkpoints!.resume())?.cursors ?? [];
  await journal.finish();
  const [a, b] = [await drain(journal.reader("a")), await drain(journal.reader("b"))];
  await journal.close();
  return { a, b, sources: cursors.map(({ cursor: { offset } }) => offset) };
}

test.each([1_000_000, 20])(
  "killed between its parts, nothing of a block counts (segments of %i)",
  async (segmentBytes) => {
    const directory = temporaryDirectory();
    const journal = await openJournal(directory, { segmentBytes });
    await append(journal, [1]);
    const parts = partsOf([10, 11, 12, 13, 14], 100);
    for (const part of parts.slice(0, -1)) {
      await writeDurably(journal, part);
      expect(await counted(directory)).toEqual({ a: [1], b: [1], sources: [] });
    }
    await writeDurably(journal, parts.at(-1)!);
    expect(await counted(directory)).toEqual({ a: [1, 10, 12, 14], b: [1, 11, 13], sources: [100] });
  },
);

test("a reader has no part, from memory or the disk, before the last is durable", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  const a = journal.reader("a");
  const [first, second, last] = partsOf([10, 11, 12], 100);
  await append(journal, [1]);
  await writeDurably(journal, first!);
  expect(await take(a, 1)).toEqual([1]);
  let isThere = false;
  const next = take(a, 1).then((numbers) => {
    isThere = true;
    return numbers;
  });
  await writeDurably(journal, second!);
  expect(isThere).toBe(false);
  expect(journal.stats().readers.map(({ waitingEvents }) => waitingEvents)).toEqual([0, 1]);
  await writeDurably(journal, last!);
  expect(await next).toEqual([10]);
});

test("what was acknowledged in the same round as an open part stays when the journal is closed", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  const [first] = partsOf([10, 11], 100);
  await Promise.all([journal.sink.write(numbered([1])), journal.sink.write(first!)]);
  await journal.sink.flush();
  const { a, b } = await counted(directory);
  expect({ a, b }).toEqual({ a: [1], b: [1] });
  await journal.close();
  const again = await openJournal(directory);
  await again.finish();
  expect(await drain(again.reader("a"))).toEqual([1]);
});

test("positions of blocks of which nothing came out make no open part count", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  const [first, last] = partsOf([10, 11], 100);
  await Promise.all([journal.sink.write(silent(5)), journal.sink.write(first!)]);
  await journal.sink.flush();
  expect(await counted(directory)).toEqual({ a: [], b: [], sources: [5] });
  await journal.sink.write(silent(6));
  await journal.sink.flush();
  expect(await counted(directory)).toMatchObject({ a: [], b: [] });
  await writeDurably(journal, last!);
  await journal.sink.flush();
  expect(await counted(directory)).toEqual({ a: [10], b: [11], sources: [100, 6] });
});

test("the last part of a block has no bytes: what is before it counts with its cursor, and not without", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  const [first] = partsOf([10, 11], 100);
  const last = numbered([]);
  last.cursor = cursor(100);
  last.isPart = false;
  await writeDurably(journal, first!);
  expect(await counted(directory)).toEqual({ a: [], b: [], sources: [] });
  await journal.sink.write(last);
  const other = numbered([20], [0]);
  other.cursor = { stream: "other", offset: 5, print: undefined };
  await writeDurably(journal, other);
  expect(await counted(directory)).toEqual({ a: [10, 20], b: [], sources: [100, 5] });
});

test("a feed ends when the journal is finished between the parts of a block", async () => {
  const journal = await openJournal(temporaryDirectory());
  await append(journal, [1]);
  await writeDurably(journal, partsOf([10, 11], 100)[0]!);
  const feed = journal.feed("a");
  await journal.finish();
  const segment = await feed.next();
  expect(segment).toMatchObject({ events: 1 });
  await feed.done(segment!);
  expect(await feed.next()).toBeUndefined();
});

test("parts in a transaction count with its commit, and not before", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: 20 });
  const { checkpoints } = journal.sink;
  checkpoints!.begin();
  const parts = partsOf(range(10, 16), 100);
  for (const part of parts) {
    await writeDurably(journal, part);
    expect(await counted(directory)).toMatchObject({ a: [], b: [] });
  }
  await journal.sink.write(silent(7));
  await journal.sink.flush();
  expect(await counted(directory)).toMatchObject({ a: [], b: [], sources: [] });
});
