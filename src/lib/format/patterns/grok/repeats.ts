/**
 * Groups within a repeat, `(?: %{A:a}| %{B:b})*`. Oniguruma keeps what a group has captured in an earlier round;
 * JavaScript forgets it when the next round begins. So the repeat is captured as a whole, and gone through once more, a
 * round at a time.
 */

export interface Repeat {
  /** The group that holds all rounds. */
  readonly group: string;
  /** One round, an Oniguruma expression with its groups; repeats within it are split, too. */
  readonly round: string;
  readonly repeats: readonly Repeat[];
}

export interface Split {
  /** The expression without the groups that stand in repeats. */
  readonly source: string;
  readonly repeats: readonly Repeat[];
}

/** Further repeats are left as they are. */
const REPEATS_MAX = 64;

/** Splits an expression in which named groups are called `g` and a number. */
export function splitRepeats(source: string): Split {
  // A reference may mean a group that would be gone.
  if (!source.includes("(?<g") || /\\[kg]</.test(source)) return { source, repeats: [] };
  let count = 0;
  const split = (text: string): Split => {
    const repeats: Repeat[] = [];
    let out = "";
    let from = 0;
    for (const { start, end, quantified } of repeatedGroups(text)) {
      const group = text.slice(start, end);
      if (count === REPEATS_MAX || !group.includes("(?<g", 1)) continue;
      const name = `r${count++}`;
      const round = split(group);
      repeats.push({ group: name, round: round.source, repeats: round.repeats });
      out += `${text.slice(from, start)}(?<${name}>${withoutNames(group)}${text.slice(end, quantified)})`;
      from = quantified;
    }
    return { source: out + text.slice(from), repeats };
  };
  return split(source);
}

const withoutNames = (text: string) => text.replace(/\(\?<[gr]\d+>/g, "(?:");

interface Place {
  readonly start: number;
  readonly end: number;
  /** Behind its quantifier. */
  readonly quantified: number;
}

/** `*`, `+`, `{2,}` and the like, each perhaps lazy or possessive; not `?`, which is at most one round. */
const QUANTIFIER = /(?:[*+]|\{\d*,?\d*\})[?+]?/y;

/** The outermost groups that are repeated. Cost: linear. */
function repeatedGroups(text: string): Place[] {
  const open: number[] = [];
  const found: Place[] = [];
  let classDepth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") i++;
    else if (c === "[") {
      classDepth++;
      if (text[i + 1] === "^") i++;
      if (text[i + 1] === "]") i++;
    } else if (classDepth > 0) classDepth -= c === "]" ? 1 : 0;
    else if (c === "(") open.push(i);
    else if (c === ")") {
      const start = open.pop() ?? 0;
      QUANTIFIER.lastIndex = i + 1;
      const quantifier = QUANTIFIER.exec(text);
      if (quantifier === null) continue;
      while (found.length > 0 && found.at(-1)!.start > start) found.pop();
      found.push({ start, end: i + 1, quantified: QUANTIFIER.lastIndex });
    }
  }
  return found;
}
