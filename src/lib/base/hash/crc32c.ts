// Enter here: checksums and hashes over bytes.
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

const POLYNOMIAL = 0x82f63b78 | 0;
const TABLES = makeTables();

/** Table k holds, for every byte, its checksum after k more zero bytes. */
function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[n] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const shorter = tables[i - 256]!;
    tables[i] = tables[shorter & 255]! ^ (shorter >>> 8);
  }
  return tables;
}

/**
 * The checksum of two byte sequences, one after the other, from those of each and the length of the second. Source:
 * `crc32_combine` of zlib: zero bytes are a linear map of the 32 bits, which is squared for each bit of their number.
 */
export function crc32cJoin(first: number, second: number, secondBytes: number): number {
  // Column i is what becomes of bit i behind one zero bit.
  let map = Int32Array.from({ length: 32 }, (_, i) => (i === 0 ? POLYNOMIAL : 1 << (i - 1)));
  for (let i = 0; i < 3; i++) map = squared(map);
  let crc = first | 0;
  for (let left = secondBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) crc = times(map, crc);
    map = squared(map);
  }
  return (crc ^ second) >>> 0;
}

function squared(map: Int32Array): Int32Array<ArrayBuffer> {
  return Int32Array.from(map, (column) => times(map, column));
}

function times(map: Int32Array, bits: number): number {
  let product = 0;
  for (let i = 0; i < 32; i++) if ((bits >>> i) & 1) product ^= map[i]!;
  return product;
}

/** A checksum as eight hexadecimal digits. */
export function hex8(crc: number): string {
  return (crc >>> 0).toString(16).padStart(8, "0");
}
