import { integer, text } from "../../lib/options/options.js";
import { by } from "../../lib/options/stream.js";
import { totalsOptions } from "../../lib/options/totals.js";
import { type Given, stage } from "../../lib/pipeline/contract/stage.js";
import { heldText } from "../../lib/stages/common/row-condition.js";
import { AGGREGATES } from "../../lib/stages/window/aggregates/registry.js";
import { packColumns, readBlock } from "../../lib/stages/window/prepare.js";
import { ColumnReader } from "../../lib/stages/window/read.js";
import { TotalsDefinition } from "../../lib/stages/window/whole/definition.js";
import { checkNoFileFirst } from "../../lib/stages/window/whole/file-first.js";
import { readTotals } from "../../lib/stages/window/whole/language.js";
import { totalsRange } from "../../lib/stages/window/whole/range.js";
import { statsText } from "../../lib/stages/window/whole/report.js";
import { Totals, type TotalsRange } from "../../lib/stages/window/whole/totals.js";

const options = {
  by: by({ summary: "one row of results for each combination of values of these fields" }),
  ...totalsOptions,
  sort: text({
    fromProject: "free",
    metavar: "COLUMNS",
    summary:
      "order of the rows: 'p95(ms)', path, 'count asc'; default: by the first aggregate, the greatest first",
  }),
  limit: integer({ fromProject: "free", short: "m", metavar: "N", min: 1, summary: "only the first N rows" }),
} as const;

export default stage({
  name: "stats",
  summary: "aggregate over everything: counts, percentiles and the like, by fields",
  details: `Computes over all events and prints a row for each group at the end of the input: \`window\` without windows. AGGREGATES are those of
\`window --agg\`, with commas between them, and clauses may follow in the same text:
\`'count, p95(ms) as slow by path, method where status < 500 sort slow limit 10'\`. Each clause is an option, too. A text that is
nothing but clauses counts: \`'by path'\`.

Rows come by the first aggregate, the greatest first, as long as \`sort\` says nothing else; \`--asc\` turns that round. Without \`by\` there is
one row. No time is needed; \`--since\` and \`--until\` leave out events that have none. FILEs and what is piped in are parsed first where they
are log lines, CSV or JSON over several lines. \`path\` of an access log has its query string; \`enrich --url path\` adds \`url.path\`,
which has none.

${AGGREGATES.map(({ usage, summary }) => `- \`${usage}\`: ${summary}`).join("\n")}

Counts and sums are exact, percentiles and the like as docs/windows.md says. Beyond \`--max-groups\` (a million) or \`--memory\` the lightest groups
become one, \`__other__\`; standard error says so.

\`--fail-if EXPR\` makes the exit code 1 when EXPR is true of a row: docs/alerts.md.`,
  operands: [
    { name: "AGGREGATES", summary: "what to compute: 'count, p95(ms) by path'", isRequired: true },
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
      title: "The slowest endpoints of an access log",
      command:
        "stats 'count, p50(request_time), p95(request_time), p99(request_time) by path sort p95' access.log",
    },
    {
      title: "The same of paths without their query strings",
      command:
        "logpipe parse access.log | logpipe enrich --url path | logpipe stats 'count, p95(request_time) by url.path sort p95'",
    },
    {
      title: "How much of each level",
      command: "stats 'count by level'",
      stdin: '{"level":"info"}\n{"level":"error"}\n{"level":"info"}\n',
      stdout: '{"level":"info","count":2}\n{"level":"error","count":1}\n',
    },
    {
      title: "Exit 1 when more than 2 % are errors",
      command: "stats 'ratio(level == \"error\") as r' --fail-if 'r > 0.02'",
      stdin: '{"level":"info"}\n{"level":"info"}\n',
      stdout: '{"r":0}\n',
    },
  ],
  input: "events",
  ownOperands: 1,
  isStateless: () => false,
  needsTime: ({ options: { since, until } }) => since !== undefined || until !== undefined,
  reads: (given) => definitionOf(given).inputs.named,
  parsesLogs: async () => (await import("./parse.js")).default,
  open: async (given, io): Promise<TotalsRange | undefined> => {
    checkNoFileFirst("stats", "AGGREGATES", "count by FIELD", given.operands);
    definitionOf(given);
    return totalsRange(given.options, io.startedMs);
  },
  prepare: (given, context, range) => {
    const { inputs, needsTimes } = definitionOf(given);
    const reader = new ColumnReader(inputs, needsTimes || range !== undefined);
    return (block) => packColumns(readBlock(reader, block, context));
  },
  create: (given, context, range) => new Totals(definitionOf(given), context, range),
  condition: ({ options: { failIf } }, counts) => heldText(counts, `stats --fail-if '${failIf}'`),
  report: ({ options: { limit, failIf } }, counts) =>
    statsText(counts, { isCut: limit !== undefined, isAlert: failIf !== undefined }),
  display: async (_given, { standard: { stdout } }, format) => {
    if (format === undefined ? !stdout.isTerminal : format !== "table") return undefined;
    const { RowTable } = await import("../../lib/sinks/view/row-table.js");
    return new RowTable(stdout);
  },
});

function definitionOf({ operands, options: given }: Given<typeof options>): TotalsDefinition {
  const asked = readTotals(operands[0] ?? "");
  const where = [asked.where, given.where].filter((text) => text !== undefined);
  return new TotalsDefinition({
    ...given,
    by: [...new Set([...asked.by, ...given.by])],
    within: 0,
    agg: asked.agg,
    aggWhat: "AGGREGATES",
    where: where.length < 2 ? where[0] : where.map((text) => `(${text})`).join(" && "),
    sort: given.sort ?? asked.sort,
    isAscending: given.asc,
    limit: given.limit ?? asked.limit,
    hasShare: false,
    needsField: false,
  });
}
