import type { Enricher } from "../../../../src/lib/stages/enrich/core/enricher.js";
import { type Pass, ProjectionPass } from "../../../../src/lib/stages/enrich/core/projection-pass.js";

/** What the enrichers make of one event, or of several on lines. */
export function enriched(input: string, ...enrichers: Enricher[]): string {
  return passed(input, new ProjectionPass(enrichers));
}

export function passed(input: string, pass: Pass): string {
  const { bytes } = pass.apply(Buffer.from(`${input}\n`));
  return bytes.toString().slice(0, -1);
}

/** An enricher that adds the same members to every event. */
export function adding(text: string, writes: readonly string[] | "any" = "any"): Enricher {
  return { reads: [], writes, bind: () => (_rows, _row, additions) => additions.addText(text) };
}
