/** Where rewritten files go: beside those they replace, or into the same partition of a tier. */
import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { isNoRoom } from "../../../base/files.js";
import { schemaOf } from "../../columns/schema.js";
import type { Add } from "../../delta/actions.js";
import type { TableFile, TableLog } from "../../delta/snapshot.js";
import { keyOfAdd } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";
import { bloomKey, buildBloom, idLikeColumns } from "../../parquet/bloom.js";
import { encodedPath, partitionDirectory } from "../../parquet/partition.js";
import { deltaStatistics } from "../../parquet/statistics.js";
import type { TableStorage } from "../../storage/storage.js";
import type { RewrittenFile } from "./rewrite-group.js";

/**
 * A tier is reached through a symbolic link here, so that every engine on the machine finds its files by a relative
 * path.
 */
export const TIERS_DIRECTORY = "_tiers";

/** Inputs that become one file: of one partition and one tier. */
export interface FileGroup {
  readonly inputs: readonly TableFile[];
  readonly partitionValues: Add["partitionValues"];
  /** `add.path` of the directory that the new file goes to, URL-encoded as there. */
  readonly prefix: string;
  /** Name of the tier; `null`: the table's own directory. */
  readonly tier: string | null;
}

/** A file in its place, durable, but not yet part of the table. */
export interface PlacedFile {
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
  readonly add: Add;
}

/** `target`: the tier of all new files; undefined: that of their inputs. */
export function groupsOf(inputs: readonly TableFile[], target?: string | null): FileGroup[] {
  const groups = new Map<string, FileGroup & { readonly inputs: TableFile[] }>();
  for (const file of inputs) {
    const tier = target === undefined ? tierOf(file.add.path) : target;
    const key = JSON.stringify([tier, partitionKey(file)]);
    const known = groups.get(key);
    if (known !== undefined) known.inputs.push(file);
    else {
      const { partitionValues } = file.add;
      const prefix = posix.join(tierRoot(tier), encodedPath(partitionDirectory(partitionValues)));
      groups.set(key, { inputs: [file], partitionValues, prefix, tier });
    }
  }
  return [...groups.values()];
}

/** The same text for files of the same partition. */
export function partitionKey({ add }: TableFile): string {
  return JSON.stringify(Object.entries(add.partitionValues).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The tier that a path of the table's log lies in. */
export function tierOf(addPath: string): string | null {
  const match = /^_tiers\/([^/]+)\//.exec(addPath);
  return match === null ? null : decodeURIComponent(match[1]!);
}

/** The directory of a tier below the table; the same as part of an `add.path`, since names of tiers are plain. */
export function tierRoot(tier: string | null): string {
  return tier === null ? "" : posix.join(TIERS_DIRECTORY, tier);
}

interface Placing {
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
}

/** Moves a written file to its place, durably, and makes the bloom filters of its ids. */
export async function placeOutput(
  { session, log: { storage }, nowMs }: Placing,
  group: FileGroup,
  written: RewrittenFile,
): Promise<PlacedFile> {
  const path = posix.join(group.prefix, `part-${randomUUID()}.parquet`);
  const key = keyOfAdd(path)!;
  await storage.publish(written.temporaryPath, key);
  const { rows, bytes, columns, statistics, tags } = written;
  const ids = idLikeColumns(schemaOf(columns));
  if (ids.length > 0)
    await writeBloom(storage, bloomKey(path), await buildBloom(session, storage.localPath(key), ids));
  const add = {
    path,
    partitionValues: group.partitionValues,
    size: bytes,
    modificationTime: nowMs(),
    dataChange: false,
    stats: JSON.stringify(deltaStatistics(rows, columns, statistics)),
    tags,
  };
  return { key, rows, bytes, add };
}

/** Not synced: it has checksums, and is not needed; where there is no room for it the file goes without. */
async function writeBloom(storage: TableStorage, key: string, bytes: Buffer): Promise<void> {
  try {
    await storage.put(key, bytes, "hint");
  } catch (error) {
    if (!isNoRoom(error)) throw error;
    await storage.remove([key]).catch(() => {});
  }
}

/** Removes what `placeOutput` made and no version names. */
export async function removeOutput(storage: TableStorage, { key, add }: PlacedFile): Promise<void> {
  await storage.remove([key]);
  await storage.remove([bloomKey(add.path)]).catch(() => {});
}
