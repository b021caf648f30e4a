// Enter here: standard input and files as tables.
/** Standard input and the files given to a query, as tables. */
import { resolve } from "node:path";
import { failure, type LogpipeError } from "../../base/errors/index.js";
import { countOf } from "../../base/size.js";
import { type TimeCounts, timeRemarks } from "../../event/time/remarks.js";
import type { Source } from "../../pipeline/contract/source.js";
import type { QuerySession } from "../session.js";
import type { TimeRange } from "../sql/time-range.js";
import { mentions, openEventTable, openFileTable } from "../tables/tables.js";
import { tableNameOf } from "./table-name.js";

export interface QueryInput {
  /** As SQL names it. */
  readonly name: string;
  /** "-": standard input. */
  readonly path: string;
}

export interface InputTables {
  readonly names: readonly string[];
  /** Those without an event. */
  readonly empty: readonly string[];
  /** Those, by path, that have lines and no event: what is asked of them is asked of nothing. */
  readonly unread: readonly string[];
  /** Those for which a range of time could not be asked: they have no `timestamp`. */
  readonly timeless: readonly string[];
  /** The files that the tables are read from. */
  readonly paths: readonly string[];
}

/** What opening them needs of the outside. */
export interface InputHost {
  readonly openSource: (path: string) => Source | Promise<Source>;
  readonly notice: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The files, and standard input when `sql` names it and nothing else reads it. A file that is given twice is there
 * once. Throws query.refused for two of one name.
 */
export function inputsOf(sql: string, files: readonly string[], isStdinTaken: boolean): QueryInput[] {
  const inputs = files.map((path) => ({ name: path === "-" ? "stdin" : tableNameOf(path), path }));
  const readsStdin = !isStdinTaken && !files.includes("-") && mentions(sql, "stdin");
  if (readsStdin && inputs.length > 0 && !inputs.some(({ name }) => mentions(sql, name)))
    throw unasked(inputs[0]!);
  if (readsStdin) inputs.push({ name: "stdin", path: "-" });
  const byName = new Map<string, QueryInput>();
  for (const input of inputs) {
    const other = byName.get(input.name.toLowerCase());
    if (other === undefined) byName.set(input.name.toLowerCase(), input);
    else if (!isSame(other.path, input.path)) throw sameName(other, input);
  }
  return [...byName.values()];
}

function isSame(a: string, b: string): boolean {
  return a === b || (a !== "-" && b !== "-" && resolve(a) === resolve(b));
}

/** A file that the SQL does not ask, where it asks standard input: its rows would be missing without a word. */
function unasked({ name, path }: QueryInput): LogpipeError {
  return failure("query.refused", {
    reason: `the SQL asks standard input, and not ${path}`,
    help: `write FROM ${name} to ask the file, or leave it out`,
  });
}

function sameName(a: QueryInput, b: QueryInput): LogpipeError {
  const [first, second] = [a, b].map(({ path }) => (path === "-" ? "standard input" : path));
  return failure("query.refused", {
    reason: `${first} and ${second} would both be the table ${b.name}`,
    help: `to ask both as one, pipe them in: cat ${[a, b].map(({ path }) => path).join(" ")} | logpipe query "... FROM stdin"; else give one another name, with ln -s`,
  });
}

const UNKNOWN = "; text of other formats is for parse, CSV that is not known as such for parse -f csv";

/** Makes a table of each, over its events in the range. */
export async function openQueryInputs(
  session: QuerySession,
  inputs: readonly QueryInput[],
  range: TimeRange,
  { openSource, notice, signal }: InputHost,
): Promise<InputTables> {
  const empty: string[] = [];
  const unread: string[] = [];
  const timeless: string[] = [];
  const paths: string[] = [];
  const untimed = new Map<string, number>();
  const times = new Map<string, TimeCounts>();
  for (const { name, path } of inputs) {
    if (await openFileTable(session, name, path, { range, timeless })) {
      paths.push(path);
      continue;
    }
    const wasAborted = signal.aborted;
    const source = await openSource(path);
    const stop = () => source.stop();
    if (signal.aborted && !wasAborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const opened = await openEventTable(session, name, { source, path }, { range, timeless, untimed, times });
    signal.removeEventListener("abort", stop);
    const { keys, faultyLines, firstFault, form, events } = opened;
    const called = path === "-" ? "standard input" : path;
    paths.push(opened.path);
    if (opened.bytes === 0 && keys.length === 0) empty.push(name);
    const remarks = [source.timeCounts?.() ?? {}, times.get(name) ?? {}];
    for (const remark of remarks.flatMap((counts) => timeRemarks(counts, "query")))
      notice(`${called}: ${remark}`);
    for (const reading of opened.readings) notice(`${called}: ${reading}`);
    if (faultyLines > 0 && events === 0) unread.push(called);
    if (faultyLines > 0) {
      const lines = faultyLines === 1 ? "1 line" : `${faultyLines} lines`;
      // Nothing of it was read: it is something else.
      const isUnknown = form === "events" && events === 0 ? UNKNOWN : "";
      notice(`${called}: ${lines} left out: ${firstFault}${isUnknown}`);
    }
  }
  for (const [name, count] of untimed)
    notice(`${name}: ${countOf(count, "event")} without a time left out by --since and --until`);
  return { names: inputs.map(({ name }) => name), empty, unread, timeless, paths };
}

/**
 * Says for which tables the range does not hold. Throws query.no-time when it would hold for none. `storeTables`: those
 * of the store that the query uses.
 */
export function checkRange(
  { names, timeless }: InputTables,
  storeTables: readonly string[],
  notice: (text: string) => void,
): void {
  const [first] = timeless;
  if (first === undefined) return;
  if (storeTables.length + names.length === timeless.length) throw failure("query.no-time", { table: first });
  for (const name of timeless)
    notice(`${name} has no timestamp: all of it is used, whatever --since and --until say`);
}
