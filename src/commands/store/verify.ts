import { diskFiles } from "../../lib/base/files.js";
import { countOf, formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { TableFinding } from "../../lib/store/inspect/finding.js";
import { namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { type VerifyReport, verifyTable } from "../../lib/store/inspect/verify.js";
import { Progress } from "../../lib/terminal/output/progress.js";
import { jsonLines } from "../../lib/terminal/table/rows.js";

export default command({
  name: "store verify",
  summary: "check that nothing of the tables is missing or damaged",
  details: `Compares everything with everything that knows of it: the table's log with itself, every Parquet file with the log (there,
its size, its footer, its rows, its counts of NULLs), every checksum of the write-ahead log. \`--deep\` reads every byte: the
checksum of every file, every page, the bounds of every column.

Changes nothing, and can run beside writers. Each finding says what follows from it and what to do. The exit code is 1 when something
is damaged; what a crash left behind and harms nobody is told and is no damage.`,
  operands: [
    {
      name: "TABLE",
      isLocal: true,
      summary: "tables to check; all tables of the store by default",
      isRepeated: true,
    },
  ],
  options: {
    ...storeOptions,
    deep: flag({ fromProject: "free", summary: "read every byte of every file" }),
    json: flag({
      fromProject: "free",
      summary: "print findings as JSON lines, and a line with the sums of each table",
    }),
  },
  examples: [
    { title: "Every night", command: "store verify --quiet" },
    { title: "Every byte, before a backup is thrown away", command: "store verify logs --deep" },
    { title: "Paths of damaged files", command: "store verify --json | jq -r 'select(.isDamage).path'" },
  ],
  async run({ operands, options }, terminal) {
    const tables = await namedTables(diskFiles, storePath(options.store, terminal), operands);
    let isDamaged = false;
    for (const { name, directory } of tables) {
      const progress = new Progress(terminal);
      const report = await verifyTable({
        files: diskFiles,
        directory,
        isDeep: options.deep,
        nowMs: terminal.nowMs,
        signal: terminal.signal,
        onProgress: (done, total) => progress.update(() => `${name}: ${done} of ${total} files`),
      }).finally(() => progress.clear());
      isDamaged ||= report.findings.some((finding) => finding.isDamage);
      const text = options.json
        ? jsonText(name, report)
        : reportText(name, report, terminal.verbosity === "quiet");
      await terminal.stdout.write(text);
    }
    return isDamaged ? 1 : 0;
  },
});

function jsonText(table: string, { findings, ...sums }: VerifyReport): string {
  const damaged = findings.filter((finding) => finding.isDamage).length;
  return jsonLines([
    ...findings.map((finding) => ({ table, ...finding })),
    { table, ...sums, findings: findings.length, damaged },
  ]);
}

function reportText(table: string, report: VerifyReport, isQuiet: boolean): string {
  const shown = report.findings.filter((finding) => finding.isDamage || !isQuiet);
  const found = shown.map((finding) => findingText(table, finding)).join("");
  if (isQuiet) return found;
  const { files, rows, bytes, commits, walSegments, walEvents } = report;
  const damaged = report.findings.filter((finding) => finding.isDamage).length;
  const verdict =
    damaged > 0
      ? `${formatCount(damaged)} damaged`
      : report.findings.length > 0
        ? "nothing is damaged; what is named above harms nobody"
        : "nothing is wrong";
  const what = `${countOf(files, "file")} (${countOf(rows, "row")}, ${formatSize(bytes)}), ${countOf(commits, "commit")}, ${countOf(walSegments, "segment")} of the write-ahead log (${countOf(walEvents, "event")})`;
  return `${found}table ${table}: ${what}: ${verdict}\n`;
}

function findingText(table: string, { isDamage, path, what, advice }: TableFinding): string {
  return `${isDamage ? "damaged" : "left over"}  ${table}/${path}\n  ${what}\n  ${advice}\n`;
}
