/** One side of a comparison: a pipeline that takes the input line by line, so that one knows what came of each. */
import type { Labels } from "../../event/block.js";
import { DEAD_LETTERS } from "../cases/test-case.js";
import { linesOfBytes } from "../network/evaluate.js";
import type { OpenedGraph } from "../network/opened.js";
import { Trial } from "../network/trial.js";
import type { ReplayOutput } from "./pairs.js";

export class Replaying {
  /** Whether something may come out later than with the line of the input that it belongs to. */
  readonly keepsState: boolean;
  /** Whether a line that is no event may be held until the next shows that it does not belong to it. */
  readonly joinsLines: boolean;
  private readonly trial: Trial;
  private readonly into: string;
  private readonly labels: Labels | undefined;
  private readonly counts: Map<string, number>;
  private unit = 0;
  private came: ReplayOutput[] = [];

  /**
   * `source`: of lines of a file, which carry its name where those of the node `into` do. Everything is counted by its
   * output in `counts`.
   */
  constructor(opened: OpenedGraph, { into, nowMs, source }: ReplayingInput, counts: Map<string, number>) {
    const { graph } = opened;
    const from = graph.sources.find(({ name }) => name === into)?.step;
    const isLabelled = source !== undefined && from?.declaration.labelOf?.(from.given) !== undefined;
    this.labels = isLabelled ? { source } : undefined;
    const sinks = new Set(graph.sinks.map(({ name }) => name));
    this.counts = counts;
    this.into = into;
    const steps = [...opened.steps.values()].flat();
    this.joinsLines = steps.some(({ declaration }) => declaration.input === "text");
    this.keepsState = steps.some(({ declaration, given }) => !declaration.isStateless(given));
    this.trial = new Trial(opened, [into], nowMs, {
      out: ({ output }, bytes) => {
        const isSink = output !== undefined && sinks.has(output);
        if (output === undefined || (!isSink && !output.includes("."))) return;
        const lines = linesOfBytes(bytes);
        this.count(output, lines.length);
        if (isSink) for (const line of lines) this.came.push({ sink: output, line, unit: this.unit });
      },
      reject: () => this.count(DEAD_LETTERS, 1),
    });
  }

  /** `unit`: its number. `isWhole`: what follows does not belong to it. */
  push(line: Buffer, unit: number, isWhole: boolean): void {
    this.unit = unit;
    this.trial.push(this.into, Buffer.from(line), this.labels);
    if (isWhole) this.trial.release();
  }

  /** The input is over. */
  end(unit: number): void {
    this.unit = unit;
    this.trial.end();
  }

  /** What came to sinks since it was asked last, in the order of units. */
  take(): readonly ReplayOutput[] {
    const { came } = this;
    this.came = [];
    return came;
  }

  private count(output: string, by: number): void {
    this.counts.set(output, (this.counts.get(output) ?? 0) + by);
  }
}

export interface ReplayingInput {
  readonly into: string;
  readonly nowMs: number;
  readonly source: string | undefined;
}
