import { diskFiles } from "../../lib/base/files.js";
import { countOf, formatCount } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { TableFinding } from "../../lib/store/inspect/finding.js";
import { type RepairReport, type RepairStep, repairTable } from "../../lib/store/inspect/repair.js";
import { namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { confirm } from "../../lib/terminal/confirm.js";
import { jsonLines } from "../../lib/terminal/table/rows.js";

export default command({
  name: "store repair",
  summary: "rebuild what can be rebuilt of damaged tables, and say what cannot",
  details: `Stores what writers that died had left in the write-ahead log; rewrites lost or broken commits from what the Parquet files say of
themselves; sets broken checkpoints aside; corrects wrong statistics; removes filters that cannot be read. What it replaces is
kept beside it under a name beginning with \`.damaged\`.

A Parquet file that is gone or broken cannot be rebuilt: put it back from a backup under its name. Only with \`--drop\` is such a
file taken out of the table, so that queries work again without its rows; what is left of it is kept under \`_damaged\`.

Commits that deleted or rewrote something are kept twice: one that is lost or broken is put back as it was, and what it deleted stays
deleted. Where both are gone, rewriting the commit brings back what it deleted: that is asked first, and needs \`--yes\` where there is no
terminal.

Can be run beside writers and any number of times. The exit code is 1 while something is damaged.`,
  operands: [
    {
      name: "TABLE",
      isLocal: true,
      summary: "tables to repair; all tables of the store by default",
      isRepeated: true,
    },
  ],
  options: {
    ...storeOptions,
    dryRun: flag({ fromProject: "free", short: "n", summary: "say what would be done and change nothing" }),
    deep: flag({
      fromProject: "free",
      summary: "look at every byte of every file, as `store verify --deep` does",
    }),
    drop: flag({
      fromProject: "consent",
      summary: "take files that cannot be read out of the table; their rows are lost",
    }),
    yes: flag({
      fromProject: "consent",
      short: "y",
      summary: "do not ask before a lost commit is rewritten without what it had deleted",
    }),
    json: flag({ fromProject: "free", summary: "print steps, and what is left, as JSON lines" }),
  },
  examples: [
    { title: "What would it do?", command: "store repair --dry-run" },
    { title: "Do it", command: "store repair logs" },
    { title: "Go on without a file that no backup has", command: "store repair logs --drop" },
  ],
  async run({ operands, options }, terminal) {
    const tables = await namedTables(diskFiles, storePath(options.store, terminal), operands);
    let isDamaged = false;
    for (const { name, directory } of tables) {
      const report = await repairTable({
        files: diskFiles,
        directory,
        isDryRun: options.dryRun,
        isDeep: options.deep,
        mayDrop: options.drop,
        nowMs: terminal.nowMs,
        mayUndo: async (what) =>
          options.yes ||
          (terminal.stdinIsTerminal &&
            (await confirm(`${name}: ${what}. Rewrite it all the same?`, terminal))),
      });
      isDamaged ||= report.left.some((finding) => finding.isDamage);
      const text = options.json ? jsonText(name, report) : reportText(name, report, options.dryRun);
      await terminal.stdout.write(text);
    }
    return isDamaged ? 1 : 0;
  },
});

function jsonText(table: string, { steps, left }: RepairReport): string {
  return jsonLines([
    ...steps.map((step) => ({ table, step })),
    ...left.map((finding) => ({ table, left: finding })),
  ]);
}

function reportText(table: string, { steps, left }: RepairReport, isDryRun: boolean): string {
  const damaged = left.filter((finding) => finding.isDamage);
  const lines = steps.map((step) => stepText(table, step, isDryRun));
  // A dry run has changed nothing: what it would do is what there is to say.
  if (!isDryRun) lines.push(...damaged.map((finding) => leftText(table, finding)));
  const verdict = isDryRun
    ? `${countOf(steps.length, "thing")} would be done; damaged now: ${formatCount(damaged.length)}`
    : damaged.length === 0
      ? steps.length === 0
        ? "nothing to repair"
        : "repaired"
      : `${countOf(damaged.length, "damaged thing")} left`;
  return `${lines.join("")}table ${table}: ${verdict}\n`;
}

function stepText(table: string, { path, what, rows, failed }: RepairStep, isDryRun: boolean): string {
  const verb = failed !== undefined ? "failed" : isDryRun ? "would" : "done";
  const change =
    rows === 0 ? "" : rows > 0 ? ` (${countOf(rows, "row")})` : ` (lost: ${countOf(-rows, "row")})`;
  const reason = failed === undefined ? "" : `  ${failed}\n`;
  return `${verb}  ${table}/${path}\n  ${what}${change}\n${reason}`;
}

function leftText(table: string, { path, what, advice }: TableFinding): string {
  return `left  ${table}/${path}\n  ${what}\n  ${advice}\n`;
}
