/** Options of `stats` and `top`, which count over everything. */
import { timeOptions } from "./common.js";
import { flag, integer, size, text } from "./options.js";
import { timeField } from "./stream.js";

export const failIf = text({
  fromProject: "free",
  metavar: "EXPR",
  summary: "exit 1 when EXPR is true of a row of the results, and say of which: 'count > 100', 'r > 0.02'",
});

export const totalsOptions = {
  where: text({
    fromProject: "free",
    metavar: "EXPR",
    summary: "only events for which EXPR is true; see docs/expressions.md",
  }),
  asc: flag({ fromProject: "free", summary: "the smallest first" }),
  failIf,
  ...timeOptions,
  timeField,
  maxGroups: integer({
    fromProject: "free",
    metavar: "N",
    min: 1,
    max: 20_000_000,
    default: 1_000_000,
    summary: "groups that are kept; the lightest others become one group, __other__",
    advanced: true,
  }),
  memory: size({
    fromProject: "free",
    metavar: "SIZE",
    default: 512 * 1024 * 1024,
    summary: "what all groups together may take; beyond it the lightest become __other__",
    advanced: true,
  }),
} as const;
