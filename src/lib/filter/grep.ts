/** Finds the lines of a block that hold a text, without looking at the others. */
import { RE2JS } from "re2js";
import { takeBuffer } from "../base/buffers.js";
import { quote } from "../event/quote.js";

const LINE_FEED = 0x0a;

/** Where lines begin and end, in order: start, behind the "\n", start, ... */
export type Spans = readonly number[];

/** The lines that hold any of the texts. Lines are looked at as they stand, as JSON. */
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
      ...needlesOf(texts).map((text) => textFinder(text, ignoresCase)),
      ...patterns.map((pattern) => patternFinder(RE2JS.compile(pattern, flags))),
    ];
  }

  /** Whole lines in. */
  find(bytes: Buffer): Spans {
    const [first = [], ...more] = this.finders.map((find) => find(bytes));
    return more.reduce(union, first);
  }
}

/** A text with quotes or backslashes is looked for as it is and as it stands in a JSON string. */
function needlesOf(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => [text, quote(text).slice(1, -1)]))];
}

function textFinder(text: string, ignoresCase: boolean): Finder {
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

function patternFinder(pattern: RE2JS): Finder {
  return (bytes) => linesWhere(bytes, (line) => pattern.test(line));
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
