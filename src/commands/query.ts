import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { failure, LogpipeError, reasonOf } from "../lib/base/errors/index.js";
import { localName, localPath } from "../lib/base/local/path.js";
import { countOf } from "../lib/base/size.js";
import { type PhraseContext, parseTimePhrase } from "../lib/base/time-phrase.js";
import { parseZone } from "../lib/base/zone.js";
import { storeOptions, timeOptions } from "../lib/options/common.js";
import { choice, flag, path, text, type ValuesOf } from "../lib/options/options.js";
import { refuseTerminal } from "../lib/query/deliver.js";
import { Destination } from "../lib/query/destination.js";
import { explain } from "../lib/query/explain.js";
import { openSession, type Session } from "../lib/query/session.js";
import { mentionsSketches, SKETCH_MACROS, sketchMacroSql } from "../lib/query/sketch-macros.js";
import { splitStatements } from "../lib/query/sql-text.js";
import { openStoreTables, type StoreTables, type TableProblem } from "../lib/query/store-tables.js";
import { mentions, openEventTable, openFileTable, withMissingColumns } from "../lib/query/tables.js";
import type { TimeRange } from "../lib/query/time-range.js";
import {
  FORMATS,
  type FormatName,
  formatOfFile,
  type Question,
  writeResult,
} from "../lib/query/write-result.js";
import { openFiles } from "../lib/source/files.js";
import { command } from "../lib/stage/stage.js";
import type { Terminal } from "../lib/stage/terminal.js";
import type { AsOf } from "../lib/table/log/snapshot.js";
import { openPaged } from "../lib/terminal/paged.js";

const options = {
  ...storeOptions,
  ...timeOptions,
  asOf: text({
    fromProject: "free",
    metavar: "MOMENT",
    summary: "the store's tables as they were then: a time like those of --since, or a version of their log",
  }),
  to: choice({
    fromProject: "free",
    metavar: "FORMAT",
    choices: FORMATS,
    summary:
      "how to write the result; default: table on a terminal, by the name of FILE with -o, else ndjson",
  }),
  output: path({
    fromProject: "consent",
    short: "o",
    metavar: "FILE",
    summary: "write to FILE instead of standard output",
  }),
  file: path({ fromProject: "consent", metavar: "FILE", summary: "read the SQL from FILE" }),
  sketchMacros: flag({
    fromProject: "free",
    summary: "print the SQL macros that read sketches, to be used in another DuckDB, and do nothing else",
    advanced: true,
  }),
  explain: flag({
    fromProject: "free",
    summary: "show which files would be read, and DuckDB's plan, instead of the result",
  }),
} as const;

type Values = ValuesOf<typeof options>;

