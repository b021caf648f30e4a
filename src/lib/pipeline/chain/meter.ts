/**
 * What each stage of a chain took in and gave, and how long it was at work. Only under --stats: it counts the lines of
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

  /** `count`: how many stages there are. */
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

  /** What a stage gives, the next one takes. */
  gives(index: number, { bytes }: Block): void {
    const lines = countLines(bytes);
    this.metered[index]!.linesOut += lines;
    const next = this.metered[index + 1];
    if (next !== undefined) next.linesIn += lines;
  }

  /** What there was since the last time. */
  take(): readonly Metered[] {
    const { metered } = this;
    this.metered = fresh(this.count);
    return metered;
  }
}

function fresh(count: number): Metered[] {
  return Array.from({ length: count }, () => ({ linesIn: 0, linesOut: 0, workMs: 0 }));
}
