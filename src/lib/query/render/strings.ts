/**
 * Strings out of DuckDB vectors. Each value is 16 bytes (duckdb_string_t):
 *
 *     | length u32 | up to 12 bytes, in place             |
 *     | length u32 | first 4 bytes | pointer to all bytes |
 *
 * Following one pointer costs about 1.5 µs in the binding, whatever the length, so neighbours in memory are read
 * together.
 */
import { assert } from "../../base/assert.js";
import type { Duck, Vector } from "../duck.js";
import { dataOf, isValid, type Render, validityOf } from "./bytes.js";

const VALUE_BYTES = 16;
const INLINE_BYTES = 12;
/** Two valid addresses less than a page apart have nothing unmapped between them. */
const PAGE_BYTES = 4096;
const SPAN_BYTES = 4 * 1024 * 1024;
/** What JSON must escape and what is no ASCII. */
const SPECIAL = /["\\\u0000-\u001f\u0080-\u00ff]/;

export interface Texts {
  readonly texts: (string | null)[];
  /** Whether none of them needs a JSON escape. May be false without need. */
  readonly isPlain: boolean;
}

interface LongValue {
  readonly row: number;
  readonly address: number;
  readonly length: number;
}

export function readTexts(duck: Duck, vector: Vector, count: number): Texts {
  const texts: (string | null)[] = new Array(count).fill(null);
  if (count === 0) return { texts, isPlain: true };
  const data = dataOf(duck, vector, count * VALUE_BYTES);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const inline = bytes.toString("latin1");
  const validity = validityOf(duck, vector, count);
  const long: LongValue[] = [];
  let isPlain = true;
  for (let row = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const at = row * VALUE_BYTES;
    const length = data.getUint32(at, true);
    if (length > INLINE_BYTES) {
      long.push({ row, length, address: addressAt(data, at + 8) });
      continue;
    }
    const text = inline.substring(at + 4, at + 4 + length);
    const isSpecial = SPECIAL.test(text);
    texts[row] = isSpecial ? bytes.toString("utf8", at + 4, at + 4 + length) : text;
    isPlain = isPlain && !isSpecial;
  }
  const longAreTexts = readLong(duck, long, (span) => {
    const text = span.toString("latin1");
    const isSpecial = SPECIAL.test(text);
    isPlain = isPlain && !isSpecial;
    return isSpecial ? (from, to) => span.toString("utf8", from, to) : (from, to) => text.substring(from, to);
  });
  for (const [row, text] of longAreTexts) texts[row] = text;
  return { texts, isPlain };
}

/** Binary values as base64. */
export function blobs(duck: Duck): Render {
  return (vector, count) => readBytes(duck, vector, count, (bytes) => bytes.toString("base64"));
}

/** The bytes of each value, valid as long as the chunk; `use` must copy what it keeps. */
export function readBytes<T>(
  duck: Duck,
  vector: Vector,
  count: number,
  use: (bytes: Buffer) => T,
): (T | null)[] {
  const values: (T | null)[] = new Array(count).fill(null);
  if (count === 0) return values;
  const data = dataOf(duck, vector, count * VALUE_BYTES);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const validity = validityOf(duck, vector, count);
  const long: LongValue[] = [];
  for (let row = 0; row < count; row++) {
    if (!isValid(validity, row)) continue;
    const at = row * VALUE_BYTES;
    const length = data.getUint32(at, true);
    if (length > INLINE_BYTES) long.push({ row, length, address: addressAt(data, at + 8) });
    else values[row] = use(bytes.subarray(at + 4, at + 4 + length));
  }
  for (const [row, value] of readLong(duck, long, (span) => (from, to) => use(span.subarray(from, to)))) {
    values[row] = value;
  }
  return values;
}

/** Reads values behind pointers, span by span: `open` is called once a span and gives the reader of its parts. */
function* readLong<T>(
  duck: Duck,
  values: LongValue[],
  open: (span: Buffer) => (from: number, to: number) => T,
): Generator<[row: number, value: T]> {
  if (!isAscending(values)) values.sort((a, b) => a.address - b.address);
  let first = 0;
  while (first < values.length) {
    const start = values[first]!.address;
    let end = start + values[first]!.length;
    let next = first + 1;
    for (; next < values.length; next++) {
      const { address, length } = values[next]!;
      if (address - end >= PAGE_BYTES || address + length - start > SPAN_BYTES) break;
      end = Math.max(end, address + length);
    }
    const read = open(bytesAt(duck, start, end - start));
    for (let i = first; i < next; i++) {
      const { row, address, length } = values[i]!;
      yield [row, read(address - start, address - start + length)];
    }
    first = next;
  }
}

function isAscending(values: readonly LongValue[]): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]!.address < values[i - 1]!.address) return false;
  return true;
}

/** A double holds every address that systems give out to programs unless they ask for more than 47 bits. */
function addressAt(data: DataView, at: number): number {
  const high = data.getUint32(at + 4, true);
  assert(high < 2 ** 21, "a string's address has more than 53 bits");
  return high * 2 ** 32 + data.getUint32(at, true);
}

const pointer = new DataView(new ArrayBuffer(8));

function bytesAt(duck: Duck, address: number, length: number): Buffer {
  pointer.setBigUint64(0, BigInt(address), true);
  const bytes = duck.bindings.get_data_from_pointer(pointer.buffer as ArrayBuffer, 0, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
