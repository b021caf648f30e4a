import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../../lib/base/errors/index.js";
import { DEFAULT_STORE, givenStore, localPath } from "../../lib/base/local/path.js";
import type { JournalFeed } from "../../lib/journal/journal.js";
import { storeOptions } from "../../lib/options/common.js";
import {
  choice,
  duration,
  flag,
  flagName,
  integer,
  path,
  size,
  text,
  type ValuesOf,
} from "../../lib/options/options.js";
import { dateOrder, sourceZone, timeField } from "../../lib/options/stream.js";
import type { FedSink, FeedPlace } from "../../lib/pipeline/contract/feed.js";
import type { Host } from "../../lib/pipeline/contract/host.js";
import type { SavedProgress, Sink } from "../../lib/pipeline/contract/sink.js";
import { type Given, sink } from "../../lib/pipeline/contract/stage.js";
import { FileSink, OutputSink } from "../../lib/sinks/file/output.js";
import { announceStored } from "../../lib/sinks/store/announce.js";
import { progressOfTable } from "../../lib/sinks/store/log-positions.js";
import { type StoreReport, StoreSink } from "../../lib/sinks/store/store.js";
import { checkNewTable, checkTableName } from "../../lib/store/columns/names.js";
import { PARTITION_COLUMN } from "../../lib/store/columns/schema.js";
import { parsePartitionBy } from "../../lib/store/parquet/partition.js";

