/** Random appends, readers, restarts and deaths against lists of numbers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../../../src/lib/event/block.js";
import { STORED } from "../../../src/lib/event/delivery/delivery.js";
import type { Journal, JournalReader } from "../../../src/lib/journal/journal.js";
import { afterDeath, append, numbersIn, openJournal, temporaryDirectory } from "./support.js";

const NAMES = ["a", "b", "c"];
const READERS = NAMES.map((name) => ({ name, counts: true, onFull: "block" as const }));

type Step =
  | {
      readonly kind: "append";
      readonly exits: readonly number[] | undefined;
      readonly count: number;
      readonly joins: boolean;
    }
  | { readonly kind: "read"; readonly reader: number; readonly count: number }
  | { readonly kind: "settle"; readonly reader: number; readonly which: number; readonly fails: boolean }
  | { readonly kind: "again"; readonly reader: number }
  | { readonly kind: "roll" | "restart" | "death" };

const reader = fc.nat({ max: NAMES.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("append" as const),
    exits: fc.option(fc.subarray([0, 1, 2], { minLength: 1 }), { nil: undefined }),
    count: fc.integer({ min: 1, max: 12 }),
    joins: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("read" as const), reader, count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({
    kind: fc.constant("settle" as const),
    reader,
    which: fc.nat({ max: 5 }),
    fails: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("again" as const), reader }),
  fc.record({ kind: fc.constantFrom("roll" as const, "restart" as const, "death" as const) }),
);

/** One reader, and what the model knows of it. */
interface Reading {
  reader: JournalReader;
  /** What it is to get, in order, from its place on; the first `handed.length` of it is on the way. */
  expected: number[];
  handed: { block: Block; events: number; outcome: "stored" | "failed" | undefined }[];
}

function eventsIn(handed: Reading["handed"]): number {
  return handed.reduce((sum, { events }) => sum + events, 0);
}

class Run {
  journal!: Journal;
  directory = temporaryDirectory();
  readonly readings: Reading[] = [];
  next = 0;

  async open(): Promise<void> {
    this.journal = await openJournal(this.directory, { readers: READERS, segmentBytes: 60 });
    for (const [i, name] of NAMES.entries()) {
      const known = this.readings[i];
      this.readings[i] = { reader: this.journal.reader(name), expected: known?.expected ?? [], handed: [] };
    }
  }

  async do(one: Step): Promise<void> {
    if (one.kind === "append") await this.append(one.count, one.exits, one.joins);
    else if (one.kind === "read") await this.read(this.readings[one.reader]!, one.count);
    else if (one.kind === "settle") this.settle(this.readings[one.reader]!, one.which, one.fails);
    else if (one.kind === "again") await this.again(one.reader);
    else if (one.kind === "roll") await this.journal.roll();
    else if (one.kind === "restart") await this.restart();
    else await this.die();
  }

  async append(count: number, exits: readonly number[] | undefined, joins: boolean): Promise<void> {
    const numbers = Array.from({ length: count }, () => this.next++);
    await append(this.journal, numbers, () => exits, joins);
    for (const i of exits ?? [0, 1, 2]) this.readings[i]!.expected.push(...numbers);
  }

  async read(reading: Reading, count: number): Promise<void> {
    for (let i = 0; i < count && eventsIn(reading.handed) < reading.expected.length; i++) {
      const block = (await reading.reader.read())!;
      const numbers = numbersIn(block);
      const before = eventsIn(reading.handed);
      expect(numbers).toEqual(reading.expected.slice(before, before + numbers.length));
      reading.handed.push({ block, events: numbers.length, outcome: undefined });
    }
  }

  settle({ handed }: Reading, which: number, fails: boolean): void {
    const one = handed.filter(({ outcome }) => outcome === undefined)[which];
    if (one === undefined) return;
    one.outcome = fails ? "failed" : "stored";
    one.block.delivery!.settle(fails ? { kind: "failed", reason: "503" } : STORED);
  }

  /** All of the beginning that is stored is done with. */
  forgetDone(reading: Reading): void {
    const open = reading.handed.findIndex(({ outcome }) => outcome !== "stored");
    const done = open < 0 ? reading.handed.length : open;
    reading.expected.splice(0, eventsIn(reading.handed.slice(0, done)));
    reading.handed = [];
  }

  async again(i: number): Promise<void> {
    const reading = this.readings[i]!;
    await reading.reader.close();
    this.forgetDone(reading);
    reading.reader = this.journal.reader(NAMES[i]!);
  }

  async restart(): Promise<void> {
    await this.journal.close();
    for (const reading of this.readings) this.forgetDone(reading);
    await this.open();
  }

  /** What was done and not saved is done once more, at most. */
  async die(): Promise<void> {
    const copy = afterDeath(this.directory);
    const before = this.readings.map(({ expected }) => [...expected]);
    const done = this.readings.map((reading) => {
      this.forgetDone(reading);
      return reading.expected;
    });
    await this.journal.close();
    this.directory = copy;
    await this.open();
    for (const [i, { waitingEvents }] of this.journal.stats().readers.entries()) {
      expect(waitingEvents).toBeGreaterThanOrEqual(done[i]!.length);
      expect(waitingEvents).toBeLessThanOrEqual(before[i]!.length);
      this.readings[i]!.expected = before[i]!.slice(before[i]!.length - waitingEvents);
    }
  }

  async end(): Promise<void> {
    for (const [i] of this.readings.entries()) await this.again(i);
    const waiting = this.journal.stats().readers.map(({ waitingEvents }) => waitingEvents);
    expect(waiting).toEqual(this.readings.map(({ expected }) => expected.length));
    await this.journal.finish();
    for (const reading of this.readings) {
      const got: number[] = [];
      for (
        let block = await reading.reader.read();
        block !== undefined;
        block = await reading.reader.read()
      ) {
        got.push(...numbersIn(block));
        block.delivery!.settle(STORED);
      }
      expect(got).toEqual(reading.expected);
    }
    await this.journal.close();
    expect(this.journal.stats().segments).toBe(0);
  }
}

test("whatever comes in between, each reader gets all that is for it, in order, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const run = new Run();
      await run.open();
      for (const one of steps) await run.do(one);
      await run.end();
    }),
    { numRuns: 30 },
  );
});
