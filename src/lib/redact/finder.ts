/** Finds everything in a block that the detectors and the rules of field names know. */
import {
  type Anchors,
  PLACE_ESCAPE,
  PLACE_LITERAL,
  PLACE_STRING,
  PLACE_WORDS,
  type Places,
} from "./anchors.js";
import { endOf, type Span } from "./detector.js";
import { unescaped } from "./escapes.js";
import type { Hunter } from "./hunter.js";
import { isKeyAt, numberAround, skipValue, stringEnd } from "./json-places.js";

/** Something found: [start, end) of the block's bytes. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** The number of the hunter. */
  readonly hunter: number;
  /** Whether it is the whole of a JSON value, quotes and all, and what takes its place must be one. */
  readonly isToken: boolean;
  /** Of a token: what it says, as bytes, one a character; its JSON text when it is no string. */
  readonly value?: string;
}

/** A text with the places where it is written. */
interface Passage {
  readonly text: string;
  /** Offset of the block at which it begins. */
  readonly from: number;
  readonly places: Uint32Array | undefined;
}

const SEPARATOR = "\0";

export class Finder {
  private readonly anchors: Anchors;
  private readonly hunters: readonly Hunter[];
  private readonly asked = new Map<number, Passage>();

  constructor(anchors: Anchors, hunters: readonly Hunter[]) {
    this.anchors = anchors;
    this.hunters = hunters;
  }

  /** In whole lines, each a valid JSON object. In order of their starts. */
  inEvents(bytes: Buffer): Finding[] {
    const found: Finding[] = [];
    const places = this.anchors.find(bytes, true);
    const escaped = escapedStrings(places);
    let passage: Passage = { text: "", from: -1, places: undefined };
    for (let n = 0; n < places.length; n += PLACE_WORDS) {
      const at = places[n]!;
      const kind = places[n + 1]!;
      const start = places[n + 2]!;
      if (kind === PLACE_ESCAPE || (escaped.size > 0 && escaped.has(start))) continue;
      if (start < 0) this.askNumber(bytes, at, kind, found);
      else {
        if (passage.from !== start) {
          if ((kind & 0xff) === PLACE_LITERAL && !this.mayBe(bytes, at, kind >> 8)) continue;
          const end = bytes.indexOf(0x22, start);
          passage = { text: bytes.latin1Slice(start, end), from: start, places: undefined };
        }
        this.ask(passage, at - start, kind, bytes, found);
      }
    }
    this.inEscaped(bytes, [...escaped], found);
    return sorted(found);
  }

  /** In lines of text, or in any bytes: a detector sees one line at a time. */
  inText(bytes: Buffer): Finding[] {
    const found: Finding[] = [];
    const places = this.anchors.find(bytes, false);
    let passage: Passage = { text: "", from: 0, places: undefined };
    let end = -1;
    for (let n = 0; n < places.length; n += PLACE_WORDS) {
      const at = places[n]!;
      if (at >= end) {
        const from = at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1;
        const next = bytes.indexOf(0x0a, at);
        end = next < 0 ? bytes.length : next;
        passage = { text: bytes.latin1Slice(from, end), from, places: undefined };
      }
      this.ask(passage, at - passage.from, places[n + 1]!, undefined, found);
    }
    if (this.anchors.ofStrings.length > 0) this.askLines(bytes, found);
    return sorted(found);
  }

  /** A cheap look before a string is taken out of the block: does the last byte of some literal fit? */
  private mayBe(bytes: Buffer, at: number, group: number): boolean {
    return this.anchors.groups[group]!.some(
      ({ text }) => ((bytes[at + text.length - 1] ?? 0) | 0x20) === (text.charCodeAt(text.length - 1) | 0x20),
    );
  }

  /** Strings written with escapes: what they say is put in a row and looked through like text. */
  private inEscaped(bytes: Buffer, starts: readonly number[], found: Finding[]): void {
    if (starts.length === 0) return;
    const passages: Passage[] = [];
    const offsets: number[] = [];
    let all = "";
    for (const from of starts) {
      const { text, places } = unescaped(bytes.latin1Slice(from, stringEnd(bytes, from)));
      offsets.push(all.length);
      passages.push({ text, from, places });
      all += text + SEPARATOR;
      this.askString(passages.at(-1)!, found, bytes);
    }
    const places = this.anchors.find(Buffer.from(all, "latin1"), false);
    let current = 0;
    for (let n = 0; n < places.length; n += PLACE_WORDS) {
      const at = places[n]!;
      while (current > 0 && at < offsets[current]!) current--;
      while (current + 1 < offsets.length && at >= offsets[current + 1]!) current++;
      this.ask(passages[current]!, at - offsets[current]!, places[n + 1]!, bytes, found);
    }
  }

  /** `bytes`: of the events, for the rules of field names; undefined in plain text. */
  private ask(
    passage: Passage,
    at: number,
    kindAndGroup: number,
    bytes: Buffer | undefined,
    found: Finding[],
  ): void {
    const kind = kindAndGroup & 0xff;
    if (kind === PLACE_LITERAL) {
      for (const { text, isAnyCase, asker } of this.anchors.groups[kindAndGroup >> 8]!) {
        if (hasLiteral(passage.text, at, text, isAnyCase)) this.askOne(asker, passage, at, bytes, found);
      }
    } else if (kind === PLACE_STRING) this.askString(passage, found, bytes);
    else for (const asker of this.anchors.byShape[kind]!) this.askOne(asker, passage, at, bytes, found);
  }

