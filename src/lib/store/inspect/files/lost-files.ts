/** Parquet files that the table's log has lost, as the actions that name them again. */
import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import { decodeSchema, PARTITION_COLUMN, type TableSchema } from "../../columns/schema.js";
import type { Add, LogAction } from "../../delta/actions.js";
import { schemaActions } from "../../delta/commit.js";
import type { Snapshot } from "../../delta/snapshot.js";
import type { Session } from "../../duckdb/duckdb.js";
import { CHECKSUM_TAG, fileChecksum } from "../../parquet/checksum.js";
import type { ParquetOrigin } from "../../parquet/origin.js";
import { type ColumnStatistics, deltaStatistics } from "../../parquet/statistics.js";
import { measureFile } from "./measure.js";
import type { Stray } from "./strays.js";

export interface Rescue {
  readonly files: Files;
  readonly session: Session;
  readonly directory: string;
  readonly nowMs: () => number;
}

/** All files of one try to store one segment. */
export interface LostSegment {
  readonly origin: ParquetOrigin;
  readonly paths: readonly string[];
  /** Of the youngest file: milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/**
 * The strays by the segment they came from, oldest first. Of several tries the first that is whole; others are no use.
 */
export async function lostSegments(rescue: Rescue, strays: readonly Stray[]): Promise<LostSegment[]> {
  const tries = new Map<string, LostSegment>();
  for (const { path, modifiedMs, origin } of strays) {
    if (origin === undefined) continue;
    const known = tries.get(origin.attempt);
    tries.set(origin.attempt, {
      origin,
      paths: [...(known?.paths ?? []), path],
      modifiedMs: Math.max(known?.modifiedMs ?? 0, modifiedMs),
    });
  }
  const chosen = new Map<string, LostSegment>();
  for (const one of [...tries.values()].sort((a, b) => a.modifiedMs - b.modifiedMs)) {
    const key = `${one.origin.appId}/${one.origin.version}`;
    if (!chosen.has(key) && (await isWhole(rescue, one))) chosen.set(key, one);
  }
  return [...chosen.values()];
}

async function isWhole({ session, directory }: Rescue, { origin, paths }: LostSegment): Promise<boolean> {
  let rows = 0;
  for (const path of paths) rows += (await measureFile(session, join(directory, path), [])).rows;
  return rows === origin.events;
}

/** What a commit has to say so that the segments' rows are in the table: schema, transactions, files. */
export async function rescueActions(
  rescue: Rescue,
  snapshot: Snapshot,
  segments: readonly LostSegment[],
): Promise<LogAction[]> {
  const schema = schemaWith(snapshot.schema, segments);
  const actions = schemaActions(snapshot, schema, rescue.nowMs());
  for (const { origin, paths } of segments) {
    actions.push(...origin.txns);
    for (const path of paths) actions.push({ add: await addOf(rescue, schema, path) });
  }
  return actions;
}

/** The columns that the segments' own commits had brought, beside those of the table. */
function schemaWith(schema: TableSchema, segments: readonly LostSegment[]): TableSchema {
  let widest = schema;
  for (const { origin } of segments) {
    if (origin.schemaString === undefined) continue;
    const own = decodeSchema(origin.schemaString);
    if (own.columns.length > widest.columns.length) widest = own;
  }
  return widest;
}

/** Measures the file, whose statistics were in the lost commit. */
export async function addOf(rescue: Rescue, schema: TableSchema, path: string): Promise<Add> {
  const absolute = join(rescue.directory, path);
  const { rows, statistics } = await measureFile(rescue.session, absolute, schema.columns);
  const facts = await rescue.files.stat(absolute);
  const file = await rescue.files.open(absolute, "read");
  const checksum = await fileChecksum(file).finally(() => file.close());
  return {
    path: encodePath(path),
    partitionValues: wholeValues(partitionOf(path), statistics),
    size: facts?.bytes ?? 0,
    modificationTime: Math.round(facts?.modifiedMs ?? rescue.nowMs()),
    dataChange: true,
    stats: JSON.stringify(deltaStatistics(rows, schema.columns, statistics)),
    tags: { [CHECKSUM_TAG]: checksum },
  };
}

/** Names of directories are cut where values are long; the rows have the whole value, all the same one. */
function wholeValues(
  fromPath: Readonly<Record<string, string | null>>,
  statistics: ReadonlyMap<string, ColumnStatistics>,
): Record<string, string | null> {
  const whole = Object.entries(fromPath).map(([name, value]) =>
    name === PARTITION_COLUMN || value === null ? [name, value] : [name, statistics.get(name)?.max ?? value],
  );
  return Object.fromEntries(whole) as Record<string, string | null>;
}

/** A path in the file system as it stands in the log. */
function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/").replaceAll("%3D", "=");
}

/** `date=2026-11-21/service=a%2Fb/part-x.parquet`: Hive's way. */
export function partitionOf(path: string): Record<string, string | null> {
  const parts = path.split("/").slice(0, -1);
  const pairs = parts.flatMap((part) => {
    const at = part.indexOf("=");
    if (at < 0) return [];
    const value = decodeURIComponent(part.slice(at + 1));
    return [[decodeURIComponent(part.slice(0, at)), value === "__HIVE_DEFAULT_PARTITION__" ? null : value]];
  });
  return Object.fromEntries(pairs) as Record<string, string | null>;
}