export default command({
  name: "query",
  summary: "ask SQL of the store, of files or of standard input",
  details: `Runs DuckDB's SQL. Every table of the store is there under its name, with the events that are acknowledged but
not yet in Parquet. What is piped in is the table \`stdin\`, and each FILE a table named as the file is without its
extensions. DuckDB's own functions and file readers work too: \`FROM 'x.parquet'\`. (Its \`read_json\` looks at a sample only and drops keys
that come later; a file named as FILE is read with all its keys.)

Several statements, separated by \`;\`, run in order; the last one's result is printed. \`--since\` and \`--until\` leave out
events of the store's tables by their \`timestamp\`, and the files that can have none in the range.

Piped events (NDJSON, plain or compressed; CSV with a header and JSON arrays are recognised) are read to the end before the
query runs: a key has its column however late it comes, with the type that all its values have. Keys whose values differ in
type are JSON, so that 200 and "200" stay different.

\`--as-of\` goes back: to the newest state that had been committed at a time, or to a version as \`store history\` shows them.
The live end is left out then. It reaches as far back as the log of the table and the files it names, which \`compact\` and
\`store vacuum\` remove some days after they were replaced.

What \`window --sketches\` writes can be put together again over any interval and any labels:
${SKETCH_MACROS.map(({ name, parameters, summary }) => `\`${name}(${parameters})\` is ${summary}`).join("; ")}.
\`--sketch-macros\` prints them for another DuckDB.

NDJSON leaves out NULLs; \`json\` writes them as null and \`csv\` as nothing. Whole numbers and decimals keep every digit,
times are RFC 3339 in UTC, lists, structs and maps are JSON, blobs are base64, NaN and infinities are strings.`,
  operands: [
    { name: "SQL", summary: "the query; - reads it from standard input" },
    { name: "FILE", isLocal: true, summary: "events, CSV or Parquet to query as a table", isRepeated: true },
  ],
  options,
  examples: [
    {
      title: "Count statuses in the store",
      command: `query "SELECT status, count(*) AS n FROM logs GROUP BY 1 ORDER BY n DESC" --since 1h`,
    },
    {
      title: "Ask of what is piped in",
      command: `query "SELECT level, count(*) AS n FROM stdin GROUP BY level ORDER BY level"`,
      stdin: '{"level":"info"}\n{"level":"error"}\n{"level":"info"}\n',
      stdout: '{"level":"error","n":1}\n{"level":"info","n":2}\n',
    },
    {
      title: "What was in the store yesterday at ten",
      command: `query "SELECT count(*) AS n FROM logs" --as-of "yesterday 10:00"`,
    },
    {
      title: "p99 per hour from the sketches of minutes",
      command: `query "SELECT date_trunc('hour', timestamp) AS hour, tdigest_quantile(sketch_latency_ms, 0.99) AS p99 FROM metrics GROUP BY hour"`,
    },
    {
      title: "Parquet of a day",
      command: `query "FROM logs" --since yesterday --until today -o day.parquet`,
    },
  ],
  unused: ({ options: { sketchMacros } }) => {
    const others = Object.keys(options).filter((name) => name !== "output" && name !== "sketchMacros");
    return sketchMacros ? [{ options: others, by: "query --sketch-macros" }] : [];
  },
  run: async ({ operands, options: given }, terminal) => {
    if (given.sketchMacros) {
      await terminal.stdout.write(sketchMacroSql());
      return 0;
    }
    const sqlOperand = given.file === undefined ? operands[0] : undefined;
    const files = given.file === undefined ? operands.slice(1) : operands;
    const sql = await readSql(sqlOperand, given.file, terminal);
    const range = rangeOf(given, terminal);
    const format = given.to ?? formatFor(given, terminal);
    if (given.output === undefined && (format === "parquet" || format === "arrow"))
      refuseTerminal(terminal.stdout, format);
    const session = await openSession(terminal.signal);
    let store: StoreTables | undefined;
    try {
      if (mentionsSketches(sql)) await session.connection.run(sketchMacroSql("TEMP "));
      const inputs = await openInputs(session, sql, sqlOperand === "-", files, terminal);
      store = await openStore(session, sql, given.store, range, inputs.names, terminal);
      const question: Question = { session, sql, tables: [...inputs.names, ...(store?.names ?? [])] };
      if (terminal.signal.aborted) return codeOf(terminal.signal);
      await withMissingColumns(session, inputs.empty, async () => {
        if (given.explain)
          await terminal.stdout.write(await explain(session, sql, question.tables, store?.uses ?? []));
        else await answer(question, format, given.output, terminal);
      });
      return terminal.signal.aborted ? codeOf(terminal.signal) : 0;
    } catch (error) {
      if (terminal.signal.aborted) return codeOf(terminal.signal);
      throw error;
    } finally {
      session.close();
      await store?.close();
    }
  },
});

async function answer(
  question: Question,
  format: FormatName,
  path: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const { stdout } = terminal;
  if (path === undefined || path === "-") {
    const paged = format === "table" ? openPaged(terminal) : undefined;
    try {
      await writeResult(question, format, (data) => (paged ?? stdout).write(data), stdout);
    } finally {
      await paged?.close();
    }
    return;
  }
  const destination = await Destination.at(path);
  const page = { isTerminal: false, hasColour: false, columns: 80, write: stdout.write };
  try {
    await writeResult(question, format, (data) => destination.write(data), page);
    if (terminal.signal.aborted) await destination.abandon();
    else await destination.commit();
  } catch (error) {
    await destination.abandon();
    throw error;
  }
}

function formatFor(given: Values, { stdout }: Terminal): FormatName {
  if (given.output !== undefined && given.output !== "-") return formatOfFile(given.output) ?? "ndjson";
  return stdout.isTerminal ? "table" : "ndjson";
}

async function readSql(
  operand: string | undefined,
  file: string | undefined,
  terminal: Terminal,
): Promise<string> {
  const path = file ?? (operand === "-" ? terminal.stdin : undefined);
  if (path === terminal.stdin && terminal.stdinIsTerminal)
    throw failure("usage.nothing-to-read", { command: "query" });
  let sql = operand ?? "";
  if (path !== undefined) {
    try {
      sql = await readFile(
        path === 0 ? "/dev/stdin" : typeof path === "number" ? `/dev/fd/${path}` : path,
        "utf8",
      );
    } catch (error) {
      throw failure("input.unreadable", { path: String(path), reason: reasonOf(error) }, error);
    }
  }
  if (splitStatements(sql).length === 0)
    throw failure("usage.missing-operand", { command: "query", operand: "SQL" });
  return sql;
}

