// Enter here: finds everything in a block that detectors and rules of field names know.
/** Finds everything in a block that the detectors and the rules of field names know. */

import { isKeyAt, numberAround, skipValue } from "../../../json/byte-steps.js";
import { type ByteSpan, endOf } from "../detectors/detector.js";
import { findingInList } from "../text/finding-in-list.js";
import {
  type Anchors,
  PLACE_ENCODING,
  PLACE_ESCAPE,
  PLACE_LITERAL,
  PLACE_STRING,
  PLACE_WORDS,
  type Places,
} from "./anchors.js";
import { jsonPartsOf, outerFinding } from "./embedded.js";
import type { Finding } from "./finding.js";
import { isPlaceOfName, mayNameValue, valuesOfNames } from "./named-values.js";
import { controlledLines, decodedPassages, type Passage, writtenOtherwise } from "./passages.js";
import type { RedactRule } from "./rule.js";

/** JSON in a string in a string in a string. */
const DEPTH_MAX = 3;

const SEPARATOR = "\0";

export class Scanner {
  private readonly anchors: Anchors;
  private readonly hunters: readonly RedactRule[];
  private readonly asked = new Map<number, Passage>();
  /** Where lines begin in which a value is a telling name, and the rules that say so. */
  private readonly namingLines = new Map<number, number>();
  private line: ByteSpan = { start: 0, end: 0 };

  private readonly depth: number;
  private readonly mayHaveNames: (text: string) => boolean;
  private inner: Scanner | undefined;

  /** `depth`: in how many strings the JSON is that it is for. */
  constructor(anchors: Anchors, hunters: readonly RedactRule[], depth = 0) {
    this.anchors = anchors;
    this.hunters = hunters;
    this.depth = depth;
    this.mayHaveNames = nameTest(hunters);
  }

  /** In whole lines, each a valid JSON object. In order of their starts. */
  inEvents(bytes: Buffer): Finding[] {
    const found: Finding[] = [];
    const places = this.anchors.find(bytes, true);
    const escaped = stringsWith(PLACE_ESCAPE, places);
    const encoded = stringsWith(PLACE_ENCODING, places);
    this.namingLines.clear();
    this.line = { start: 0, end: 0 };
    let passage: Passage = { text: "", from: -1, places: undefined };
    for (let n = 0; n < places.length; n += PLACE_WORDS) {
      const at = places[n]!;
      const kind = places[n + 1]!;
      const start = places[n + 2]!;
      if (kind === PLACE_ESCAPE || kind === PLACE_ENCODING || (escaped.size > 0 && escaped.has(start)))
        continue;
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
    const passages = writtenOtherwise(bytes, escaped, encoded);
    this.inPassages(passages, bytes, found);
    for (const other of passages) this.inJson(other, found);
    for (const [line, asker] of this.namingLines) this.askNames(line, asker, bytes, found);
    return sorted(found);
  }

  /** In lines of text, or in any bytes: a detector sees one line at a time. */
  inText(bytes: Buffer): Finding[] {
    const found: Finding[] = [];
    const places = this.anchors.find(bytes, false);
    const encoded: Passage[] = [];
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
      if (places[n + 1] !== PLACE_ENCODING)
        this.ask(passage, at - passage.from, places[n + 1]!, undefined, found);
      else if (encoded.at(-1)?.from !== passage.from) encoded.push(passage);
    }
    this.inPassages([...encoded.flatMap(decodedPassages), ...controlledLines(bytes)], undefined, found);
    if (this.anchors.ofStrings.length > 0) this.askLines(bytes, found);
    return sorted(found);
  }

  /** A cheap look before a string is taken out of the block: does the last byte of some literal fit? */
  private mayBe(bytes: Buffer, at: number, group: number): boolean {
    return this.anchors.groups[group]!.some(
      ({ text }) => ((bytes[at + text.length - 1] ?? 0) | 0x20) === (text.charCodeAt(text.length - 1) | 0x20),
    );
  }

  /** What strings say that are written in another way is put in a row and looked through like text. */
  private inPassages(passages: readonly Passage[], bytes: Buffer | undefined, found: Finding[]): void {
    if (passages.length === 0) return;
    const offsets: number[] = [];
    const texts: string[] = [];
    let length = 0;
    for (const passage of passages) {
      offsets.push(length);
      texts.push(passage.text);
      length += passage.text.length + SEPARATOR.length;
      this.askString(passage, found, bytes);
    }
    const places = this.anchors.find(Buffer.from(texts.join(SEPARATOR), "latin1"), false);
    let current = 0;
    for (let n = 0; n < places.length; n += PLACE_WORDS) {
      const at = places[n]!;
      if (places[n + 1] === PLACE_ENCODING) continue;
      while (current > 0 && at < offsets[current]!) current--;
      while (current + 1 < offsets.length && at >= offsets[current + 1]!) current++;
      this.ask(passages[current]!, at - offsets[current]!, places[n + 1]!, bytes, found);
    }
  }

