// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78; RFC 3720, appendix B.4), eight bytes a step ("slicing by 8").

const table: usize = memory.data(8 * 256 * 4, 16);
let isReady: bool = false;

function prepare(): void {
  for (let n: u32 = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    store<u32>(table + (n << 2), c);
  }
  for (let n: u32 = 0; n < 256; n++) {
    let c = load<u32>(table + (n << 2));
    for (let k: u32 = 1; k < 8; k++) {
      c = load<u32>(table + ((c & 0xff) << 2)) ^ (c >>> 8);
      store<u32>(table + (((k << 8) + n) << 2), c);
    }
  }
  isReady = true;
}

// @ts-ignore: decorator
@inline
function at(k: u32, byte: u32): u32 {
  return load<u32>(table + (((k << 8) + byte) << 2));
}

/** The checksum of [p, p + length), going on from `seed` (0 to begin). */
export function crc32c(p: usize, length: u32, seed: u32): u32 {
  if (!isReady) prepare();
  let crc = ~seed;
  const end = p + length;
  while (p + 8 <= end) {
    const low = load<u32>(p) ^ crc;
    const high = load<u32>(p, 4);
    crc =
      at(7, low & 0xff) ^ at(6, (low >>> 8) & 0xff) ^ at(5, (low >>> 16) & 0xff) ^ at(4, low >>> 24) ^
      at(3, high & 0xff) ^ at(2, (high >>> 8) & 0xff) ^ at(1, (high >>> 16) & 0xff) ^ at(0, high >>> 24);
    p += 8;
  }
  for (; p < end; p++) crc = at(0, (crc ^ load<u8>(p)) & 0xff) ^ (crc >>> 8);
  return ~crc;
}
