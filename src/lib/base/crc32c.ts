/**
 * CRC-32C (Castagnoli; RFC 3720 appendix B.4, reflected polynomial 0x82f63b78), eight bytes a step by tables.
 * Source: the slicing-by-8 method of Kounavis and Berry, "A Systematic Approach to Building High Performance
 * Software-based CRC Generators" (2005).
 *
 * ```ts
 * crc32c(Buffer.from("123456789"));        // 0xe3069283
 * ```
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const end = bytes.length;
  const wholeEnd = end - (end % 8);
  let crc = ~before;
  let i = 0;
  // Cost: about one table look-up a byte. Indexes are always within the 2048 entries and the bytes.
  while (i < wholeEnd) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      TABLES[1792 + (low & 255)]! ^
      TABLES[1536 + ((low >>> 8) & 255)]! ^
      TABLES[1280 + ((low >>> 16) & 255)]! ^
      TABLES[1024 + (low >>> 24)]! ^
      TABLES[768 + bytes[i + 4]!]! ^
      TABLES[512 + bytes[i + 5]!]! ^
      TABLES[256 + bytes[i + 6]!]! ^
      TABLES[bytes[i + 7]!]!;
    i += 8;
  }
  while (i < end) crc = TABLES[(crc ^ bytes[i++]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const TABLES = makeTables();

/** Table k holds, for every byte, its checksum after k more zero bytes. */
function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    tables[n] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const shorter = tables[i - 256]!;
    tables[i] = tables[shorter & 255]! ^ (shorter >>> 8);
  }
  return tables;
}
