import { diskFiles } from "../../lib/base/files.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag, integer } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import { type HistoryEntry, tableHistory } from "../../lib/store/inspect/history.js";
import { namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { jsonLines, type RowColumn, rowsText } from "../../lib/terminal/table/rows.js";

export default command({
  name: "store history",
  summary: "list the versions of the tables and what each did",
  details: `Newest first. \`query --as-of VERSION\` asks a table as it was; versions older than the log keeps (see \`compact\`) are not shown.

\`WRITE\` is the write-ahead log of a writer that became Parquet. \`OPTIMIZE\` and the like rewrite files and change no row.`,
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
    limit: integer({
      fromProject: "free",
      metavar: "N",
      min: 1,
      default: 1000,
      summary: "show the newest N versions",
    }),
    json: flag({ fromProject: "free", summary: "print as JSON lines" }),
  },
  examples: [
    { title: "The last ten versions", command: "store history logs --limit 10" },
    { title: "Who wrote last", command: "store history logs --limit 1 --json | jq -r .engine" },
  ],
  async run({ operands, options }, terminal) {
    const tables = await namedTables(diskFiles, storePath(options.store, terminal), operands);
    for (const { name, directory } of tables) {
      const entries = await tableHistory(directory, options.limit);
      const rows = entries.map((entry) => ({ table: name, ...entry }));
      const text = options.json ? jsonLines(rows) : rowsText(COLUMNS, rows, terminal.stdout);
      if (!(await terminal.stdout.write(text))) break;
    }
    return 0;
  },
});

type Row = HistoryEntry & { readonly table: string };

const COLUMNS: readonly RowColumn<Row>[] = [
  { name: "table", text: (row) => row.table },
  { name: "version", isNumeric: true, text: (row) => String(row.version) },
  { name: "time", text: (row) => row.time },
  { name: "operation", text: (row) => row.operation },
  { name: "files", isNumeric: true, text: (row) => `+${row.filesAdded} -${row.filesRemoved}` },
  {
    name: "rows",
    isNumeric: true,
    text: (row) =>
      `+${formatCount(row.rowsAdded)} -${row.rowsRemoved === undefined ? "?" : formatCount(row.rowsRemoved)}`,
  },
  { name: "written", isNumeric: true, text: (row) => formatSize(row.bytesAdded) },
];
