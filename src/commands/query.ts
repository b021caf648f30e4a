import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import { givenStore } from "../lib/base/local/path.js";
import type { PictureOptions } from "../lib/chart/picture.js";
import { CHART_OPTION_NAMES, chartOptions } from "../lib/options/chart.js";
import { storeOptions, timeOptions } from "../lib/options/common.js";
import { choice, flag, path, text, type ValuesOf } from "../lib/options/options.js";
import { FORMATS, type FormatName, type ResultTarget, resultTarget } from "../lib/options/result-format.js";
import { rangeTimeField } from "../lib/options/stream.js";
import type { Source } from "../lib/pipeline/contract/source.js";
import { command } from "../lib/pipeline/contract/stage.js";
import type { Output, Terminal } from "../lib/pipeline/contract/terminal.js";
import { hostOf } from "../lib/pipeline/run/host.js";
import { explain } from "../lib/query/explain.js";
import { inputsFor, readSql } from "../lib/query/inputs/asked-sql.js";
import { type AskedStore, askedStorePath, openAskedStore } from "../lib/query/inputs/asked-store.js";
import { rangeOf } from "../lib/query/inputs/given-range.js";
import { checkRange, openQueryInputs, type QueryInput } from "../lib/query/inputs/inputs.js";
import { refuseTerminal, type Write } from "../lib/query/output/deliver.js";
import { Destination } from "../lib/query/output/destination.js";
import { SeenRows } from "../lib/query/output/seen-rows.js";
import { type Question, writeResult } from "../lib/query/output/write-result.js";
import { askRestricted } from "../lib/query/restricted/ask.js";
import type { Limits } from "../lib/query/restricted/limits.js";
import { limitsOf, rangeText, restrictedFormat, restrictedOptions } from "../lib/query/restricted/options.js";
import { openSession } from "../lib/query/session.js";
import { mentionsSketches, SKETCH_MACROS, sketchMacroSql } from "../lib/query/sql/sketch-macros.js";
import type { TimeRange } from "../lib/query/sql/time-range.js";
import { withMissingColumns } from "../lib/query/tables/tables.js";
import { noticeElsewhere } from "../lib/query/values/elsewhere.js";
import { noticeOwnUser } from "../lib/query/values/own-user.js";
import { withPresence } from "../lib/query/values/presence.js";
import { openFiles } from "../lib/sources/files/files.js";
import { sayQueried } from "../lib/stages/parse/unparsed/left-lines.js";
import { Pace } from "../lib/terminal/output/pace.js";
import { openPaged } from "../lib/terminal/output/paged.js";
import { Progress } from "../lib/terminal/output/progress.js";

const options = {
  ...storeOptions,
  ...timeOptions,
  timeField: rangeTimeField,
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
    summary:
      "write to FILE instead of standard output, in the format that its name says: x.csv, x.ndjson.gz, x.svg",
  }),
  failIfRows: flag({
    fromProject: "free",
    summary: "exit 1 when the result has a row, 0 when it has none; standard error has the number",
  }),
  ...chartOptions,
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
  ...restrictedOptions,
} as const;

type Values = ValuesOf<typeof options>;

