import type { FieldSet, Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { instant } from "../../event/time/instant.js";
import { exactPart } from "./exact-number.js";

/**
 * What an event is sorted by, as text that sorts the same way when compared with `<`: bytes, one a character.
 *
 *   time     7 bytes milliseconds, 3 bytes nanoseconds
 *   fields   each: [1 number: 8 bytes, and what exact-number.ts adds] [2 string: UTF-8, ended by 0 0, its own zeros as 0 1]
 *            [3 false or true] [4 list or object: JSON text, ended by 0 0]
 *            [9 null or not there; 0 when the order is reversed: last in any case]
 */
export interface SortKey {
  /** Undefined when the event stays behind the one before it. */
  of(rows: Rows, row: number): string | undefined;
}

/**
 * Numbers before strings before anything else; nested paths as everywhere. Numbers are compared to their last digit.
 */
export class FieldsKey implements SortKey {
  private readonly fields: readonly number[];
  private readonly missing: string;

  constructor(names: readonly string[], fields: FieldSet, isReversed: boolean) {
    this.fields = names.map((name) => fields.add(name));
    this.missing = isReversed ? "\u0000" : "\u0009";
  }

  of(rows: Rows, row: number): string {
    let key = "";
    for (const field of this.fields) key += this.part(rows, field, row);
    return key;
  }

  private part(rows: Rows, field: number, row: number): string {
    const number = rows.number(field, row);
    if (!Number.isNaN(number)) return `\u0001${numberText(number)}${exactPart(rows, field, row, number)}`;
    const text = rows.text(field, row);
    if (text !== undefined) return `\u0002${endedText(text)}`;
    const raw = rows.raw(field, row);
    if (raw === undefined || raw === "null") return this.missing;
    return raw === "false" || raw === "true" ? `\u0003${raw}` : `\u0004${endedText(raw)}`;
  }
}

/** The instant, whatever its zone and form; events without one have no key. */
export class TimeKey implements SortKey {
  private readonly time: EventTime;

  constructor(timeField: string, fields: FieldSet, count: (name: string) => void) {
    this.time = new EventTime(fields, timeField, count);
  }

  of(rows: Rows, row: number): string | undefined {
    return this.time.read(rows, row) ? instantText(instant.ms, instant.ns) : undefined;
  }
}

/** 2^47 ms are 4,400 years before 1970. */
const SHIFT_MS = 2 ** 47;

function instantText(ms: number, ns: number): string {
  const shifted = ms + SHIFT_MS;
  const high = Math.floor(shifted / 2 ** 24);
  const low = shifted % 2 ** 24;
  return String.fromCharCode(
    (high >>> 24) & 255,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    low >>> 16,
    (low >>> 8) & 255,
    low & 255,
    ns >>> 16,
    (ns >>> 8) & 255,
    ns & 255,
  );
}

const view = new DataView(new ArrayBuffer(8));
const viewBytes = Buffer.from(view.buffer);

/**
 * Big-endian IEEE 754 with the sign bit turned, and all the others too when it is negative: in the order of the
 * numbers.
 */
function numberText(number: number): string {
  // -0 is the number 0.
  view.setFloat64(0, number + 0);
  const isNegative = viewBytes[0]! >= 0x80;
  for (let n = 0; n < 8; n++) viewBytes[n] = viewBytes[n]! ^ (isNegative ? 0xff : n === 0 ? 0x80 : 0);
  return viewBytes.latin1Slice(0, 8);
}

function endedText(text: string): string {
  const bytes = HALF_PAIR.test(text) ? wtf8(text) : Buffer.from(text).latin1Slice();
  return `${bytes.includes("\u0000") ? bytes.replaceAll("\u0000", "\u0000\u0001") : bytes}\u0000\u0000`;
}

const HALF_PAIR = /\p{Surrogate}/u;

/**
 * UTF-8 in which half a surrogate pair has the three bytes of its own number, so that different halves are different.
 */
function wtf8(text: string): string {
  let bytes = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes +=
      code >= 0xd800 && code <= 0xdfff
        ? String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
        : Buffer.from(character).latin1Slice();
  }
  return bytes;
}
