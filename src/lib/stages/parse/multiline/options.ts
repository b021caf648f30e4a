/** The options of `parse` that say which lines are one record. */
import { duration, flag, integer, list, size } from "../../../options/options.js";

export const multilineOptions = {
  multiline: list({
    fromProject: "free",
    metavar: "RULE",
    summary:
      "which lines are one event: start:REGEX begins one, continue:REGEX goes on with it, end:REGEX ends it; instead of what parse knows",
  }),
  multilineTimeout: duration({
    fromProject: "free",
    metavar: "DURATION",
    default: 0,
    summary: "how long lines wait for more of their event when nothing comes; default a quarter of a second",
  }),
  multilineMaxLines: integer({
    fromProject: "free",
    metavar: "N",
    min: 1,
    default: 500,
    advanced: true,
    summary: "with --multiline: an event of more lines goes on in another, and is counted as cut",
  }),
  multilineMaxBytes: size({
    fromProject: "free",
    metavar: "SIZE",
    default: 1 << 20,
    advanced: true,
    summary: "with --multiline: the same for its size, in characters",
  }),
  noMultiline: flag({ fromProject: "free", summary: "every line is an event of its own" }),
};
