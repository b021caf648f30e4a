import { expect } from "vitest";
import declaration from "../../../../src/commands/stages/throttle.js";
import { Block } from "../../../../src/lib/event/block.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import type { StageDeclaration, Transform } from "../../../../src/lib/pipeline/contract/stage.js";

export const throttle = declaration as StageDeclaration;

/** A throttle with a clock that is set by hand. */
export class Bench {
  nowMs = Date.UTC(2026, 10, 22, 10);
  readonly counts: Record<string, number> = {};
  /** What came out, and when. */
  readonly out: { readonly line: string; readonly atMs: number }[] = [];
  transform: Transform;
  private readonly operands: readonly string[];
  private readonly options: Readonly<Record<string, unknown>>;

  constructor(operands: readonly string[], options: Readonly<Record<string, unknown>> = {}) {
    this.operands = operands;
    this.options = options;
    this.transform = this.made();
  }

  push(...lines: readonly string[]): void {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    this.transform.push(new Block(bytes), (block) => this.took(block));
    // The engine uses buffers again.
    bytes.fill("x");
  }

  idle(): void {
    this.transform.idle?.((block) => this.took(block));
  }

  end(): void {
    this.transform.end?.((block) => this.took(block));
  }

  /** Saves, and goes on with another one. */
  reload(): void {
    const state = structuredClone(this.transform.save?.());
    this.transform = this.made();
    this.transform.load?.(state);
  }

  get lines(): readonly string[] {
    return this.out.map(({ line }) => line);
  }

  private took(block: Block): boolean {
    const lines = block.bytes.toString("latin1").split("\n").slice(0, -1);
    this.out.push(...lines.map((line) => ({ line, atMs: this.nowMs })));
    return true;
  }

  private made(): Transform {
    const given = {
      operands: this.operands,
      options: { ...defaultsOf(throttle.options), ...this.options },
    };
    const context = {
      nowMs: () => this.nowMs,
      reject: () => {
        throw new Error("set aside");
      },
      count: (name: string, by = 1) => {
        this.counts[name] = (this.counts[name] ?? 0) + by;
      },
    };
    return throttle.create(given, context, undefined);
  }
}

/** In no span more than `burst` and what the rate, a millisecond, has in it. */
export function expectWithin({ out }: Bench, rate: number, burst: number): void {
  let least = Number.POSITIVE_INFINITY;
  for (const [n, { atMs }] of out.entries()) {
    const over = n - rate * (atMs - out[0]!.atMs);
    least = Math.min(least, over);
    expect(over - least + 1).toBeLessThanOrEqual(burst + 1e-6);
  }
}
