import type { SinkNode } from "../../../contract/graph.js";

/** An option of a sink that a journal feeds, and that is without effect there. */
export interface UnusedWhenFed {
  /** Of the sink: `file:line:column`, or its name. */
  readonly place: string;
  readonly reason: string;
  readonly hint: string;
}

/** Options for a log of its own, which a sink does not have where it stores what the journal has. */
export function unusedWhenFed(
  sinks: readonly { readonly node: SinkNode; readonly way: string }[],
): readonly UnusedWhenFed[] {
  return sinks.flatMap(({ node: { name, place = name, step, rateLimit }, way }) => {
    const isFed =
      way === "journal" && rateLimit === undefined && step?.declaration.isFed?.(step.given) === true;
    const unused = isFed ? (step.declaration.unusedWhenFed?.(step.given) ?? []) : [];
    return unused.map(({ option, hint }) => ({
      place,
      reason: `${option} of sink ${name} has no effect here: the sink keeps no log of its own beside the journal`,
      hint,
    }));
  });
}
