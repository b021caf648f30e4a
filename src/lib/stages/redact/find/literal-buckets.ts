/**
 * Which of the eight buckets each group of literals goes to, the upper two being for those that only count where a word
 * begins. The kernel asks, for the four bytes at every place, whether some bucket has literals with these halves of
 * bytes; a bucket answers for all combinations of its halves, so groups that are alike belong together.
 */
interface Texts {
  readonly text: string;
  readonly isAnyCase: boolean;
  readonly startsWord: boolean;
}

const BUCKETS = 8;
const FIRST_OF_WORDS = 6;
const POSITIONS = 4;

export function bucketsOf(groups: readonly (readonly Texts[])[]): readonly number[] {
  const masks = groups.map(masksOf);
  const order = groups.map((_, index) => index).sort((a, b) => costOf(masks[b]!) - costOf(masks[a]!));
  const buckets: (Uint32Array | undefined)[] = Array.from({ length: BUCKETS });
  const chosen = groups.map(() => 0);
  for (const index of order) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    const startsWord = groups[index]!.every((literal) => literal.startsWord);
    const to = startsWord ? BUCKETS : FIRST_OF_WORDS;
    for (let bucket = startsWord ? FIRST_OF_WORDS : 0; bucket < to; bucket++) {
      const have = buckets[bucket];
      const more = costOf(union(have, masks[index]!)) - (have === undefined ? 0 : costOf(have));
      if (more < least) {
        least = more;
        best = bucket;
      }
    }
    buckets[best] = union(buckets[best], masks[index]!);
    chosen[index] = best;
  }
  return chosen;
}

/** For each of four bytes: which low and which high halves occur, as bits. */
function masksOf(literals: readonly Texts[]): Uint32Array {
  const masks = new Uint32Array(2 * POSITIONS);
  for (const { text, isAnyCase } of literals) {
    for (let n = 0; n < POSITIONS; n++) {
      if (n === text.length) {
        masks[2 * n] = 0xffff;
        masks[2 * n + 1] = 0xffff;
        continue;
      }
      const byte = text.charCodeAt(n);
      const other = isAnyCase && /[a-z]/i.test(text.charAt(n)) ? byte ^ 0x20 : byte;
      masks[2 * n]! |= 1 << (byte & 15);
      masks[2 * n + 1]! |= (1 << (byte >> 4)) | (1 << (other >> 4));
    }
  }
  return masks;
}

function union(a: Uint32Array | undefined, b: Uint32Array): Uint32Array {
  return a === undefined ? b : b.map((bits, n) => bits | a[n]!);
}

/** How often log text meets the masks: the product over four bytes of the share of text that each lets through. */
function costOf(masks: Uint32Array): number {
  let cost = 1;
  for (let n = 0; n < POSITIONS; n++) {
    let share = 0;
    for (let high = 2; high < 8; high++) {
      if (((masks[2 * n + 1]! >> high) & 1) === 0) continue;
      for (let low = 0; low < 16; low++) if ((masks[2 * n]! >> low) & 1) share += SHARES[(high << 4) | low]!;
    }
    cost *= share;
  }
  return cost;
}

/** Roughly how often each byte stands in logs: small letters by English, digits often, the rest seldom. */
const SHARES = Array.from({ length: 128 }, (_, byte) => {
  const letter = "etaoinsrhldcumfpgwybvkxjqz".indexOf(String.fromCharCode(byte));
  if (letter >= 0) return 0.07 / (1 + letter / 5);
  if (byte >= 0x30 && byte <= 0x39) return 0.02;
  return byte >= 0x41 && byte <= 0x5a ? 0.002 : 0.006;
});
