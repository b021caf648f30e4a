import { failure } from "../../lib/base/errors/index.js";
import { parseTimePhrase } from "../../lib/base/time/phrase.js";
import { choice, flag, integer, path, text } from "../../lib/options/options.js";
import { timeField } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import type { Template } from "../../lib/sketch/templates/template.js";
import { TEMPLATES_MAX } from "../../lib/sketch/templates/templates.js";
import { readBaseline } from "../../lib/stages/patterns/baseline.js";
import { Patterns } from "../../lib/stages/patterns/patterns.js";
import { Preparer } from "../../lib/stages/patterns/prepare.js";

export default stage({
  name: "patterns",
  summary: "find message patterns: how often each occurs, and which are new",
  details: `Finds the pattern of every message, \`Failed password for <*> from <ip> port <num>\`, and prints at the end how often each
came: \`count\`, \`share\`, when it was first and last seen, its levels and an example. With \`--annotate\` every event passes, in
order, with \`pattern_id\` and \`pattern\` added and nothing else changed.

Numbers, addresses, times, durations, sizes, paths, ids and the like are variables by their form: \`<num>\`, \`<hex>\`, \`<id>\`, \`<uuid>\`, \`<ip>\`,
\`<mac>\`, \`<time>\`, \`<duration>\`, \`<size>\`, \`<path>\`, \`<url>\`, \`<email>\`. A word becomes one, \`<*>\`, once several different words have been seen
in its place. A pattern keeps its \`pattern_id\` when that happens; the ids of others that turned out to be the same are in \`former_ids\`.
The same input gives the same ids, and so does every later run that is given the patterns of the one before by \`--baseline\`.

The text is the field \`message\` (\`--field\`), or \`raw\` of lines that were not parsed. A line that does not begin like a JSON object is
taken whole; one that begins so and is none is set aside in the dead letters. Memory is bounded: of more than \`--max-patterns\` patterns
the least used are forgotten, and counted.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events or of plain lines; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    annotate: flag({
      fromProject: "free",
      short: "a",
      summary: "add `pattern_id` and `pattern` to every event instead of a summary",
    }),
    variables: flag({
      fromProject: "free",
      summary: "with --annotate: also the values of the variables, in order, as `variables`",
    }),
    field: text({
      fromProject: "free",
      metavar: "FIELD",
      default: "message",
      summary: "the field that holds the text",
    }),
    top: integer({ fromProject: "free", metavar: "N", min: 1, summary: "only the N most frequent patterns" }),
    baseline: path({
      fromProject: "consent",
      metavar: "FILE",
      summary: "patterns known from before (what `patterns` wrote): others are marked `new`",
    }),
    newSince: text({
      fromProject: "free",
      metavar: "TIME",
      summary: "mark as `new` what was first seen since then: a time like those of --since",
    }),
    onlyNew: flag({ fromProject: "free", summary: "only what is new by --baseline or --new-since" }),
    format: choice({
      fromProject: "free",
      choices: ["table", "ndjson"],
      summary: "how the summary is printed; default: a table on a terminal, else NDJSON",
    }),
    timeField,
    maxPatterns: integer({
      fromProject: "free",
      metavar: "N",
      min: 10,
      max: 100_000,
      default: TEMPLATES_MAX,
      summary: "keep at most N patterns; the least used are forgotten",
      advanced: true,
    }),
  },
  examples: [
    {
      title: "What is in a log",
      command: "patterns --top 1",
      stdin:
        '{"message":"user 17 logged in from 192.0.2.7"}\n{"message":"user 4 logged in from 192.0.2.9"}\n{"message":"disk /var is full"}\n',
      stdout:
        '{"pattern_id":"ed1c337717ec","pattern":"user <num> logged in from <ip>","count":2,"share":0.6667,"example":"user 17 logged in from 192.0.2.7"}\n',
    },
    {
      title: "Say of each event which pattern it has",
      command: "patterns --annotate --variables",
      stdin: '{"level":"info","message":"took 250 ms","id":1.0}\n',
      stdout:
        '{"level":"info","message":"took 250 ms","id":1.0,"pattern_id":"70f4bc3d3e65","pattern":"took <duration>","variables":["250 ms"]}\n',
    },
    { title: "What is new since the deploy", command: "patterns app.ndjson --new-since 14:30 --only-new" },
    {
      title: "What yesterday's log did not have",
      command: "patterns today.log --baseline yesterday-patterns.ndjson --only-new",
    },
  ],
  input: "events",
  ownOperands: 0,
  isStateless: () => false,
  reads: ({ options: { field } }) => (field === "message" ? [["message", "raw"]] : [field]),
  unused: ({ options: { annotate } }) =>
    annotate
      ? [{ options: ["top", "format"], by: "patterns --annotate" }]
      : [{ options: ["variables"], by: "patterns without --annotate" }],
  open: async ({ options }, io): Promise<readonly Template[] | undefined> => {
    checkNew(options);
    if (options.baseline === undefined) return undefined;
    return readBaseline(options.baseline, (await io.readFile(options.baseline)).toString("utf8"));
  },
  check: ({ options }, { nowMs }) => {
    checkNew(options);
    msOf(options.newSince, nowMs());
  },
  display: async ({ options }, host, format) => {
    if (format !== undefined && format !== "table") return undefined;
    const isTable =
      format === "table" ||
      options.format === "table" ||
      (options.format === undefined && host.standard.stdout.isTerminal);
    if (options.annotate || !isTable) return undefined;
    const { SummaryTable } = await import("../../lib/sinks/view/pattern-table.js");
    return new SummaryTable(host.standard.stdout);
  },
  prepare: ({ options }, context) => {
    const { field, timeField: time, annotate } = options;
    const preparer = new Preparer({ field, timeField: time, isAnnotating: annotate }, context);
    return (block) => preparer.prepare(block);
  },
  create: ({ options }, context, baseline) => {
    const { newSince, onlyNew } = options;
    const newSinceMs = msOf(newSince, context.nowMs());
    return new Patterns(
      {
        field: options.field,
        timeField: options.timeField,
        isAnnotating: options.annotate,
        hasVariables: options.variables,
        top: options.top,
        isNewOnly: onlyNew,
        newSinceMs,
        baseline,
        max: options.maxPatterns,
      },
      context,
    );
  },
});

function checkNew(options: { onlyNew: boolean; newSince: string | undefined; baseline: string | undefined }) {
  if (!options.onlyNew || options.newSince !== undefined || options.baseline !== undefined) return;
  const reason = "nothing says what is new";
  throw failure("usage.bad-value", {
    option: "--only-new",
    value: "true",
    reason,
    hint: "give --baseline FILE or --new-since TIME as well",
  });
}

function msOf(phrase: string | undefined, nowMs: number): number | undefined {
  if (phrase === undefined) return undefined;
  return Number(parseTimePhrase(phrase, "--new-since", { nowMs, zone: "local" }) / 1_000_000n);
}
