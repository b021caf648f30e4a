/** SQL from a program: over a store, files, and events that the program has. */
import type { Table } from "apache-arrow";
import queryCommand from "../commands/query.js";
import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import { localName } from "../lib/base/local/path.js";
import { decodeJson, type JsonValue, withMembers } from "../lib/json/value.js";
import { withDefaults } from "../lib/options/command-line.js";
import type { Options } from "../lib/options/options.js";
import type { Source } from "../lib/pipeline/contract/source.js";
import { hostOf } from "../lib/pipeline/run/host.js";
import { type AskedStore, openAskedStore } from "../lib/query/inputs/asked-store.js";
import { rangeOf } from "../lib/query/inputs/given-range.js";
import { checkRange, inputsOf, openQueryInputs, type QueryInput } from "../lib/query/inputs/inputs.js";
import { deliverArrow } from "../lib/query/output/arrow.js";
import { uniqueNames } from "../lib/query/output/text-format.js";
import { type Result, runSql } from "../lib/query/result.js";
import { openSession } from "../lib/query/session.js";
import { mentionsSketches, sketchMacroSql } from "../lib/query/sql/sketch-macros.js";
import { splitStatements } from "../lib/query/sql/sql-text.js";
import { withMissingColumns } from "../lib/query/tables/tables.js";
import { noticeElsewhere } from "../lib/query/values/elsewhere.js";
import { withPresence } from "../lib/query/values/presence.js";
import { openFiles } from "../lib/sources/files/files.js";
import { ParsedSource } from "../lib/stages/parse/unparsed/parsed-source.js";
import { programTerminal } from "../program-terminal.js";
import { isPlainObject, membersOf, reading, readOptions, shownValue } from "./arguments.js";
import type { QuerySettings } from "./commands.js";
import { type Input, isIterable, openIterable } from "./inputs.js";
import { type Parameters, withParameters } from "./parameters.js";
import { functionOf, signalOf } from "./settings.js";

/** One row: values as they are in the events; `null` where there is none; times are RFC 3339 texts. */
export type Row = { [column: string]: JsonValue };

export interface QueryOptions extends QuerySettings {
  /** Files to ask, each a table named as the file is without its extensions. */
  readonly files?: string | readonly string[] | undefined;
  /** Tables of the program's own, by name: an iterable of objects, lines or events, a stream, a pipeline. */
  readonly tables?: Readonly<Record<string, Input>> | undefined;
  /** For `?` and `$1` a list, for `$name` an object. */
  readonly parameters?: Parameters | undefined;
  /** Interrupts the query. */
  readonly signal?: AbortSignal | undefined;
  /** Takes what the command says on standard error. Default: nothing. */
  readonly onMessage?: ((text: string) => void) | undefined;
}

/** A query that is ready to run; each use runs it again. */
export interface RunnableQuery extends AsyncIterable<Row> {
  /** All rows at once. */
  all(): Promise<Row[]>;
  /** The first row; undefined when there is none. */
  first(): Promise<Row | undefined>;
  /** The result as a table of apache-arrow, with its column types. */
  arrow(): Promise<Table>;
  /** The result as an Arrow IPC stream, piece by piece. */
  arrowStream(): AsyncIterable<Uint8Array>;
  /** What the last use has said so far, of lines that were left out, say: what `onMessage` was told. */
  readonly notices: readonly string[];
}

const { store, since, until, tz, timeField, asOf } = queryCommand.options;

/** The options of the command that mean something to a program. */
export const querySettings = { store, since, until, tz, timeField, asOf } satisfies Options;

/**
 * Asks SQL, as `logpipe query` does. Rows come as they are computed: memory stays flat, and leaving the loop stops the
 * query. Throws the LogpipeErrors of a command line; reading rejects with query.failed and its kin.
 *
 * ```ts
 * for await (const row of query("SELECT level, count(*) AS n FROM logs GROUP BY 1", { store: "./logpipe-store" }))
 *   console.log(row.level, row.n);
 * await query("FROM access WHERE status >= $1", { files: "access.log", parameters: [500] }).all();
 * ```
 */
export function query(sql: string, options: QueryOptions = {}): RunnableQuery {
  const read = reading("query", options, () => readOptionsOf(sql, options));
  let notices: string[] = [];
  const begun = (): Asked => {
    const own: string[] = [];
    notices = own;
    const onMessage = (text: string) => {
      own.push(text);
      read.onMessage(text);
    };
    return { ...read, onMessage };
  };
  return {
    get notices() {
      return [...notices];
    },
    [Symbol.asyncIterator]: () => rows(begun()),
    all: async () => {
      const all: Row[] = [];
      for await (const row of rows(begun())) all.push(row);
      return all;
    },
    first: async () => {
      for await (const row of rows(begun())) return row;
      return undefined;
    },
    arrow: async () => {
      const [{ tableFromIPC }, pieces] = [await import("apache-arrow"), [] as Uint8Array[]];
      for await (const piece of arrowPieces(begun())) pieces.push(piece);
      return tableFromIPC(pieces);
    },
    arrowStream: () => arrowPieces(begun()),
  };
}

interface Asked {
  readonly sql: string;
  readonly options: Record<string, unknown>;
  readonly inputs: readonly QueryInput[];
  readonly tables: ReadonlyMap<string, Input>;
  readonly signal: AbortSignal | undefined;
  readonly onMessage: (text: string) => void;
}