function rangeOf(given: Values, terminal: Terminal): TimeRange {
  const context = { nowMs: terminal.nowMs(), zone: parseZone(given.tz ?? "local", "--tz") };
  const range: { sinceNs?: bigint; untilNs?: bigint; asOf?: AsOf } = {};
  if (given.since !== undefined) range.sinceNs = parseTimePhrase(given.since, "--since", context);
  if (given.until !== undefined) range.untilNs = parseTimePhrase(given.until, "--until", context);
  if (given.asOf !== undefined) {
    const asOf = parseAsOf(given.asOf, context);
    if (asOf !== undefined) range.asOf = asOf;
  }
  return range;
}

/** Undefined: now or later, which is no past. */
function parseAsOf(text: string, context: PhraseContext): AsOf | undefined {
  const version = /^v?(\d{1,15})$/i.exec(text.trim())?.[1];
  if (version !== undefined) return { version: Number(version) };
  const timestampMs = Number(parseTimePhrase(text, "--as-of", context) / 1_000_000n);
  return timestampMs > context.nowMs ? undefined : { timestampMs };
}

interface Inputs {
  readonly names: readonly string[];
  /** Those without an event. */
  readonly empty: readonly string[];
}

/** Makes tables of standard input, when the query names it, and of the files given. */
async function openInputs(
  session: Session,
  sql: string,
  isStdinTaken: boolean,
  files: readonly string[],
  terminal: Terminal,
): Promise<Inputs> {
  const empty: string[] = [];
  const inputs = files.map((path) => ({ name: path === "-" ? "stdin" : tableNameOf(path), path }));
  if (!isStdinTaken && !files.includes("-") && mentions(sql, "stdin"))
    inputs.push({ name: "stdin", path: "-" });
  for (const { path } of inputs) localName(path, "FILE");
  for (const { name, path } of inputs) {
    if (path === "-" && terminal.stdinIsTerminal)
      throw failure("usage.nothing-to-read", { command: "query" });
    if (await openFileTable(session, name, path)) continue;
    const source = openFiles([path], {}, terminal);
    const stop = () => source.stop();
    terminal.signal.addEventListener("abort", stop, { once: true });
    const { bytes, faultyLines, firstFault } = await openEventTable(session, name, source);
    terminal.signal.removeEventListener("abort", stop);
    if (bytes === 0) empty.push(name);
    if (faultyLines > 0) {
      const lines = faultyLines === 1 ? "1 line" : `${faultyLines} lines`;
      terminal.notice(`${path === "-" ? "standard input" : path}: ${lines} left out: ${firstFault}`);
    }
  }
  return { names: inputs.map(({ name }) => name), empty };
}

/** `logs/access.2026.ndjson.gz` is `access.2026`. */
function tableNameOf(path: string): string {
  return basename(path)
    .replace(/\.(gz|zst)$/i, "")
    .replace(/(?<=.)\.[a-z]+$/i, "");
}

async function openStore(
  session: Session,
  sql: string,
  given: string | undefined,
  range: TimeRange,
  others: readonly string[],
  terminal: Terminal,
): Promise<StoreTables | undefined> {
  const asked = given ?? terminal.env["LOGPIPE_STORE"];
  const path = localPath(terminal.cwd, asked ?? "logpipe-store", "the store");
  try {
    const store = await openStoreTables(session, path, sql, range, others, (error) => {
      if (isOfEvents(error) && terminal.verbosity !== "verbose") return;
      terminal.notice(`live events are read the careful way: ${reasonOf(error)}`);
    });
    for (const problem of store.problems) tellProblem(problem, terminal);
    return store;
  } catch (error) {
    // Without a store there are still files and standard input to ask of.
    const isAbsent =
      error instanceof LogpipeError && (error.cause as NodeJS.ErrnoException)?.code === "ENOENT";
    if (asked === undefined && isAbsent) return undefined;
    throw error;
  }
}

/** Before the answer: whoever reads it must know that there is more. */
function tellProblem({ table, problems, damagedParts }: TableProblem, terminal: Terminal): void {
  for (const { path, what, events } of problems) {
    const left = events === undefined ? "acknowledged events" : countOf(events, "acknowledged event");
    terminal.complain(
      `${left} of table ${table} ${events === 1 ? "is" : "are"} not in the answer: ${table}/${path} ${what}`,
      "`logpipe store verify` says what is damaged, `logpipe store repair` saves what can be saved",
    );
  }
  if (damagedParts > 0)
    terminal.notice(
      `${countOf(damagedParts, "damaged part")} of the log of table ${table} ${damagedParts === 1 ? "is" : "are"} not in the answer: see logpipe store quarantine list`,
    );
}

/** Whether DuckDB spoke of values of events, and not of itself. */
function isOfEvents(error: unknown): boolean {
  return error instanceof Error && /^(Invalid Input|Conversion|Out of Range) Error/.test(error.message);
}

function codeOf(signal: AbortSignal): number {
  return typeof signal.reason === "number" ? signal.reason : 130;
}
