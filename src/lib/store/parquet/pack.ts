/** Rows packed as small as is worth the time: see docs/decisions/0013-rewriting.md. */
import type { Files } from "../../base/files.js";
import { literal } from "../columns/names.js";
import type { Session } from "../duckdb/duckdb.js";
import { type CopiedFile, copyRows, finishParquet } from "./parquet.js";
import { spliceParquet } from "./pick-column-chunks.js";

export interface PackSettings {
  /** zstd level of text that repeats itself, 1 to 22. */
  readonly level: number;
  readonly rowGroupRows: number;
}

/** Random ids get larger with zstd's levels 3 to 15, which find matches that cost more than they save. */
const ID_LEVEL = 2;

/**
 * Writes the rows of `select` twice, once with delta encodings and a low level, once plain with `level`, and makes
 * `path` of the smaller chunks. Durable, and checked as by `copyParquet`. Files beside `path` are left when it fails.
 */
export async function packParquet(
  session: Session,
  files: Files,
  path: string,
  select: string,
  { level, rowGroupRows }: PackSettings,
): Promise<CopiedFile> {
  const [delta, plain] = [`${path}.delta`, `${path}.plain`];
  const copied = await copyRows(session, delta, select, { level: ID_LEVEL, rowGroupRows, version: "V2" });
  await session.run("SET preserve_insertion_order = true");
  try {
    // The rows once more in the same order, so that chunks of both fit together.
    const again = `SELECT * FROM read_parquet(${literal(delta)}, hive_partitioning = false)`;
    await copyRows(session, plain, again, { level, rowGroupRows, version: "V1" });
  } finally {
    await session.run("SET preserve_insertion_order = false");
  }
  if (await spliceParquet(files, [delta, plain], path)) await files.remove(plain);
  else await files.rename(plain, path);
  await files.remove(delta);
  return { ...copied, ...(await finishParquet(session, files, path, copied.rows)) };
}

/** The same rows written once, plain with `level`: some percent larger, in a third of the room. */
export async function packOnce(
  session: Session,
  files: Files,
  path: string,
  select: string,
  { level, rowGroupRows }: PackSettings,
): Promise<CopiedFile> {
  const copied = await copyRows(session, path, select, { level, rowGroupRows, version: "V1" });
  return { ...copied, ...(await finishParquet(session, files, path, copied.rows)) };
}
