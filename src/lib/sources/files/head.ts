/** The first bytes of a file: enough to tell what it is. */
import { readSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { systemPath } from "../../base/local/byte-name.js";
import { inputKindOf, KIND_BYTES } from "../decode/kinds.js";
import { openPath } from "./input.js";

export const HEAD_BYTES_MAX = 64 * 1024;

/** Decoded where it is packed; of what is no file, nothing. Throws what cannot be read. */
export async function headOf(path: string): Promise<Buffer> {
  if (!(await stat(systemPath(path))).isFile()) return Buffer.alloc(0);
  const raw = await rawHead(path);
  const isPacked = typeof inputKindOf(raw, raw.length < KIND_BYTES) !== "string";
  return isPacked ? decodedHead(path) : raw;
}

/** As the bytes stand in the file. */
export async function rawHead(path: string): Promise<Buffer> {
  const file = await open(systemPath(path), "r");
  try {
    const bytes = Buffer.allocUnsafe(HEAD_BYTES_MAX);
    return bytes.subarray(0, readSync(file.fd, bytes, 0, HEAD_BYTES_MAX, 0));
  } finally {
    await file.close();
  }
}

/** Of a file that is packed. */
export async function decodedHead(path: string): Promise<Buffer> {
  const { bytes } = await openPath(path);
  const head = Buffer.allocUnsafe(HEAD_BYTES_MAX);
  let filled = 0;
  try {
    while (filled < HEAD_BYTES_MAX) {
      const byteCount = await bytes.read(head.subarray(filled));
      if (byteCount === 0) break;
      filled += byteCount;
    }
  } finally {
    bytes.stop();
    await bytes.close();
  }
  return head.subarray(0, filled);
}
