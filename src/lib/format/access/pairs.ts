/**
 * `key=value` behind an access line. nginx writes the values of several upstreams with blanks between them, and query
 * strings with `=` in them, whether or not the format has quotes around:
 *
 *     rt=3.010 urt=1.000, 2.000 : 0.010 args=q=1&page=2 host="shop example" 17
 */

export interface Pair {
  readonly value: string;
  /** The pair as it stands in the line. */
  readonly written: string;
}

export interface Pairs {
  readonly pairs: ReadonlyMap<string, Pair>;
  /** What stands before the first pair. */
  readonly words: string;
  /** What is no pair behind it: words, and pairs with the key of another. */
  readonly rest: readonly string[];
}

const PAIRS_MAX = 64;
const KEY = "[A-Za-z_][\\w-]{0,63}=";
const START = new RegExp(`(${KEY})`, "y");
const QUOTED = /"([^"]*)"(?=[ ,]|$)/y;
const WORD = /"[^"]*"(?=[ ,]|$)|\S+/y;
/** Before what a value without quotes ends. */
const NEXT = new RegExp(` (?:${KEY}|")`, "g");
const BETWEEN = /,? */y;

/** One value, or one for each upstream that was tried. */
const LIST = /^\S*(?:(?:(?<=,)| :) \S+)*$/;
/** The same of numbers, with words behind that are no unit. */
const NUMBERS =
  /^((?:-|\d[\d.]*)(?:(?:,| :) (?:-|\d[\d.]*))*),? +(?!(?:[num]?s|µs|μs|secs?|seconds?|msecs?|[kmg]?b|bytes?)$)(.+)$/i;

/** A value that is no list and no number has all words up to the next pair. */
export function pairsOf(tail: string): Pairs {
  const pairs = new Map<string, Pair>();
  const rest: string[] = [];
  let words = "";
  let at = 0;
  while (at < tail.length) {
    const key = pairs.size < PAIRS_MAX ? matchAt(START, tail, at) : null;
    const found = key === null ? null : valueAt(tail, at + key[0].length);
    if (found === null) {
      const [word] = matchAt(WORD, tail, at) ?? [tail.slice(at)];
      if (pairs.size > 0) rest.push(word);
      at = endOf(tail, at + word.length);
      if (pairs.size === 0) words = tail.slice(0, at).trim();
      continue;
    }
    const name = key![0].slice(0, -1);
    const written = tail.slice(at, found.end);
    if (pairs.has(name)) rest.push(written);
    else pairs.set(name, { value: found.value, written });
    if (found.behind !== "") rest.push(found.behind);
    at = endOf(tail, found.next);
  }
  return { pairs, words, rest };
}

interface Found {
  readonly value: string;
  readonly behind: string;
  readonly end: number;
  readonly next: number;
}

function valueAt(tail: string, at: number): Found | null {
  if (tail.charCodeAt(at) === QUOTE) {
    const quoted = matchAt(QUOTED, tail, at);
    if (quoted === null) return null;
    const end = at + quoted[0].length;
    return { value: quoted[1]!, behind: "", end, next: end };
  }
  NEXT.lastIndex = at;
  const next = NEXT.exec(tail)?.index ?? tail.length;
  const text = tail.slice(at, next).trimEnd().replace(/,$/, "");
  const [value, behind] = splitValue(text);
  return { value, behind, end: at + (behind === "" ? text.length : value.length), next };
}

function splitValue(text: string): readonly [value: string, behind: string] {
  if (text.startsWith(" ")) return ["", text.trim()];
  if (LIST.test(text)) return [text, ""];
  const numbers = NUMBERS.exec(text);
  return numbers === null ? [text, ""] : [numbers[1]!, numbers[2]!];
}

const QUOTE = 0x22;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function endOf(text: string, at: number): number {
  return at + matchAt(BETWEEN, text, at)![0].length;
}
