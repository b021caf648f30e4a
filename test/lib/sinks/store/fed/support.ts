/** A journal beside a store, and tables that it feeds. */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { newDelivery, type Outcome } from "../../../../../src/lib/event/delivery/delivery.js";
import { Journal, type JournalOptions } from "../../../../../src/lib/journal/journal.js";
import { type FedTableOptions, FedTableSink } from "../../../../../src/lib/sinks/store/fed/fed-table-sink.js";
import { tableInfo } from "../../../../../src/lib/store/inspect/info.js";
import { blocksOf, readFacts, temporaryDirectory } from "../../../store/support.js";

export interface Fed {
  readonly directory: string;
  readonly journal: Journal;
  /** Table of a reader. */
  tableOf(reader: string): string;
  /** Opened before anything is appended, as it must be. */
  sink(reader: string, more?: Partial<FedTableOptions>): Promise<FedTableSink>;
}

export async function openFed(
  readers: readonly string[],
  more: Partial<JournalOptions> & { readonly directory?: string } = {},
): Promise<Fed> {
  const { directory = temporaryDirectory(), ...options } = more;
  const journal = await Journal.open({
    ...{ directory: join(directory, "journal"), nowMs: Date.now },
    readers: readers.map((name) => ({ name, counts: true, onFull: "block" as const })),
    ...options,
  });
  onTestFinished(() => journal.close().catch(() => {}));
  const tableOf = (reader: string) => join(directory, "store", reader);
  const sink = async (reader: string, own: Partial<FedTableOptions> = {}) =>
    FedTableSink.open({
      ...{ tableDirectory: tableOf(reader), feed: journal.feed(reader), nowMs: Date.now },
      ...{ segmentBytes: 1024 * 1024, flushIntervalMs: 3_600_000, maxColumns: 1000 },
      ...own,
    });
  return { directory, journal, tableOf, sink };
}

/** One block for each number, to the readers of these numbers; resolves once all are durable. */
export async function append(
  journal: Journal,
  numbers: readonly number[],
  exitsOf: (n: number) => readonly number[] | undefined = () => undefined,
): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  for (const n of numbers) {
    const block = blocksOf([lineOf(n)])[0]!;
    block.exits = exitsOf(n);
    // So it is not joined with others: a damage costs it alone.
    block.entry = 0;
    outcomes.push(new Promise((resolve) => (block.delivery = newDelivery(resolve))));
    await journal.sink.write(block);
  }
  await journal.sink.flush();
  return Promise.all(outcomes);
}

export function lineOf(n: number): string {
  const day = 20 + (n % 2);
  return `{"timestamp":"2026-11-${day}T10:00:00Z","n":${n},"text":"${"x".repeat(40)}"}`;
}

/** The numbers in the table, as a query sees them, in order. */
export async function numbersIn(table: string): Promise<number[]> {
  const facts = await readFacts(table);
  return facts.flatMap((fact) => Number(/"n"=(\d+)/.exec(fact)?.[1] ?? [])).sort((a, b) => a - b);
}

/** Events in Parquet, and those that are not. */
export async function placesOf(table: string): Promise<{ readonly rows: number; readonly live: number }> {
  const { rows, liveEvents: live } = await tableInfo(table);
  return { rows, live };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}
