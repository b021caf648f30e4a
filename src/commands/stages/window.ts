import { choice, duration, flag, integer, size, text } from "../../lib/options/options.js";
import { by, timeField } from "../../lib/options/stream.js";
import { failIf } from "../../lib/options/totals.js";
import { type Given, stage } from "../../lib/pipeline/contract/stage.js";
import { heldText } from "../../lib/stages/common/row-condition.js";
import { AGGREGATES } from "../../lib/stages/window/aggregates/registry.js";
import { WindowDefinition } from "../../lib/stages/window/definition/definition.js";
import { isSizes } from "../../lib/stages/window/definition/window-kinds.js";
import { packColumns, readBlock } from "../../lib/stages/window/prepare.js";
import { ColumnReader } from "../../lib/stages/window/read.js";
import { windowText } from "../../lib/stages/window/whole/report.js";
import { Windower } from "../../lib/stages/window/windower.js";

const options = {
  slide: duration({
    fromProject: "free",
    metavar: "STEP",
    summary: "windows of SIZE that begin every STEP and overlap",
  }),
  session: duration({
    fromProject: "free",
    metavar: "GAP",
    summary: "windows of a group's events that follow each other within GAP; SIZE is then the longest one",
  }),
  count: integer({
    fromProject: "free",
    metavar: "N",
    min: 1,
    summary: "windows of N events of a group, in the order they come",
  }),
  by: by({ summary: "one row of results for each combination of values of these fields" }),
  agg: text({
    fromProject: "free",
    metavar: "LIST",
    default: "count",
    summary: "what to compute: 'count, p99(latency_ms), distinct(user_id), topk(path, 5)'",
  }),
  where: text({
    fromProject: "free",
    metavar: "EXPR",
    summary: "only events for which EXPR is true; see docs/expressions.md",
  }),
  failIf,
  every: duration({
    fromProject: "free",
    metavar: "TIME",
    summary: "early results of what has changed each time event time has moved on by TIME, marked partial",
  }),
  emit: choice({
    fromProject: "free",
    metavar: "WHICH",
    choices: ["final", "updates"],
    summary: "final: complete windows only; updates: early results too, every second or as --every says",
  }),
  lateness: duration({
    fromProject: "free",
    metavar: "TIME",
    default: 10_000,
    summary: "how far events may be behind the newest one; a window is complete this long after its end",
  }),
  late: choice({
    fromProject: "free",
    metavar: "WHERE",
    choices: ["reject", "drop", "emit"],
    default: "reject",
    summary: "later ones: set aside, only counted, or results of their own marked late",
  }),
  untimed: choice({
    fromProject: "free",
    metavar: "WHERE",
    choices: ["reject", "drop", "now"],
    default: "reject",
    summary: "events without a usable time: set aside, only counted, or taken as of now",
  }),
  idleTimeout: duration({
    fromProject: "free",
    metavar: "TIME",
    default: 60_000,
    summary: "when no input has come for so long, open windows are complete; 0s: never",
  }),
  maxAhead: duration({
    fromProject: "free",
    metavar: "TIME",
    advanced: true,
    summary:
      "a time this far ahead of all others closes no windows until more such come; default SIZE, at least 1h",
  }),
  processingTime: flag({
    fromProject: "free",
    summary: "the time of an event is when it comes, whatever it says",
  }),
  timeField,
  tz: text({
    fromProject: "free",
    metavar: "ZONE",
    default: "UTC",
    summary: "time zone of windows of days, weeks and months, and of hours counted from midnight",
  }),
  maxGroups: integer({
    fromProject: "free",
    metavar: "N",
    min: 1,
    max: 20_000_000,
    default: 100_000,
    summary: "groups a window keeps; the lightest others become one group, __other__",
  }),
  memory: size({
    fromProject: "free",
    metavar: "SIZE",
    default: 512 * 1024 * 1024,
    summary: "what all windows together may take; beyond it the lightest groups become __other__",
  }),
  sketches: flag({
    fromProject: "free",
    summary:
      "the sketches behind percentiles, distinct and topk too, so that results can be put together later",
  }),
  timestamp: flag({
    fromProject: "free",
    summary: "`timestamp` too, the start of the window, which `sink` files events by",
  }),
} as const;

export default stage({
  name: "window",
  summary: "aggregate events over windows of time",
  details: `Counts and computes over windows of event time, SIZE long: \`10s\`, \`1m\`, \`1h\`, \`1d\`, \`1w\`, \`1mo\`, or several at once: \`1m,1h\`. A
result has \`window_start\` and \`window_end\` (the end is not part of the window), the fields of \`--by\`, and a field for each aggregate. Results of a
window come out when it is complete: when an event is newer than its end by \`--lateness\`, when input has been idle for \`--idle-timeout\`, or
at the end of the input. What is read from last year's file gives what it would have given live.

Aggregates, separated by commas; each may end with \`where EXPR\` inside of its parentheses, and have a name: \`p99(latency_ms where status < 500) as p99\`.

${AGGREGATES.map(({ usage, summary }) => `- \`${usage}\`: ${summary}`).join("\n")}

See docs/windows.md for event time, late events, many groups and storing results.`,
  operands: [
    { name: "SIZE", summary: "how long windows are; several with commas between them" },
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events or of log lines; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options,
  examples: [
    {
      title: "Requests and slow ones, a minute and endpoint",
      command: "window 1m --by path --agg 'count, p99(latency_ms)'",
      stdin:
        '{"timestamp":"2026-11-21T10:00:05Z","path":"/a","latency_ms":12}\n{"timestamp":"2026-11-21T10:00:40Z","path":"/a","latency_ms":20}\n{"timestamp":"2026-11-21T10:01:02Z","path":"/b","latency_ms":7}\n',
      stdout:
        '{"window_start":"2026-11-21T10:00:00Z","window_end":"2026-11-21T10:01:00Z","path":"/a","count":2,"p99_latency_ms":19.92}\n{"window_start":"2026-11-21T10:01:00Z","window_end":"2026-11-21T10:02:00Z","path":"/b","count":1,"p99_latency_ms":7}\n',
    },
    {
      title: "Share of failed requests, in windows of a minute every ten seconds",
      command: "window 1m --slide 10s --agg 'ratio(status >= 500) as failed'",
    },
    {
      title: "Exit 1 when more than 2 % of a minute's requests failed",
      command: "window 1m --agg 'ratio(status >= 500) as failed' --fail-if 'failed > 0.02' access.ndjson",
    },
    {
      title: "Visits: pages of a user with less than half an hour between them",
      command: "window --session 30m --by user_id --agg 'count, first(path), last(path)'",
    },
  ],
  input: "events",
  ownOperands: ({ operands: [first] }) => (isSizes(first) ? 1 : 0),
  isStateless: () => false,
  // Those that are set aside are told of already.
  needsTime: ({ options: { untimed, processingTime } }) => untimed !== "reject" && !processingTime,
  reads: (given) => definitionOf(given).inputs.named,
  parsesLogs: async () => (await import("./parse.js")).default,
  prepare: (given, context) => {
    const reader = new ColumnReader(definitionOf(given).inputs);
    return (block) => packColumns(readBlock(reader, block, context));
  },
  create: (given, context) => new Windower(definitionOf(given), context),
  condition: ({ options: { failIf: text } }, counts) => heldText(counts, `window --fail-if '${text}'`),
  report: ({ options: { failIf: text } }, counts) => windowText(counts, text !== undefined),
});

function definitionOf({ operands, options: given }: Given<typeof options>): WindowDefinition {
  return new WindowDefinition({ ...given, sizes: operands[0] });
}
