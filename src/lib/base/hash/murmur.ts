/**
 * MurmurHash3_x86_32 by Austin Appleby (public domain, github.com/aappleby/smhasher, MurmurHash3.cpp): a hash with a
 * fixed, published definition, so that every host, version and other program agrees on it. Not for secrets: inputs that
 * collide can be made on purpose. About 1 ns a byte.
 *
 * @returns 0 to 2^32 - 1
 */
export function murmur3(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed | 0;
  let at = start;
  for (const last = end - 3; at < last; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = stirred(hash ^ scrambled(word));
  }
  let tail = 0;
  for (let n = end - 1; n >= at; n--) tail = (tail << 8) | bytes[n]!;
  if (end > at) hash ^= scrambled(tail);
  return finished(hash ^ (end - start));
}

/** Its parts, for what hashes with two seeds at once: four bytes, mixed before they are taken in, whatever the seed. */
export function scrambled(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

/** A state that has taken four scrambled bytes in by `^`. */
export function stirred(state: number): number {
  return (Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64) | 0;
}

/** The hash, of the last state and the length. */
export function finished(state: number): number {
  let hash = state;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
