import { parseZone } from "../../lib/base/time/zone.js";
import { TIMESTAMP } from "../../lib/event/time/names.js";
import { CHART_OPTION_NAMES, chartOptions } from "../../lib/options/chart.js";
import { flag, list, text } from "../../lib/options/options.js";
import { timeField } from "../../lib/options/stream.js";
import { sink } from "../../lib/pipeline/contract/stage.js";

const options = {
  fields: list({
    fromProject: "free",
    short: "F",
    metavar: "a,b",
    summary: "show only these fields behind the message, in this order",
  }),
  tz: text({
    fromProject: "free",
    metavar: "ZONE",
    default: "local",
    summary: "show times in ZONE, e.g. Europe/Paris; default the local one",
  }),
  utc: flag({ fromProject: "free", summary: "show times in UTC" }),
  chart: flag({ fromProject: "free", summary: "draw the rows as a chart, once all have come" }),
  ...chartOptions,
  timeField,
} as const;

export default sink({
  name: "view",
  summary: "read events comfortably: time and level first, in colour",
  details: `Prints one event a line for people: time in the local zone, level, service and host, message, then the other
fields as \`key=value\`. Lines after the first of a message are indented; fields of several lines, stack traces most of all,
follow as a block of their own. Lines that are no events are printed as they are; where the first lines of what is read are log
lines in a format that \`parse\` knows, they are parsed first. \`logpipe app.log\` is \`logpipe view app.log\`.

Control characters from the data are escaped, so that no log line can write elsewhere on the screen.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "NDJSON or logs to read; none: standard input",
      isRepeated: true,
    },
  ],
  options,
  input: "lines",
  parsesLogs: true,
  ownOperands: 0,
  examples: [
    {
      title: "Read an application's log",
      command: "view --utc",
      stdin:
        '{"timestamp":"2026-11-22T10:00:00.5Z","level":"info","service":"shop","message":"order taken","id":17,"by":"Ann Lee"}\n',
      stdout: '2026-11-22 10:00:00.5 INFO  shop order taken id=17 by="Ann Lee"\n',
    },
    {
      title: "Only some fields",
      command: "view --utc --fields status,path",
      stdin: '{"timestamp":"2026-11-22T10:00:00Z","message":"GET","path":"/a","status":200,"bytes":5}\n',
      stdout: "2026-11-22 10:00:00 GET status=200 path=/a\n",
    },
    {
      title: "Results of windows as a chart",
      command: "run 'parse app.log | window 1m --by level | view --chart'",
    },
    { title: "Follow a web server", command: "run 'ingest access.log --follow | parse | view'" },
  ],
  unused: ({ options: { chart } }) =>
    chart
      ? [{ options: ["fields"], by: "view --chart", hint: "--y chooses what is drawn" }]
      : [{ options: CHART_OPTION_NAMES, by: "view without --chart" }],
  writes: ({ options: { chart } }, format) => chart && (format === "chart" || format === "svg"),
  needsTime: false,
  reads: ({ options: { fields, timeField } }) => [
    ...chosenOf(fields),
    ...(timeField === TIMESTAMP ? [] : [timeField]),
  ],
  open: async ({ options: given }, host, format) => {
    const zone = given.utc ? "UTC" : parseZone(given.tz, "--tz");
    if (given.chart) {
      const { ChartView } = await import("../../lib/sinks/view/chart-view.js");
      const { x, y, by, log, ascii } = given;
      const looks = { x, y, by, log, ascii, zone, env: host.env };
      return new ChartView(host.standard.stdout, format === "svg" ? "svg" : "chart", looks);
    }
    const chosen = chosenOf(given.fields);
    const [{ paletteOf }, { EventView }] = await Promise.all([
      import("../../lib/terminal/colours.js"),
      import("../../lib/sinks/view/event-view.js"),
    ]);
    const fields = chosen.length === 0 ? undefined : chosen;
    const looks = { palette: paletteOf(host.standard.stdout), zone, fields, timeField: given.timeField };
    return new EventView(host.standard.stdout, looks);
  },
});

function chosenOf(fields: readonly string[]): readonly string[] {
  return fields.flatMap((names) => names.split(",")).filter((name) => name !== "");
}
