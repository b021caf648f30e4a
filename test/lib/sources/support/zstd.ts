import { execFileSync, spawnSync } from "node:child_process";

/** Whether the zstd program is here; without it the tests make do with frames that hold their content as it is. */
export const hasZstd = spawnSync("zstd", ["--version"]).status === 0;

/** One zstd frame with a checksum, or, where there is no zstd program, a frame of raw blocks. */
export function zstd(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  if (!hasZstd) return stored(bytes);
  return execFileSync("zstd", ["-q", "-c", "--check"], { input: bytes, maxBuffer: 1 << 28 });
}

/** RFC 8878 section 3.1.1: magic, descriptor (single segment, 4 bytes of size), size, raw blocks of at most 128 KiB. */
export function stored(content: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 5);
  const parts: Buffer[] = [head];
  const most = 128 * 1024;
  for (let start = 0; start === 0 || start < content.length; start += most) {
    const block = content.subarray(start, start + most);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (start + most >= content.length ? 1 : 0), 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}
