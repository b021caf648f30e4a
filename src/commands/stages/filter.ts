import { countOf } from "../../lib/base/size.js";
import { neededFields } from "../../lib/expression/needed.js";
import { timeOptions } from "../../lib/options/common.js";
import { flag, integer, list, text } from "../../lib/options/options.js";
import { timeField } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { NUMERIC_LEVELS, numericLevelsText } from "../../lib/stages/filter/conditions.js";
import { Filter } from "../../lib/stages/filter/filter.js";
import { hasExpression, readFilterSettings } from "../../lib/stages/filter/settings.js";

/** Lines of context: what may have to wait for a line to come. */
const CONTEXT_MAX = 10_000;

export default stage({
  name: "filter",
  summary: "keep the events for which a condition holds",
  details: `Keeps the events for which EXPR is true, byte for byte, and drops the others. EXPR is an expression like
\`level == "error" && latency_ms > 200\`; docs/expressions.md describes the language. Where a field is missing or of another kind than
the expression wants, a comparison has no value and the event is dropped; \`has(field)\` asks whether it is there. \`--stats\`
counts such events, and the fields they lack.

All conditions must hold: EXPR, every \`--where\`, \`--level\`, \`--since\` and \`--until\`, and the text of \`--grep\`. Of several texts and
patterns one is enough. \`--invert\` keeps what would be dropped and drops what would be kept. Beside other conditions, a first operand
that is no condition is a file: \`filter --level error+ app.ndjson\`.

\`--grep\` and \`--grep-regex\` look at the whole event as JSON, names of fields included, and at what its strings say, however they are
escaped; they are the fastest way to find a rare text, since lines without it are not looked at any further. Patterns have RE2 syntax and take time that grows only with the text.

A line that is no JSON object is set aside in the dead letters and counted. With \`--exit-code\` log lines are parsed first, so that the condition is asked of
them, too; where nothing could be read it is an error.`,
  operands: [
    { name: "EXPR", summary: "what must be true of an event; may be left out beside other conditions" },
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    where: list({
      fromProject: "free",
      metavar: "EXPR",
      summary: "what must be true, too (again for more conditions)",
    }),
    level: text({
      fromProject: "free",
      metavar: "LEVELS",
      summary:
        "only these levels: error, warn+ (and graver), info- (and less grave), info..error, debug,fatal",
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
      summary: "capital and small letters are the same to --grep and --grep-regex",
    }),
    ...timeOptions,
    timeField,
    invert: flag({ fromProject: "free", summary: "keep the events for which the conditions do not hold" }),
    afterContext: integer({
      fromProject: "free",
      short: "A",
      metavar: "N",
      default: 0,
      max: CONTEXT_MAX,
      summary: "also the N events after each that is kept",
    }),
    beforeContext: integer({
      fromProject: "free",
      short: "B",
      metavar: "N",
      default: 0,
      max: CONTEXT_MAX,
      summary: "also the N events before each that is kept",
    }),
    context: integer({
      fromProject: "free",
      short: "C",
      metavar: "N",
      default: 0,
      max: CONTEXT_MAX,
      summary: "also the N events before and after each that is kept",
    }),
    exitCode: flag({
      fromProject: "free",
      summary: "exit 1 when an event is kept, 0 when none is; standard error has the number",
    }),
    maxCount: integer({
      fromProject: "free",
      short: "m",
      metavar: "N",
      summary: "stop after N events that are kept",
    }),
  },
  examples: [
    {
      title: "Slow errors",
      command: "filter 'level == \"error\" && latency_ms > 200'",
      stdin:
        '{"level":"error","latency_ms":350}\n{"level":"error","latency_ms":20}\n{"level":"info","latency_ms":900}\n',
      stdout: '{"level":"error","latency_ms":350}\n',
    },
    {
      title: "Warnings and worse that mention a text",
      command: "filter --level warn+ --grep timeout",
      stdin:
        '{"level":"warn","message":"read timeout"}\n{"level":"info","message":"timeout set"}\n{"level":"fatal","message":"out of memory"}\n',
      stdout: '{"level":"warn","message":"read timeout"}\n',
    },
    {
      title: "What came right before each fatal error",
      command: "filter -B 1 --level fatal",
      stdin: '{"n":1}\n{"n":2}\n{"n":3,"level":"fatal"}\n{"n":4}\n',
      stdout: '{"n":2}\n{"n":3,"level":"fatal"}\n',
    },
    {
      title: "Everything but health checks, of a file",
      command: "filter --invert 'path.startsWith(\"/health\")' app.ndjson",
    },
    {
      title: "Yesterday's events of two services",
      command: 'filter --since yesterday --until today \'service in ["api", "web"]\' app.ndjson',
    },
  ],
  input: "events",
  ownOperands: (given) => (hasExpression(given) ? 1 : 0),
  unused: ({ options: { grep, grepRegex } }) =>
    grep.length + grepRegex.length === 0 ? [{ options: ["ignoreCase"], by: "filter without --grep" }] : [],
  reads: (given) => {
    const { operands, options } = given;
    const expressions = [...(hasExpression(given) ? operands.slice(0, 1) : []), ...options.where];
    return [
      ...(options.level === undefined ? [] : ["level"]),
      ...expressions.flatMap((text) => neededFields(text)),
    ];
  },
  isStateless: (given) => readFilterSettings(given, 0).surroundings === undefined,
  open: async (given, io) => readFilterSettings(given, io.startedMs),
  check: (given, { nowMs }) => void readFilterSettings(given, nowMs()),
  create: (_given, context, settings) => new Filter(settings, context),
  parsesLogs: async ({ options: { exitCode } }) =>
    exitCode ? (await import("./parse.js")).default : undefined,
  asked: ({ options: { exitCode } }) => (exitCode ? "filter --exit-code" : undefined),
  condition: ({ options: { exitCode } }, counts) => {
    const kept = counts["kept"] ?? 0;
    return exitCode && kept > 0 ? `filter --exit-code: ${countOf(kept, "event")} kept` : undefined;
  },
  report: (_given, counts) => {
    const count = counts[NUMERIC_LEVELS] ?? 0;
    return count === 0 ? undefined : { text: `filter: ${numericLevelsText(count)}` };
  },
});
