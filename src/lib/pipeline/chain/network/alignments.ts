/** How the input of one entry is cut, where several stages may each have a word in it. */
import type { Block } from "../../../event/block.js";
import type { Step } from "../../contract/pipeline.js";
import type { Alignment, StageDeclaration } from "../../contract/stage.js";
import { copyOf } from "./exits.js";

export interface EntryAlignment {
  readonly align: Alignment | undefined;
  /** How long what is held for that waits for more. */
  readonly holdMs: number;
  /** For each of the stages which part of what is known is its own; undefined: all of it. */
  readonly parts: readonly (number | undefined)[] | undefined;
}

/**
 * Of the stages that the entry's blocks come to first; undefined for others that they come to. Of several the input is
 * cut where all agree.
 */
export function alignmentOf(steps: readonly (Step<StageDeclaration> | undefined)[]): EntryAlignment {
  const aligned = new Map<string, Alignment>();
  const keys = steps.map((step) => {
    const align = step?.declaration.align?.(step.given);
    if (step === undefined || align === undefined) return undefined;
    const key = JSON.stringify([step.declaration.name, step.given.operands, step.given.options]);
    aligned.set(key, aligned.get(key) ?? align);
    return key;
  });
  const holdMs = Math.max(0, ...steps.map((step) => step?.declaration.holdMs?.(step.given) ?? 0));
  const all = [...aligned.values()];
  if (all.length < 2) return { align: all[0], holdMs, parts: undefined };
  const learners = [...aligned].filter(([, { learn }]) => learn !== undefined);
  const isParted = learners.length > 1;
  const parts = keys.map((key) => {
    const part = learners.findIndex(([other]) => other === key);
    return part < 0 ? undefined : part;
  });
  return {
    align: joint(
      all,
      learners.map(([, { learn }]) => learn!),
    ),
    holdMs,
    parts: isParted ? parts : undefined,
  };
}

type Learn = NonNullable<Alignment["learn"]>;

function joint(all: readonly Alignment[], learns: readonly Learn[]): Alignment {
  return {
    boundary: (bytes, isThorough) => {
      for (let cut = bytes.length, agreed = 0; ; ) {
        for (const { boundary } of all) {
          const next = boundary(bytes.subarray(0, cut), isThorough);
          agreed = next === cut ? agreed + 1 : 1;
          cut = next;
          if (cut === 0 || agreed >= all.length) return cut;
        }
      }
    },
    holdMs: (held) => Math.max(...all.map(({ holdMs }) => holdMs?.(held) ?? 0)),
    ...(learns.length > 0 && { learn: learns.length === 1 ? learns[0]! : learning(learns) }),
  };
}

/** What each knows, in one text. */
function learning(learns: readonly Learn[]): Learn {
  return (bytes, known) => {
    const before = partsOf(known);
    const behind = learns.map((learn, n) =>
      learn(bytes, known === undefined ? undefined : (before[n] ?? "")),
    );
    return behind.every((text) => text === "") ? "" : JSON.stringify(behind);
  };
}

function partsOf(known: string | undefined): readonly string[] {
  if (known === undefined || known === "") return [];
  try {
    const parts: unknown = JSON.parse(known);
    return Array.isArray(parts) && parts.every((part) => typeof part === "string") ? parts : [];
  } catch {
    // Saved by a pipeline in which only one learned.
    return [];
  }
}

/** The block as the stage gets it that learns this part. */
export function withKnownPart(block: Block, part: number | undefined): Block {
  if (block.known === undefined || part === undefined) return block;
  const own = copyOf(block);
  own.known = partsOf(block.known)[part] ?? "";
  return own;
}
