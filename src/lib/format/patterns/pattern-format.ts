import type { Format, FormatContext, LineParser } from "../format.js";
import type { PatternWatch } from "./watch.js";

/** A format that somebody wrote on the command line or in a file. */
export interface PatternFormat extends Format {
  /** `watch`: that of other patterns that are tried on the same lines. */
  create(context: FormatContext, watch?: PatternWatch): LineParser;
}
