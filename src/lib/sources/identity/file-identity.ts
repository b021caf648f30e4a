/**
 * Who a position is of: stable while a file grows, is renamed, or the process restarts; new when the file is another.
 */
import { createHash } from "node:crypto";

/** How much of the first line counts. */
export const HEAD_BYTES = 1024;

/** A file's identity: `2049:131138:5f2c9d0e8a31`, device, inode and fingerprint. */
export function identityOf(
  file: { readonly dev: number | bigint; readonly ino: number | bigint },
  print: string,
): string {
  return `${file.dev}:${file.ino}:${print}`;
}

/** The fingerprint in an identity. */
export function firstLineIn(id: string): string | undefined {
  return id.split(":")[2];
}

/**
 * Fingerprint of how content starts: of its first line, up to 1 KiB, without line end and byte order mark. A line once
 * written does not change, so the fingerprint of a file that is appended to does not either. Undefined while the first
 * line is unfinished.
 */
export function firstLinePrint(head: Buffer): string | undefined {
  const start = head.length >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const newline = head.subarray(0, start + HEAD_BYTES).indexOf(0x0a, start);
  if (newline < 0 && head.length < HEAD_BYTES) return undefined;
  let end = newline < 0 ? HEAD_BYTES : newline;
  if (newline > start && head[newline - 1] === 0x0d) end--;
  return fingerprint(head.subarray(start, end));
}

/** 12 hexadecimal digits of SHA-256. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 12);
}
