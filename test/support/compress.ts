/** Compressed inputs, made without programs that a machine may lack. */
import { gzipSync } from "node:zlib";

/** Two gzip members that together hold `bytes` (RFC 1952: members follow each other). */
export function gzipMembers(bytes: Buffer): Buffer {
  const middle = bytes.length >> 1;
  return Buffer.concat([gzipSync(bytes.subarray(0, middle)), gzipSync(bytes.subarray(middle))]);
}

/** Two zstd frames that together hold `bytes`, in raw blocks (RFC 8878, sections 3.1.1 and 3.1.1.2). */
export function zstdFrames(bytes: Buffer): Buffer {
  const middle = bytes.length >> 1;
  return Buffer.concat([zstdFrame(bytes.subarray(0, middle)), zstdFrame(bytes.subarray(middle))]);
}

/** magic | descriptor: 8-byte content size, single segment | size | blocks of at most 128 KiB */
function zstdFrame(bytes: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32LE(0xfd2fb528, 0);
  header.writeUInt8(0xe0, 4);
  header.writeBigUInt64LE(BigInt(bytes.length), 5);
  const parts: Buffer[] = [header];
  const most = 128 * 1024;
  for (let at = 0; at === 0 || at < bytes.length; at += most) {
    const chunk = bytes.subarray(at, at + most);
    const isLast = at + most >= bytes.length;
    const blockHeader = Buffer.alloc(3);
    blockHeader.writeUIntLE((chunk.length << 3) | (isLast ? 1 : 0), 0, 3);
    parts.push(blockHeader, chunk);
  }
  return Buffer.concat(parts);
}
