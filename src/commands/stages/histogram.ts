import { formatCount } from "../../lib/base/size.js";
import { checkTimeRange, parseTimePhrase } from "../../lib/base/time/phrase.js";
import { parseZone } from "../../lib/base/time/zone.js";
import { FieldSet } from "../../lib/event/rows/rows.js";
import { compileExpression } from "../../lib/expression/expression.js";
import { neededFields } from "../../lib/expression/needed.js";
import { chartOptions } from "../../lib/options/chart.js";
import { timeOptions } from "../../lib/options/common.js";
import { duration, flag, text } from "../../lib/options/options.js";
import { by, timeField } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { GROUPS_MAX } from "../../lib/stages/histogram/groups.js";
import { FAR, GAPS, Histogram, LONGER, NO_NUMBER, OTHERS } from "../../lib/stages/histogram/histogram.js";
import { FILLED_MAX } from "../../lib/stages/histogram/result-lines.js";

export default stage({
  name: "histogram",
  summary: "draw events over time, or the values of a field, as a chart",
  details: `Counts events by interval of time and draws them, whatever their number, in one pass and bounded memory. Intervals are as long as
the range of the events needs to fit a screen, or as \`--interval\` says. \`--by level\` stacks a series of each level, with its colour; of
more than eight series the smallest are one, "other".

\`--field latency_ms\` counts the values of a field instead, in round ranges; \`--log\` in ranges that grow: 1, 2, 5, 10. With
\`--heat-map\` it counts them by interval, too.

Lines of logs are parsed first where \`parse\` knows their format. The numbers behind the chart are \`--to ndjson\`, \`--to csv\` and all other formats of
\`query\`; the chart as a picture is \`-o chart.svg\`. Intervals have \`window_start\` and \`window_end\`, ranges \`value_from\` and
\`value_to\`; the end is not part of either. Without \`--by\`, an interval without an event has a line too, \`"count":0\`, up to 500,000
intervals. Of \`--by\` the first 64 values are told apart, the rest is "other". See docs/charts.md.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "events or logs to read; none: standard input",
      isRepeated: true,
    },
  ],
  options: {
    interval: duration({
      fromProject: "free",
      metavar: "TIME",
      summary: "how long an interval is: 10s, 1m, 1h, 1d; default by the range of the events",
    }),
    by: by({ summary: "a series for each combination of values of these fields" }),
    field: text({
      fromProject: "free",
      metavar: "FIELD",
      summary: "count the values of this field, not events over time",
    }),
    heatMap: flag({ fromProject: "free", summary: "the values of --field by interval, as shades" }),
    where: text({
      fromProject: "free",
      metavar: "EXPR",
      summary: "only events for which EXPR is true; see docs/expressions.md",
    }),
    ...timeOptions,
    timeField,
    log: {
      ...chartOptions.log,
      summary: "a logarithmic axis; with --field ranges that grow with the values",
    },
    ascii: chartOptions.ascii,
  },
  examples: [
    {
      title: "Errors a minute",
      command: "histogram app.log --where 'level == \"error\"' --interval 1m",
    },
    {
      title: "Events over time by level, as a picture",
      command: "histogram app.log --by level -o levels.svg",
    },
    {
      title: "How long requests take",
      command: "histogram --field ms --ascii",
      stdin: '{"ms":3}\n{"ms":4}\n{"ms":4}\n{"ms":5}\n',
      stdout: `count by ms, 4 in all
3 to 4  ###################################                                    1
4 to 5  #####################################################################  2
5 to 6  ###################################                                    1
`,
    },
    {
      title: "The numbers behind a chart",
      command: "histogram --interval 1m --to ndjson",
      stdin:
        '{"timestamp":"2026-11-22T10:00:05Z"}\n{"timestamp":"2026-11-22T10:02:10Z"}\n{"timestamp":"2026-11-22T10:02:40Z"}\n',
      stdout:
        '{"window_start":"2026-11-22T10:00:00Z","window_end":"2026-11-22T10:01:00Z","count":1}\n{"window_start":"2026-11-22T10:01:00Z","window_end":"2026-11-22T10:02:00Z","count":0}\n{"window_start":"2026-11-22T10:02:00Z","window_end":"2026-11-22T10:03:00Z","count":2}\n',
    },
  ],
  input: "events",
  parsesLogs: async () => (await import("./parse.js")).default,
  shownAs: "chart",
  ownOperands: 0,
  isStateless: () => false,
  unused: ({ options: { field, heatMap, interval } }) => [
    ...(field === undefined
      ? [{ options: ["heatMap"], by: "histogram without --field", hint: "--field says which values" }]
      : []),
    ...(field !== undefined && !heatMap && interval !== undefined
      ? [{ options: ["interval"], by: "histogram --field", hint: "--heat-map counts values by interval" }]
      : []),
  ],
  needsTime: ({ options: { field, heatMap } }) => field === undefined || heatMap,
  reads: ({ options: { by: names, field, where } }) => [
    ...names,
    ...(field === undefined ? [] : [field]),
    ...(where === undefined ? [] : neededFields(where)),
  ],
  open: async ({ options }, io) => rangeOf(options, io.startedMs),
  check: ({ options }, { nowMs }) => {
    rangeOf(options, nowMs());
    if (options.where !== undefined) compileExpression(options.where, new FieldSet(), "--where");
  },
  create: ({ options }, context, range) => {
    const { interval, by: names, field, heatMap, log, where, timeField: time } = options;
    const settings = { intervalMs: interval, by: names, field, isHeatMap: heatMap, isLog: log, where };
    return new Histogram({ ...settings, timeField: time, ...range }, context);
  },
  display: async ({ options }, host, format) => {
    if (format !== "chart" && format !== "svg") return undefined;
    const { ChartView } = await import("../../lib/sinks/view/chart-view.js");
    const { by: names, ascii, log, field, tz } = options;
    // The ranges of a logarithmic distribution are what is logarithmic, not the counts.
    const looks = {
      by: names,
      ascii,
      log: log && field === undefined,
      zone: tz ?? "local",
      env: host.env,
      measured: field,
    };
    return new ChartView(host.standard.stdout, format, looks);
  },
  report: ({ options: { field } }, counts) => {
    const missing = counts[NO_NUMBER] ?? 0;
    const far = counts[FAR] ?? 0;
    const texts = [
      ...(missing > 0
        ? [
            `${formatCount(missing)} ${missing === 1 ? "event has" : "events have"} no number in ${field}: not counted`,
          ]
        : []),
      ...(far > 0
        ? [
            `${far} ${far === 1 ? "event" : "events"} a hundred years or more away from the others left out; ` +
              "--since and --until together show all between them",
          ]
        : []),
      ...((counts[LONGER] ?? 0) > 0
        ? ["intervals are longer than --interval: there would be too many of them"]
        : []),
      ...((counts[GAPS] ?? 0) > 0
        ? [
            `intervals without an event have no line: there are more than ${formatCount(FILLED_MAX)} intervals`,
          ]
        : []),
      ...((counts[OTHERS] ?? 0) > 0
        ? [
            `--by has more than ${GROUPS_MAX} values: those after the first ${GROUPS_MAX} are "other"; top, stats and window --agg count each`,
          ]
        : []),
    ];
    return texts.length === 0 ? undefined : { text: `histogram: ${texts.join("; ")}` };
  },
});

function rangeOf(
  { since, until, tz }: { since: string | undefined; until: string | undefined; tz: string | undefined },
  nowMs: number,
) {
  const zone = parseZone(tz ?? "local", "--tz");
  const moment = (phrase: string | undefined, option: string) =>
    phrase === undefined ? undefined : parseTimePhrase(phrase, option, { nowMs, zone });
  const [sinceNs, untilNs] = [moment(since, "--since"), moment(until, "--until")];
  checkTimeRange(sinceNs, untilNs, until);
  const msOf = (ns: bigint | undefined) => (ns === undefined ? undefined : Number(ns / 1_000_000n));
  return { zone, sinceMs: msOf(sinceNs), untilMs: msOf(untilNs) };
}
