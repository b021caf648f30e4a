/**
 * A 64-bit hash of bytes as two 32-bit halves: MurmurHash3_x86_32 (Austin Appleby, public domain) with two seeds.
 * Sketches that are stored hold what it gave, so it stays as it is for good.
 */
import { finished, scrambled, stirred } from "../base/hash/murmur.js";

const HIGH_SEED = 0x9747b28c;
const LOW_SEED = 0x5bd1e995;

/** The halves of the last hash: read at once. Numbers of 0 to 2^32 - 1. */
export const hashed = { high: 0, low: 0 };

/** Of the bytes of [start, end). About 0.5 GB/s. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): void {
  let high = HIGH_SEED;
  let low = LOW_SEED;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    const mixed = scrambled(block);
    high = stirred(high ^ mixed);
    low = stirred(low ^ mixed);
  }
  if (at < end) {
    let block = bytes[at]!;
    if (at + 1 < end) block |= bytes[at + 1]! << 8;
    if (at + 2 < end) block |= bytes[at + 2]! << 16;
    const mixed = scrambled(block);
    high ^= mixed;
    low ^= mixed;
  }
  hashed.high = finished(high ^ (end - start));
  hashed.low = finished(low ^ (end - start));
}

let encoded = Buffer.alloc(256);

/** Of the text's UTF-8 bytes. */
export function hashText(text: string): void {
  if (encoded.length < text.length * 3) encoded = Buffer.alloc(text.length * 4);
  hashBytes(encoded, 0, encoded.write(text, 0, "utf8"));
}
