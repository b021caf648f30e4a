/**
 * Readers of one table's live end at once, while it is written, stored, compacted and vacuumed: each is given every
 * event once, however often it is killed.
 */
import { expect, onTestFinished, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { compact, vacuum } from "../../../../support/maintenance.js";
import { append as appendTo, openFed, range } from "../../../sinks/store/fed/support.js";
import { temporaryDirectory } from "../../../store/support.js";
import { eventOf, liveSource, Memory, newTable, readLive, Writer } from "./support.js";

const ROUNDS = 6;
const DAY_MS = 86_400_000;

/** A reader with a checkpoint. In every round it is killed a few times, with blocks that it had not stored. */
class Reader {
  readonly given: number[] = [];
  readonly #table: string;
  readonly #kept: Memory;
  readonly #blocks: number;

  constructor(table: string, id: string, blocks: number) {
    this.#table = table;
    this.#kept = new Memory(id);
    this.#blocks = blocks;
  }

  async readTo(count: number): Promise<void> {
    for (let kills = 3; this.given.length < count; kills--) {
      const lines = count - this.given.length;
      const death = kills > 0 ? { blocks: this.#blocks, unsettled: 1 } : {};
      const read = await readLive(liveSource(this.#table, this.#kept), { lines, ...death });
      this.given.push(...read.map((line) => Number(/"n":(\d+)/.exec(line)![1])));
    }
  }
}

/** What writes to a table, and makes Parquet of all that was appended. */
interface Filling {
  append(numbers: readonly number[]): Promise<void>;
  store(): Promise<void>;
}

async function ownLog(table: string): Promise<Filling> {
  const writer = await Writer.open(table);
  onTestFinished(() => writer.abandon().catch(() => {}));
  return {
    append: (numbers) => writer.append(numbers.map(eventOf)),
    store: () => writer.storeAll(),
  };
}

async function journal(directory: string): Promise<Filling> {
  const fed = await openFed(["logs"], { directory, segmentBytes: 500 });
  const sink = await fed.sink("logs", { segmentBytes: 1 });
  const running = sink.run();
  onTestFinished(async () => {
    sink.stop();
    await running.catch(() => {});
    await sink.close();
  });
  return {
    append: async (numbers) => void (await appendTo(fed.journal, numbers)),
    store: async () => {
      await fed.journal.roll();
      await expect.poll(() => fed.journal.stats().readers[0]!.waitingEvents, { timeout: 60_000 }).toBe(0);
    },
  };
}

test.each([
  ["of a table with a log of its own", ownLog, (directory: string) => `${directory}/store/logs`],
  ["of a table that a journal feeds", journal, (directory: string) => `${directory}/store/logs`],
] as const)("two readers %s see each event once", { timeout: 240_000 }, async (_, open, tableIn) => {
  const directory = temporaryDirectory();
  const table = tableIn(directory);
  await newTable(table, [eventOf(0)]);
  const filling = await open(open === journal ? directory : table);
  const readers = [new Reader(table, "one", 2), new Reader(table, "two", 5)];
  const place = (nowMs: number) => ({ table, files: diskFiles, nowMs });
  let count = 1;
  for (let round = 0; round < ROUNDS; round++) {
    const numbers = range(count, count + 12);
    count += numbers.length;
    const writing = (async () => {
      for (const n of numbers) await filling.append([n]);
      await filling.store();
      await compact(place(Date.now()));
      // As it runs from cron: what is taken out stays for the readers that are behind.
      await vacuum(place(Date.now()), DAY_MS);
    })();
    await Promise.all([writing, ...readers.map((reader) => reader.readTo(count))]);
    // Both have all of it: what was compacted may go.
    await vacuum(place(Date.now() + 2 * DAY_MS), 0);
  }
  await filling.append([count]);
  for (const reader of readers) {
    await reader.readTo(count + 1);
    // Whatever would come twice comes before the last.
    expect([...reader.given].sort((a, b) => a - b)).toEqual(range(0, count + 1));
  }
});
