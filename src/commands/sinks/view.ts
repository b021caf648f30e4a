import { parseZone } from "../../lib/base/time/zone.js";
import { TIMESTAMP } from "../../lib/event/time/names.js";
import { CHART_OPTION_NAMES, chartOptions } from "../../lib/options/chart.js";
import { pagerOption } from "../../lib/options/common.js";
import { flag, integer, list, text, type ValuesOf } from "../../lib/options/options.js";
import type { FormatName } from "../../lib/options/result-format.js";
import { timeField } from "../../lib/options/stream.js";
import type { ExpandingSink } from "../../lib/pipeline/contract/expansion.js";
import type { Host } from "../../lib/pipeline/contract/host.js";
import type { Sink } from "../../lib/pipeline/contract/sink.js";
import { type AnyDeclaration, type SinkDeclaration, sink } from "../../lib/pipeline/contract/stage.js";

const options = {
  follow: flag({
    fromProject: "free",
    short: "f",
    summary: "go on as the files grow, through rotation, from their last 10 lines on",
  }),
  tail: integer({
    fromProject: "free",
    short: "t",
    metavar: "N",
    summary: "only the last N events that are wanted; with --follow: begin with the last N lines",
  }),
  level: text({
    fromProject: "free",
    metavar: "LEVELS",
    summary: "only these levels: error, warn+ (and graver), info- (and less grave), info..error, debug,fatal",
    suggestions: ["warn+", "error+", "info+", "error"],
  }),
  grep: list({
    fromProject: "free",
    metavar: "TEXT",
    summary: "only events that hold TEXT somewhere (again for other texts)",
  }),
  grepRegex: list({
    fromProject: "free",
    metavar: "PATTERN",
    summary: "only events that a regular expression (RE2) is found in",
  }),
  ignoreCase: flag({
    fromProject: "free",
    short: "i",
    summary: "capital and small letters are the same to --grep, --grep-regex and NAME=VALUE",
  }),
  where: list({
    fromProject: "free",
    metavar: "EXPR",
    summary: "only events of which this is true: 'status >= 500 && path != \"/health\"'",
  }),
  since: text({
    fromProject: "free",
    metavar: "TIME",
    summary: "only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339",
  }),
  until: text({ fromProject: "free", metavar: "TIME", summary: "only events before TIME" }),
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
  ...pagerOption,
} as const;

type ViewOptions = ValuesOf<typeof options>;

