/**
 * The candidate nearest to `word` by edit distance, if near enough to be a slip of the fingers: less than half of the
 * word is another, however short it is. Dashes before an option count for nothing.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const { length } = word.replace(/^--?/, "");
  const most = Math.min(
    Math.max(1, Math.floor(length / 3) + (length > 3 ? 1 : 0)),
    Math.ceil(length / 2) - 1,
  );
  if (most < 1) return undefined;
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    const distance = slips(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `graf` for `graph` is one slip. */
function slips(word: string, candidate: string): number {
  const distance = editDistance(word, candidate);
  return word.includes("f") && candidate.includes("ph")
    ? Math.min(distance, 1 + editDistance(word.replace("f", "ph"), candidate))
    : distance;
}

/** Optimal string alignment distance: insert, delete, replace, swap of neighbours. O(a.length * b.length). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d = Math.min(d, beforeLast[j - 2]! + 1);
      row.push(d);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
