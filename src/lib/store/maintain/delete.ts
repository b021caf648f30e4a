/**
 * Deletes events by a condition, for good: also those that are still in the write-ahead log, and those that another
 * process is rewriting meanwhile.
 */
import { failure } from "../../base/errors/index.js";
import { identifier, literal } from "../columns/names.js";
import { TIMESTAMP_KEY } from "../columns/schema.js";
import { type ViewColumn, viewColumns } from "../columns/view.js";
import type { TableLog } from "../delta/snapshot.js";
import type { Session } from "../duckdb/duckdb.js";
import { MAX_COLUMNS, openRelation } from "../read/relation.js";
import { requestRoll, type SegmentName, uncoveredSegments } from "../wal/rotation-request.js";
import { recoverTable } from "../write/recover-table.js";
import { type EraseOptions, type EraseReport, eraseRows, nothingErased } from "./delete-rows.js";
import { type Days, daySql, daysInOrder } from "./dry-run/events.js";

export interface DeleteOptions extends Omit<EraseOptions, "operation" | "parameters"> {
  /** SQL over the columns that `query` shows. */
  readonly condition: string;
  /**
   * Gets the syntax tree of `SELECT 1 WHERE condition`, as `json_serialize_sql` prints it, and throws for what may not
   * be asked.
   */
  readonly inspect?: InspectCondition;
  readonly widen?: WidenCondition;
  /** How long live writers get to hand over what they hold, in milliseconds. */
  readonly patienceMs?: number;
  readonly onProgress?: (progress: DeleteProgress) => void;
}

export type InspectCondition = (serialized: string, sql: string) => void;

/** The condition as it is to be asked of a table with these columns, by a session of DuckDB. */
export type WidenCondition = (
  session: Session,
  columns: readonly ViewColumn[],
  condition: string,
) => Promise<string>;

export interface DeleteProgress {
  readonly files: number;
  readonly filesDone: number;
  /** True while live writers are waited for. */
  readonly isWaiting: boolean;
}

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 100;
/** Between two files a delete says how far it is, and can be stopped. */
const FILES_A_STEP = 16;

/**
 * Once this resolves, no event that was acknowledged before the call and for which the condition is true is in the
 * table or its log. Files of older versions keep them until they are vacuumed. Throws DuckDB's error for a condition it
 * cannot read, store.writer-holds when a writer does not hand over its part of the log.
 */
export async function deleteEvents(options: DeleteOptions): Promise<EraseReport> {
  const report = nothingErased();
  const { log } = options;
  await checkCondition(options.session, options.condition, options.inspect);
  await handOver(options);
  const parameters = { predicate: JSON.stringify([options.condition]) };
  const erase: EraseOptions = { ...options, operation: "DELETE", parameters };
  const done = new Set<string>();
  for (;;) {
    const { files, schema } = await log.refresh();
    const left = files.filter((file) => !done.has(file.add.path));
    if (left.length === 0 || options.isStopped?.() === true) return report;
    options.onProgress?.({ files: files.length, filesDone: files.length - left.length, isWaiting: false });
    const step = left.slice(0, FILES_A_STEP);
    const { condition, session, widen } = options;
    const asked = (await widen?.(session, viewColumns(schema), condition)) ?? condition;
    const clean = await eraseRows(erase, schema, step, asked, report);
    for (const path of clean) done.add(path);
  }
}

/** Waits until everything that the log holds now is in files of the table. */
async function handOver(options: DeleteOptions): Promise<void> {
  const { files, log, nowMs, patienceMs = PATIENCE_MS } = options;
  const held = await segmentsOf(log, options);
  if (held.length === 0) return;
  await requestRoll(files, log.directory);
  await recoverTable({ files, log, maxColumns: MAX_COLUMNS, nowMs });
  const giveUpMs = performance.now() + patienceMs;
  for (;;) {
    const names = new Set(held.map(nameOf));
    const left = (await segmentsOf(log, options)).filter((segment) => names.has(nameOf(segment)));
    if (left.length === 0 || options.isStopped?.() === true) return;
    if (performance.now() > giveUpMs)
      throw failure("store.writer-holds", { path: log.directory, writer: left[0]!.writer });
    options.onProgress?.({ files: 0, filesDone: 0, isWaiting: true });
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function segmentsOf(log: TableLog, { files }: DeleteOptions): Promise<SegmentName[]> {
  return uncoveredSegments(files, log.directory, async () => (await log.refresh()).txns);
}

function nameOf({ writer, sequence }: SegmentName): string {
  return `${writer}/${sequence}`;
}

/** Throws DuckDB's error unless it is one condition by itself: `true) OR (true` is one only within parentheses. */
async function checkCondition(
  session: Session,
  condition: string,
  inspect?: InspectCondition,
): Promise<void> {
  const sql = `SELECT 1 WHERE ${condition}\n`;
  const [row] = await session.rows(`SELECT json_serialize_sql(${literal(sql)})::VARCHAR`);
  const serialized = String(row?.[0]);
  const parsed = JSON.parse(serialized) as { error: boolean; error_message?: string };
  if (parsed.error) throw new Error(`Parser Error: ${parsed.error_message}`);
  inspect?.(serialized, sql);
}

/** How many events the condition is true for, the live end included, of how many. Changes nothing. */
export async function countEvents(
  session: Session,
  scratch: string,
  tableDirectory: string,
  asked: string,
  inspect?: InspectCondition,
  widen?: WidenCondition,
): Promise<{ readonly matching: number; readonly all: number; readonly days: Days }> {
  await checkCondition(session, asked, inspect);
  const rows = (sql: string) => session.rows(sql);
  const relation = await openRelation(tableDirectory, { tempDirectory: scratch, rows });
  try {
    await relation.fetch();
    const condition = (await widen?.(session, relation.columns, asked)) ?? asked;
    const [found] = await rows(
      `SELECT count(*) FILTER (WHERE (${condition}\n)), count(*) FROM (${relation.sql})`,
    );
    const byDay = await rows(
      `SELECT ${daySql(identifier(TIMESTAMP_KEY.name))}, count(*) FROM (${relation.sql}) WHERE (${condition}\n) GROUP BY 1`,
    );
    const days = daysInOrder(new Map(byDay.map(([day, count]) => [String(day ?? ""), Number(count)])));
    return { matching: Number(found?.[0]), all: Number(found?.[1]), days };
  } finally {
    await relation.close();
  }
}
