/** Running statements and walking their result chunk by chunk, so that its size costs no memory. */
import { failure, LogpipeError } from "../base/errors/index.js";
import type { DuckDBDataChunk, DuckDBResult, DuckDBType, Vector } from "./duck.js";
import { joinSplit, splitTimestamp } from "./render/nanoseconds.js";
import { type Renderers, renderersOf } from "./render/render.js";
import type { QuerySession } from "./session.js";
import { sqlFailure } from "./sql/sql-error.js";
import { StreamGuard } from "./stream-guard.js";
import { foldedKeys, foldedResult, foldsFor } from "./values/fold.js";
import type { SplitKey } from "./values/scope.js";

export interface ResultColumn {
  readonly name: string;
  /** As DuckDB writes it: `BIGINT`, `VARCHAR[]`. */
  readonly type: string;
  readonly isNumeric: boolean;
  readonly renderers: Renderers;
}

/** Cells column by column: `cells[column][row]`, null for NULL. */
export interface ResultRows {
  readonly cells: readonly (readonly (string | null)[])[];
  readonly count: number;
}

export interface Result {
  /** As text forms show them. */
  readonly columns: readonly ResultColumn[];
  /** Whether the statement gives rows at all; `CREATE` and `SET` do not. */
  readonly hasRows: boolean;
  /** Of the chunks' vectors. */
  readonly names: readonly string[];
  readonly types: readonly DuckDBType[];
  chunks(): AsyncGenerator<DuckDBDataChunk>;
  /** The chunks as text. */
  rows(form: "json" | "text"): AsyncGenerator<ResultRows>;
}

/**
 * Runs all statements of `sql`; the result is that of the last one. `tables`: the names to suggest for a mistyped one.
 * `keys`: those to put together again in text forms; by default those of which the last statement selects all.
 */
export async function runSql(
  session: QuerySession,
  sql: string,
  tables: readonly string[],
  keys?: readonly SplitKey[],
): Promise<Result> {
  const fail = (error: unknown) => sqlFailure(error, sql, tables);
  const guard = new StreamGuard(session, sql, fail);
  try {
    const statements = await session.connection.extractStatements(sql);
    const { SELECT, TRANSACTION } = session.duck.api.StatementType;
    if (session.isGuarded && statements.count !== 1) throw notOneSelect();
    for (let n = 0; n < statements.count - 1; n++) {
      const statement = await statements.prepare(n);
      await statement.run();
      if (statement.statementType === TRANSACTION) guard.leaveTransactions();
    }
    const whole = keys ?? (await foldedKeys(session, sql));
    const last = await statements.prepare(statements.count - 1);
    if (last.statementType === SELECT) await guard.begin();
    else if (session.isGuarded) throw notOneSelect();
    return resultOf(session, await last.stream(), guard, whole);
  } catch (error) {
    await guard.abandon();
    throw error instanceof LogpipeError ? error : fail(error);
  }
}

/** DuckDB's settings do not keep COPY from writing the files that may be read. */
function notOneSelect(): LogpipeError {
  return failure("query.refused", { reason: "only one SELECT may be asked here" });
}

function resultOf(
  session: QuerySession,
  result: DuckDBResult,
  guard: StreamGuard,
  splitKeys: readonly SplitKey[],
): Result {
  const { duck } = session;
  const hasRows = result.returnType !== duck.api.ResultReturnType.NOTHING;
  const columns = result.columnNames().map((name, k): ResultColumn => {
    const type = result.columnType(k);
    const renderers = renderersOf(type, duck);
    return { name, type: type.alias ?? String(type), isNumeric: renderers.isNumeric, renderers };
  });
  const chunks = () => readAhead(session, result, guard);
  const split = splitTimestamp(columns);
  const names = columns.map(({ name }) => name);
  const folds = foldsFor(splitKeys, names);
  const left = new Set(
    folds.flatMap(({ siblings, column, isDouble = false }) => [
      ...siblings.map((sibling) => sibling.column),
      ...(isDouble ? [column] : []),
    ]),
  );
  const keys = new Map(
    folds.flatMap(({ column, key }) => (key === undefined ? [] : [[column, key] as const])),
  );
  if (split !== undefined) left.add(split.nanoseconds);
  return {
    columns: columns.flatMap((column, k) =>
      hasRows && !left.has(k) ? [{ ...column, name: keys.get(k) ?? column.name }] : [],
    ),
    hasRows,
    names,
    types: result.columnTypes(),
    chunks,
    async *rows(form) {
      for await (const chunk of chunks()) {
        const count = chunk.rowCount;
        const vector = (k: number): Vector => duck.bindings.data_chunk_get_vector(chunk.chunk, k);
        const cells = columns.map(({ renderers }, k) => renderers[form](vector(k), count));
        if (split !== undefined) joinSplit(cells, split);
        foldedResult(cells, folds, form);
        yield { cells: left.size === 0 ? cells : cells.filter((_, k) => !left.has(k)), count };
      }
    },
  };
}

/**
 * The chunks; the next one is computed on DuckDB's threads while the last one is being used. Leaving early interrupts
 * the statement and waits until it has stopped, so that the connection can be closed.
 */
async function* readAhead(
  session: QuerySession,
  result: DuckDBResult,
  guard: StreamGuard,
): AsyncGenerator<DuckDBDataChunk> {
  let next = fetch(result);
  let isDone = false;
  try {
    for (;;) {
      const { chunk, error } = await next;
      if (error !== undefined || session.signal?.aborted === true)
        throw guard.fail(error ?? new Error("INTERRUPT Error"));
      if (chunk === undefined) {
        isDone = true;
        return await guard.finish();
      }
      next = fetch(result);
      yield chunk;
    }
  } finally {
    if (!isDone) await stop(session, next, guard);
  }
}

/** One interrupt can fall between two tasks of a statement and be forgotten: it is repeated until the fetch is over. */
async function stop(session: QuerySession, pending: Promise<unknown>, guard: StreamGuard): Promise<void> {
  session.connection.interrupt();
  const timer = setInterval(() => session.connection.interrupt(), 20);
  await pending;
  clearInterval(timer);
  await guard.abandon();
}

/** Never rejects: a rejection nobody waits for yet would end the process. */
async function fetch(result: DuckDBResult): Promise<{ chunk?: DuckDBDataChunk; error?: unknown }> {
  try {
    const chunk = await result.fetchChunk();
    return chunk === null || chunk.rowCount === 0 ? {} : { chunk };
  } catch (error) {
    return { error };
  }
}