  private askString(passage: Passage, found: Finding[], bytes?: Buffer): void {
    for (const asker of this.anchors.ofStrings) this.askOne(asker, passage, 0, bytes, found);
  }

  private askLines(bytes: Buffer, found: Finding[]): void {
    for (let from = 0; from < bytes.length; ) {
      const next = bytes.indexOf(0x0a, from);
      const end = next < 0 ? bytes.length : next;
      this.askString({ text: bytes.latin1Slice(from, end), from, places: undefined }, found);
      from = end + 1;
    }
  }

  private askOne(
    asker: number,
    passage: Passage,
    at: number,
    bytes: Buffer | undefined,
    found: Finding[],
  ): void {
    const hunter = this.hunters[asker]!;
    if (hunter.isFieldRule) {
      if (bytes !== undefined) this.askField(asker, passage, bytes, found);
      return;
    }
    if (hunter.findAll !== undefined) {
      // A text with several places for one pattern is looked through once.
      if (this.asked.get(asker) === passage) return;
      this.asked.set(asker, passage);
      for (const span of hunter.findAll(passage.text)) keep(span, asker, hunter, passage, found);
      return;
    }
    const span = hunter.find?.(passage.text, at);
    if (span === undefined) return;
    if (hunter.isOftenId === true && bytes !== undefined && isTraceId(passage, span, bytes)) return;
    keep(span, asker, hunter, passage, found);
  }

  /** Is the string a key with a telling name? Then its whole value is found. */
  private askField(asker: number, { text, from, places }: Passage, bytes: Buffer, found: Finding[]): void {
    const close = places === undefined ? from + text.length : from + places.at(-1)!;
    if (!isKeyAt(bytes, close) || this.hunters[asker]!.matchesName?.(text) !== true) return;
    const start = skipToValue(bytes, close);
    const end = skipValue(bytes, start);
    const value = this.hunters[asker]!.fieldValue?.(bytes, start, end);
    if (value !== undefined) found.push({ start, end, hunter: asker, isToken: true, value });
  }

  private askNumber(bytes: Buffer, at: number, kind: number, found: Finding[]): void {
    const { start, end } = numberAround(bytes, at);
    const text = bytes.latin1Slice(start, end);
    for (const asker of this.anchors.byShape[kind & 0xff]!) {
      const hunter = this.hunters[asker]!;
      const span = hunter.find?.(text, at - start);
      if (span === undefined || hunter.isAllowed(text.slice(span.start, span.end))) continue;
      found.push({ start, end, hunter: asker, isToken: true, value: text });
    }
  }
}

function keep(span: Span, asker: number, hunter: Hunter, passage: Passage, found: Finding[]): void {
  const { text, from, places } = passage;
  const value = text.slice(span.start, span.end);
  if (value === "" || isOurs(text, span) || hunter.isAllowed(value)) return;
  const start = from + (places === undefined ? span.start : places[span.start]!);
  const end = from + (places === undefined ? span.end : places[span.end]!);
  found.push({ start, end, hunter: asker, isToken: false });
}

/** Sixteen or thirty-two digits by chance all decimal: the whole value of a field that has ids of tracing. */
function isTraceId({ text, from }: Passage, { start, end }: Span, bytes: Buffer): boolean {
  if (end - start !== text.length) return false;
  return TRACE_KEY.test(bytes.latin1Slice(Math.max(0, from - 24), from));
}

const TRACE_KEY = /"(?:trace|span|parent|parent_span|request|correlation)[_.-]?id"[ \t]{0,4}:[ \t]{0,4}"$/i;

/** Inside of what redacting has left: `[PRIVATE_KEY:new:1102ea...]`. */
function isOurs(text: string, { start, end }: Span): boolean {
  const from = Math.max(0, start - OURS_BYTES_MAX);
  const open = text.slice(from, start).lastIndexOf("[");
  return open >= 0 && endOf(OURS, text, from + open) >= end;
}

const OURS = /\[[A-Z][A-Z0-9_-]{1,40}:[\w-]{1,32}:[0-9a-f]{32}\]|\[enc:[\w-]{1,32}:[\w-]{22,4096}\]/y;
const OURS_BYTES_MAX = 80;

/** Where the strings begin that have a backslash. */
function escapedStrings(places: Places): Set<number> {
  const starts = new Set<number>();
  for (let n = 0; n < places.length; n += PLACE_WORDS) {
    if (places[n + 1] === PLACE_ESCAPE) starts.add(places[n + 2]!);
  }
  return starts;
}

function hasLiteral(text: string, at: number, literal: string, isAnyCase: boolean): boolean {
  if (!isAnyCase) return text.startsWith(literal, at);
  return text.startsWith(literal, at) || text.slice(at, at + literal.length).toLowerCase() === literal;
}

function skipToValue(bytes: Buffer, close: number): number {
  let at = close + 1;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x3a || bytes[at] === 0x0d) at++;
  return at;
}

function sorted(found: Finding[]): Finding[] {
  return found.sort((a, b) => a.start - b.start || b.end - a.end || a.hunter - b.hunter);
}
