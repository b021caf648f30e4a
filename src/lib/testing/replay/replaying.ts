/** One side of a comparison: a pipeline that takes the input part by part. */
import type { Labels } from "../../event/block.js";
import { DEAD_LETTERS } from "../cases/test-case.js";
import type { OpenedGraph } from "../network/opened.js";
import { Trial } from "../network/trial.js";

export class Replaying {
  /** Whether something may come out later than with the part of the input that it belongs to. */
  readonly keepsState: boolean;
  private readonly trial: Trial;
  private readonly into: string;
  private readonly labels: Labels | undefined;
  private counts = new Map<string, number>();
  private came = new Map<string, string[]>();

  /** `source`: of lines of a file, which carry its name where those of the node `into` do. */
  constructor(opened: OpenedGraph, into: string, nowMs: number, source?: string) {
    const { graph } = opened;
    const from = graph.sources.find(({ name }) => name === into)?.step;
    const isLabelled = source !== undefined && from?.declaration.labelOf?.(from.given) !== undefined;
    this.labels = isLabelled ? { source } : undefined;
    const sinks = new Set(graph.sinks.map(({ name }) => name));
    const isPort = (output: string) => output.includes(".");
    this.into = into;
    this.keepsState = [...opened.steps.values()]
      .flat()
      .some(({ declaration, given }) => declaration.input === "text" || !declaration.isStateless(given));
    this.trial = new Trial(opened, [into], nowMs, {
      out: ({ output }, bytes) => {
        if (output === undefined || (!sinks.has(output) && !isPort(output))) return;
        const lines = bytes
          .toString("utf8")
          .split("\n")
          .filter((line) => line !== "");
        this.count(output, lines.length);
        if (sinks.has(output)) this.came.set(output, [...(this.came.get(output) ?? []), ...lines]);
      },
      reject: () => this.count(DEAD_LETTERS, 1),
    });
  }

  /** What the part gives, by sink; without one the input is over. Everything is counted by its output in `counts`. */
  step(lines: Buffer | undefined, counts: Map<string, number>): ReadonlyMap<string, readonly string[]> {
    this.counts = counts;
    this.came = new Map();
    if (lines === undefined) this.trial.end();
    else this.trial.push(this.into, Buffer.from(lines), this.labels);
    return this.came;
  }

  private count(output: string, by: number): void {
    this.counts.set(output, (this.counts.get(output) ?? 0) + by);
  }
}
