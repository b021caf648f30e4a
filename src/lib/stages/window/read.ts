/** Blocks of events as columns: times, keys, numbers, texts and conditions, a row an event that counts. */

import type { Fault } from "../../event/faults.js";
import { Projector, type Rows } from "../../event/rows/rows.js";
import { noteTextNumber } from "../../event/text-numbers.js";
import type { EventTime } from "../../event/time/event-time.js";
import { quote } from "../../json/quote.js";
import type { Inputs } from "./definition/inputs.js";

export interface NumberColumn {
  /** The nearest float64; NaN: there is none. */
  readonly values: Float64Array;
  /** What `values` lacks to whole numbers of more than 53 bits; undefined: nothing anywhere. */
  readonly lows: Float64Array | undefined;
  /** How many values are there and are neither numbers nor null. */
  readonly mistyped: number;
}

/**
 * Texts as UTF-8, strings without quotes and escapes, other values as their JSON. No text, or null: start and end are
 * 0.
 */
export interface TextColumn {
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** The group of each row: JSON texts of its fields, each ended by "\n", which no JSON text on a line has. */
export interface KeyColumn {
  readonly bytes: Buffer;
  readonly ends: Uint32Array;
  readonly hashes: Uint32Array;
}

export interface Columns {
  readonly count: number;
  /** The events themselves: the line of each row, without its "\n". */
  readonly lines: TextColumn;
  /** Milliseconds since the epoch, NaN when there is no time. */
  readonly times: Float64Array;
  readonly keys: KeyColumn;
  readonly numbers: readonly NumberColumn[];
  readonly texts: readonly TextColumn[];
  /** JSON texts of values. */
  readonly raws: readonly TextColumn[];
  /** 1: true. */
  readonly conditions: readonly Uint8Array[];
}

export class ColumnReader {
  private readonly inputs: Inputs;
  private readonly projector: Projector;
  private readonly keyWriter = new KeyWriter();
  private readonly hasTimes: boolean;

  /** Not `hasTimes`: no event has a time, which takes a while to read. */
  constructor(inputs: Inputs, hasTimes = true) {
    this.inputs = inputs;
    this.hasTimes = hasTimes;
    this.projector = new Projector(inputs.fields);
  }

  /** What had to be guessed of times is counted with it. */
  set count(count: (name: string) => void) {
    this.inputs.time.count = count;
  }

  /** The events of whole lines; valid until the next call. */
  read(bytes: Buffer): { readonly columns: Columns; readonly faults: readonly Fault[] } {
    const { rows, faults } = this.projector.apply(bytes);
    const { inputs } = this;
    const rowOf = this.selected(rows);
    const columns = {
      count: rowOf.length,
      lines: linesOf(rows, rowOf),
      times: this.hasTimes
        ? timesOf(rows, rowOf, inputs.time)
        : new Float64Array(rowOf.length).fill(Number.NaN),
      keys: this.keyWriter.write(rows, rowOf, inputs.keys),
      numbers: inputs.numbers.map((field) => numbersOf(rows, rowOf, field, inputs.fields.paths[field]!)),
      texts: inputs.texts.map((field) => textsOf(rows, rowOf, field, false)),
      raws: inputs.raws.map((field) => textsOf(rows, rowOf, field, true)),
      conditions: inputs.conditions.map((condition) =>
        Uint8Array.from(rowOf, (row) => Number(condition.test(rows, row))),
      ),
    };
    return { columns, faults };
  }

  private selected(rows: Rows): Uint32Array {
    const selected = new Uint32Array(rows.count);
    const { where } = this.inputs;
    let count = 0;
    for (let row = 0; row < rows.count; row++)
      if (where === undefined || where.test(rows, row)) selected[count++] = row;
    return selected.subarray(0, count);
  }
}

function linesOf(rows: Rows, rowOf: Uint32Array): TextColumn {
  const starts = rowOf.map((row) => rows.lineStart(row));
  return { bytes: rows.bytes, starts, ends: rowOf.map((row) => rows.lineEnd(row) - 1) };
}

function timesOf(rows: Rows, rowOf: Uint32Array, time: EventTime): Float64Array {
  const times = new Float64Array(rowOf.length);
  for (let n = 0; n < rowOf.length; n++) times[n] = time.ms(rows, rowOf[n]!);
  return times;
}

function numbersOf(rows: Rows, rowOf: Uint32Array, field: number, path: string): NumberColumn {
  const values = new Float64Array(rowOf.length);
  let lows: Float64Array | undefined;
  let mistyped = 0;
  for (let n = 0; n < rowOf.length; n++) {
    const row = rowOf[n]!;
    const value = rows.number(field, row);
    values[n] = Number.isFinite(value) ? value : Number.NaN;
    if (!Number.isFinite(value)) {
      const raw = rows.raw(field, row);
      if (raw === undefined || raw === "null") continue;
      mistyped++;
      if (raw.startsWith('"')) noteTextNumber(raw.slice(1, -1), path, row);
    } else if (Math.abs(value) >= 2 ** 53) {
      lows ??= new Float64Array(rowOf.length);
      lows[n] = lowPart(rows.raw(field, row)!, value);
    }
  }
  return { values, lows, mistyped };
}

/** What is missing from `nearest` to the whole number that `text` is; 0 for other numbers. */
function lowPart(text: string, nearest: number): number {
  return /^-?\d{1,40}$/.test(text) ? Number(BigInt(text) - BigInt(nearest)) : 0;
}

/** Tells whether spans of rising position hold a backslash, without looking at each byte. */
class Escapes {
  private readonly bytes: Buffer;
  private next: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.next = 0;
    this.find(0);
  }

