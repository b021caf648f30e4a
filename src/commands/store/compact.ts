import { diskFiles } from "../../lib/base/files.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag, size } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { Terminal } from "../../lib/pipeline/contract/terminal.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { type NamedTable, namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { type CompactProgress, TARGET_BYTES } from "../../lib/store/maintain/compact.js";
import { foretellMaintenance } from "../../lib/store/maintain/dry-run/maintenance.js";
import { moveLines, retentionFacts, retentionLines } from "../../lib/store/maintain/dry-run/text.js";
import { type MaintainReport, maintainTable } from "../../lib/store/maintain/maintain.js";
import { bytesOfFiles } from "../../lib/store/maintain/plan-compaction.js";
import { Pace } from "../../lib/terminal/output/pace.js";
import { Progress } from "../../lib/terminal/output/progress.js";
import { reportDone } from "../../lib/terminal/output/report-done.js";

const options = {
  ...storeOptions,
  targetSize: size({
    fromProject: "free",
    metavar: "SIZE",
    default: TARGET_BYTES,
    advanced: true,
    summary: "merge files up to about SIZE",
  }),
  dryRun: flag({ fromProject: "free", short: "n", summary: "say what would be done and change nothing" }),
  json: flag({ fromProject: "free", summary: "print a JSON line a table, sizes in bytes" }),
} as const;

export default command({
  name: "compact",
  summary: "merge, sort and repack the files of a store",
  details: `Merges the small files of each day to large ones, sorted by service and time and packed harder. The events stay the same,
readers and writers go on meanwhile, and a run that is killed leaves the table as it was. A second run finds nothing to do;
two at once do no harm. Made for cron.

A key with values of several types gets the type of most of them, should its first events have had another one (\`store schema\`
shows the columns, and sets a type for good).

It also applies the rules of \`store retention\` first, moves old files as \`store tiers\` says, keeps the table's log short, and removes at the end the files that were
replaced longer ago than the grace period (7 days, unless the table says otherwise; see \`store vacuum\`).`,
  operands: [
    {
      name: "TABLE",
      isLocal: true,
      summary: "tables to compact; all tables of the store by default",
      isRepeated: true,
    },
  ],
  options,
  examples: [
    { title: "Every table of ./logpipe-store", command: "compact" },
    { title: "What would be done", command: "compact web --store /var/lib/logpipe --dry-run" },
  ],
  async run({ operands, options: given }, terminal) {
    const store = storePath(given.store, terminal);
    for (const table of await namedTables(diskFiles, store, operands)) {
      if (terminal.signal.aborted) break;
      const text = given.dryRun
        ? await foretell(table, given, terminal)
        : await compactTable(table, given, terminal);
      if (given.dryRun) await terminal.stdout.write(text);
      else await reportDone(terminal, text, given.json);
    }
    return 0;
  },
});

interface Given {
  readonly targetSize: number;
  readonly json: boolean;
}

async function foretell(table: NamedTable, given: Given, terminal: Terminal): Promise<string> {
  const { name } = table;
  const told = await foretellMaintenance(diskFiles, table.directory, given.targetSize, terminal.nowMs());
  const { retention, groups, needBytes, freeBytes, moves, vacuum } = told;
  const planned = groups.flat();
  const facts = { files: planned.length, filesAfter: groups.length, bytes: bytesOfFiles(planned) };
  if (given.json) {
    const moved = moves.map(({ tier, files, rows }) => ({ tier, files, events: rows }));
    const { files, bytes } = vacuum;
    const more = {
      needBytes,
      freeBytes,
      retention: retentionFacts(retention),
      moved,
      vacuum: { files, bytes },
    };
    return `${JSON.stringify({ table: name, dryRun: true, ...facts, ...more })}\n`;
  }
  const lines = retentionLines(name, retention);
  if (groups.length > 0) {
    const what = `${counted(facts.files, "file")} (${formatSize(facts.bytes)}) into ${formatCount(facts.filesAfter)}`;
    const free = freeBytes === undefined ? "" : `, ${formatSize(freeBytes)} are free`;
    lines.push(`${name}: would rewrite ${what}`, `  needs up to ${formatSize(needBytes)} of room${free}`);
  }
  lines.push(...moveLines(name, moves));
  if (vacuum.files > 0)
    lines.push(`${name}: would remove ${counted(vacuum.files, "old file")} (${formatSize(vacuum.bytes)})`);
  return `${lines.length === 0 ? `${name}: nothing to do` : lines.join("\n")}\n`;
}

async function compactTable(
  { name, directory }: NamedTable,
  given: Given,
  terminal: Terminal,
): Promise<string> {
  const progress = new Progress(terminal);
  const pace = new Pace(terminal.nowMs);
  const report = await maintainTable({
    files: diskFiles,
    log: new TableLog(directory),
    nowMs: terminal.nowMs,
    targetBytes: given.targetSize,
    isStopped: () => terminal.signal.aborted,
    onProgress: (at) => progress.update(() => progressText(name, at, pace)),
  }).finally(() => progress.clear());
  const { checkpointFailure } = report;
  if (checkpointFailure !== undefined)
    terminal.complain(`the log of table ${name} could not be shortened: ${checkpointFailure}`);
  for (const damage of report.compaction.damaged)
    terminal.complain(damage, "put it back from a backup, or see `logpipe store verify --deep`");
  for (const tier of report.tiers.missing)
    terminal.complain(
      `the tier "${tier}" of table ${name} cannot be used: it is not mounted, or another table's`,
    );
  return given.json
    ? `${JSON.stringify({ table: name, ...report })}\n`
    : `${name}: ${reportTexts(report).join("; ") || "nothing to do"}\n`;
}

function progressText(
  name: string,
  { files, filesDone, bytes, bytesDone }: CompactProgress,
  pace: Pace,
): string {
  const far = pace.text({ doneBytes: bytesDone, totalBytes: bytes });
  return `${name}: ${formatCount(filesDone)} of ${counted(files, "file")}, ${far}`;
}

function reportTexts({ retention, compaction, tiers, vacuum }: MaintainReport): string[] {
  const texts: string[] = [];
  if (retention.rows > 0) texts.push(`${counted(retention.rows, "event")} too old and removed`);
  const { filesIn, filesOut, bytesIn, bytesOut, retyped } = compaction;
  if (retyped.length > 0) texts.push(`other types, as most of their values have: ${retyped.join(", ")}`);
  const after = `${formatCount(filesOut)} (${formatSize(bytesOut)})`;
  if (filesIn > 0) texts.push(`${counted(filesIn, "file")} (${formatSize(bytesIn)}) became ${after}`);
  if (tiers.files > 0) texts.push(`${counted(tiers.files, "file")} moved to another tier`);
  if (vacuum.files > 0)
    texts.push(`${counted(vacuum.files, "old file")} (${formatSize(vacuum.bytes)}) removed`);
  return texts;
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
