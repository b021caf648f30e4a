/** What the rows of a Parquet file say themselves, for comparison with what the table's log says of them. */

import { identifier, literal } from "../../columns/names.js";
import type { Column } from "../../columns/schema.js";
import type { Session } from "../../duckdb/duckdb.js";
import type { ColumnStatistics } from "../../parquet/statistics.js";

export interface Measured {
  readonly rows: number;
  /** By name, of the columns that the file has. */
  readonly statistics: ReadonlyMap<string, ColumnStatistics>;
}

/** Reads every page of the file. Rejects with DuckDB's error where one cannot be read. */
export async function measureFile(
  session: Session,
  path: string,
  columns: readonly Column[],
): Promise<Measured> {
  const source = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  const described = await session.rowsJson(`DESCRIBE SELECT * FROM ${source}`);
  const types = new Map(described.map((row) => [String(row[0]), String(row[1])]));
  const present = columns.filter((column) => types.has(column.name));
  // Every column is hashed, so that the pages of those without bounds are read too.
  const parts = ["count(*)", "bit_xor(hash(COLUMNS(*)))"];
  const asked = present.map((column) => aggregates(column, types.get(column.name)!));
  const [row = []] = await session.rowsJson(
    `SELECT ${parts[0]}, ${asked
      .flat()
      .map((sql, i) => `${sql} AS a${i}`)
      .join(", ")}${asked.length === 0 ? "" : ", "}${parts[1]} FROM ${source}`,
  );
  const rows = Number(row[0]);
  const text = (value: unknown) => (value === null || value === undefined ? undefined : String(value));
  const statistics = present.map(({ name }, i): [string, ColumnStatistics] => {
    const [min, max, count, hasNan] = row.slice(1 + i * 4, 5 + i * 4);
    return [
      name,
      {
        min: text(min),
        max: text(max),
        hasNan: hasNan === true,
        nullCount: rows - Number(count),
        valueCount: rows,
      },
    ];
  });
  return { rows, statistics: new Map(statistics) };
}

function aggregates(column: Column, type: string): string[] {
  const name = identifier(column.name);
  const hasBounds = ["integer", "double", "string", "timestamp"].includes(column.type);
  const bound = (which: string) => (hasBounds ? `${which}(${name})::VARCHAR` : "NULL");
  const nan = /^(DOUBLE|FLOAT)$/.test(type) ? `coalesce(bool_or(isnan(${name})), false)` : "false";
  return [bound("min"), bound("max"), `count(${name})`, nan];
}
