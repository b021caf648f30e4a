/**
 * Our own checksum of every Parquet file, kept in the tags of its `add` action: DuckDB neither writes nor checks the
 * checksums that pages could have, and of one flipped bit in three reports an error and otherwise gives wrong values.
 */
import type { OpenFile } from "../../base/files.js";
import { kernel } from "../../kernel/kernel.js";

/** Eight hexadecimal digits: CRC-32C of the whole file. */
export const CHECKSUM_TAG = "logpipe.crc32c";
/** Bytes of the NDJSON lines that the rows came from. */
export const RAW_BYTES_TAG = "logpipe.rawBytes";

const CHUNK_BYTES = 1024 * 1024;

/** CRC-32C of the whole file as in the tag. Cost: two seconds a gigabyte on a busy machine. */
export async function fileChecksum(file: OpenFile): Promise<string> {
  const exports = kernel().exports;
  let crc = 0;
  for (let offset = 0; ; offset += CHUNK_BYTES) {
    const bytes = await file.read(offset, CHUNK_BYTES);
    if (bytes.length === 0) return crc.toString(16).padStart(8, "0");
    crc = exports.crc32c(kernel().load(bytes), bytes.length, crc) >>> 0;
    if (bytes.length < CHUNK_BYTES) return crc.toString(16).padStart(8, "0");
  }
}
