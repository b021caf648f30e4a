// Seeded randomness for generated inputs: the same seed gives the same bytes on every machine.

/** A 32-bit generator (mulberry32): returns floats in [0, 1). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A sampler of ranks 0..count-1 with P(rank) ~ 1/(rank+1), by a table lookup: O(1) a draw. */
export function zipf(next, count) {
  const slots = 65_536;
  const table = new Uint32Array(slots);
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let rank = 0;
  let reached = weights[0] / total;
  for (let slot = 0; slot < slots; slot += 1) {
    while ((slot + 0.5) / slots > reached && rank < count - 1) reached += weights[++rank] / total;
    table[slot] = rank;
  }
  return () => table[(next() * slots) | 0];
}

/** A sampler that returns each item of `[item, weight]` pairs in proportion to its weight. */
export function weighted(next, pairs) {
  const total = pairs.reduce((sum, [, weight]) => sum + weight, 0);
  const slots = pairs.flatMap(([item, weight]) =>
    Array(Math.max(1, Math.round((weight / total) * 1000))).fill(item),
  );
  return () => slots[(next() * slots.length) | 0];
}

/** Lowercase hex of `digits` characters. */
export function hex(next, digits) {
  let text = "";
  for (let left = digits; left > 0; left -= 8) {
    const bits = next() * 4294967296;
    text += left >= 8 ? words16[bits >>> 16] + words16[bits & 0xffff] : words16[bits >>> 16].slice(0, left);
  }
  return text;
}

const words16 = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, "0"));
