// Enter here: commands of two words, `store info`, and `compact`, which look after the tables of a store.
import { formatDuration } from "../../lib/base/duration.js";
import { diskFiles } from "../../lib/base/files.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { type TableInfo, tableInfo } from "../../lib/store/inspect/info.js";
import { namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { type Freed, type VacuumOutlook, vacuumOutlook } from "../../lib/store/inspect/vacuum-outlook.js";

export default command({
  name: "store info",
  summary: "show how big, how full and how fresh the tables are",
  details: `Reads the table's log and the write-ahead log and lists the files, no data. The live end is what has been acknowledged and is not in Parquet yet;
\`query\` sees it all the same. \`vacuum\` is what \`store vacuum\` would free, now and later: files that were replaced or deleted stay for a
while; \`as of\` is how far back \`query --as-of\` reaches for certain.`,
  operands: [
    {
      name: "TABLE",
      isLocal: true,
      summary: "tables to show; all tables of the store by default",
      isRepeated: true,
    },
  ],
  options: {
    ...storeOptions,
    json: flag({ fromProject: "free", summary: "print as JSON lines, sizes in bytes" }),
  },
  examples: [
    { title: "Every table of the store", command: "store info --store ./logpipe-store" },
    {
      title: "Files a day of one table, for a script",
      command: "store info logs --json | jq .mostFilesADay",
    },
  ],
  async run({ operands, options }, terminal) {
    const store = storePath(options.store, terminal);
    for (const { name, directory } of await namedTables(diskFiles, store, operands)) {
      const info = await tableInfo(directory);
      const vacuum = await vacuumOutlook(diskFiles, new TableLog(directory), terminal.nowMs);
      const text = options.json
        ? `${JSON.stringify({ table: name, ...info, vacuum })}\n`
        : infoText(name, info, vacuum, terminal.nowMs());
      await terminal.stdout.write(text);
    }
    return 0;
  },
});

function infoText(name: string, info: TableInfo, vacuum: VacuumOutlook, nowMs: number): string {
  const span = info.oldest === undefined ? "no event has a time" : `${info.oldest} to ${info.newest}`;
  const rows: [string, string][] = [
    ["version", info.version < 0 ? "no commit yet" : String(info.version)],
    ["rows", formatCount(info.rows)],
    ["columns", formatCount(info.columns)],
    ["files", `${formatCount(info.files)} (${formatSize(info.bytes)})`],
    ...tierRows(info),
    ["events in", rawText(info)],
    ["days", `${formatCount(info.days)}, at most ${formatCount(info.mostFilesADay)} files a day`],
    ["live end", `${formatCount(info.liveEvents)} events (${formatSize(info.liveBytes)})`],
    ["events", span],
    ["last write", info.lastWriteMs === undefined ? "never" : agoText(info.lastWriteMs, nowMs)],
    ...vacuumRows(vacuum),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
  return `table ${name}\n${lines.join("\n")}\n`;
}

function tierRows(info: TableInfo): [string, string][] {
  const tiers = Object.entries(info.tiers).filter(([tier]) => tier !== "");
  return tiers.map(([tier, { files, bytes }]) => [
    `  in ${tier}`,
    `${formatCount(files)} (${formatSize(bytes)})`,
  ]);
}

/** What `store vacuum` (and `compact`, at its end) would free, today and by when all of it. */
function vacuumRows({ graceMs, now, later, asOfFrom }: VacuumOutlook): [string, string][] {
  const freed = ({ files, bytes }: Freed) =>
    `${formatCount(files)} ${files === 1 ? "file" : "files"} (${formatSize(bytes)})`;
  const rest = later.reduce(
    (sum, { files, bytes }) => ({ files: sum.files + files, bytes: sum.bytes + bytes }),
    { files: 0, bytes: 0 },
  );
  const days = later.length < 2 ? `on ${later[0]?.day}` : `from ${later[0]!.day} to ${later.at(-1)!.day}`;
  const more = rest.files === 0 ? "" : `, ${freed(rest)} ${days}`;
  const kept = `replaced files are kept for ${formatDuration(graceMs)}`;
  const back = asOfFrom === undefined ? "the first version" : asOfFrom;
  return [
    ["vacuum", `${now.files === 0 ? "nothing" : freed(now)} to free now${more}`],
    ["as of", `${back} on: ${kept}`],
  ];
}

/** What the files' events were as NDJSON, and how much smaller they are now. */
function rawText({ rawBytes, rawFileBytes, bytes }: TableInfo): string {
  if (rawFileBytes === 0) return "not known";
  const part = rawFileBytes === bytes ? "" : `, for ${formatSize(rawFileBytes)} of the files`;
  return `${formatSize(rawBytes)} of NDJSON, ${(rawBytes / rawFileBytes).toFixed(1)} times the size of the files${part}`;
}

function agoText(ms: number, nowMs: number): string {
  return `${new Date(ms).toISOString()}, ${formatCount(Math.max(0, Math.round((nowMs - ms) / 1000)))} s ago`;
}