function readOptionsOf(sql: unknown, given: unknown): Asked {
  if (typeof sql !== "string") throw bad(shownValue(sql), "SQL is text");
  const { files, tables, parameters, signal, onMessage, ...named } = Object.fromEntries(
    membersOf("query", given),
  ) as Record<string, unknown>;
  const others = { files: store, tables: store, parameters: store, signal: store, onMessage: store };
  const options = withDefaults(querySettings, readOptions("query", { ...querySettings, ...others }, named));
  if (splitStatements(sql).length === 0)
    throw failure("usage.missing-operand", { command: "query", operand: "SQL" });
  if (sql.includes("\0")) throw bad("SQL with a NUL in it", "DuckDB reads it up to there", "use a parameter");
  const own = tablesIn(tables);
  const text = withParameters(sql, parameters);
  const paths = pathsIn(files);
  const inputs = [...inputsOf(text, paths, true), ...[...own.keys()].map((name) => ({ name, path: name }))];
  return {
    ...{ sql: text, options, inputs, tables: own },
    ...{ signal: signalOf("query", signal), onMessage: functionOf("query", onMessage) },
  };
}

function pathsIn(files: unknown): string[] {
  const paths = files === undefined ? [] : Array.isArray(files) ? Array.from(files as unknown[]) : [files];
  return paths.map((path) => {
    if (typeof path !== "string") throw bad(shownValue(path), "a file is named by text");
    return localName(path, "files");
  });
}

function tablesIn(tables: unknown): Map<string, Input> {
  if (tables === undefined) return new Map();
  if (!isPlainObject(tables)) throw bad(shownValue(tables), "tables are an object of names and iterables");
  return new Map(
    Object.entries(tables).map(([name, from]: [string, unknown]) => {
      if (name === "" || name.includes("\0")) throw bad(`table "${name}"`, "it is no name");
      if (!isIterable(from))
        throw bad(`table ${name}`, "it is no iterable", "give a list of objects, a stream or a pipeline");
      return [name, from];
    }),
  );
}

function bad(value: string, reason: string, hint?: string): LogpipeError {
  return failure("usage.bad-argument", { call: "query()", value, reason, hint });
}

async function* rows(asked: Asked): AsyncGenerator<Row> {
  for await (const result of results(asked)) {
    if (!result.hasRows) return;
    const names = uniqueNames(result.columns);
    for await (const { cells, count } of result.rows("json"))
      for (let row = 0; row < count; row++)
        yield withMembers(names.map((name, k) => [name, cellValue(cells[k]![row]!)]));
  }
}

function cellValue(cell: string | null): JsonValue {
  return cell === null ? null : decodeJson(cell);
}

async function* arrowPieces(asked: Asked): AsyncGenerator<Uint8Array> {
  for await (const result of results(asked)) {
    const { loadDuck } = await import("../lib/query/duck.js");
    const duck = await loadDuck();
    yield* pulled((write) => deliverArrow(result, duck, write));
  }
}

/** What `produce` writes, piece by piece: it waits until the piece before was taken. */
async function* pulled(
  produce: (write: (piece: string | Uint8Array) => Promise<boolean>) => Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  const offered: { piece: Uint8Array; taken: (isWanted: boolean) => void }[] = [];
  let wake = () => {};
  let isOver = false;
  const write = (piece: string | Uint8Array) =>
    new Promise<boolean>((taken) => {
      offered.push({ piece: typeof piece === "string" ? Buffer.from(piece) : piece, taken });
      wake();
    });
  const producing = produce(write).finally(() => {
    isOver = true;
    wake();
  });
  producing.catch(() => {});
  try {
    for (;;) {
      const next = offered.shift();
      if (next !== undefined) {
        yield next.piece;
        next.taken(true);
      } else if (isOver) return void (await producing);
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    for (const { taken } of offered) taken(false);
  }
}

/** The one result, in a session that is closed when it has been read or left. */
async function* results(asked: Asked): AsyncGenerator<Result> {
  const { inputs, sql, onMessage } = asked;
  const signal = asked.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const terminal = programTerminal(signal, onMessage);
  const range = rangeOf(asked.options as never, Date.now());
  const given = asked.options["store"] as string | undefined;
  const session = await openSession(signal);
  let opened: AskedStore | undefined;
  try {
    if (mentionsSketches(sql)) await session.connection.run(sketchMacroSql("TEMP "));
    const openSource = (path: string) => sourceOf(asked, path);
    const host = { openSource, notice: onMessage, signal };
    const open = await openQueryInputs(session, inputs, range, host);
    opened = await openAskedStore(session, { sql, given, range, inputs }, terminal);
    const { tables } = opened;
    checkRange(open, tables?.uses.map(({ name }) => name) ?? [], onMessage);
    const presentSql = tables?.sql ?? (await withPresence(session, sql));
    await noticeElsewhere(session, sql, onMessage);
    const names = [...open.names, ...(tables?.names ?? [])];
    signal.throwIfAborted();
    yield await withMissingColumns(session, open.empty, () => runSql(session, presentSql, names));
  } catch (error) {
    signal.throwIfAborted();
    throw opened?.failureOf(error) ?? error;
  } finally {
    session.close();
    await opened?.tables?.close();
  }

  function sourceOf({ tables }: Asked, path: string): Source {
    const own = tables.get(path);
    const source = own === undefined ? openFiles([path], {}, hostOf(terminal)) : openIterable(own);
    return new ParsedSource(source, Date.now);
  }
}
