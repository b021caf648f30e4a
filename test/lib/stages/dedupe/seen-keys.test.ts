import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyedHash } from "../../../../src/lib/base/hash/keyed-hash.js";
import { murmur3 } from "../../../../src/lib/base/hash/murmur.js";
import { KEY_BYTES, SeenKeys } from "../../../../src/lib/stages/dedupe/seen-keys.js";

function sought(seen: SeenKeys, text: string): number {
  const bytes = Buffer.from(text);
  return seen.find(bytes, 0, bytes.length, keyedHash(bytes, 0, bytes.length));
}

function add(seen: SeenKeys, text: string): number {
  const bytes = Buffer.from(text);
  return seen.add(bytes, 0, bytes.length, keyedHash(bytes, 0, bytes.length));
}

describe("keys in the order in which they came", () => {
  it("is what a map is, whatever is added and deleted, across its growth", () => {
    const steps = fc.array(
      fc.record({ key: fc.nat(900), isAdded: fc.boolean(), length: fc.constantFrom(0, 3, 200, 70_000) }),
      { minLength: 100, maxLength: 3000 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const seen = new SeenKeys();
        const model = new Map<string, number>();
        for (const [n, { key, isAdded, length }] of list.entries()) {
          const text = `${key}${"x".repeat(key % 97 === 0 ? length : length % 1000)}`;
          const entry = sought(seen, text);
          expect(entry >= 0).toBe(model.has(text));
          if (entry >= 0) {
            expect(seen.firstMs[entry]).toBe(model.get(text));
            expect(seen.key(entry).toString()).toBe(text);
          }
          if (isAdded && entry < 0) {
            const fresh = add(seen, text);
            seen.firstMs[fresh] = n;
            model.set(text, n);
          } else if (!isAdded && entry >= 0) {
            seen.delete(entry);
            model.delete(text);
          }
        }
        expect([...seen.entries()].map((entry) => seen.key(entry).toString())).toEqual([...model.keys()]);
        const { oldest } = seen;
        expect(oldest < 0 ? undefined : seen.key(oldest).toString()).toBe(model.keys().next().value);
      }),
      { numRuns: 30 },
    );
  });

  it("stays as large as what it remembers, however many keys come and go", () => {
    const seen = new SeenKeys();
    for (let n = 0; n < 300_000; n++) {
      if (seen.size === 1000) seen.delete(seen.oldest);
      add(seen, `key number ${n}`);
    }
    expect(seen.size).toBe(1000);
    expect(seen.capacity).toBeLessThanOrEqual(2048);
    expect(seen.heldBytes).toBeLessThan(400_000);
  });

  it("gives the room of deleted keys back when the oldest one stays", () => {
    const seen = new SeenKeys();
    add(seen, "stays");
    for (let n = 0; n < 20_000; n++) seen.delete(add(seen, `${n}${"long ".repeat(n % 2 === 0 ? 1 : 2000)}`));
    expect(seen.capacity).toBeLessThanOrEqual(512);
    expect(seen.heldBytes).toBeLessThan(1.5 * 1024 * 1024);
    expect(seen.key(seen.oldest).toString()).toBe("stays");
  });

  it("takes no more than it is said to", () => {
    const seen = new SeenKeys();
    let bytes = 0;
    for (let n = 0; n < 200_000; n++) {
      const text = `{"trace_id":"${n}"}`;
      add(seen, text);
      bytes += KEY_BYTES + text.length;
      if (n % 999 === 998) expect(seen.heldBytes).toBeLessThan(bytes + 200_000);
    }
  });

  it("cannot be slowed by keys made to have one hash", () => {
    const texts = collidingTexts(12);
    const hashes = texts.map((text) => murmur3(text, 0, text.length, 0));
    expect(new Set(hashes).size).toBe(1);
    expect(new Set(texts.map((text) => keyedHash(text, 0, text.length))).size).toBeGreaterThan(4090);
  });
});

/** 2^blocks texts of one MurmurHash3: pairs of words that leave its state as it was can be put one behind the other. */
function collidingTexts(blocks: number): Buffer[] {
  // The state is turned left by 13 bits and multiplied by 5: a difference in its bit 18 goes to bit 31, and stays there
  // alone.
  const difference = (word: number, bit: number) => unscrambled((scrambled(word) ^ (1 << bit)) | 0);
  const pair = (n: number): [Buffer, Buffer] => {
    const plain = Buffer.alloc(8);
    plain.writeInt32LE(n * 7919, 0);
    const other = Buffer.alloc(8);
    other.writeInt32LE(difference(n * 7919, 18), 0);
    other.writeInt32LE(difference(0, 31), 4);
    return [plain, other];
  };
  let texts = [Buffer.alloc(0)];
  for (let n = 0; n < blocks; n++) {
    const both = pair(n);
    texts = texts.flatMap((text) => both.map((end) => Buffer.concat([text, end])));
  }
  return texts;
}

function scrambled(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function unscrambled(word: number): number {
  const product = Math.imul(word, inverse(0x1b873593));
  return Math.imul((product >>> 15) | (product << 17), inverse(0xcc9e2d51));
}

/** Modulo 2^32, by Newton's method. */
function inverse(odd: number): number {
  let found = odd;
  for (let n = 0; n < 5; n++) found = Math.imul(found, 2 - Math.imul(odd, found));
  return found;
}
