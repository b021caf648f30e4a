import fc from "fast-check";
import { Block } from "../../../../src/lib/event/block.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import type { StageDeclaration, Transform } from "../../../../src/lib/pipeline/contract/stage.js";

export interface Ran {
  readonly lines: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly rejected: readonly string[];
}

/**
 * Runs a stage over lines, cut into blocks of the given sizes (the last goes on); `isReloading`: saved and loaded
 * between blocks.
 */
export function run(
  declaration: StageDeclaration,
  options: Readonly<Record<string, unknown>>,
  lines: readonly string[],
  sizes: readonly number[] = [],
  isReloading = false,
): Ran {
  const counts: Record<string, number> = {};
  const rejected: string[] = [];
  const context = {
    nowMs: () => Date.UTC(2026, 10, 22),
    reject: ({ raw }: { raw: Buffer }) => rejected.push(raw.toString()),
    count: (name: string, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  };
  const given = { operands: [], options: { ...defaultsOf(declaration.options), ...options } };
  let transform: Transform = declaration.create(given, context, undefined);
  let out = "";
  const emit = (block: Block) => {
    out += block.bytes.toString();
    return true;
  };
  for (let at = 0, n = 0; at < lines.length; n++) {
    const size = sizes[n] ?? lines.length;
    transform.push(
      new Block(
        Buffer.from(
          lines
            .slice(at, at + size)
            .map((line) => `${line}\n`)
            .join(""),
        ),
      ),
      emit,
    );
    at += size;
    // Not after the last one: what a load forgets would be put right by the next.
    if (!isReloading || at >= lines.length) continue;
    const state = structuredClone(transform.save?.());
    transform = declaration.create(given, context, undefined);
    transform.load?.(state);
  }
  transform.end?.(emit);
  return { lines: out.split("\n").slice(0, -1), counts, rejected };
}

/** Sizes of blocks. */
export const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 20 });
