/** Finds the lines of a block that hold a text, without looking at the others. */
import { RE2JS } from "re2js";
import { takeBuffer } from "../../base/buffers.js";
import { table } from "../../base/table.js";
import { quote } from "../../json/quote.js";

const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;

/** Where lines begin and end, in order: start, behind the "\n", start, ... */
export type Spans = readonly number[];

/**
 * The lines that hold any of the texts. A line is looked at as JSON, with what its strings say: `\u00e9` is an é, and
 * `\/` a slash.
 */
export interface GrepSettings {
  readonly texts: readonly string[];
  readonly patterns: readonly string[];
  readonly ignoresCase: boolean;
}

type Finder = (bytes: Buffer) => number[];

export class Grep {
  private readonly finders: readonly Finder[];

  /** The patterns have been checked. */
  constructor({ texts, patterns, ignoresCase }: GrepSettings) {
    const flags = ignoresCase ? RE2JS.CASE_INSENSITIVE : 0;
    this.finders = [
      ...[...new Set(texts)].map((text) => textFinder(text, ignoresCase)),
      // What is a line break in a string was none in the line, and a dot stood for what is written for it.
      ...patterns.map((pattern) => patternFinder(pattern, RE2JS.compile(pattern, flags | RE2JS.DOTALL))),
    ];
  }

  /** Whole lines in. */
  find(bytes: Buffer): Spans {
    const [first = [], ...more] = this.finders.map((find) => find(bytes));
    return more.reduce(union, first);
  }
}

/**
 * Lines are searched as they stand, with the text as it is and as JSON writes it; only those with escapes that could
 * stand for a part of the text, or for a part of what was found, are looked at unescaped.
 */
function textFinder(text: string, ignoresCase: boolean): Finder {
  const json = quote(text).slice(1, -1);
  // No line holds a line break.
  const forms = text === json || text.includes("\n") ? [json] : [text, json];
  const [first, ...others] = forms.map((form) => rawFinder(form, ignoresCase)) as [Finder, ...Finder[]];
  const wanted = ignoresCase ? text.toLowerCase() : text;
  const says = (line: string) => {
    const said = unescaped(line);
    return (ignoresCase ? said.toLowerCase() : said).includes(wanted);
  };
  // Who writes a backslash may mean the JSON.
  const isJson = text.includes("\\");
  const escapes = escapesOf(ignoresCase ? text.toLowerCase() + text.toUpperCase() : text);
  return (bytes) => {
    const found = others.reduce((spans, find) => union(spans, find(bytes)), first(bytes));
    if (!bytes.includes(BACKSLASH)) return found;
    const sure = isJson ? found : linesOf(bytes, found, (line) => !line.includes("\\") || says(line));
    if (!escapes.marks.some((mark) => bytes.includes(mark))) return sure;
    const escaped = linesMatching(bytes, escapes.pattern);
    return union(sure, linesOf(bytes, escaped, says));
  };
}

/**
 * The escapes that can stand for a part of the text, those of letters and digits included, and how all of them begin.
 */
function escapesOf(text: string): { readonly pattern: RegExp; readonly marks: readonly string[] } {
  const units = new Set(Array.from({ length: text.length }, (_, n) => text.charCodeAt(n)));
  const codes = [...units].map((unit) => `u${unit.toString(16).padStart(4, "0")}`);
  // A text may begin in the string and end behind it: then what JSON writes for it is another text.
  const letters = Object.entries(SHORT_ESCAPES).flatMap(([letter, meant]) =>
    text.includes(meant) ? [letter] : [],
  );
  const pattern = new RegExp(
    `\\\\(?:${[...codes, ...letters.map((letter) => (letter === "\\" ? "\\\\" : letter))].join("|")})`,
    "gi",
  );
  return { pattern, marks: ["u", ...letters].map((letter) => `\\${letter}`) };
}

function linesMatching(bytes: Buffer, pattern: RegExp): number[] {
  const haystack = bytes.latin1Slice();
  return linesAt(bytes, 1, (from) => {
    pattern.lastIndex = from;
    return pattern.exec(haystack)?.index ?? -1;
  });
}

