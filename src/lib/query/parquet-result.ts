/**
 * A result as a Parquet file. Parquet has no whole numbers of 128 bits, and DuckDB writes them as float64, which makes
 * other ids of them: here they are DECIMAL(38, 0), and text in a column that has longer ones.
 */
import { identifier, literal } from "../store/columns/names.js";
import { runSql } from "./result.js";
import type { QuerySession } from "./session.js";
import { sqlFailure } from "./sql/sql-error.js";
import { splitStatements } from "./sql/sql-text.js";

/**
 * Runs all statements and writes the result of the last one to `path`. Cost: one with numbers of more than 38 digits is
 * reckoned three times.
 */
export async function copyToParquet(
  session: QuerySession,
  sql: string,
  tables: readonly string[],
  path: string,
): Promise<void> {
  const last = splitStatements(sql).at(-1);
  if (last === undefined) return;
  const select = `${last.sql.trim()}\n`;
  await session.connection.run(sql.slice(0, last.offset)).catch((error: unknown) => {
    throw sqlFailure(error, sql, tables);
  });
  const copy = (source: string) =>
    runSql(session, `COPY (${source}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`, tables);
  const columns = await columnsOf(session, select);
  const wide = columns.filter(({ type }) => withWide(type, DECIMAL) !== type);
  if (wide.length === 0) return void (await copy(select));
  const exact = (beyond: ReadonlySet<ResultColumn>) => {
    const names = columns.map(({ as }) => as).join(", ");
    const outputs = columns.map((column) => {
      const { as, name, type } = column;
      const stored = withWide(type, beyond.has(column) ? "VARCHAR" : DECIMAL);
      return `${stored === type ? as : `${as}::${stored}`} AS ${identifier(name)}`;
    });
    return `SELECT ${outputs.join(", ")} FROM (${select}) AS result(${names})`;
  };
  try {
    await copy(exact(new Set()));
  } catch (error) {
    const beyond = await columnsBeyond(session, select, columns, wide).catch(() => undefined);
    if (beyond === undefined || beyond.size === 0) throw error;
    await copy(exact(beyond));
  }
}

interface ResultColumn {
  readonly name: string;
  /** Names may be there twice. */
  readonly as: string;
  /** As SQL has it. */
  readonly type: string;
}

/** None when DuckDB cannot tell: then it will say itself what is wrong. */
async function columnsOf({ connection }: QuerySession, select: string): Promise<readonly ResultColumn[]> {
  const statement = await connection.prepare(select).catch(() => undefined);
  if (statement === undefined) return [];
  try {
    return Array.from({ length: statement.columnCount }, (_, k) => ({
      name: statement.columnName(k),
      as: `c${k}`,
      type: String(statement.columnType(k)),
    }));
  } finally {
    statement.destroySync();
  }
}

const DECIMAL = "DECIMAL(38, 0)";

/**
 * The type with another one for whole numbers of 128 bits, also in lists, structs and maps. Names within are in quotes.
 */
function withWide(type: string, other: string): string {
  return type
    .split(/("(?:[^"]|"")*"|'(?:[^']|'')*')/)
    .map((part, k) => (k % 2 === 1 ? part : part.replace(/\bU?HUGEINT\b/g, other)))
    .join("");
}

async function columnsBeyond(
  { connection }: QuerySession,
  select: string,
  columns: readonly ResultColumn[],
  wide: readonly ResultColumn[],
): Promise<ReadonlySet<ResultColumn>> {
  const checks = wide.map(
    ({ as, type }) =>
      `bool_or(TRY_CAST(${as} AS ${withWide(type, DECIMAL)})::VARCHAR IS DISTINCT FROM ${as}::VARCHAR)`,
  );
  const names = columns.map(({ as }) => as).join(", ");
  const reader = await connection.runAndReadAll(
    `SELECT ${checks.join(", ")} FROM (${select}) AS result(${names})`,
  );
  const [row = []] = reader.getRows();
  return new Set(wide.filter((_, k) => row[k] === true));
}