const shown: SinkDeclaration<typeof options> = sink({
  name: "view",
  summary: "read logs and events comfortably: time and level first, in colour",
  details: `Shows logs and events for people, one a line: time in the local zone, level, service and host, message, then the other
fields as \`key=value\`. Lines after the first of a message are indented behind the fields; fields of several lines, stack traces
most of all, follow as a block of their own. \`logpipe app.log\` is \`logpipe view app.log\`.

FILE is a log in any format that \`parse\` knows, or events, plain or packed; a quoted pattern; or a directory: the logs in it, and
what else is there is named. The rotated files of one log are read in their order (\`app.log.2.gz\`, \`app.log.1\`, \`app.log\`), several logs
are merged by time as \`merge\` does. \`NAME=VALUE\` shows only events whose field has that value; \`NAME!=VALUE\`, \`NAME~TEXT\` (holds TEXT),
\`NAME!~TEXT\`, and in quotes \`'NAME>5'\`, are conditions, too. A file of that name is a file. All conditions must hold, as those of \`filter\`.

\`--tail N\` reads plain files from their end, so that it takes no longer for large ones. \`--dry-run\` prints the long way: the pipe of
commands that gives the same, to grow a pipeline from. On a terminal files are shown through \`$PAGER\` (\`less\`), which leaves at once
where all fits on the screen.

Control characters from the data are escaped, so that no log line can write elsewhere on the screen. Lines that are no events are
printed as they are, unless something is asked of events; so are tables (CSV, TSV), which a condition or \`--to\` turns into events.
Files named by number, as \`web.1\` and \`web.2\`, are rotations where there is a \`web\`, or where the name is a log's (\`app.log.1\`).`,
  operands: [
    {
      name: "FILE",
      summary:
        "logs or events: files, directories, quoted patterns; none: standard input; NAME=VALUE: a condition",
      isRepeated: true,
    },
  ],
  options,
  input: "lines",
  parsesLogs: true,
  ownOperands: 0,
  examples: [
    {
      title: "Read a log, or all logs in a directory by time",
      command: "logpipe app.log; logpipe /var/log/nginx",
    },
    { title: "Its last 20 errors", command: "logpipe app.log --level error+ --tail 20" },
    { title: "Follow the warnings of one service", command: "logpipe -f app.log --level warn+ service=api" },
    {
      title: "What happened to one request since yesterday",
      command: "logpipe 'logs/*.gz' --since yesterday --grep 4f2a9c",
    },
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
      title: "Failed requests, but no health checks",
      command: "view --utc 'status>=500' path!=/health",
      stdin: '{"path":"/a","status":200}\n{"path":"/b","status":502}\n{"path":"/health","status":500}\n',
      stdout: "path=/b status=502\n",
    },
    {
      title: "Results of windows as a chart",
      command: "run 'parse app.log | window 1m --by level | view --chart'",
    },
  ],
  writes: ({ options: { chart } }, format) => chart && (format === "chart" || format === "svg"),
  needsTime: false,
  unused: ({ options: { chart, grep, grepRegex }, operands }) => {
    const isSearching =
      grep.length + grepRegex.length > 0 || operands.some((operand) => /[=~]/.test(operand));
    return [
      ...(isSearching ? [] : [{ options: ["ignoreCase"], by: "view without --grep" }]),
      chart
        ? { options: ["fields"], by: "view --chart", hint: "--y chooses what is drawn" }
        : { options: CHART_OPTION_NAMES, by: "view without --chart" },
    ];
  },
  reads: ({ options: { fields, timeField } }) => [
    ...chosenOf(fields),
    ...(timeField === TIMESTAMP ? [] : [timeField]),
  ],
  open: ({ options: given }, host) => openView(given, host),
});

const declaration: ExpandingSink<typeof options> = {
  ...shown,
  async expand(given, host, isConverted) {
    const { expandShow } = await import("../../lib/show/show.js");
    const paged = { ...shown, open: openPagedView } as unknown as SinkDeclaration;
    return expandShow(given as never, { ...parts, view: paged }, host, isConverted);
  },
  async stagesBefore(given) {
    const { stagesBefore } = await import("../../lib/show/show.js");
    return stagesBefore(given as never, {
      ...parts,
      view: shown as unknown as SinkDeclaration,
    });
  },
  open: ({ options: given }, host, format) => openView(given, host, format),
};

export default declaration;

const parts = {
  parse: async () => (await import("../stages/parse.js")).default as unknown as Stage,
  filter: async () => (await import("../stages/filter.js")).default as unknown as Stage,
};

type Stage = Extract<AnyDeclaration, { readonly kind: "stage" }>;

async function openView(
  given: ViewOptions,
  host: Pick<Host, "standard" | "env">,
  format?: FormatName,
): Promise<Sink> {
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
}

/** On a terminal its lines go through a pager, which the end waits for. */
async function openPagedView(
  { options }: { readonly options: ViewOptions },
  host: Host,
  format?: FormatName,
): Promise<Sink> {
  const { stdout } = host.standard;
  if (!options.pager || !stdout.isTerminal) return openView(options, host, format);
  const { openPaged } = await import("../../lib/terminal/output/paged.js");
  const paged = openPaged({ ...host.standard, env: host.env }, { isTable: false });
  const { isTerminal, hasColour, columns } = stdout;
  const shown = { isTerminal, hasColour, columns, write: (data: string | Uint8Array) => paged.write(data) };
  const view = await openView(options, { ...host, standard: { ...host.standard, stdout: shown } }, format);
  const closeView = view.close.bind(view);
  const close = async () => {
    await closeView();
    await paged.close();
  };
  return Object.assign(view, { close });
}

function chosenOf(fields: readonly string[]): readonly string[] {
  return fields.flatMap((names) => names.split(",")).filter((name) => name !== "");
}
