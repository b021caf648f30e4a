/** The result of a query as rows of JSON text, for look-up tables. */
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
} from "../base/private-files/temporary-directory.js";
import { JsonFault, scanMembers } from "../json/members.js";
import { Session } from "../store/duckdb/duckdb.js";

export interface ReadRows {
  readonly columns: readonly string[];
  /**
   * Cells as JSON text; undefined: NULL. Times are RFC 3339 in UTC, without a `Z` those of a type without a zone; other
   * types as DuckDB's `to_json` writes them.
   */
  readonly rows: Iterable<readonly (string | undefined)[]>;
}

const MEMORY_BYTES = 512 << 20;

/** Runs a query in a DuckDB of its own. At most `rowsMax` rows are read. Rejects with DuckDB's own error. */
export async function readRows(sql: string, rowsMax: number): Promise<ReadRows> {
  const tempDirectory = await makeTemporaryDirectory("lookup");
  const session = await Session.open({ memoryBytes: MEMORY_BYTES, threads: 1, tempDirectory });
  try {
    await session.run("SET preserve_insertion_order = true");
    const query = sql.trim().replace(/;$/, "");
    const described = await session.rows(`DESCRIBE ${query}`);
    const columns = described.map(([name]) => String(name));
    const cells = described.map(([, type], n) => cellOf(n, String(type)));
    const names = columns.map((_, n) => `c${n}`).join(", ");
    const found = await session.rows(
      `SELECT to_json({${cells.join(", ")}})::VARCHAR FROM (${query}) AS t(${names}) LIMIT ${rowsMax}`,
    );
    return { columns, rows: found.map(([json]) => membersOf(String(json))) };
  } finally {
    session.close();
    await removeTemporaryDirectory(tempDirectory);
  }
}

function cellOf(n: number, type: string): string {
  if (!type.startsWith("TIMESTAMP")) return `c${n}: c${n}`;
  const zone = type === "TIMESTAMP WITH TIME ZONE" || type === "TIMESTAMP_NS" ? "Z" : "";
  return `c${n}: strftime(c${n}::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%f${zone}')`;
}

function membersOf(json: string): (string | undefined)[] {
  const members = scanMembers(json);
  if (members instanceof JsonFault) return [];
  return members.valueStarts.map((start, n) => {
    const raw = json.slice(start, members.valueEnds[n]);
    return raw === "null" ? undefined : raw;
  });
}
