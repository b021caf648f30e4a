// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78; RFC 3720, appendix B.4): eight bytes a step by eight tables, in three
// lanes at once, because one lane waits for its own look-ups. The lanes are joined by advancing a checksum over LANE_BYTES
// zeros, which is linear and so again four look-ups.

const LANE_BYTES: usize = 4096;
const table: usize = memory.data(8 * 256 * 4, 16);
const advance: usize = memory.data(4 * 256 * 4, 16);
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
      c = at(0, c & 0xff) ^ (c >>> 8);
      store<u32>(table + (((k << 8) + n) << 2), c);
    }
  }
  prepareAdvance();
  isReady = true;
}

/** What each byte of a checksum becomes after LANE_BYTES zeros: from its bits, each advanced byte by byte. */
function prepareAdvance(): void {
  for (let bit: u32 = 0; bit < 32; bit++) {
    let c: u32 = (<u32>1) << bit;
    for (let n: usize = 0; n < LANE_BYTES; n++) c = at(0, c & 0xff) ^ (c >>> 8);
    const row = advance + ((bit >>> 3) << 10);
    const own: u32 = (<u32>1) << (bit & 7);
    for (let n: u32 = own; n < 256; n++) {
      if (n & own) store<u32>(row + (n << 2), load<u32>(row + (n << 2)) ^ c);
    }
  }
}

// @ts-ignore: decorator
@inline
function at(k: u32, byte: u32): u32 {
  return load<u32>(table + (((k << 8) + byte) << 2));
}

// @ts-ignore: decorator
@inline
function step(crc: u32, p: usize): u32 {
  const low = load<u32>(p) ^ crc;
  const high = load<u32>(p, 4);
  return (
    at(7, low & 0xff) ^ at(6, (low >>> 8) & 0xff) ^ at(5, (low >>> 16) & 0xff) ^ at(4, low >>> 24) ^
    at(3, high & 0xff) ^ at(2, (high >>> 8) & 0xff) ^ at(1, (high >>> 16) & 0xff) ^ at(0, high >>> 24)
  );
}

function advanced(crc: u32): u32 {
  return (
    load<u32>(advance + ((crc & 0xff) << 2)) ^
    load<u32>(advance + 1024 + (((crc >>> 8) & 0xff) << 2)) ^
    load<u32>(advance + 2048 + (((crc >>> 16) & 0xff) << 2)) ^
    load<u32>(advance + 3072 + ((crc >>> 24) << 2))
  );
}

/** The checksum of [p, p + length), going on from `seed` (0 to begin). */
export function crc32c(p: usize, length: u32, seed: u32): u32 {
  if (!isReady) prepare();
  let crc = ~seed;
  const end = p + length;
  while (p + 3 * LANE_BYTES <= end) {
    let second: u32 = 0;
    let third: u32 = 0;
    for (const laneEnd = p + LANE_BYTES; p < laneEnd; p += 8) {
      crc = step(crc, p);
      second = step(second, p + LANE_BYTES);
      third = step(third, p + 2 * LANE_BYTES);
    }
    crc = advanced(advanced(crc) ^ second) ^ third;
    p += 2 * LANE_BYTES;
  }
  for (; p + 8 <= end; p += 8) crc = step(crc, p);
  for (; p < end; p++) crc = at(0, (crc ^ load<u8>(p)) & 0xff) ^ (crc >>> 8);
  return ~crc;
}
