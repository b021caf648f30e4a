/** What a run did, for `--stats` and for the notices at the end. Nothing disappears uncounted. */
import { formatDuration } from "../../base/duration.js";
import { countOf, formatCount, formatSize } from "../../base/size.js";
import { countLines } from "../../event/lines.js";
import type { Tally } from "../chain/chain.js";
import type { Metered } from "../chain/meter.js";

export interface ReportOptions {
  /** The stages' labels, in the order of the pipeline. */
  readonly stages: readonly string[];
  readonly workers: number;
  /** What the sink has counted. */
  readonly sink: Readonly<Record<string, number>>;
}

/** A counter `NAME: TEXT` is of one kind of what NAME says, of which there can be many: the largest are shown. */
function isOfKind(name: string): boolean {
  return name.includes(": ");
}

const KINDS_SHOWN = 3;

export class Counters {
  linesIn = 0;
  bytesIn = 0;
  rejected = 0;
  /** Counted where somebody asks: with --stats, or by `RunOptions.onCounts`. */
  linesOut = 0;
  private bytesOut = 0;
  private readonly counts = new Map<string, number>();
  private readonly metered = new Map<string, Metered>();
  private readonly startedMs = performance.now();
  private readonly countsOut: boolean;

  constructor(countsOut: boolean) {
    this.countsOut = countsOut;
  }

  add(tally: Tally): void {
    this.rejected += tally.rejected.length;
    for (const [name, by] of Object.entries(tally.counts)) this.count(name, by);
    for (const [label, { linesIn, linesOut, workMs }] of Object.entries(tally.metered ?? {})) {
      const sum = this.metered.get(label) ?? { linesIn: 0, linesOut: 0, workMs: 0 };
      sum.linesIn += linesIn;
      sum.linesOut += linesOut;
      sum.workMs += workMs;
      this.metered.set(label, sum);
    }
  }

  /** `name`: with the label in front. */
  count(name: string, by: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  wrote(bytes: Buffer): void {
    this.bytesOut += bytes.length;
    if (this.countsOut) this.linesOut += countLines(bytes);
  }

  /** What the stage of this label has counted. */
  of(label: string): Readonly<Record<string, number>> {
    const prefix = `${label}.`;
    const own = [...this.counts].filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(own.map(([name, count]) => [name.slice(prefix.length), count]));
  }

  /** Lines for stderr: what came in, what each stage made of it in order, what went out, and how long it took. */
  report({ stages, workers, sink }: ReportOptions): string {
    const listed = stages.flatMap((label) => this.linesOf(label));
    const isListed = (name: string) => stages.some((label) => name.startsWith(`${label}.`));
    const others = [...this.counts].filter(([name]) => !isListed(name));
    const counted = ([name, count]: readonly [string, number]) => `${name}: ${formatCount(count)}`;
    const lines = [
      `in: ${countOf(this.linesIn, "line")}, ${formatSize(this.bytesIn)}`,
      ...listed,
      `out: ${countOf(this.linesOut, "line")}, ${formatSize(this.bytesOut)}`,
      `set aside: ${formatCount(this.rejected)}`,
      ...others.sort().map(counted),
      ...Object.entries(sink).sort().map(counted),
      this.timeLine(stages, workers),
    ];
    return lines.map((line) => `  ${line}\n`).join("");
  }

  private linesOf(label: string): string[] {
    const { linesIn, linesOut } = this.metered.get(label) ?? { linesIn: 0, linesOut: 0 };
    const all = Object.entries(this.of(label)).sort();
    const own = all.filter(([name]) => !isOfKind(name));
    const kinds = all.filter(([name]) => isOfKind(name)).sort(([, a], [, b]) => b - a);
    return [
      `${label}: ${countOf(linesIn, "line")} in, ${formatCount(linesOut)} out`,
      ...own.map(([name, count]) => `${label}.${name}: ${formatCount(count)}`),
      ...kinds.slice(0, KINDS_SHOWN).map(([name, count]) => `${label}.${name}: ${formatCount(count)}`),
    ];
  }

  /** Of several stages it says which share of their work each had. */
  private timeLine(stages: readonly string[], workers: number): string {
    const elapsedMs = performance.now() - this.startedMs;
    const perSecond = (amount: number) => amount / Math.max(elapsedMs / 1000, 1e-3);
    const speed = `${formatSize(perSecond(this.bytesIn))}/s, ${formatCount(Math.round(perSecond(this.linesIn)))} lines/s`;
    const place = workers === 0 ? "main thread" : countOf(workers, "worker");
    const works = stages.map((label) => ({ label, workMs: this.metered.get(label)?.workMs ?? 0 }));
    const totalMs = works.reduce((sum, { workMs }) => sum + workMs, 0);
    const share = (workMs: number) => Math.round((100 * workMs) / Math.max(totalMs, 1e-3));
    const shares = works.map(({ label, workMs }) => `${label} ${share(workMs)}%`).join(", ");
    const tail = works.length < 2 ? "" : `; work: ${shares}`;
    return `time: ${formatDuration(elapsedMs)} (${speed}), ${place}${tail}`;
  }
}
