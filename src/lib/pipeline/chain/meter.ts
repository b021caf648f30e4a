/**
 * What each link of a chain took in and gave, and how long it was at work. Only under --stats: it counts the lines of
 * every block.
 */
import type { Block } from "../../event/block.js";
import { countLines } from "../../event/lines.js";

export interface Metered {
  linesIn: number;
  linesOut: number;
  /** Without the time of the stages behind it. */
  workMs: number;
}

export class Meter {
  private metered: Metered[];
  private nestedMs = 0;
  private readonly count: number;

  /** `count`: how many links there are. */
  constructor(count: number) {
    this.count = count;
    this.metered = fresh(count);
  }

  /** Runs a stage's own work, in which those behind it run, too. */
  run<T>(index: number, work: () => T): T {
    const outerMs = this.nestedMs;
    this.nestedMs = 0;
    const startMs = performance.now();
    try {
      return work();
    } finally {
      const tookMs = performance.now() - startMs;
      this.metered[index]!.workMs += tookMs - this.nestedMs;
      this.nestedMs = outerMs + tookMs;
    }
  }

  takes(index: number, { bytes }: Block): void {
    this.metered[index]!.linesIn += countLines(bytes);
  }

  /** What a link gives, the next ones take: links by number, others are exits. */
  gives(index: number, { bytes }: Block, next: readonly number[]): void {
    const lines = countLines(bytes);
    this.metered[index]!.linesOut += lines;
    for (const number of next) if (number >= 0) this.metered[number]!.linesIn += lines;
  }

  /** What there was since the last time. */
  take(): readonly Metered[] {
    const { metered } = this;
    this.metered = fresh(this.count);
    return metered;
  }
}

export function addMetered(sum: Metered, { linesIn, linesOut, workMs }: Metered): void {
  sum.linesIn += linesIn;
  sum.linesOut += linesOut;
  sum.workMs += workMs;
}

function fresh(count: number): Metered[] {
  return Array.from({ length: count }, () => ({ linesIn: 0, linesOut: 0, workMs: 0 }));
}
