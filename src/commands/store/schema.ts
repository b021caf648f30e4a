import { failure } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { localName } from "../../lib/base/local/path.js";
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
} from "../../lib/base/private-files/temporary-directory.js";
import { countOf, formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag, text, type ValuesOf } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { Terminal } from "../../lib/pipeline/contract/terminal.js";
import { SETTABLE_TYPES, type SettableType } from "../../lib/store/columns/coerce.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { Session } from "../../lib/store/duckdb/duckdb.js";
import { namedTables, storePath } from "../../lib/store/inspect/tables.js";
import { type Change, changeTable } from "../../lib/store/maintain/alter/change-table.js";
import { type ColumnInfo, columnInfo } from "../../lib/store/maintain/alter/columns.js";

const options = {
  ...storeOptions,
  table: text({
    fromProject: "consent",
    short: "t",
    metavar: "NAME",
    default: "logs",
    summary: "the table to change",
  }),
  json: flag({ fromProject: "free", summary: "print as JSON lines" }),
} as const;

type Options = ValuesOf<typeof options>;

export default command({
  name: "store schema",
  summary: "show the columns of tables; set a type, rename a key",
  details: `Without a change: every key with its columns and types, how many values they hold and their size in the files. A key
with values of several types has siblings: columns for what does not fit the first one. The live end is not counted.

\`set KEY TYPE\` makes the key's column an integer, double, boolean, string or json. A value fits when its text stays the same,
so that only the quotes of JSON come or go: "200" becomes 200 and 200 becomes "200", but "n/a" stays a string in a sibling.

\`rename KEY NEW\` calls a key NEW. Events that still say KEY are stored as NEW. When there is a key NEW already the two
become one, unless a row has both.

Both take effect at once: queries show old and new events alike, writers go on and obey. Then the files are rewritten, a batch
in each commit, and columns that no file has any more go. It may be ended at any time: the same command goes on.`,
  operands: [
    {
      name: "TABLE",
      summary: "tables to show; or `set KEY TYPE`, or `rename KEY NEW`, for the table of --table",
      isRepeated: true,
    },
  ],
  options,
  examples: [
    { title: "The columns of every table", command: "store schema --store ./logpipe-store" },
    { title: "A status that comes as text and as a number", command: "store schema set status integer" },
    { title: "One name for a key that has had two", command: "store schema rename req_ms latency_ms" },
  ],
  unused: ({ operands }) =>
    changeOf(operands) === undefined
      ? [{ options: ["table"], by: "store schema", hint: "name the tables to show without --table" }]
      : [{ options: ["json"], by: `store schema ${operands[0]}` }],
  async run({ operands, options: values }, terminal) {
    const change = changeOf(operands);
    if (change === undefined) return show(operands, values, terminal);
    return apply(change, values, terminal);
  },
});

/** Undefined: the words are names of tables. */
function changeOf(words: readonly string[]): Change | undefined {
  const [action, key, value] = words;
  if ((action !== "set" && action !== "rename") || words.length === 1) return undefined;
  const wanted = action === "set" ? "set KEY TYPE" : "rename KEY NEW";
  if (words.length !== 3)
    throw failure("usage.missing-operand", { command: "store schema", operand: wanted });
  if (action === "rename") return { action, key: key!, to: value! };
  const type = SETTABLE_TYPES.find((name) => name === value);
  if (type === undefined) {
    const reason = `"${value}" is no type; there are ${SETTABLE_TYPES.join(", ")}`;
    throw failure("store.schema-change", { key: key!, reason });
  }
  return { action, key: key!, type: type satisfies SettableType };
}

async function apply(change: Change, values: Options, terminal: Terminal): Promise<number> {
  const [table] = await namedTables(diskFiles, storePath(values.store, terminal), [values.table]);
  const what =
    change.action === "set"
      ? `${change.key} is ${change.type} from now on`
      : `${change.key} is called ${change.to} from now on`;
  const report = await changeTable(
    {
      files: diskFiles,
      table: table!.directory,
      nowMs: terminal.nowMs,
      signal: terminal.signal,
      onCommitted: (isNew) => terminal.notice(isNew ? what : `${what}, as it was before`),
      onProgress: ({ seen, files }) => {
        if (seen < files) terminal.notice(`looked at ${formatCount(seen)} of ${formatCount(files)} files`);
      },
    },
    change,
  );
  const { rewritten, bytes, dropped } = report;
  const count = `${formatCount(rewritten)} ${rewritten === 1 ? "file" : "files"}`;
  const gone = dropped.length === 0 ? "" : `; gone: ${dropped.join(", ")}`;
  terminal.notice(`rewrote ${count} (${formatSize(bytes)})${gone}`);
  return 0;
}

async function show(names: readonly string[], values: Options, terminal: Terminal): Promise<number> {
  for (const name of names) localName(name, "TABLE");
  const tables = await namedTables(diskFiles, storePath(values.store, terminal), names);
  const tempDirectory = await makeTemporaryDirectory("schema");
  const session = await Session.open({ memoryBytes: 256 * 1024 * 1024, threads: 2, tempDirectory });
  try {
    for (const { name, directory } of tables) {
      const log = new TableLog(directory);
      const snapshot = await log.refresh();
      const columns = await columnInfo(log, session, snapshot);
      const rows = snapshot.files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
      await terminal.stdout.write(values.json ? jsonText(name, columns) : tableText(name, rows, columns));
    }
  } finally {
    session.close();
    await removeTemporaryDirectory(tempDirectory);
  }
  return 0;
}

function jsonText(table: string, columns: readonly ColumnInfo[]): string {
  return columns.map((column) => `${JSON.stringify({ table, ...column })}\n`).join("");
}

function tableText(table: string, rows: number, columns: readonly ColumnInfo[]): string {
  const head = ["key", "type", "column", "values", "size", ""];
  const body = columns.map((info, i) => [
    columns[i - 1]?.key === info.key ? "" : info.key,
    info.type,
    info.column,
    formatCount(info.values),
    formatSize(info.bytes),
    noteOf(info),
  ]);
  const widths = head.map((_, c) => Math.max(...[head, ...body].map((row) => row[c]!.length)));
  const isNumber = (c: number) => c === 3 || c === 4;
  const lines = [head, ...body].map((row) =>
    row
      .map((cell, c) => (isNumber(c) ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join("  ")
      .trimEnd(),
  );
  const title = `table ${table}: ${countOf(columns.length, "column")}, ${countOf(rows, "row")} in files`;
  return `${title}\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}

function noteOf({ role, isSet, aliases }: ColumnInfo): string {
  const notes = [
    ...(role === "sibling" ? ["values that do not fit"] : []),
    ...(role === "retired" ? ["being replaced"] : []),
    ...(role === "rest" ? ["keys without a column"] : []),
    ...(role === "nanoseconds" ? ["digits of timestamp beyond microseconds"] : []),
    ...(isSet ? ["type was set"] : []),
    ...(aliases.length > 0 ? [`also called ${aliases.join(", ")}`] : []),
  ];
  return notes.join("; ");
}
