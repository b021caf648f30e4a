/**
 * Random histories of one journal and three tables: appends for some of them, flushes, stops, failures, runs that end
 * without a word, compactions. Each table must show what was acknowledged for it, once, at every moment.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import type { FedTableSink } from "../../../../../src/lib/sinks/store/fed/fed-table-sink.js";
import { compact } from "../../../../support/maintenance.js";
import { temporaryDirectory } from "../../../store/support.js";
import { append, type Fed, numbersIn, openFed, placesOf } from "./support.js";

const READERS = ["a", "b", "c"];

type Step =
  | { readonly kind: "append"; readonly to: readonly number[]; readonly count: number }
  | { readonly kind: "store" | "stop" | "compact" | "look"; readonly reader: number }
  | { readonly kind: "restart" | "roll"; readonly reader?: undefined };

const reader = fc.integer({ min: 0, max: 2 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      to: fc.uniqueArray(reader, { minLength: 1 }),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("store", "stop", "compact", "look"),
      reader,
    }) as fc.Arbitrary<Step>,
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restart", "roll") }) as fc.Arbitrary<Step> },
);

class History {
  private readonly directory = temporaryDirectory();
  private readonly wanted: number[][] = [[], [], []];
  private sinks: FedTableSink[] = [];
  private running: (Promise<void> | undefined)[] = [];
  private fed!: Fed;
  private next = 0;

  async open(): Promise<void> {
    this.fed = await openFed(READERS, { directory: this.directory, segmentBytes: 900 });
    this.sinks = [];
    this.running = [];
    for (const name of READERS) this.sinks.push(await this.sink(name));
  }

  async step(step: Step): Promise<void> {
    if (step.kind === "append") return this.append(step);
    if (step.kind === "roll") return this.fed.journal.roll();
    if (step.kind === "restart") {
      await this.close();
      return this.open();
    }
    if (step.reader === undefined) return;
    const table = this.tableOf(step.reader);
    if (step.kind === "compact") await compact({ table, files: diskFiles, nowMs: Date.now() });
    if (step.kind === "stop") await this.stop(step.reader);
    if (step.kind === "store") this.running[step.reader] ??= this.sinks[step.reader]!.run();
    await this.look(step.reader);
  }

  async close(): Promise<void> {
    for (const i of READERS.keys()) await this.end(i);
    await this.fed.journal.close();
  }

  async look(i: number): Promise<void> {
    expect(await numbersIn(this.tableOf(i))).toEqual(this.wanted[i]);
  }

  /** All of it is stored in the end. */
  async finish(): Promise<void> {
    await this.fed.journal.finish();
    for (const i of READERS.keys()) {
      await (this.running[i] ?? this.sinks[i]!.run());
      await this.sinks[i]!.close();
      await this.look(i);
      expect(await placesOf(this.tableOf(i))).toEqual({ rows: this.wanted[i]!.length, live: 0 });
    }
    await this.fed.journal.close();
  }

  private async append({
    to,
    count,
  }: {
    readonly to: readonly number[];
    readonly count: number;
  }): Promise<void> {
    const numbers = Array.from({ length: count }, () => this.next++);
    for (const i of to) this.wanted[i]!.push(...numbers);
    await append(this.fed.journal, numbers, () => to);
  }

  private async stop(i: number): Promise<void> {
    await this.end(i);
    this.sinks[i] = await this.sink(READERS[i]!);
  }

  private async end(i: number): Promise<void> {
    this.sinks[i]!.stop();
    await this.running[i];
    this.running[i] = undefined;
    await this.sinks[i]!.close();
  }

  private sink(name: string): Promise<FedTableSink> {
    // Of the first every segment becomes a file, of the others several do.
    return this.fed.sink(name, { segmentBytes: name === "a" ? 1 : 2500 });
  }

  private tableOf(i: number): string {
    return this.fed.tableOf(READERS[i]!);
  }
}

test("whatever comes in between, each table shows what is for it, once", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 14 }), async (chosen) => {
      const history = new History();
      await history.open();
      for (const step of chosen) await history.step(step);
      for (const i of READERS.keys()) await history.look(i);
      await history.finish();
    }),
    { numRuns: 6 },
  );
});
