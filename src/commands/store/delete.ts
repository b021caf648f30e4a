import { failure, LogpipeError } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag, text } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { Terminal } from "../../lib/pipeline/contract/terminal.js";
import { checkCondition } from "../../lib/query/restricted/check/check.js";
import { sqlFailure } from "../../lib/query/sql/sql-error.js";
import { elsewhereOf } from "../../lib/query/values/elsewhere.js";
import { conditionWithPresence } from "../../lib/query/values/presence.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { type NamedTable, oneTable, storePath } from "../../lib/store/inspect/tables.js";
import { countEvents, deleteEvents, type WidenCondition } from "../../lib/store/maintain/delete.js";
import type { EraseReport } from "../../lib/store/maintain/delete-rows.js";
import { dayLines } from "../../lib/store/maintain/dry-run/text.js";
import { withMaintenance, withReading } from "../../lib/store/maintain/rewrite/duckdb-session.js";
import { openRelation } from "../../lib/store/read/relation.js";
import { asLackOfRoom } from "../../lib/store/write/needed.js";
import { confirm } from "../../lib/terminal/confirm.js";
import { Progress } from "../../lib/terminal/output/progress.js";
import { reportDone } from "../../lib/terminal/output/report-done.js";

const options = {
  ...storeOptions,
  where: text({
    fromProject: "consent",
    metavar: "SQL",
    summary: "delete the events for which this condition is true",
  }),
  yes: flag({ fromProject: "consent", short: "y", summary: "do not ask" }),
  dryRun: flag({
    fromProject: "free",
    short: "n",
    summary: "say how many events it would be and change nothing",
  }),
  json: flag({ fromProject: "free", summary: "print the result as JSON" }),
} as const;

export default command({
  name: "store delete",
  summary: "delete events by a condition, for good",
  details: `Deletes the events of a table for which the condition is true. It is SQL over the columns that \`query\` shows. Events that
are still in the write-ahead log of a live \`sink\` go as well, and nothing that other processes do meanwhile brings one back:
when the command ends, no event that was acknowledged before is left for which the condition is true. A key whose values
differ in type is a column of the type that most of them have; the others are in \`KEY_TYPE\`, and the number is reported:
\`user = 7 OR user_string = '7'\` is true for 7 and for "7". \`--dry-run\` counts what the condition is true for.
The condition may use columns of the event and functions that give the same value each time; other tables, files and functions
that do more than compute are refused.

Older versions of the table, which \`query --as-of\` can ask, keep the events until \`store vacuum\` removes their files: at once
with \`store vacuum --grace 0s\`. Lines in the quarantine and in dead letters are no events and stay.`,
  operands: [
    { name: "TABLE", isLocal: true, summary: "the table; may be left out when the store has only one" },
  ],
  options,
  examples: [
    { title: "Erase a user", command: `store delete logs --where "user_id = 1042"` },
    { title: "How many would it be?", command: `store delete --where "level = 'debug'" --dry-run` },
  ],
  async run({ operands, options: given }, terminal) {
    if (given.where === undefined)
      throw failure("usage.missing-operand", { command: "store delete", operand: "--where SQL" });
    const table = await oneTable(diskFiles, storePath(given.store, terminal), operands[0], "store delete");
    try {
      return await run(table, given.where, given, terminal);
    } catch (error) {
      if (error instanceof LogpipeError || !isSqlError(error)) throw error;
      throw sqlFailure(error, "", [table.name]);
    }
  },
});

interface Given {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

async function run(table: NamedTable, condition: string, given: Given, terminal: Terminal): Promise<number> {
  await noteElsewhere(table, condition, terminal);
  if (given.dryRun || !given.yes) {
    const { matching, all, days } = await withReading((session, scratch) =>
      countEvents(session, scratch, table.directory, condition, checkCondition, widen),
    );
    const what = `${counted(matching)} of ${formatCount(all)} in ${table.name}`;
    if (given.dryRun) {
      const told = {
        table: table.name,
        dryRun: true,
        events: matching,
        of: all,
        days: Object.fromEntries(days),
      };
      const lines = [`would delete ${what}`, ...dayLines(days, "event")];
      await terminal.stdout.write(given.json ? `${JSON.stringify(told)}\n` : `${lines.join("\n")}\n`);
      return 0;
    }
    if (!terminal.stdinIsTerminal) throw failure("usage.needs-yes", { what });
    if (matching > 0 && !(await confirm(`delete ${what}?`, terminal))) return 1;
  }
  const report = await erase(table, condition, terminal);
  if (terminal.signal.aborted)
    terminal.complain(`interrupted before all of ${table.name} was looked at; the same command goes on`);
  const text = given.json
    ? `${JSON.stringify({ table: table.name, ...report })}\n`
    : reportText(table, report);
  await reportDone(terminal, text, given.json);
  return 0;
}

/** Says how many values the condition looks past: those of another type than the columns that it reads. */
async function noteElsewhere(table: NamedTable, condition: string, terminal: Terminal): Promise<void> {
  const said = await withReading(async (session, scratch) => {
    const rows = (sql: string) => session.rows(sql);
    const relation = await openRelation(table.directory, { tempDirectory: scratch, rows });
    try {
      const { sql, columns } = relation;
      return await elsewhereOf(rows, { name: table.name, sql, columns }, condition);
    } finally {
      await relation.close();
    }
  }).catch(() => []);
  // The next reader reports what is wrong with the table.
  for (const text of said) terminal.notice(text);
}

async function erase(table: NamedTable, condition: string, terminal: Terminal): Promise<EraseReport> {
  const progress = new Progress(terminal);
  return withMaintenance(diskFiles, table.directory, (session) =>
    deleteEvents({
      files: diskFiles,
      session,
      log: new TableLog(table.directory),
      nowMs: terminal.nowMs,
      condition,
      inspect: checkCondition,
      widen,
      isStopped: () => terminal.signal.aborted,
      onProgress: ({ files, filesDone, isWaiting }) =>
        progress.update(() =>
          isWaiting
            ? `${table.name}: waiting for writers to hand over their events`
            : `${table.name}: ${formatCount(filesDone)} of ${formatCount(files)} files`,
        ),
    }),
  )
    .catch((error) => asLackOfRoom(error, table.directory, "rewrite files without these events"))
    .finally(() => progress.clear());
}

function reportText({ name }: NamedTable, report: EraseReport): string {
  const { rows, filesRemoved, filesRewritten, bytesFreed } = report;
  if (rows === 0) return `${name}: no such event\n`;
  const files = `${formatCount(filesRemoved)} files removed, ${formatCount(filesRewritten)} rewritten`;
  return `${name}: deleted ${counted(rows)} (${files}, ${formatSize(bytesFreed)} less)\n`;
}

function counted(events: number): string {
  return `${formatCount(events)} event${events === 1 ? "" : "s"}`;
}

/** As `query` has it, a value is there though its column cannot show it. */
const widen: WidenCondition = (session, columns, condition) =>
  conditionWithPresence(
    async (expression) => String((await session.rows(`SELECT ${expression}`))[0]![0]),
    columns,
    condition,
  );

/** DuckDB's words for SQL that it cannot run. */
function isSqlError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /\b(Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range|Syntax) Error/i.test(error.message)
  );
}
