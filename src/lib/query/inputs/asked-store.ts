/** The store of a query that may do without one. */
import { LogpipeError, reasonOf } from "../../base/errors/index.js";
import { DEFAULT_STORE, givenStore, localPath } from "../../base/local/path.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import type { QuerySession } from "../session.js";
import { isMissingTable } from "../sql/sql-error.js";
import type { TimeRange } from "../sql/time-range.js";
import { isOfEvents, tellProblem } from "../tables/store-problems.js";
import { openStoreTables, type StoreTables } from "../tables/store-tables.js";
import type { QueryInput } from "./inputs.js";

export interface AskedStore {
  /** Undefined: there is none. */
  readonly tables: StoreTables | undefined;
  /** What to say of a failed query: that there is no store, when it named a table that is nowhere. */
  failureOf(error: unknown): unknown;
}

export interface StoreQuery {
  readonly sql: string;
  /** `--store`, or what stands for it. */
  readonly given: string | undefined;
  readonly range: TimeRange;
  readonly inputs: readonly QueryInput[];
}

/** Throws store.missing unless nobody named the store, or there are other tables to ask. */
export async function openAskedStore(
  session: QuerySession,
  { sql, given, range, inputs }: StoreQuery,
  terminal: Terminal,
): Promise<AskedStore> {
  const path = askedStorePath(given, terminal);
  const others = inputs.map(({ name }) => name);
  try {
    const onSlow = (error: unknown) => {
      if (isOfEvents(error) && terminal.verbosity !== "verbose") return;
      terminal.notice(`live events are read the careful way: ${reasonOf(error)}`);
    };
    const store = await openStoreTables(session, { store: path, sql, range, others, onSlow });
    for (const problem of store.problems) tellProblem(problem, terminal);
    for (const table of store.hidden) terminal.notice(hiddenText(table, inputs));
    return { tables: store, failureOf: (error) => error };
  } catch (missing) {
    const isAbsent =
      missing instanceof LogpipeError && (missing.cause as NodeJS.ErrnoException)?.code === "ENOENT";
    const isAsked = givenStore(given, terminal.env) !== undefined;
    if (!isAbsent || (isAsked && others.length === 0)) throw missing;
    return {
      tables: undefined,
      failureOf: (error) => (isAsked && isMissingTable(error) ? missing : error),
    };
  }
}

function hiddenText(table: string, inputs: readonly QueryInput[]): string {
  const input = inputs.find(({ name }) => name.toLowerCase() === table.toLowerCase());
  const called = input?.path === "-" ? "standard input" : input?.path;
  return `${table} is ${called} here, not the store's table of that name`;
}

export function askedStorePath(given: string | undefined, { cwd, env }: Terminal): string {
  return localPath(cwd, givenStore(given, env) ?? DEFAULT_STORE, "the store");
}
