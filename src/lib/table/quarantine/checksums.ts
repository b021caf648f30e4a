/**
 * The checksum of each entry's file is in the table's log, as a `txn` beside the entry's own: `quarantine-crc32c:ID`, whose version is
 *
 *     generation * 2^33  +  2^32 when there is a file  +  CRC-32C of the file
 *
 * and so grows with the generations and stays within 2^53 for a million of them. It outlives the commit, as every `txn` is in
 * checkpoints, other engines' too.
 */
import { crc32c, crc32cJoin } from "../../base/crc32c.js";
import type { Files } from "../../base/files.js";
import type { SealedSegment } from "../../wal/segment_file.js";

export interface EntryChecksum {
  readonly generation: number;
  /** Undefined: nothing is held any more. */
  readonly crc32c: number | undefined;
}

const PREFIX = "quarantine-crc32c:";

/** The `txn` that notes the checksum of an entry. */
export function checksumTransaction(id: string, { generation, crc32c: crc }: EntryChecksum) {
  const low = crc === undefined ? 0 : 2 ** 32 + crc;
  return { appId: `${PREFIX}${id}`, version: generation * 2 ** 33 + low };
}

/** What the table's transactions say of an entry; undefined: an older logpipe made it. */
export function checksumIn(txns: ReadonlyMap<string, number>, id: string): EntryChecksum | undefined {
  const version = txns.get(`${PREFIX}${id}`);
  return version === undefined ? undefined : checksumOfVersion(version);
}

/** All entries whose checksum the table knows. */
export function* checksumsIn(
  txns: ReadonlyMap<string, number>,
): Iterable<{ readonly id: string } & EntryChecksum> {
  for (const [appId, version] of txns)
    if (appId.startsWith(PREFIX)) yield { id: appId.slice(PREFIX.length), ...checksumOfVersion(version) };
}

function checksumOfVersion(version: number): EntryChecksum {
  const low = version % 2 ** 33;
  return { generation: Math.floor(version / 2 ** 33), crc32c: low < 2 ** 32 ? undefined : low - 2 ** 32 };
}

/** The checksum of a segment's records, from those that were made before they were written. */
export async function asideChecksum(files: Files, segment: SealedSegment): Promise<number> {
  let [end, crc] = [0, 0];
  for (const { aside } of segment.commits) {
    if (aside === undefined) continue;
    // Recovery has blanked what was between.
    if (aside.offset !== end) return fileChecksum32(files, segment.asidePath);
    crc = crc32cJoin(crc, aside.crc32c, aside.length);
    end += aside.length;
  }
  return crc;
}

const CHUNK_BYTES = 1024 * 1024;

/** CRC-32C of a file. */
export async function fileChecksum32(files: Files, path: string): Promise<number> {
  const file = await files.open(path, "read");
  try {
    let crc = 0;
    for (let at = 0; ; at += CHUNK_BYTES) {
      const bytes = await file.read(at, CHUNK_BYTES);
      crc = crc32c(bytes, crc);
      if (bytes.length < CHUNK_BYTES) return crc;
    }
  } finally {
    await file.close();
  }
}
