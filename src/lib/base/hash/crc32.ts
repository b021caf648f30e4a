import { crc32 as nativeCrc32 } from "node:zlib";

/**
 * CRC-32 (ISO 3309, reflected polynomial 0xedb88320): that of zlib, four times as fast as `crc32c` where Node has it
 * built in (from 20.15 on). For caches and the like; what is durable has CRC-32C.
 *
 * ```ts
 * crc32(Buffer.from("123456789"));         // 0xcbf43926
 * ```
 */
export const crc32: (bytes: Uint8Array) => number =
  typeof nativeCrc32 === "function" ? (bytes) => nativeCrc32(bytes) : plainCrc32;

/** The same without help. Cost: one table look-up a byte. */
export function plainCrc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
