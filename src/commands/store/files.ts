import { diskFiles } from "../../lib/base/files.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import { readSnapshot } from "../../lib/store/delta/snapshot.js";
import { type ListedFile, listFiles } from "../../lib/store/inspect/list.js";
import { namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { jsonLines, type RowColumn, rowsText } from "../../lib/terminal/table/rows.js";

export default command({
  name: "store files",
  summary: "list the Parquet files of the tables with their rows, sizes and times",
  details: `The files that the newest version of each table has, by partition and time. Other Parquet files in the directory are no part
of the table: they are old versions that \`store vacuum\` will remove, or were left by a crash.

Bounds and rows are those of the table's log; \`store verify\` compares them with the files.`,
  operands: [
    {
      name: "TABLE",
      isLocal: true,
      summary: "tables to list; all tables of the store by default",
      isRepeated: true,
    },
  ],
  options: {
    ...storeOptions,
    json: flag({ fromProject: "free", summary: "print as JSON lines, sizes in bytes" }),
  },
  examples: [
    { title: "What the table consists of", command: "store files logs" },
    {
      title: "Bytes a day",
      command:
        "logpipe store files logs --json | logpipe query 'SELECT partition.date, sum(bytes) AS bytes FROM stdin GROUP BY 1'",
    },
  ],
  async run({ operands, options }, terminal) {
    const tables = await namedTables(diskFiles, storePath(options.store, terminal), operands);
    for (const { name, directory } of tables) {
      const rows = listFiles(await readSnapshot(directory)).map((file) => ({ table: name, ...file }));
      const text = options.json ? jsonLines(rows) : rowsText(columnsFor(rows), rows, terminal.stdout);
      if (!(await terminal.stdout.write(text))) break;
    }
    return 0;
  },
});

type Row = ListedFile & { readonly table: string };

/** Tiers are shown where there are any. */
function columnsFor(rows: readonly Row[]): RowColumn<Row>[] {
  const hasTiers = rows.some((row) => row.tier !== undefined);
  return [
    { name: "table", text: (row) => row.table },
    { name: "path", text: (row) => row.path },
    ...(hasTiers ? [{ name: "tier", text: (row: Row) => row.tier ?? "" }] : []),
    {
      name: "rows",
      isNumeric: true,
      text: (row) => (row.rows === undefined ? "?" : formatCount(row.rows)),
    },
    { name: "size", isNumeric: true, text: (row) => formatSize(row.bytes) },
    { name: "oldest", text: (row) => row.oldest },
    { name: "newest", text: (row) => row.newest },
  ];
}