  isIn(start: number, end: number): boolean {
    if (this.next < start) this.find(start);
    return this.next < end;
  }

  private find(from: number): void {
    const found = this.bytes.indexOf(0x5c, from);
    this.next = found < 0 ? Number.POSITIVE_INFINITY : found;
  }
}

function textsOf(rows: Rows, rowOf: Uint32Array, field: number, isRaw: boolean): TextColumn {
  const starts = new Uint32Array(rowOf.length);
  const ends = new Uint32Array(rowOf.length);
  const { bytes } = rows;
  const escapes = new Escapes(bytes);
  for (let n = 0; n < rowOf.length; n++) {
    const row = rowOf[n]!;
    const start = rows.start(field, row);
    const end = rows.end(field, row);
    if (start === 0) {
      if (!rows.isDirect(field, row)) return decodedTexts(rows, rowOf, field, isRaw);
      continue;
    }
    const first = bytes[start]!;
    if (first === 0x6e) continue;
    const isString = first === 0x22 && !isRaw;
    if (isString && escapes.isIn(start, end)) return decodedTexts(rows, rowOf, field, isRaw);
    starts[n] = isString ? start + 1 : start;
    ends[n] = isString ? end - 1 : end;
  }
  return { bytes, starts, ends };
}

/** As `textsOf`, for fields inside of others and strings with escapes. */
function decodedTexts(rows: Rows, rowOf: Uint32Array, field: number, isRaw: boolean): TextColumn {
  const starts = new Uint32Array(rowOf.length);
  const ends = new Uint32Array(rowOf.length);
  const parts: Buffer[] = [Buffer.of(0)];
  let at = 1;
  for (let n = 0; n < rowOf.length; n++) {
    const raw = rows.raw(field, rowOf[n]!);
    if (raw === undefined || raw === "null") continue;
    const part = Buffer.from(raw.startsWith('"') && !isRaw ? decoded(raw) : raw);
    parts.push(part);
    starts[n] = at;
    at += part.length;
    ends[n] = at;
  }
  return { bytes: Buffer.concat(parts), starts, ends };
}

function decoded(json: string): string {
  return JSON.parse(json) as string;
}

class KeyWriter {
  private bytes = Buffer.alloc(1 << 16);
  private at = 0;
  private hash = 0;

  write(rows: Rows, rowOf: Uint32Array, fields: readonly number[]): KeyColumn {
    const ends = new Uint32Array(rowOf.length);
    const hashes = new Uint32Array(rowOf.length);
    const escapes = fields.map(() => new Escapes(rows.bytes));
    this.at = 0;
    for (let n = 0; n < rowOf.length; n++) {
      const row = rowOf[n]!;
      this.hash = 0x811c9dc5;
      for (let f = 0; f < fields.length; f++) {
        const field = fields[f]!;
        const start = rows.start(field, row);
        const end = rows.end(field, row);
        if (start === 0 || escapes[f]!.isIn(start, end)) this.addText(plainJson(rows.raw(field, row)));
        else this.addSpan(rows.bytes, start, end);
      }
      ends[n] = this.at;
      hashes[n] = mixed(this.hash);
    }
    return { bytes: this.bytes, ends, hashes };
  }

  private addText(json: string): void {
    const bytes = Buffer.from(json);
    this.addSpan(bytes, 0, bytes.length);
  }

  private addSpan(from: Buffer, start: number, end: number): void {
    if (this.at + end - start + 1 > this.bytes.length) this.grow(end - start + 1);
    const { bytes } = this;
    let { at, hash } = this;
    for (let i = start; i < end; i++) {
      const byte = from[i]!;
      bytes[at++] = byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    bytes[at++] = 0x0a;
    this.hash = Math.imul(hash ^ 0x0a, 0x01000193);
    this.at = at;
  }

  private grow(by: number): void {
    const grown = Buffer.alloc(2 * (this.bytes.length + by));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}

/** One spelling of a value's text: strings without needless escapes, no value as null. */
function plainJson(raw: string | undefined): string {
  if (raw === undefined) return "null";
  return raw.startsWith('"') ? quote(decoded(raw)) : raw;
}

/** Spreads what FNV-1a leaves in the high bits (the finaliser of MurmurHash3). */
function mixed(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
