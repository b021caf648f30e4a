/**
 * HalfSipHash-1-3 (Jean-Philippe Aumasson, Daniel J. Bernstein, github.com/veorq/SipHash) under a key of this process:
 * for tables in memory whose keys come from outside. Inputs that collide cannot be made without the key. About 1 ns a
 * byte. Nothing that leaves the process may depend on it.
 */
import { randomBytes } from "node:crypto";

const key = randomBytes(8);
const KEY_0 = key.readInt32LE(0);
const KEY_1 = key.readInt32LE(4);

/** Of the bytes of [start, end): 0 to 2^32 - 1. */
export function keyedHash(bytes: Uint8Array, start: number, end: number): number {
  let v0 = KEY_0;
  let v1 = KEY_1;
  let v2 = KEY_0 ^ 0x6c796765;
  let v3 = KEY_1 ^ 0x74656462;
  const length = end - start;
  const words = length >> 2;
  // The last word holds what is left and the length; then come the rounds that finish, four rounds' words in all.
  for (let n = 0; n < words + 4; n++) {
    let word = 0;
    if (n < words) {
      const at = start + 4 * n;
      word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    } else if (n === words) {
      word = length << 24;
      for (let at = start + 4 * words, shift = 0; at < end; at++, shift += 8) word |= bytes[at]! << shift;
    } else if (n === words + 1) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
