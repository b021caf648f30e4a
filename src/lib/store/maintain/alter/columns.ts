/** What the columns of a table hold: for `store schema`. */

import { literal } from "../../columns/names.js";
import { type Column, TIMESTAMP_KEY } from "../../columns/schema.js";
import { firstLeaf, type StructField } from "../../columns/structs.js";
import type { Snapshot } from "../../delta/snapshot.js";
import { fetchFiles } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";
import type { TablePlace } from "../../storage/storage.js";

export interface ColumnInfo {
  /** The key in the events; for `_rest` and `_timestamp_ns` their own names. */
  readonly key: string;
  readonly column: string;
  /** `integer`, `struct(region string, canary boolean)` ... */
  readonly type: string;
  /** "sibling": for values that do not fit the key's column; "retired": on its way out after a change. */
  readonly role: "column" | "sibling" | "retired" | "rest" | "nanoseconds";
  readonly isSet: boolean;
  /** What else events call the key. */
  readonly aliases: readonly string[];
  /** Rows that have a value, in Parquet. */
  readonly values: number;
  /** In the files, compressed. */
  readonly bytes: number;
}

/** All columns, those of a key together. Reads the footers of all files. */
export async function columnInfo(
  table: TablePlace,
  session: Session,
  snapshot: Snapshot,
): Promise<ColumnInfo[]> {
  const sizes = await sizesOf(table, session, snapshot);
  const infos = snapshot.schema.columns.map((column): ColumnInfo => {
    const size = sizes.get(column.name) ?? { bytes: 0, values: new Map<string, number>() };
    const path = column.type === "struct" ? [column.name, ...firstLeaf(column.fields!)] : [column.name];
    return {
      key: column.role === "value" ? column.key : column.name,
      column: column.name,
      type: typeText(column),
      role: roleOf(column),
      isSet: column.isSet === true,
      aliases: column.aliases ?? [],
      values: size.values.get(path.join(PATH)) ?? 0,
      bytes: size.bytes,
    };
  });
  const order = new Map<string, number>();
  for (const { key } of infos) if (!order.has(key)) order.set(key, order.size);
  const roles = ["column", "sibling", "retired", "rest", "nanoseconds"];
  return infos.sort(
    (a, b) => order.get(a.key)! - order.get(b.key)! || roles.indexOf(a.role) - roles.indexOf(b.role),
  );
}

interface Size {
  bytes: number;
  /** By the path of the leaf. */
  readonly values: Map<string, number>;
}

/** As DuckDB joins the names in `parquet_metadata`. */
const PATH = ", ";
const ASKED_AT_ONCE = 256;

async function sizesOf(table: TablePlace, session: Session, { files }: Snapshot): Promise<Map<string, Size>> {
  const sizes = new Map<string, Size>();
  for (let i = 0; i < files.length; i += ASKED_AT_ONCE) {
    const asked = files.slice(i, i + ASKED_AT_ONCE);
    await fetchFiles(table, asked);
    const paths = asked.map((file) => literal(file.path));
    const rows = await session.rowsJson(
      `SELECT path_in_schema, sum(total_compressed_size), sum(num_values - coalesce(stats_null_count, 0))
       FROM parquet_metadata([${paths.join(", ")}]) GROUP BY 1`,
    );
    for (const [path, bytes, values] of rows as [string, string, string][]) {
      const name = path.split(PATH)[0]!;
      const size = sizes.get(name) ?? { bytes: 0, values: new Map<string, number>() };
      size.bytes += Number(bytes);
      size.values.set(path, (size.values.get(path) ?? 0) + Number(values));
      sizes.set(name, size);
    }
  }
  return sizes;
}

function roleOf(column: Column): ColumnInfo["role"] {
  if (column.role !== "value") return column.role;
  if (column.isRetired === true) return "retired";
  return column.isSibling && column.name !== TIMESTAMP_KEY.name ? "sibling" : "column";
}

function typeText(column: Column): string {
  return column.type === "struct" ? structText(column.fields!) : column.type;
}

function structText(fields: readonly StructField[]): string {
  const members = fields.map(
    ({ name, type }) => `${name} ${typeof type === "string" ? type : structText(type)}`,
  );
  return `struct(${members.join(", ")})`;
}
