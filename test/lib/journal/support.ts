/** A journal in a temporary directory, and what its readers have got. */
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { encodeOwner, newOwner } from "../../../src/lib/base/process/owner.js";
import { Block } from "../../../src/lib/event/block.js";
import { newDelivery, type Outcome, STORED } from "../../../src/lib/event/delivery/delivery.js";
import { Journal, type JournalOptions, type JournalReader } from "../../../src/lib/journal/journal.js";
import { blocksOf, temporaryDirectory } from "../store/support.js";

export { temporaryDirectory };

export type Opened = Journal;

export const READERS = ["a", "b"].map((name) => ({ name, counts: true, onFull: "block" as const }));

export async function openJournal(directory: string, more: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await Journal.open({ directory, nowMs: Date.now, readers: READERS, ...more });
  onTestFinished(() => journal.close().catch(() => {}));
  return journal;
}

/** A block of events `{"n":N}`, with an `entry`: so it is not joined with others. */
export function numbered(numbers: readonly number[], exits?: readonly number[]): Block {
  const block = blocksOf(numbers.map((n) => JSON.stringify({ n })))[0] ?? new Block(Buffer.alloc(0));
  block.exits = exits;
  block.entry = 0;
  return block;
}

/** Appends each number as a block of its own; resolves with the outcomes, once all are settled. */
export async function append(
  journal: Journal,
  numbers: readonly number[],
  exits?: (n: number) => readonly number[] | undefined,
  mayBeJoined = false,
): Promise<Outcome[]> {
  const outcomes = numbers.map(async (n) => {
    const block = numbered([n], exits?.(n));
    if (mayBeJoined) block.entry = undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      block.delivery = newDelivery(resolve);
    });
    await journal.sink.write(block);
    return outcome;
  });
  await journal.sink.flush();
  return Promise.all(outcomes);
}

export function numbersIn(block: Block): number[] {
  const lines = block.bytes.toString().split("\n").slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { n: number }).n);
}

/** Reads until there are so many events, and settles them unless `settle` is false. */
export async function take(
  reader: JournalReader,
  events: number,
  settle = true,
  numbers: number[] = [],
): Promise<number[]> {
  while (numbers.length < events) {
    const block = await reader.read();
    if (block === undefined) break;
    numbers.push(...numbersIn(block));
    if (settle) block.delivery!.settle(STORED);
  }
  return numbers;
}

/** All until the end, which must come. */
export async function drain(reader: JournalReader, settle = true): Promise<number[]> {
  return take(reader, Number.POSITIVE_INFINITY, settle);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

export function expectOffsetsToGrow(blocks: readonly Block[]): void {
  const offsets = blocks.map(({ cursor }) => cursor!.offset);
  expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
}

/** The directory as the death of its process at this moment leaves it: files as they are, locks of a dead owner. */
export function afterDeath(directory: string): string {
  const copy = temporaryDirectory();
  cpSync(directory, copy, { recursive: true });
  for (const name of readdirSync(copy, { recursive: true }) as string[]) {
    if (!/(^|\/)lock-\d+$/.test(name)) continue;
    // No process has such a number.
    writeFileSync(join(copy, name), encodeOwner({ ...newOwner(), pid: 2 ** 22 + 1 }));
  }
  return copy;
}
