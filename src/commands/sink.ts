import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { failure } from "../lib/base/errors/index.js";
import { formatSize } from "../lib/base/size.js";
import { FileSink, OutputSink } from "../lib/engine/output.js";
import { storeOptions } from "../lib/options/common.js";
import { choice, duration, integer, size, text, type ValuesOf } from "../lib/options/options.js";
import { type StoreReport, StoreSink } from "../lib/sink/store.js";
import type { Sink } from "../lib/stage/sink.js";
import { type Given, sink } from "../lib/stage/stage.js";
import type { Terminal } from "../lib/stage/terminal.js";
import { checkNewTable, checkTableName } from "../lib/table/schema/names.js";

const options = {
  ...storeOptions,
  table: text({ short: "t", placeholder: "NAME", default: "logs", summary: "the table the events go to" }),
  to: choice({ choices: ["store", "file", "stdout"], default: "store", summary: "where the events go" }),
  output: text({
    short: "o",
    placeholder: "FILE",
    summary: "the file of `--to file`; `-` is standard output",
  }),
  segmentSize: size({
    placeholder: "SIZE",
    default: 128 * 1024 * 1024,
    advanced: true,
    summary: "turn the log into Parquet when it has SIZE",
  }),
  flushInterval: duration({
    placeholder: "TIME",
    default: 60_000,
    advanced: true,
    summary: "turn the log into Parquet when its first events are TIME old",
  }),
  walLimit: size({
    placeholder: "SIZE",
    default: 512 * 1024 * 1024,
    advanced: true,
    summary: "let the log of this sink, what is not Parquet yet, take at most SIZE of the disk",
  }),
  onFull: choice({
    choices: ["block", "drop-oldest", "drop-newest"],
    default: "block",
    advanced: true,
    summary:
      "what gives way when the log is at its limit or the disk is full: whoever sends, the oldest events, or the newest",
  }),
  syncDelay: duration({
    placeholder: "TIME",
    default: 2,
    advanced: true,
    summary:
      "begin a sync of the log at most once in TIME, so that more events share it; 0: as often as the disk can",
  }),
  maxColumns: integer({
    placeholder: "N",
    min: 2,
    max: 10_000,
    default: 1000,
    advanced: true,
    summary: "give a table at most N columns; further keys are kept in the JSON column `_rest`",
  }),
} as const;

type SinkGiven = Given<typeof options>;

export default sink({
  name: "sink",
  summary: "store events",
  details: `Stores events in a table of a store: a directory of Parquet files with a Delta Lake log, which \`query\`, DuckDB,
Spark and others read. Events go to a write-ahead log first and are acknowledged once they are on the disk; from then on
\`query\` sees them and nothing loses them. In the background, and at the end, the log becomes Parquet. After a crash the
next \`sink\` into the same table stores what the log still holds.

When the disk is full, or the log takes more than \`--wal-limit\` because Parquet cannot be written as fast as events come, the
sink waits, says so where it is the disk, and goes on when there is room. With \`--on-full drop-oldest\` or \`drop-newest\` it throws
events away instead, and says at the end how many.

Several may write to one table at once. A line that is no JSON object is set aside in the dead letters and counted.

\`--to file\` and \`--to stdout\` write the events as they are, as NDJSON.`,
  operands: [{ name: "STORE", summary: "the store; made when it is not there" }],
  options,
  examples: [
    { title: "Parse a log into ./logpipe-store, table logs", command: "parse access.log | logpipe sink" },
    { title: "Another store and table", command: "sink /var/lib/logpipe --table web < events.ndjson" },
    {
      title: "Pass events on as they are",
      command: "sink --to stdout",
      stdin: '{"level":"info","id":9223372036854775807}\n',
      stdout: '{"level":"info","id":9223372036854775807}\n',
    },
  ],
  input: "checked",
  ownOperands: 1,
  open: openSink,
});

async function openSink(given: SinkGiven, terminal: Terminal): Promise<Sink> {
  const { to, output } = given.options;
  if (to === "stdout" || (to === "file" && output === "-")) return new OutputSink(terminal.stdout);
  if (to === "store") return openStore(given, terminal);
  if (output === undefined)
    throw failure("usage.missing-operand", { command: "sink --to file", operand: "-o FILE" });
  return FileSink.open(resolve(terminal.cwd, output));
}

async function openStore({ operands, options: values }: SinkGiven, terminal: Terminal): Promise<Sink> {
  const table = checkTableName(values.table);
  const store = operands[0] ?? values.store ?? terminal.env["LOGPIPE_STORE"] ?? "logpipe-store";
  const directory = resolve(terminal.cwd, store);
  checkNewTable(table, await readdir(directory).catch(() => []));
  return StoreSink.open({
    ...limitsOf(values),
    tableDirectory: join(directory, table),
    nowMs: terminal.nowMs,
    signal: terminal.signal,
    onNotice: terminal.notice,
    onReport: (report) => announce(report, table, store, terminal),
  });
}

function limitsOf(values: ValuesOf<typeof options>) {
  return {
    segmentBytes: values.segmentSize,
    flushIntervalMs: values.flushInterval,
    logLimitBytes: values.walLimit,
    onFull: values.onFull,
    syncDelayMs: values.syncDelay,
    maxColumns: values.maxColumns,
  };
}

function announce(report: StoreReport, table: string, store: string, terminal: Terminal): void {
  const { stored, recovery } = report;
  const { tornBytes, damagedBytes } = recovery;
  const recoveredEvents = recovery.stored.events;
  if (recoveredEvents > 0 || tornBytes > 0) {
    terminal.notice(
      `recovered ${counted(recoveredEvents, "event")} of an interrupted run; cut ${formatSize(tornBytes)} that had not been acknowledged`,
    );
  }
  if (damagedBytes > 0) {
    const help = "the bytes are kept in .damaged files beside the log, under _wal of the table";
    terminal.complain(
      `${formatSize(damagedBytes)} of the log of ${store} changed on the disk and could not be stored`,
      help,
    );
  }
  if (terminal.verbosity === "verbose") {
    for (const [reason, count] of stored.careful)
      terminal.notice(`${counted(count, "segment")} stored the careful way: ${reason}`);
  }
  const files = `${counted(stored.parquetFiles, "Parquet file")} (${formatSize(stored.parquetBytes)})`;
  terminal.notice(
    `stored ${counted(stored.events, "event")} (${formatSize(stored.bytes)}) as ${files} in table ${table} of ${store}`,
  );
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US").replaceAll(",", " ")} ${noun}${count === 1 ? "" : "s"}`;
}
