/** A restricted query from its text to its rows, within the process that is made for it. */
import { failure, LogpipeError } from "../../base/errors/index.js";
import { makePrivateDirectories } from "../../base/private-files/modes.js";
import { formatSize } from "../../base/size.js";
import { isGone } from "../../store/parquet/damaged.js";
import { checkRange, type InputHost, type InputTables, openQueryInputs } from "../inputs/inputs.js";
import { writeResult } from "../output/write-result.js";
import type { Result } from "../result.js";
import type { QuerySession } from "../session.js";
import { mentionsSketches, SKETCH_MACROS, sketchMacroSql } from "../sql/sketch-macros.js";
import type { TimeRange } from "../sql/time-range.js";
import { listTables, openStoreTables, type StoreTables } from "../tables/store-tables.js";
import { withMissingColumns } from "../tables/tables.js";
import { noticeElsewhere } from "../values/elsewhere.js";
import { withPresence } from "../values/presence.js";
import { checkQuery } from "./check/check.js";
import { closeFiles, lockSettings, openGuardedSession } from "./guarded-session.js";
import type { Limits } from "./limits.js";
import { plainFailure, unreadableFailure } from "./plain-failure.js";
import type { RangeText, Request } from "./request.js";

export interface AnswerHost extends InputHost {
  readonly write: (data: string | Uint8Array) => Promise<boolean>;
  /** Whether an input could not be read to its end. */
  readonly hasComplained: () => boolean;
}

export interface Answer {
  readonly rows: number;
  readonly bytes: number;
}

/** Times that a query is planned again because files of its snapshot were removed meanwhile. */
const MOST_ATTEMPTS = 5;

/**
 * Answers the request. Throws query.refused, query.failed, query.limit, query.no-time: nothing else, and no path in
 * them.
 */
export async function answer(request: Request, host: AnswerHost): Promise<Answer> {
  const written = new Written(request.limits, host.write);
  for (let attempt = 1; ; attempt++) {
    try {
      await attemptAnswer(request, host, written);
      return written;
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || written.bytes > 0 || !isWorthAnother(error, request))
        throw plainFailure(error, request);
    }
  }
}

/** Files were replaced and vacuumed between the snapshot and the query. Standard input cannot be read twice. */
function isWorthAnother(error: unknown, { inputs }: Request): boolean {
  const cause = error instanceof LogpipeError ? error.cause : error;
  return isGone(cause) && inputs.every(({ path }) => path !== "-");
}

async function attemptAnswer(request: Request, host: AnswerHost, written: Written): Promise<void> {
  const { sql, limits } = request;
  checkLength(sql, limits);
  makePrivateDirectories(request.scratch);
  const session = await openGuardedSession(limits, request.scratch, host.signal);
  let opened: Opened | undefined;
  try {
    opened = await openTables(session, request, host);
    const { inputs, tables } = opened;
    const asked = opened.store?.sql ?? (await withPresence(session, sql));
    await noticeElsewhere(session, sql, host.notice);
    const limit = (result: Result) => written.limited(result);
    await withMissingColumns(session, inputs.empty, () =>
      writeResult({ session, sql: asked, tables, limit }, request.format, written.write, {
        ...request.screen,
        write: written.write,
      }),
    );
  } finally {
    session.close();
    await opened?.store?.close();
  }
}

function checkLength(sql: string, { sqlBytes }: Limits): void {
  const bytes = Buffer.byteLength(sql);
  if (bytes > sqlBytes)
    throw failure("query.refused", { reason: `the SQL is longer than ${formatSize(sqlBytes)}` });
  if (sql.includes("\0")) throw failure("query.refused", { reason: "the SQL has a NUL in it" });
}

interface Opened {
  readonly inputs: InputTables;
  readonly store: StoreTables | undefined;
  /** Names to suggest. */
  readonly tables: readonly string[];
}

