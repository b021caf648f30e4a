import { formatDuration } from "../../lib/base/duration.js";
import { failure } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { duration, flag } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { foretellVacuum } from "../../lib/store/maintain/dry-run/maintenance.js";
import { dayLines } from "../../lib/store/maintain/dry-run/text.js";
import { graceOf, vacuumTable } from "../../lib/store/maintain/vacuum.js";
import { reportDone } from "../../lib/terminal/output/report-done.js";

const options = {
  ...storeOptions,
  grace: duration({
    fromProject: "consent",
    metavar: "TIME",
    summary:
      "keep files for TIME after they were taken out of the table; default what the table says, else 7d",
  }),
  dryRun: flag({ fromProject: "free", short: "n", summary: "say what would be removed and change nothing" }),
  json: flag({ fromProject: "free", summary: "print a JSON line a table, sizes in bytes" }),
} as const;

export default command({
  name: "store vacuum",
  summary: "remove files that no version of a table needs any more",
  details: `Files that compaction, retention or a deletion replaced stay for a while, for queries that run and for \`query --as-of\`. This
removes those that were replaced longer ago than the grace period, and files of an interrupted run that never got into the
table. \`compact\` does the same at its end; alone it is for deletions that must be final at once: \`--grace 0s\`. Queries that run
meanwhile and began before the files were replaced then fail.`,
  operands: [
    {
      name: "TABLE",
      isLocal: true,
      summary: "tables; all tables of the store by default",
      isRepeated: true,
    },
  ],
  options,
  examples: [
    { title: "What would go?", command: "store vacuum logs --dry-run" },
    { title: "Make a deletion final now", command: "store vacuum logs --grace 0s" },
  ],
  async run({ operands, options: given }, terminal) {
    const store = storePath(given.store, terminal);
    for (const { name, directory } of await namedTables(diskFiles, store, operands)) {
      const log = new TableLog(directory);
      const kept = graceOf(await log.refresh());
      const graceMs = given.grace ?? kept;
      if (graceMs > kept) {
        const reason = `table ${name} forgets after ${formatDuration(kept)} which files were replaced`;
        throw failure("usage.bad-value", { option: "--grace", value: formatDuration(graceMs), reason });
      }
      const isDry = given.dryRun;
      const report = await vacuumTable({ files: diskFiles, log, nowMs: terminal.nowMs, graceMs, isDry });
      const { paths: _paths, ...facts } = report;
      const { files, bytes } = report;
      const count = `${formatCount(files)} file${files === 1 ? "" : "s"} (${formatSize(bytes)})`;
      const days = isDry ? await foretellVacuum(directory, report.paths ?? []) : undefined;
      const rows = days === undefined ? [] : dayLines(days, "row");
      const text = `${name}: ${files === 0 ? "nothing to remove" : `${isDry ? "would remove" : "removed"} ${count}`}\n${rows.map((line) => `${line}\n`).join("")}`;
      const json = `${JSON.stringify({ table: name, ...(isDry ? { dryRun: true } : {}), ...facts, ...(days && { rows: Object.fromEntries(days) }) })}\n`;
      if (isDry) await terminal.stdout.write(given.json ? json : text);
      else await reportDone(terminal, given.json ? json : text, given.json);
    }
    return 0;
  },
});
