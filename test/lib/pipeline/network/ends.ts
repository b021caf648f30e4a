/** Sources and a boundary for networks, in memory. */
import { Block } from "../../../../src/lib/event/block.js";
import { newDelivery, type Outcome, STORED } from "../../../../src/lib/event/delivery/delivery.js";
import type { RunOptions } from "../../../../src/lib/pipeline/contract/pipeline.js";
import type { Sink } from "../../../../src/lib/pipeline/contract/sink.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";

export const OPTIONS: RunOptions = { isStrict: false, workers: 0, hasStats: false, deadLetters: "/dev/null" };

/** Gives blocks of text; `pace` is waited for before each. Remembers what each was settled with. */
export class Blocks implements Source {
  readonly outcomes: Outcome[][];
  isClosed = false;
  isStopped = false;
  private next = 0;
  private readonly texts: readonly string[];
  private readonly pace: (n: number) => Promise<unknown>;

  constructor(texts: readonly string[], pace: (n: number) => Promise<unknown> = async () => {}) {
    this.texts = texts;
    this.pace = pace;
    this.outcomes = texts.map(() => []);
  }

  async read(): Promise<Block | undefined> {
    const n = this.next;
    await this.pace(n);
    if (this.isStopped || n >= this.texts.length) return undefined;
    this.next++;
    const block = new Block(Buffer.from(this.texts[n]!));
    block.delivery = newDelivery((outcome) => void this.outcomes[n]!.push(outcome));
    return block;
  }

  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** A boundary of several sinks: what came for each. `settle` says what becomes of a block. */
export class Boundary implements Sink {
  readonly blocks: Block[] = [];
  isClosed = false;
  onExitClosed?: (exit: number) => void;
  private readonly texts: string[][];
  private readonly settle: (block: Block) => void;

  constructor(sinks: number, settle: (block: Block) => void = (block) => block.delivery?.settle(STORED)) {
    this.texts = Array.from({ length: sinks }, () => []);
    this.settle = settle;
  }

  async write(block: Block): Promise<boolean> {
    this.blocks.push(block);
    for (const exit of block.exits ?? [0]) this.texts[exit]!.push(block.bytes.toString());
    this.settle(block);
    return true;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.isClosed = true;
  }

  textOf(exit: number): string {
    return this.texts[exit]!.join("");
  }

  /** The events that came for a sink, in an order that is the same for the same. */
  sortedOf(exit: number): string[] {
    return sorted(
      this.textOf(exit)
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    );
  }
}

/** Each event by its fields in order of name. */
export function sorted(events: readonly Readonly<Record<string, unknown>>[]): string[] {
  return events.map((event) => JSON.stringify(Object.entries(event).sort())).sort();
}

/** The lines cut into blocks of so many. */
export function cutInto(lines: readonly string[], sizes: readonly number[]): string[] {
  const blocks: string[] = [];
  for (let at = 0, n = 0; at < lines.length; n++) {
    const size = sizes.length === 0 ? lines.length : sizes[n % sizes.length]!;
    blocks.push(lines.slice(at, at + size).join(""));
    at += size;
  }
  return blocks;
}
