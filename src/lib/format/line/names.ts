/** Words of a line that name something: loggers, threads, files. */
import { areDigits, isDigit, isLetter, isLower, isUpper } from "./chars.js";

const NAME_CHARACTERS_MAX = 200;

/**
 * Whether it is written as the name of a logger, a thread or a module: one word, begun by a letter, without punctuation
 * of prose.
 */
export function isName(line: string, start: number, end: number): boolean {
  if (end <= start || end - start > NAME_CHARACTERS_MAX) return false;
  const first = line.charCodeAt(start);
  if (!isLetter(first) && first !== 0x5f) return false;
  for (let at = start + 1; at < end; at++) {
    const code = line.charCodeAt(at);
    if (!isNameCode(code)) return false;
    // What has `//` is a URL.
    if (code === 0x2f && line.charCodeAt(at - 1) === code) return false;
  }
  const last = line.charCodeAt(end - 1);
  return last !== 0x2e && last !== 0x3a;
}

/** Letters, digits and `_ - . / : $ # @ > *`. */
function isNameCode(code: number): boolean {
  return (
    isLetter(code) ||
    (code >= 0x2d && code <= 0x3a) ||
    code === 0x5f ||
    code === 0x23 ||
    code === 0x24 ||
    code === 0x40 ||
    code === 0x2a
  );
}

/**
 * Whether it is a word as sentences have it: letters alone, in small or with a capital first, perhaps a stop behind.
 */
export function isProse(line: string, start: number, end: number): boolean {
  let last = end;
  while (last > start && !isLetter(line.charCodeAt(last - 1)) && !isDigit(line.charCodeAt(last - 1))) last--;
  for (let at = start; at < last; at++) {
    const code = line.charCodeAt(at);
    const isApostrophe = code === 0x27;
    if (!isApostrophe && !isLetter(code)) return false;
    if (at > start + 1 && isUpper(code) && isLower(line.charCodeAt(at - 1))) return false;
  }
  return true;
}

/** Whether it is a qualified name as of a class: two dots or more, or `::`, and no number among its parts. */
export function isQualified(line: string, start: number, end: number): boolean {
  if (!isName(line, start, end)) return false;
  let parts = 0;
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x2f) return false;
    const isDot = code === 0x2e;
    if (!isDot && !(code === 0x3a && line.charCodeAt(at + 1) === 0x3a)) continue;
    parts += isDot ? 1 : 2;
    const next = line.charCodeAt(at + (isDot ? 1 : 2));
    if (!isLetter(next) && next !== 0x5f) return false;
  }
  return parts >= 2;
}

/** Whether the last part of a qualified name begins with a capital, as classes do. */
export function endsInClass(line: string, start: number, end: number): boolean {
  const dot = line.lastIndexOf(".", end - 1);
  return dot > start && isUpper(line.charCodeAt(dot + 1)) && isLower(line.charCodeAt(end - 1));
}

/** The colon of `file.ext:123` between `start` and `end`; -1 when it is none. */
export function colonOfPlace(line: string, start: number, end: number): number {
  let colon = end - 1;
  while (colon > start && isDigit(line.charCodeAt(colon))) colon--;
  if (
    colon === end - 1 ||
    line.charCodeAt(colon) !== 0x3a ||
    end - colon > 8 ||
    colon - start > NAME_CHARACTERS_MAX
  )
    return -1;
  let dot = colon - 1;
  while (dot > start && isLetter(line.charCodeAt(dot))) dot--;
  const extension = colon - dot - 1;
  if (line.charCodeAt(dot) !== 0x2e || dot === start || extension < 1 || extension > 5) return -1;
  for (let at = start; at < dot; at++) if (!isPathCode(line.charCodeAt(at))) return -1;
  return SOURCES.has(line.slice(dot + 1, colon).toLowerCase()) ? colon : -1;
}

/** Whether it is the name of a source file. */
export function isSourceFile(line: string, start: number, end: number): boolean {
  const dot = line.lastIndexOf(".", end - 1);
  return (
    dot > start &&
    end - dot <= 6 &&
    isName(line, start, end) &&
    SOURCES.has(line.slice(dot + 1, end).toLowerCase())
  );
}

/** Ends of the names of source files. */
const SOURCES = new Set(
  (
    "c cc cpp cxx h hpp hh m mm go rs java kt kts scala clj groovy py pyx rb php js mjs cjs ts tsx jsx vue cs vb fs " +
    "swift ex exs erl hrl lua pl pm sh r jl d zig nim dart ml hs pas f90 sql cfg conf xml"
  ).split(" "),
);

function isPathCode(code: number): boolean {
  return (
    isLetter(code) ||
    (code >= 0x2d && code <= 0x39) ||
    code === 0x5f ||
    code === 0x24 ||
    code === 0x40 ||
    code === 0x5c
  );
}

/** `name[word]:`, as Heroku names processes: the bracket that opens; -1 when it is none. */
export function openOfProcess(line: string, start: number, end: number): number {
  if (line.charCodeAt(end - 1) !== 0x3a || line.charCodeAt(end - 2) !== 0x5d) return -1;
  const open = line.lastIndexOf("[", end - 3);
  return open > start && isName(line, start, open) && isName(line, open + 1, end - 2) ? open : -1;
}

/** `name[123]` with a colon behind or not: where the name ends, and the digits. */
export interface Tag {
  readonly nameEnd: number;
  readonly pidStart: number;
  readonly pidEnd: number;
}

/** The tag that the token from `start` to `end` is; undefined when it is none. */
export function tagOf(line: string, start: number, end: number): Tag | undefined {
  const last = line.charCodeAt(end - 1) === 0x3a ? end - 1 : end;
  if (line.charCodeAt(last - 1) !== 0x5d) return undefined;
  const open = line.lastIndexOf("[", last - 2);
  if (open <= start || !areDigits(line, open + 1, last - 1) || last - open > 12) return undefined;
  return isName(line, start, open) ? { nameEnd: open, pidStart: open + 1, pidEnd: last - 1 } : undefined;
}
