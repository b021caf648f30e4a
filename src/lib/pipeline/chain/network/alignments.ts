/** How the input of one entry is cut, where several links may each have a word in it. */
import type { Alignment } from "../../contract/stage.js";
import type { BuiltLink } from "./builder.js";

export interface EntryAlignment {
  readonly align: Alignment | undefined;
  readonly holdMs: number;
}

/** Of the links that the entry's blocks come to first. */
export function alignmentOf(links: readonly (BuiltLink | undefined)[]): EntryAlignment {
  throw new Error(String(links));
}
