/** CRC-32C of the files of entries: see quarantine-transactions.ts for where it is kept. */

import type { Files } from "../../base/files.js";
import { crc32c, crc32cJoin } from "../../base/hash/crc32c.js";
import type { SealedSegment } from "../wal/segment-writer.js";

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
