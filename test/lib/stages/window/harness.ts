/** Runs a window over events, cut, saved and prepared as a test wants. */
import window from "../../../../src/commands/stages/window.js";
import { Block } from "../../../../src/lib/event/block.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import type { StageContext, Transform } from "../../../../src/lib/pipeline/contract/stage.js";

export const NOW = Date.parse("2026-11-22T00:00:00Z");

type Options = Partial<Parameters<typeof window.create>[0]["options"]>;

export interface Ran {
  readonly rows: readonly Record<string, unknown>[];
  readonly text: string;
  readonly rejected: readonly string[];
  readonly counts: Record<string, number>;
}

export interface Way {
  /** Lines of each block; the last ones repeat. */
  readonly cuts?: readonly number[];
  /** Whether state is saved and loaded into a new transform between blocks. */
  readonly isSaved?: boolean;
  readonly isPrepared?: boolean;
  readonly nowMs?: () => number;
  /** Called between blocks. */
  readonly between?: (transform: Transform, emit: (block: Block) => boolean) => void;
}

export function run(
  size: string | undefined,
  options: Options,
  lines: readonly string[],
  way: Way = {},
): Ran {
  const given = {
    operands: size === undefined ? [] : [size],
    options: { ...defaultsOf(window.options), ...options },
  };
  const rejected: string[] = [];
  const counts: Record<string, number> = {};
  const context: StageContext = {
    nowMs: way.nowMs ?? (() => NOW),
    reject: ({ reason, raw }) => rejected.push(`${reason}: ${raw}`),
    count: (name, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  };
  let text = "";
  const emit = (block: Block) => {
    text += block.bytes.toString();
    return true;
  };
  const prepare = window.prepare!(given, context, undefined);
  let transform = window.create(given, context, undefined);
  const cuts = way.cuts ?? [lines.length];
  for (let at = 0, n = 0; at < lines.length; n++) {
    const length = Math.max(1, cuts[Math.min(n, cuts.length - 1)]!);
    const block = new Block(Buffer.from(`${lines.slice(at, at + length).join("\n")}\n`));
    if (way.isPrepared) transform.pushPrepared!(prepare(block), emit);
    else transform.push(block, emit);
    at += length;
    way.between?.(transform, emit);
    if (!way.isSaved) continue;
    const state = structuredClone(transform.save!());
    transform = window.create(given, context, undefined);
    transform.load!(state);
  }
  transform.end!(emit);
  const rows = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { rows, text, rejected, counts };
}

export function at(seconds: number): string {
  return new Date(Date.parse("2026-11-21T10:00:00Z") + seconds * 1000).toISOString();
}