function rawFinder(text: string, ignoresCase: boolean): Finder {
  if (!ignoresCase) {
    const needle = Buffer.from(text);
    return (bytes) => linesAt(bytes, needle.length, (from) => bytes.indexOf(needle, from));
  }
  const lower = text.toLowerCase();
  if (/^[\0-\x7f]*$/.test(text)) {
    return (bytes) => {
      const haystack = bytes.latin1Slice().toLowerCase();
      return linesAt(bytes, lower.length, (from) => haystack.indexOf(lower, from));
    };
  }
  return (bytes) => linesWhere(bytes, (line) => line.toLowerCase().includes(lower));
}

function patternFinder(source: string, pattern: RE2JS): Finder {
  const isJson = source.includes("\\\\");
  return (bytes) =>
    linesWhere(bytes, (line) => {
      if (!line.includes("\\")) return pattern.test(line);
      return pattern.test(unescaped(line)) || (isJson && pattern.test(line));
    });
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = table({
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "\\": "\\",
  "/": "/",
});

/** A line of JSON with the characters that its escapes stand for. */
function unescaped(line: string): string {
  return line.replace(ESCAPE, (_, code: string | undefined, letter: string) =>
    code === undefined ? (SHORT_ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** The lines around each place that `next` finds. A text never holds a line feed: JSON has none inside of strings. */
function linesAt(bytes: Buffer, length: number, next: (from: number) => number): number[] {
  const spans: number[] = [];
  for (let at = next(0); at >= 0; ) {
    const start = at === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, at - 1) + 1;
    const end = bytes.indexOf(LINE_FEED, at + length) + 1;
    if (end === 0) break;
    spans.push(start, end);
    at = end < bytes.length ? next(end) : -1;
  }
  return spans;
}

function linesWhere(bytes: Buffer, isWanted: (line: string) => boolean): number[] {
  const spans: number[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start) + 1;
    if (end === 0) break;
    if (isWanted(bytes.utf8Slice(start, end - 1))) spans.push(start, end);
    start = end;
  }
  return spans;
}

/** Those of the lines that are wanted. */
function linesOf(bytes: Buffer, spans: Spans, isWanted: (line: string) => boolean): number[] {
  const kept: number[] = [];
  for (let n = 0; n < spans.length; n += 2)
    if (isWanted(bytes.utf8Slice(spans[n], spans[n + 1]! - 1))) kept.push(spans[n]!, spans[n + 1]!);
  return kept;
}

/** The lines that are in either. */
function union(a: readonly number[], b: readonly number[]): number[] {
  const spans: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const isFromA = j >= b.length || (i < a.length && a[i]! <= b[j]!);
    if (isFromA && a[i] === b[j]) j += 2;
    spans.push(isFromA ? a[i]! : b[j]!, isFromA ? a[i + 1]! : b[j + 1]!);
    if (isFromA) i += 2;
    else j += 2;
  }
  return spans;
}

/** Some lines of a block as a block of their own, which knows where they stood. */
export class Selection {
  readonly bytes: Buffer;
  private readonly spans: Spans;
  /** Where in `bytes` each line begins. */
  private readonly offsets: number[] = [];

  constructor(from: Buffer, spans: Spans) {
    this.spans = spans;
    let length = 0;
    for (let n = 0; n < spans.length; n += 2) {
      this.offsets.push(length);
      length += spans[n + 1]! - spans[n]!;
    }
    const isAll = length === from.length;
    this.bytes = isAll ? from : takeBuffer(length);
    for (let n = 0; n < spans.length && !isAll; n += 2)
      from.copy(this.bytes, this.offsets[n / 2]!, spans[n], spans[n + 1]);
  }

  /** Where a byte of `bytes` stood. */
  origin(offset: number): number {
    let [low, high] = [0, this.offsets.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsets[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return this.spans[low * 2]! + offset - this.offsets[low]!;
  }
}
