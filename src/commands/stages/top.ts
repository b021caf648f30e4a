import { integer, text } from "../../lib/options/options.js";
import { by } from "../../lib/options/stream.js";
import { totalsOptions } from "../../lib/options/totals.js";
import { type Given, stage } from "../../lib/pipeline/contract/stage.js";
import { heldText } from "../../lib/stages/common/row-condition.js";
import { packColumns, readBlock } from "../../lib/stages/window/prepare.js";
import { ColumnReader } from "../../lib/stages/window/read.js";
import { TotalsDefinition } from "../../lib/stages/window/whole/definition.js";
import { checkNoFileFirst } from "../../lib/stages/window/whole/file-first.js";
import { totalsRange } from "../../lib/stages/window/whole/range.js";
import { topText } from "../../lib/stages/window/whole/report.js";
import { Totals, type TotalsRange } from "../../lib/stages/window/whole/totals.js";

const LIMIT_DEFAULT = 10;

const options = {
  limit: integer({
    fromProject: "free",
    short: "m",
    metavar: "N",
    min: 1,
    default: LIMIT_DEFAULT,
    summary: "only the first N",
  }),
  by: by({ summary: "the first N within each value of these fields" }),
  agg: text({
    fromProject: "free",
    metavar: "AGGREGATE",
    default: "count",
    summary: "what to rank by instead of the count: 'p95(ms)', 'sum(bytes)'",
  }),
  ...totalsOptions,
} as const;

export default stage({
  name: "top",
  summary: "the most frequent values of a field",
  details: `Prints the values of FIELD that come most often, with \`count\` and \`share\`, at the end of the input. Of several fields with commas between
them, each combination. Events that have none of them are left out, and counted on standard error.

\`--agg\` ranks by another aggregate of \`window --agg\`: \`top path --agg 'p95(ms)'\`; the count comes along. \`share\` is of all events that have the field,
or of the whole sum. \`--by\` ranks within each value of other fields. FILEs and what is piped in are parsed first where they are log lines, CSV or
JSON over several lines.

Counts are exact for up to \`--max-groups\` different values (a million) within \`--memory\`; beyond that the values that come least are given up, and a
row whose count may be too low says by how much at most, \`missed_max\`.

\`--fail-if EXPR\` makes the exit code 1 when EXPR is true of a row: docs/alerts.md.`,
  operands: [
    { name: "FIELD", summary: "the field; several with commas between them: method,path", isRequired: true },
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
      title: "Who asks most",
      command: "top client_ip access.log",
    },
    {
      title: "The most frequent level",
      command: "top level -m 1",
      stdin: '{"level":"info"}\n{"level":"error"}\n{"level":"info"}\n{"level":"info"}\n',
      stdout: '{"level":"info","count":3,"share":0.75}\n',
    },
    {
      title: "The five paths that send most, for each status",
      command: "top path --by status -m 5 --agg 'sum(bytes)' access.log",
    },
    { title: "The slowest paths", command: "top path --agg 'p95(request_time)' access.log" },
  ],
  input: "events",
  ownOperands: 1,
  isStateless: () => false,
  needsTime: ({ options: { since, until } }) => since !== undefined || until !== undefined,
  reads: (given) => definitionOf(given).inputs.named,
  parsesLogs: async () => (await import("./parse.js")).default,
  open: async (given, io): Promise<TotalsRange | undefined> => {
    checkNoFileFirst("top", "FIELD", "FIELD", given.operands);
    definitionOf(given);
    return totalsRange(given.options, io.startedMs);
  },
  prepare: (given, context, range) => {
    const { inputs, needsTimes } = definitionOf(given);
    const reader = new ColumnReader(inputs, needsTimes || range !== undefined);
    return (block) => packColumns(readBlock(reader, block, context));
  },
  create: (given, context, range) => new Totals(definitionOf(given), context, range),
  condition: ({ options: { failIf } }, counts) => heldText(counts, `top --fail-if '${failIf}'`),
  report: ({ operands, options: { failIf } }, counts) =>
    topText(counts, { fields: operands.slice(0, 1), isAlert: failIf !== undefined }),
  display: async (_given, { standard: { stdout } }, format) => {
    if (format === undefined ? !stdout.isTerminal : format !== "table") return undefined;
    const { RowTable } = await import("../../lib/sinks/view/row-table.js");
    return new RowTable(stdout);
  },
});

function definitionOf({ operands, options: given }: Given<typeof options>): TotalsDefinition {
  const fields = by({ summary: "" }).parse(operands[0] ?? "", "FIELD", undefined);
  const outer = given.by.filter((name) => !fields.includes(name));
  const agg = /^\s*count\s*$/i.test(given.agg) ? "count" : `${given.agg}, count`;
  return new TotalsDefinition({
    ...given,
    by: [...outer, ...fields],
    within: outer.length,
    agg,
    aggWhat: "--agg",
    sort: undefined,
    isAscending: given.asc,
    hasShare: true,
    needsField: true,
  });
}
