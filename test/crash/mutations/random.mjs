/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed) {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  next();
  return {
    /** A whole number from 0 to below `end`. */
    below: (end) => Math.floor(next() * end),
    of: (items) => items[Math.floor(next() * items.length)],
  };
}