const options = {
  ...storeOptions,
  table: text({
    fromProject: "consent",
    short: "t",
    metavar: "NAME",
    default: "logs",
    summary: "the table the events go to",
  }),
  to: choice({
    fromProject: "consent",
    choices: ["store", "file", "stdout"],
    default: "store",
    summary: "where the events go",
  }),
  output: path({
    fromProject: "consent",
    short: "o",
    metavar: "FILE",
    summary: "the file of `--to file`; `-` is standard output",
  }),
  append: flag({
    fromProject: "consent",
    summary: "append to the file of `--to file`, exactly once, instead of replacing it",
  }),
  timeField,
  tz: sourceZone,
  dateOrder,
  partitionBy: text({
    fromProject: "free",
    metavar: "KEYS",
    advanced: true,
    summary:
      "make the files of a new table one for each UTC day and value of KEYS: date,service; default date",
  }),
  segmentSize: size({
    fromProject: "free",
    metavar: "SIZE",
    default: 128 * 1024 * 1024,
    advanced: true,
    summary: "turn the log into Parquet when it has SIZE",
  }),
  flushInterval: duration({
    fromProject: "free",
    metavar: "TIME",
    default: 60_000,
    advanced: true,
    summary: "turn the log into Parquet when its first events are TIME old",
  }),
  walLimit: size({
    fromProject: "free",
    metavar: "SIZE",
    default: 512 * 1024 * 1024,
    advanced: true,
    summary: "let the log of this sink, what is not Parquet yet, take at most SIZE of the disk",
  }),
  onFull: choice({
    fromProject: "consent",
    choices: ["block", "drop-oldest", "drop-newest"],
    default: "block",
    advanced: true,
    summary:
      "what gives way when the log is at its limit or the disk is full: whoever sends, the oldest events, or the newest",
  }),
  syncDelay: duration({
    fromProject: "free",
    metavar: "TIME",
    default: 2,
    advanced: true,
    summary:
      "begin a sync of the log, or of the file of `--append`, at most once in TIME, so that more events share it; 0: as often as the disk can",
  }),
  compactInterval: duration({
    fromProject: "consent",
    metavar: "TIME",
    advanced: true,
    summary:
      "do what `logpipe compact` does with the table, TIME after the start and after each time; default never",
  }),
  maxColumns: integer({
    fromProject: "free",
    metavar: "N",
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

An event is stored under its time: what \`timestamp\` says, else the first of \`@timestamp\`, \`time\`, \`ts\` and the other well-known
names that holds one, or \`--time-field\`. It then stands in the column \`timestamp\`, and a value of that name that was written in
another way in \`timestamp_original\`. Events without a time get the one of their arrival; their number is reported at the end.

When the disk is full, or the log takes more than \`--wal-limit\` because Parquet cannot be written as fast as events come, the
sink waits, says so where it is the disk, and goes on when there is room. With \`--on-full drop-oldest\` or \`drop-newest\` it throws
events away instead, and says at the end how many.

As one of several sinks of a graph it stores what the journal has, and keeps no log of its own: \`--wal-limit\`, \`--on-full\` and
\`--sync-delay\` have no effect then, and \`run --check\` says so. docs/pipelines.md tells what the journal may take, and what gives way.

With \`--compact-interval 10m\` a sink that runs for long also merges its small files, and applies retention and tiers; \`logpipe compact\`
from cron does the same.

Several may write to one table at once. A line that is no JSON object goes to the quarantine of the table, as durable as the events; \`store
quarantine\` shows such lines and stores them once they are put right. A line on the way to several tables goes to that of the first in the file. With \`--dead-letters FILE\` they go to that file instead.

\`--to file\` and \`--to stdout\` write the events as they are, as NDJSON. The file replaces what was there once it is whole; with
\`--append\` events are added to it as they come, and are acknowledged once they are on the disk. How long it is stands in FILE.logpipe beside it, with how
far the sources were read: behind a source that can be read again (\`ingest --checkpoint\`) each event is in it exactly once, whenever logpipe is killed.
It may be rotated at any time, by renaming it or by copying and emptying it. docs/state.md says more.`,
  operands: [{ name: "STORE", isLocal: true, summary: "the store; made when it is not there" }],
  options,
  examples: [
    {
      title: "Parse a log into ./logpipe-store, table logs",
      command: "logpipe parse access.log | logpipe sink",
    },
    { title: "Another store and table", command: "sink /var/lib/logpipe --table web < events.ndjson" },
    {
      title: "Append what is new to a file, each event once",
      command: "run 'ingest --checkpoint seen.json app.log | parse | sink --to file --append -o app.ndjson'",
    },
    {
      title: "Pass events on as they are",
      command: "sink --to stdout",
      stdin: '{"level":"info","id":9223372036854775807}\n',
      stdout: '{"level":"info","id":9223372036854775807}\n',
    },
  ],
  input: "checked",
  ownOperands: 1,
  tableOf: (given, host) => (given.options.to === "store" ? tableDirectoryOf(given, host) : undefined),
  keepsText: ({ options }) => options.to !== "store",
  timesOf: ({ options: { timeField, tz, dateOrder } }) => ({ timeField, zone: tz, dateOrder }),
  reads: ({ options: { partitionBy, to } }) =>
    partitionBy === undefined || to !== "store"
      ? []
      : parsePartitionBy(partitionBy, "--partition-by").filter((key) => key !== PARTITION_COLUMN),
  savedProgress,
  keeps: ({ options }) => {
    if (printsEvents(options)) return undefined;
    return options.to === "store" || options.append ? "place" : "whole";
  },
  isPrinting: ({ options }) => printsEvents(options),
  unused: ({ options: { to, append } }) => {
    const hint = "to write a file: --to file -o FILE";
    if (to === "store") return [{ options: ["output", "append"], by: "sink into a store", hint }];
    const used = ["to", "output", ...(to === "file" ? ["append"] : []), ...(append ? ["syncDelay"] : [])];
    const own = Object.keys(options).filter((name) => !used.includes(name));
    return [{ options: own, by: `sink --to ${to}` }];
  },
  check: checkGiven,
  open: openSink,
  asideName: (given, host) => (given.options.to === "store" ? asideNameOf(given, host) : undefined),
  unusedWhenFed: ({ options: values }) =>
    Object.entries(OF_OWN_LOG).flatMap(([name, hint]) => {
      const option = options[name as keyof typeof OF_OWN_LOG];
      return values[name as keyof typeof OF_OWN_LOG] === option.default
        ? []
        : [{ option: flagName(name).slice(2), hint }];
    }),
  isFed: ({ options: { to } }) => to === "store",
  openFed: async (given, host, feed) =>
    given.options.to === "store" ? openFedStore(given, host, feed) : undefined,
});

/** What concerns the log that the sink keeps where no journal feeds it, with what to write there. */
const OF_OWN_LOG = {
  walLimit: "journal: { limit: SIZE } is what the journal may take",
  onFull: "write on-full beside from, for what the journal does when it is full because of this sink",
  syncDelay: "the journal syncs every 2 ms at most",
} as const;

/** Whether the events go to standard output, as `-` or by themselves. */
function printsEvents({ to, output }: ValuesOf<typeof options>): boolean {
  return to === "stdout" || (to === "file" && output === "-");
}

async function checkGiven({ operands, options }: SinkGiven): Promise<void> {
  const { to, output } = options;
  const [operand] = operands;
  if (to === "store") checkTableName(options.table);
  else if (operand !== undefined)
    throw failure("usage.too-many-operands", { command: `sink --to ${to}`, operand });
  else if (to === "file" && output === undefined)
    throw failure("usage.missing-operand", { command: "sink --to file", operand: "-o FILE" });
}

async function openSink(given: SinkGiven, host: Host): Promise<Sink> {
  await checkGiven(given);
  const { to, output = "" } = given.options;
  if (printsEvents(given.options)) return new OutputSink(host.standard.stdout);
  if (to === "store") return openStore(given, host);
  const path = localPath(host.cwd, output, "--output");
  if (!given.options.append) return FileSink.open(path, undefined, host.signal);
  const { openAppend } = await import("../../lib/sinks/append/open-append.js");
  return openAppend(path, given.options.syncDelay, host);
}

function storeOf({ operands, options: values }: SinkGiven, host: Host): string {
  return givenStore(operands[0] ?? values.store, host.env) ?? DEFAULT_STORE;
}

function tableDirectoryOf(given: SinkGiven, host: Host): string {
  return join(localPath(host.cwd, storeOf(given, host), "the store"), given.options.table);
}

async function openStore(given: SinkGiven, host: Host): Promise<Sink> {
  const { walLimit, onFull, syncDelay } = given.options;
  return StoreSink.open({
    ...(await tableOptions(given, host)),
    ...{ logLimitBytes: walLimit, onFull, syncDelayMs: syncDelay },
  });
}

/** What its log may take is the journal's to say. */
async function openFedStore(given: SinkGiven, host: Host, feed: FeedPlace): Promise<FedSink> {
  const { FedTableSink } = await import("../../lib/sinks/store/fed/fed-table-sink.js");
  // The only journal there is gives nothing else.
  return FedTableSink.open({ ...(await tableOptions(given, host)), feed: feed as JournalFeed });
}

async function tableOptions(given: SinkGiven, host: Host) {
  const { options: values } = given;
  const table = checkTableName(values.table);
  const store = storeOf(given, host);
  const directory = localPath(host.cwd, store, "the store");
  checkNewTable(table, await readdir(directory).catch(() => []));
  return {
    ...limitsOf(values),
    tableDirectory: join(directory, table),
    nowMs: host.nowMs,
    signal: host.signal,
    onNotice: (text: string) => host.log("info", text),
    onWarning: (text: string) => host.log("warn", text),
    asideName: asideNameOf(given, host),
    onReport: (report: StoreReport) => announceStored(report, table, store, host),
  };
}

function asideNameOf(given: SinkGiven, host: Host): string {
  return `the quarantine of table ${given.options.table} of ${storeOf(given, host)}`;
}

/** Of a table, and of a file that is appended to. */
async function savedProgress(given: SinkGiven, host: Host): Promise<SavedProgress | undefined> {
  const { to, append, output } = given.options;
  if (to === "store") return progressOfTable(tableDirectoryOf(given, host));
  if (!append || output === undefined) return undefined;
  const { progressOfFile } = await import("../../lib/sinks/append/progress-file.js");
  return progressOfFile(localPath(host.cwd, output, "--output"));
}

function limitsOf(values: ValuesOf<typeof options>) {
  return {
    segmentBytes: values.segmentSize,
    flushIntervalMs: values.flushInterval,
    maxColumns: values.maxColumns,
    ...(values.compactInterval === undefined ? {} : { compactEveryMs: values.compactInterval }),
    ...(values.partitionBy === undefined
      ? {}
      : { partitionBy: parsePartitionBy(values.partitionBy, "--partition-by") }),
  };
}