export default command({
  name: "query",
  summary: "ask SQL of the store, of files or of standard input",
  details: `Runs DuckDB's SQL. Every table of the store is there under its name, with the events that are acknowledged but
not yet in Parquet. What is piped in is the table \`stdin\`, and each FILE a table named as the file is without its
extensions. DuckDB's own functions and file readers work too: \`FROM 'x.parquet'\`. (Its \`read_json\` looks at a sample only and drops keys
that come later; a file named as FILE is read with all its keys.)

A FILE, and what is piped in, come before a table of the store of that name. Of FILEs and piped lines, logs in a format that \`parse\`
knows are parsed first.

Several statements, separated by \`;\`, run in order; the last one's result is printed. \`--since\` and \`--until\` leave out
events of the store's tables, of FILEs and of \`stdin\` by their \`timestamp\`, and the store's files that can have none in the range.
They are refused where no table has a \`timestamp\`. What the SQL reads by itself (\`FROM 'x.parquet'\`) is read whole.

Piped events and FILEs (NDJSON, plain or compressed; CSV with a header, JSON arrays and objects over several lines are recognised) are read to the end before the
query runs: a key has its column however late it comes. Of a key that an event has twice the last value counts. CSV keeps every row and
digit: cells beyond the header are in the column \`extra\`, and standard error says what could be read otherwise. Keys whose values are all RFC 3339 times with a zone are times, such as
\`window_start\`. A key whose values differ in type has the type of most of them (text when even; \`message\`, \`level\` and the other
well-known texts are text always), here as in the store; the others stand beside it as \`KEY_TYPE\`, such as \`n_string\`, and standard
error says how many there are. Keys that differ only in case are one column, which reads all of them: \`level\` reads \`Level\`, too. \`SELECT *\` prints
every value as it came, under its key. See docs/events.md.

\`--as-of\` goes back: to the newest state that had been committed at a time, or to a version as \`store history\` shows them.
The live end is left out then. It reaches as far back as the log of the table and the files it names, which \`compact\` and
\`store vacuum\` remove some days after they were replaced.

What \`window --sketches\` writes can be put together again over any interval and any labels:
${SKETCH_MACROS.map(({ name, parameters, summary }) => `\`${name}(${parameters})\` is ${summary}`).join("; ")}.
\`--sketch-macros\` prints them for another DuckDB.

\`--restricted\` is for SQL of people who are not trusted, such as a server gets: one SELECT over the store's tables (those of
\`--table\`, if given), FILEs and \`stdin\`. It runs in a process of its own and can read no other file, write none, see no setting
and call no function that does more than compute. It ends with an error when it takes longer than \`--timeout\` or more memory than
\`--memory\`. Errors tell nothing of paths or other tables. See docs/security.md.

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
      title: "SQL of somebody else: one SELECT, of one table, in five seconds",
      command: `query --restricted --table logs --timeout 5s --max-rows 10000 --file theirs.sql`,
    },
    {
      title: "What strangers may ask of what is piped in",
      command: `query --restricted "SELECT level, count(*) AS n FROM stdin GROUP BY ALL ORDER BY level"`,
      stdin: '{"level":"info"}\n{"level":"error"}\n',
      stdout: '{"level":"error","n":1}\n{"level":"info","n":1}\n',
    },
    {
      title: "Parquet of a day",
      command: `query "FROM logs" --since yesterday --until today -o day.parquet`,
    },
  ],
  unused: ({ options: { sketchMacros, since, until, to, output } }) => {
    const format = to ?? resultTarget(to, output).format;
    const isDrawn = format === "chart" || format === "svg";
    if (!sketchMacros)
      return [
        ...(isDrawn ? [] : [{ options: CHART_OPTION_NAMES, by: "query without --to chart" }]),
        ...(since === undefined && until === undefined
          ? [{ options: ["timeField"], by: "query without --since and --until" }]
          : []),
      ];
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
    const range = rangeOf(given, terminal.nowMs());
    const target = resultTarget(given.to, given.output);
    const format = target.format ?? defaultFormat(given, terminal);
    if (given.output === undefined && (format === "parquet" || format === "arrow"))
      refuseTerminal(terminal.stdout, format);
    if (given.failIfRows && format === "parquet") throw noRowsOfParquet();
    const limits = limitsOf(given);
    const asked: Asked = {
      sql,
      inputs: inputsFor(sql, sqlOperand, files, terminal),
      range,
      format,
      target,
      limits,
    };
    const seen = new SeenRows();
    if (given.restricted) await runRestricted(asked, given, terminal, seen);
    else await run(asked, given, terminal, seen);
    if (terminal.signal.aborted) return codeOf(terminal.signal);
    if (!given.failIfRows || seen.text === undefined) return 0;
    terminal.notice(`condition holds: ${seen.text}`);
    return 1;
  },
});

interface Asked {
  readonly sql: string;
  readonly inputs: readonly QueryInput[];
  readonly range: TimeRange;
  readonly format: FormatName;
  readonly target: ResultTarget;
  readonly limits: Partial<Limits>;
}

/** DuckDB writes it by itself, and no row is seen. */
function noRowsOfParquet(): LogpipeError {
  const reason = "rows that are written as Parquet are not counted";
  const hint = "write another format: --to ndjson";
  return failure("usage.bad-value", { option: "--fail-if-rows", value: "parquet", reason, hint });
}

/** No rows, where nothing could be read. */
function notAsked(path: string): LogpipeError {
  const first = `--fail-if-rows could not be asked: no line of ${path} is an event or in a known format`;
  return failure("input.incomplete", { first, others: 0, help: `logpipe parse --detect ${path}` });
}

async function run(asked: Asked, given: Values, terminal: Terminal, seen: SeenRows): Promise<void> {
  const { sql, range, format } = asked;
  const session = await openSession(terminal.signal);
  let askedStore: AskedStore | undefined;
  try {
    if (mentionsSketches(sql)) await session.connection.run(sketchMacroSql("TEMP "));
    const progress = new Progress(terminal);
    const openSource = async (path: string) => {
      // With it come all formats: tables need none.
      const { ParsedSource } = await import("../lib/stages/parse/unparsed/parsed-source.js");
      const source = new ParsedSource(openFiles([path], {}, hostOf(terminal)), terminal.nowMs);
      source.onLeft = (left) => sayQueried(left, terminal.notice);
      return watched(source, path, progress, terminal.nowMs);
    };
    const { notice, signal } = terminal;
    const inputs = await openQueryInputs(session, asked.inputs, range, { openSource, notice, signal });
    progress.clear();
    const storeQuery = { sql, given: given.store, range, inputs: asked.inputs };
    askedStore = await openAskedStore(session, storeQuery, terminal);
    const { tables: store } = askedStore;
    checkRange(inputs, store?.uses.map(({ name }) => name) ?? [], notice);
    const presentSql = store?.sql ?? (await withPresence(session, sql));
    if (!given.explain) await noticeElsewhere(session, sql, notice);
    if (!given.explain) await noticeOwnUser(session, sql, notice);
    const question: Question = {
      session,
      sql: presentSql,
      tables: [...inputs.names, ...(store?.names ?? [])],
      limit: (result) => seen.watched(result),
      picture: pictureOptions(given, terminal),
    };
    if (signal.aborted) return;
    await withMissingColumns(session, inputs.empty, async () => {
      if (given.explain)
        await terminal.stdout.write(await explain(session, presentSql, question.tables, store?.uses ?? []));
      else
        await deliver(asked, given.output, terminal, (write, screen) =>
          writeResult(question, format, write, screen),
        );
    });
    const [unread] = inputs.unread;
    if (given.failIfRows && seen.text === undefined && unread !== undefined) throw notAsked(unread);
  } catch (error) {
    if (!terminal.signal.aborted) throw askedStore?.failureOf(error) ?? error;
  } finally {
    session.close();
    await askedStore?.tables?.close();
  }
}

/** The source as it is, whose reading is shown to whoever waits. */
function watched(source: Source, path: string, progress: Progress, nowMs: () => number): Source {
  const pace = new Pace(nowMs);
  let doneBytes = 0;
  const readNext = source.read.bind(source);
  const read = async () => {
    const block = await readNext();
    doneBytes += block?.bytes.length ?? 0;
    progress.update(() => `reading ${path}: ${pace.text(source.amount?.() ?? { doneBytes })}`);
    return block;
  };
  return Object.assign(source, { read });
}

/** The rows come from a process of their own. */
async function runRestricted(asked: Asked, given: Values, terminal: Terminal, seen: SeenRows): Promise<void> {
  if (given.explain)
    throw failure("usage.bad-value", {
      option: "--explain",
      value: "yes",
      reason: "a plan tells of files, which --restricted does not",
    });
  const isDrawn = asked.format === "chart" || asked.format === "svg";
  const format = restrictedFormat(isDrawn ? "ndjson" : asked.format);
  const path = askedStorePath(given.store, terminal);
  const question = {
    ...{ sql: asked.sql, inputs: asked.inputs, range: rangeText(asked.range), format },
    ...{
      store: path,
      isStoreOptional: asked.inputs.length > 0 || givenStore(given.store, terminal.env) === undefined,
    },
    ...(given.table.length === 0 ? {} : { tables: given.table }),
    limits: asked.limits,
  };
  const { notice, signal, stdin, cwd } = terminal;
  await deliver(asked, given.output, terminal, async (write, { isTerminal, hasColour, columns }) => {
    const screen = { isTerminal, hasColour, columns };
    const ask = async (take: Write) => {
      const done = await askRestricted({ ...question, screen }, { write: take, notice, signal, stdin, cwd });
      seen.count += done?.rows ?? 0;
    };
    if (asked.format !== "chart" && asked.format !== "svg") return ask(write);
    const { PictureRows } = await import("../lib/query/output/deliver-picture.js");
    const rows = new PictureRows();
    await ask(async (data) => {
      rows.add(data);
      return true;
    });
    return write(rows.picture(asked.format, pictureOptions(given, terminal), screen));
  });
}

function pictureOptions({ x, y, by, log, ascii, tz }: Values, { env }: Terminal): PictureOptions {
  return { x, y, by, log, ascii, zone: tz, env };
}

/** Gives `produce` a place to write to: standard output, a pager, a file that appears when it is complete. */
async function deliver(
  { format, target }: Asked,
  path: string | undefined,
  terminal: Terminal,
  produce: (write: Write, screen: Output) => Promise<unknown>,
): Promise<void> {
  const { stdout } = terminal;
  if (path === undefined || path === "-") {
    const paged = format === "table" ? openPaged(terminal) : undefined;
    try {
      await produce((data) => (paged ?? stdout).write(data), stdout);
    } finally {
      await paged?.close();
    }
    return;
  }
  const destination = await Destination.at(path, target.packing);
  const page = { isTerminal: false, hasColour: false, columns: 80, write: stdout.write };
  try {
    await produce((data) => destination.write(data), page);
    if (terminal.signal.aborted) await destination.abandon();
    else await destination.commit();
  } catch (error) {
    await destination.abandon();
    throw error;
  }
}

function defaultFormat({ output }: Values, { stdout }: Terminal): FormatName {
  if (output !== undefined && output !== "-") return "ndjson";
  return stdout.isTerminal ? "table" : "ndjson";
}

function codeOf(signal: AbortSignal): number {
  return typeof signal.reason === "number" ? signal.reason : 130;
}