  /** What is itself JSON, in a string: names of fields tell there, too. */
  private inJson(passage: Passage, found: Finding[]): void {
    if (this.depth === DEPTH_MAX || !this.mayHaveNames(passage.text)) return;
    for (const part of jsonPartsOf(passage.text)) {
      const json = passage.text.slice(part.start, part.end).replace(/[\r\n]/g, " ");
      if (!this.mayHaveNames(json)) continue;
      this.inner ??= new Scanner(this.anchors, this.hunters, this.depth + 1);
      for (const finding of this.inner.inEvents(Buffer.from(`${json}\n`, "latin1")))
        found.push(outerFinding(finding, passage, part.start, json));
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
    if (hunter.findInList !== undefined && bytes !== undefined) {
      const behind = findingInList(asker, hunter, passage, at, bytes);
      if (behind !== undefined) found.push(behind);
    }
    const span = hunter.find?.(passage.text, at);
    if (span === undefined) return;
    if (hunter.isOftenId === true && bytes !== undefined && isTraceId(passage, span, bytes)) return;
    keep(span, asker, hunter, passage, found);
  }

  /**
   * Is the string a key with a telling name? Then its whole value is found. A value that is such a name tells of
   * another value.
   */
  private askField(asker: number, { text, from, places }: Passage, bytes: Buffer, found: Finding[]): void {
    const close = places === undefined ? from + text.length : from + places.at(-1)!;
    const isKey = isKeyAt(bytes, close);
    if (!isKey && !(mayNameValue(text) && isPlaceOfName(bytes, from))) return;
    if (this.hunters[asker]!.matchesName?.(text) !== true) return;
    if (!isKey) {
      if (from < this.line.start || from >= this.line.end) this.line = lineAround(bytes, from);
      this.namingLines.set(this.line.start, asker);
      return;
    }
    const start = skipToValue(bytes, close);
    const end = skipValue(bytes, start);
    const value = this.hunters[asker]!.fieldValue?.(bytes, start, end);
    if (value !== undefined) found.push({ start, end, hunter: asker, isToken: true, value });
  }

  /** The values beside names that are values themselves: `{"name":"DB_PASSWORD","value":"..."}`. */
  private askNames(line: number, asker: number, bytes: Buffer, found: Finding[]): void {
    const { matchesName, fieldValue, isAllowed } = this.hunters[asker]!;
    for (const { start, end } of valuesOfNames(bytes, line, (name) => matchesName?.(name) === true)) {
      const value = fieldValue?.(bytes, start, end);
      if (value !== undefined && !isAllowed(value))
        found.push({ start, end, hunter: asker, isToken: true, value });
    }
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

function keep(whole: ByteSpan, asker: number, hunter: RedactRule, passage: Passage, found: Finding[]): void {
  const { text, from, places, ends = places, isDecoded } = passage;
  const span = { start: whole.start, end: withoutSequence(text, whole) };
  const value = text.slice(span.start, span.end);
  if (value === "" || isOurs(text, span) || hunter.isAllowed(value)) return;
  const start = from + (places === undefined ? span.start : places[span.start]!);
  const end = from + (ends === undefined ? span.end : ends[span.end]!);
  found.push({ start, end, hunter: asker, isToken: false, ...(isDecoded === true && { value }) });
}

/** A sequence of a terminal right behind a secret stays: `\u001b[0m` ends a colour. */
function withoutSequence(text: string, { start, end }: ByteSpan): number {
  const last = Math.max(start, end - SEQUENCE_BYTES_MAX);
  const from = last + text.slice(last, end).lastIndexOf("\x1b");
  return from > start && SEQUENCE.test(text.slice(from, end)) ? from : end;
}

const SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]?)?$/;
const SEQUENCE_BYTES_MAX = 64;

/** Sixteen or thirty-two digits by chance all decimal: the whole value of a field that has ids of tracing. */
function isTraceId({ text, from }: Passage, { start, end }: ByteSpan, bytes: Buffer): boolean {
  if (end - start !== text.length) return false;
  return TRACE_KEY.test(bytes.latin1Slice(Math.max(0, from - 24), from));
}

const TRACE_KEY = /"(?:trace|span|parent|parent_span|request|correlation)[_.-]?id"[ \t]{0,4}:[ \t]{0,4}"$/i;

/**
 * Inside of what redacting has left, or begun there: `[PRIVATE_KEY:new:1102ea...]`, `[DSN_PASSWORD:new:1102ea...]@db`.
 */
function isOurs(text: string, { start }: ByteSpan): boolean {
  const from = Math.max(0, start - OURS_BYTES_MAX);
  const open = text.slice(from, start).lastIndexOf("[");
  return open >= 0 && endOf(OURS, text, from + open) > start;
}

const OURS = /\[[A-Z][A-Z0-9_-]{1,40}:[\w-]{1,32}:[0-9a-f]{32}\]|\[enc:[\w-]{1,32}:[\w-]{22,4096}\]/y;
const OURS_BYTES_MAX = 80;

/** Where the strings begin in which there are places of this kind. */
function stringsWith(kind: number, places: Places): Set<number> {
  const starts = new Set<number>();
  for (let n = 0; n < places.length; n += PLACE_WORDS) {
    if (places[n + 1] === kind) starts.add(places[n + 2]!);
  }
  return starts;
}

/** The line that has the byte `at`. */
function lineAround(bytes: Buffer, at: number): ByteSpan {
  const end = bytes.indexOf(0x0a, at);
  return {
    start: at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1,
    end: end < 0 ? bytes.length : end,
  };
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

/** Whether there may be a name in a text that the rules of field names know: cheap. */
function nameTest(hunters: readonly RedactRule[]): (text: string) => boolean {
  const fields = hunters.find(({ isFieldRule }) => isFieldRule);
  if (fields === undefined) return () => false;
  if (fields.words === undefined) return () => true;
  const words = new RegExp(fields.words.map((word) => word.replace(/[^a-z0-9]/gi, "\\$&")).join("|"), "i");
  return (text) => words.test(text);
}

function sorted(found: Finding[]): Finding[] {
  return found.sort((a, b) => a.start - b.start || b.end - a.end || a.hunter - b.hunter);
}
