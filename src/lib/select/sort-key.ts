import { instant } from "../event/instant.js";
import type { FieldSet, Rows } from "../event/rows.js";
import { EventTime } from "../event/time/event-time.js";

/**
 * What an event is sorted by, as text that sorts the same way when compared with `<`: bytes, one a character.
 *
 *   time     7 bytes milliseconds, 3 bytes nanoseconds
 *   fields   each: [1 number: 8 bytes] [2 string: UTF-8, ended by 0 0, its own zeros as 0 1] [3 anything else: JSON text, ended by 0 0]
 *            [9 not there; 0 when the order is reversed: last in any case]
 */
export interface SortKey {
  /** Undefined when the event stays behind the one before it. */
  of(rows: Rows, row: number): string | undefined;
}

/** Numbers before strings before anything else; nested paths as everywhere. Numbers are compared as float64. */
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
    if (!Number.isNaN(number)) return `\u0001${numberText(number)}`;
    const text = rows.text(field, row);
    if (text !== undefined) return `\u0002${endedText(text)}`;
    const raw = rows.raw(field, row);
    return raw === undefined ? this.missing : `\u0003${endedText(raw)}`;
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

/** Big-endian IEEE 754 with the sign bit turned, and all the others too when it is negative: in the order of the numbers. */
function numberText(number: number): string {
  // -0 is the number 0.
  view.setFloat64(0, number + 0);
  const isNegative = viewBytes[0]! >= 0x80;
  for (let n = 0; n < 8; n++) viewBytes[n] = viewBytes[n]! ^ (isNegative ? 0xff : n === 0 ? 0x80 : 0);
  return viewBytes.latin1Slice(0, 8);
}

function endedText(text: string): string {
  const bytes = Buffer.from(text).latin1Slice();
  return `${bytes.includes("\u0000") ? bytes.replaceAll("\u0000", "\u0000\u0001") : bytes}\u0000\u0000`;
}
