/** What a run did, for `--stats` and for the notices at the end. Nothing disappears uncounted. */
import { formatDuration } from "../base/duration.js";
import { formatSize } from "../base/size.js";
import type { Tally } from "./chain.js";

export class Counters {
  linesIn = 0;
  bytesIn = 0;
  bytesOut = 0;
  rejected = 0;
  readonly counts = new Map<string, number>();
  private readonly startedMs = performance.now();

  add(tally: Tally): void {
    this.rejected += tally.rejected.length;
    for (const [name, by] of Object.entries(tally.counts))
      this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  /** What the stage of this label has counted. */
  of(label: string): Readonly<Record<string, number>> {
    const prefix = `${label}.`;
    const own = [...this.counts].filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(own.map(([name, count]) => [name.slice(prefix.length), count]));
  }

  /** Lines for stderr. `more`: what the sink has counted. */
  report(workers: number, more: Readonly<Record<string, number>> = {}): string {
    const elapsedMs = performance.now() - this.startedMs;
    const perSecond = this.bytesIn / Math.max(elapsedMs / 1000, 1e-3);
    const lines = [
      `in: ${this.linesIn} lines, ${formatSize(this.bytesIn)}`,
      `out: ${formatSize(this.bytesOut)}`,
      `set aside: ${this.rejected}`,
      ...[...this.counts, ...Object.entries(more)].sort().map(([name, count]) => `${name}: ${count}`),
      `time: ${formatDuration(elapsedMs)} (${formatSize(perSecond)}/s), ${workers === 0 ? "main thread" : `${workers} workers`}`,
    ];
    return lines.map((line) => `  ${line}\n`).join("");
  }
}
