import declaration from "../../../../src/commands/stages/detect.js";
import { Block } from "../../../../src/lib/event/block.js";
import { withDefaults } from "../../../../src/lib/options/command-line.js";
import type { State, Transform } from "../../../../src/lib/pipeline/contract/stage.js";

export interface Anomaly {
  readonly score: number;
  readonly expected?: number;
  readonly observed: unknown;
  readonly reason: string;
}
export type Found = Readonly<Record<string, unknown>> & { readonly anomaly: Anomaly };

/** A running `detect`, what it prints, counts and sets aside. */
export class Detection {
  readonly counts: Record<string, number> = {};
  readonly rejected: string[] = [];
  nowMs = 0;
  output = "";
  private transform: Transform;
  private readonly options: Readonly<Record<string, unknown>>;

  constructor(options: Readonly<Record<string, unknown>>) {
    this.options = options;
    this.transform = this.make();
  }

  push(text: string): this {
    this.transform.push(new Block(Buffer.from(text)), (block) => this.take(block));
    return this;
  }

  pushEvents(events: readonly object[]): this {
    return this.push(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }

  idle(nowMs: number): this {
    this.nowMs = nowMs;
    this.transform.idle?.((block) => this.take(block));
    return this;
  }

  save(): State {
    return structuredClone(this.transform.save?.());
  }

  /** A fresh instance goes on from the state. */
  load(state: State): this {
    this.transform = this.make();
    this.transform.load?.(state);
    return this;
  }

  /** Events with an anomaly. */
  get found(): Found[] {
    const lines = this.output.split("\n").filter((line) => line.includes('"anomaly":{'));
    return lines.map((line) => JSON.parse(line) as Found);
  }

  private make(): Transform {
    const given = { operands: [], options: withDefaults(declaration.options, this.options) as never };
    return declaration.create(
      given,
      {
        nowMs: () => this.nowMs,
        reject: ({ reason }) => this.rejected.push(reason),
        count: (name, by = 1) => {
          this.counts[name] = (this.counts[name] ?? 0) + by;
        },
      },
      undefined,
    );
  }

  private take(block: Block): boolean {
    this.output += block.bytes.toString();
    return true;
  }
}

export const START_MS = Date.UTC(2026, 10, 2);
export const at = (seconds: number) => new Date(START_MS + seconds * 1000).toISOString();
