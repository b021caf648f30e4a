/**
 * The half of the work that needs no state: a block of events to columns, and columns as bytes that travel between
 * threads.
 */
import type { Block } from "../../event/block.js";
import { rejectFaults } from "../../pipeline/contract/event-reader.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import type { ColumnReader, Columns, TextColumn } from "./read.js";

/** The columns of a block. Lines that are no events are set aside. */
export function readBlock(reader: ColumnReader, { bytes }: Block, context: StageContext): Columns {
  reader.count = (name) => context.count(name);
  const { columns, faults } = reader.read(bytes);
  rejectFaults(context, bytes, faults);
  return columns;
}

/**
 * Columns as one buffer of their own: a table of the lengths of its parts in bytes, then the parts, each from a
 * multiple of 8 bytes.
 */
export function packColumns(columns: Columns): Buffer {
  const parts: Uint8Array[] = [];
  const add = (part: ArrayBufferView) =>
    parts.push(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  const addText = ({ bytes, starts, ends }: TextColumn) => {
    // What points into the lines needs no bytes of its own.
    add(bytes === columns.lines.bytes ? NONE : bytes);
    add(starts);
    add(ends);
  };
  const { keys, numbers } = columns;
  add(columns.lines.bytes);
  addText(columns.lines);
  add(columns.times);
  add(keys.bytes.subarray(0, keys.ends.at(-1) ?? 0));
  add(keys.ends);
  add(keys.hashes);
  add(Float64Array.from(numbers, ({ mistyped }) => mistyped));
  for (const { values, lows } of numbers) {
    add(values);
    add(lows ?? NONE);
  }
  for (const text of [...columns.texts, ...columns.raws]) addText(text);
  for (const condition of columns.conditions) add(condition);
  const counts = [
    columns.count,
    numbers.length,
    columns.texts.length,
    columns.raws.length,
    columns.conditions.length,
  ];
  return joined(Float64Array.of(...counts, ...parts.map(({ length }) => length)), parts);
}

/** The columns of a buffer that `packColumns` has made; they are views of it. */
export function unpackColumns(packed: Buffer): Columns {
  const aligned = packed.byteOffset % 8 === 0 ? packed : Buffer.from(new Uint8Array(packed).buffer);
  const parts = new Parts(aligned);
  const [count = 0, numberCount = 0, textCount = 0, rawCount = 0, conditionCount = 0] = parts.counts;
  const own = parts.bytes();
  const text = (): TextColumn => {
    const bytes = parts.bytes();
    return { bytes: bytes.length === 0 ? own : bytes, starts: parts.words(), ends: parts.words() };
  };
  const lines = text();
  const times = parts.numbers();
  const keys = { bytes: parts.bytes(), ends: parts.words(), hashes: parts.words() };
  const mistyped = parts.numbers();
  const numbers = Array.from({ length: numberCount }, (_, n) => {
    const values = parts.numbers();
    const lows = parts.numbers();
    return { values, lows: lows.length === 0 ? undefined : lows, mistyped: mistyped[n]! };
  });
  const texts = Array.from({ length: textCount }, text);
  const raws = Array.from({ length: rawCount }, text);
  const conditions = Array.from({ length: conditionCount }, () => parts.bytes());
  return { count, lines, times, keys, numbers, texts, raws, conditions };
}

const NONE = new Uint8Array(0);
/** Numbers before the lengths of parts. */
const COUNTS = 5;

function joined(table: Float64Array, parts: readonly Uint8Array[]): Buffer {
  const total = parts.reduce((sum, { length }) => sum + rounded(length), 8 + table.byteLength);
  const packed = Buffer.from(new ArrayBuffer(total));
  packed.writeDoubleLE(table.length, 0);
  packed.set(new Uint8Array(table.buffer), 8);
  let at = 8 + table.byteLength;
  for (const part of parts) {
    packed.set(part, at);
    at += rounded(part.length);
  }
  return packed;
}

function rounded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** Takes the parts of a packed buffer one by one. */
class Parts {
  readonly counts: Float64Array;
  private readonly packed: Buffer;
  private readonly lengths: Float64Array;
  private next = 0;
  private at: number;

  constructor(packed: Buffer) {
    this.packed = packed;
    const table = new Float64Array(packed.buffer, packed.byteOffset + 8, packed.readDoubleLE(0));
    this.counts = table.subarray(0, COUNTS);
    this.lengths = table.subarray(COUNTS);
    this.at = 8 + table.byteLength;
  }

  bytes(): Buffer {
    const length = this.lengths[this.next++]!;
    const part = this.packed.subarray(this.at, this.at + length);
    this.at += rounded(length);
    return part;
  }

  words(): Uint32Array {
    const { buffer, byteOffset, length } = this.bytes();
    return new Uint32Array(buffer, byteOffset, length / 4);
  }

  numbers(): Float64Array {
    const { buffer, byteOffset, length } = this.bytes();
    return new Float64Array(buffer, byteOffset, length / 8);
  }
}
