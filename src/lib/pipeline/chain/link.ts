/** A link of a chain: a running stage, a route or what the engine adds, and what it is called. */
import { present } from "../../base/assert.js";
import { Block } from "../../event/block.js";
import type { AskedField, Emit, StageContext, Transform } from "../contract/stage.js";
import { builtin } from "./builtin-stages.js";
import { FieldWatch, pathsOf } from "./field-watch.js";
import type { Target, WiredLink } from "./network/wiring.js";
import { Route } from "./route.js";
import type { Splitter } from "./splitter.js";

export interface Link {
  readonly name: string;
  readonly label: string;
  /** Its place among all links of the network. */
  readonly place: number;
  readonly transform: Transform;
  readonly isStage: boolean;
  /** Looks out for its fields in what comes to it. */
  readonly watch: FieldWatch | undefined;
  /** The fields that it was told of. */
  readonly reads: readonly string[];
  /** What it gives is for its other half only. */
  readonly isHalf: boolean;
  /** By port. */
  readonly to: readonly (readonly Target[])[];
  readonly emits: Emit[];
  /** It wants no more. */
  isClosed: boolean;
  hasEnded: boolean;
}

/** `contextOf`: with the name and the label that what it says goes by. */
export function linkOf(wired: WiredLink, contextOf: (wired: WiredLink) => StageContext): Link {
  const { what, name, label, place, to } = wired;
  const { reads, create } = workOf(wired);
  const paths = reads.flatMap(pathsOf);
  const emits: Emit[] = [];
  const made = create(contextOf(wired));
  return {
    name,
    label,
    place,
    transform: "split" in made ? { push: (block) => made.split(block, emits) } : made,
    isStage: what.kind === "stage",
    watch: paths.length === 0 ? undefined : new FieldWatch(paths),
    reads: paths,
    isHalf: what.kind === "half",
    to,
    emits,
    isClosed: false,
    hasEnded: false,
  };
}

interface Work {
  readonly reads: readonly AskedField[];
  readonly create: (context: StageContext) => Transform | Splitter;
}

function workOf({ what }: WiredLink): Work {
  if (what.kind === "builtin") return builtin(what.step);
  if (what.kind === "route") return { reads: [], create: (context) => new Route(what.route, context) };
  const { declaration, given, opened } = what.step;
  const reads = declaration.reads?.(given) ?? [];
  if (what.kind === "stage")
    return { reads, create: (context) => declaration.create(given, context, opened) };
  const create = (context: StageContext): Transform => {
    const prepare = present(declaration.prepare?.(given, context, opened), "the first half of a stage");
    return { push: (block, emit) => emit(new Block(prepare(block))) };
  };
  return { reads, create };
}