/** Checks the text, makes the tables it names, and shuts the door behind them. */
async function openTables(session: QuerySession, request: Request, host: AnswerHost): Promise<Opened> {
  const { sql } = request;
  const range = rangeOf(request.range);
  const storeTables = await allowedTables(request);
  const inputNames = request.inputs.map(({ name }) => name);
  const tables = [...new Set([...inputNames, ...storeTables])];
  const named = checkQuery(await treeOf(session, sql), sql, {
    tables,
    functions: SKETCH_MACROS.map(({ name }) => name),
  }).tables;
  if (mentionsSketches(sql)) await session.connection.run(sketchMacroSql("TEMP "));
  const used = request.inputs.filter(({ name }) => named.includes(name));
  const inputs = await openQueryInputs(session, used, range, host);
  if (host.hasComplained()) throw unreadableFailure();
  const only = storeTables.filter((name) => named.includes(name) && !inputNames.includes(name));
  const shut = (paths: readonly string[]) => closeFiles(session, [...inputs.paths, ...paths]);
  const store = await openStoreOf(session, request, { range, only, others: inputs.names, shut });
  await lockSettings(session);
  for (const { table, problems } of store?.problems ?? [])
    if (problems.length > 0)
      host.notice(`acknowledged events of table ${table} are damaged and not in the answer`);
  checkRange(inputs, only, host.notice);
  return { inputs, store, tables };
}

interface StoreGiven {
  readonly range: TimeRange;
  readonly only: readonly string[];
  readonly others: readonly string[];
  readonly shut: (paths: readonly string[]) => Promise<void>;
}

async function openStoreOf(
  session: QuerySession,
  { store, sql }: Request,
  { range, only, others, shut }: StoreGiven,
): Promise<StoreTables | undefined> {
  if (store === undefined || only.length === 0) {
    await shut([]);
    return undefined;
  }
  return openStoreTables(session, { store, sql, range, others, only, beforePlanning: shut });
}

async function treeOf({ connection }: QuerySession, sql: string): Promise<string> {
  const statement = await connection.prepare("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR");
  statement.bindVarchar(1, sql);
  return String((await statement.runAndReadAll()).getRows()[0]?.[0]);
}

async function allowedTables({ store, tables, isStoreOptional }: Request): Promise<readonly string[]> {
  if (store === undefined) return [];
  const found = await listTables(store).catch((error: unknown) => {
    if (isStoreOptional && (error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return tables === undefined ? found : found.filter((name) => tables.includes(name));
}

function rangeOf({ sinceNs, untilNs, asOf, timeField }: RangeText): TimeRange {
  return {
    ...(sinceNs === undefined ? {} : { sinceNs: BigInt(sinceNs) }),
    ...(untilNs === undefined ? {} : { untilNs: BigInt(untilNs) }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(timeField === undefined ? {} : { timeField }),
  };
}

/** Counts what is written, and says when it is too much. */
class Written implements Answer {
  rows = 0;
  bytes = 0;
  readonly #limits: Limits;
  readonly #write: AnswerHost["write"];

  constructor(limits: Limits, write: AnswerHost["write"]) {
    this.#limits = limits;
    this.#write = write;
  }

  readonly write = async (data: string | Uint8Array): Promise<boolean> => {
    const bytes = typeof data === "string" ? Buffer.byteLength(data) : data.length;
    const { maxBytes } = this.#limits;
    if (maxBytes !== undefined && this.bytes + bytes > maxBytes)
      throw failure("query.limit", {
        reason: `the result is larger than ${formatSize(maxBytes)}`,
        help: "ask for fewer rows or columns",
      });
    this.bytes += bytes;
    return this.#write(data);
  };

  /** The result, which ends with an error behind the rows that it may have. */
  limited(result: Result): Result {
    const count = (rows: number) => {
      this.rows += rows;
      const { maxRows } = this.#limits;
      if (maxRows === undefined || this.rows <= maxRows) return;
      throw failure("query.limit", {
        reason: `the result has more than ${maxRows} ${maxRows === 1 ? "row" : "rows"}`,
        help: "add a LIMIT, or ask for fewer rows",
      });
    };
    return {
      ...result,
      async *chunks() {
        for await (const chunk of result.chunks()) {
          count(chunk.rowCount);
          yield chunk;
        }
      },
      async *rows(form) {
        for await (const rows of result.rows(form)) {
          count(rows.count);
          yield rows;
        }
      },
    };
  }
}
