/** Rows of a query as blocks of NDJSON, written as `query` writes them. */

import { ndjson } from "../../query/output/text-format.js";
import { runSql } from "../../query/result.js";
import { openSession, type QuerySession } from "../../query/session.js";
import { splitKeysOf } from "../../query/values/scope.js";
import type { ViewColumn } from "../../store/columns/view.js";

export interface RowBlock {
  readonly bytes: Buffer;
  readonly rows: number;
  /** No rows come behind these. */
  readonly isLast: boolean;
}

/** A stream shares the machine with the pipeline that it feeds. Sorting spills what does not fit. */
const MEMORY = "512MiB";
const THREADS = 2;
const BLOCK_CHARACTERS = 256 * 1024;

export async function openStreamSession(signal: AbortSignal): Promise<QuerySession> {
  const session = await openSession(signal);
  await session.connection.run(`SET memory_limit = '${MEMORY}'; SET threads = ${THREADS}`);
  return session;
}

/**
 * All rows, in order; those of `columns` that stand for one key are one again. Nothing is computed far ahead of the
 * reader.
 */
export async function* rowBlocks(
  session: QuerySession,
  sql: string,
  columns: readonly ViewColumn[] = [],
): AsyncGenerator<RowBlock> {
  const result = await runSql(session, sql, [], splitKeysOf(columns));
  const format = ndjson();
  let text = format.begin(result.columns);
  let rows = 0;
  // Kept back until it is known whether more comes.
  let ready: RowBlock | undefined;
  for await (const { cells, count } of result.rows(format.cells)) {
    text += format.rows(cells, count);
    rows += count;
    if (text.length < BLOCK_CHARACTERS) continue;
    if (ready !== undefined) yield ready;
    ready = { bytes: Buffer.from(text), rows, isLast: false };
    text = "";
    rows = 0;
  }
  if (ready !== undefined) yield { ...ready, isLast: rows === 0 };
  if (rows > 0) yield { bytes: Buffer.from(text), rows, isLast: true };
}
