/**
 * The half of `patterns` that needs no state: finds the text, time and level of every line of a block, and the shape of
 * the text.
 *
 * What it makes, in one buffer of its own, numbers in the machine's order:
 *
 *   [lines u32] [where the bytes begin u32]  [time f64] a line  [10 x i32] a line: see `Column`  bytes
 *
 * Offsets are those of the buffer. The bytes are those of the block's lines, then texts that had to be decoded.
 */
import type { Block } from "../../event/block.js";
import type { Fault } from "../../event/faults.js";
import { LineCounter } from "../../event/lines.js";
import { FieldSet, Projector, type Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import { TemplateShape } from "../../sketch/templates/shape.js";
import { type LineVisitor, visitLines } from "./lines.js";

/** What is known of a line, by place in its row. */
export const LineColumn = {
  /** One of `LineKind`. */
  kind: 0,
  lineStart: 1,
  lineEnd: 2,
  textStart: 3,
  textEnd: 4,
  /** The JSON text of the level; both 0: none. */
  levelStart: 5,
  levelEnd: 6,
  hashLow: 7,
  hashHigh: 8,
} as const;
export const COLUMNS = 10;
const HEAD_BYTES = 8;

export const LineKind = {
  /** An event that fields can be put at the end of. */
  event: 0,
  /** One that has fields of those names, perhaps. */
  odd: 1,
  /** One that has no text. */
  bare: 2,
  /** A plain line. */
  text: 3,
} as const;

/** The fields that annotating sets. */
const OWN_FIELDS = ["pattern_id", "pattern", "variables"] as const;

export interface PrepareOptions {
  readonly field: string;
  readonly timeField: string;
  readonly isAnnotating: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class Preparer implements LineVisitor {
  private readonly context: StageContext;
  private readonly projector: Projector;
  private readonly message: number;
  private readonly raw: number;
  private readonly time: EventTime;
  private readonly level: number;
  private readonly own: readonly number[];
  private readonly shape = new TemplateShape();
  private block: Buffer = Buffer.alloc(0);
  private lines = new LineCounter(this.block);
  private times = new Float64Array(1024);
  private columns = new Int32Array(1024 * COLUMNS);
  private count = 0;
  /** What the offsets are in: the parts of the block, and decoded texts; and how long all are. */
  private parts: Buffer[] = [];
  private length = 0;
  /** The bytes of the events looked at, and where they are among the parts. */
  private source: Buffer | undefined;
  private sourceAt = 0;
  /** The first backslash of the source that is not before the text looked at. */
  private nextEscape = 0;

  constructor(options: PrepareOptions, context: StageContext) {
    this.context = context;
    const fields = new FieldSet();
    this.message = fields.add(options.field);
    this.raw = fields.add("raw");
    this.time = new EventTime(fields, options.timeField, (name) => context.count(name));
    this.level = fields.add("level");
    this.own = options.isAnnotating ? OWN_FIELDS.map((name) => fields.add(name)) : [];
    this.projector = new Projector(fields);
  }

  /** Empty when the block has no lines. */
  prepare({ bytes }: Block): Buffer {
    this.block = bytes;
    this.lines = new LineCounter(bytes);
    this.count = 0;
    this.parts = [];
    this.length = 0;
    this.source = undefined;
    visitLines(bytes, this.projector, this);
    return this.count === 0 ? Buffer.alloc(0) : this.packed();
  }

  event(rows: Rows, row: number): void {
    const { bytes } = rows;
    const base = this.baseOf(bytes);
    const at = this.addLine(base + rows.lineStart(row), base + rows.lineEnd(row));
    const { columns } = this;
    const isOther = rows.isDirect(this.message, row) && rows.start(this.message, row) === 0;
    if (!this.findText(rows, isOther ? this.raw : this.message, row, at, base)) {
      columns[at + LineColumn.kind] = LineKind.bare;
      this.context.count("without_message");
      return;
    }
    const isPlain = !rows.hasEscapedKey(row) && this.own.every((own) => rows.start(own, row) === 0);
    columns[at + LineColumn.kind] = isPlain ? LineKind.event : LineKind.odd;
    this.times[this.count - 1] = this.time.ms(rows, row);
    const level = rows.start(this.level, row);
    columns[at + LineColumn.levelStart] = level === 0 ? 0 : base + level;
    columns[at + LineColumn.levelEnd] = level === 0 ? 0 : base + rows.end(this.level, row);
  }

  text(bytes: Buffer, start: number, end: number): void {
    const base = this.baseOf(bytes);
    const at = this.addLine(base + start, base + end);
    this.columns[at + LineColumn.kind] = LineKind.text;
    this.setText(at, base + start, base + end, bytes, start, end);
  }

  fault({ start, end, column, reason }: Fault): void {
    const raw = Buffer.from(this.block.subarray(start, end));
    this.context.reject({ reason, raw, line: this.lines.lineOf(start), column });
  }

  private findText(rows: Rows, field: number, row: number, at: number, base: number): boolean {
    const start = rows.start(field, row);
    const end = rows.end(field, row) - 1;
    if (start !== 0 && rows.bytes[start] === QUOTE && !this.hasEscape(rows.bytes, start, end)) {
      this.setText(at, base + start + 1, base + end, rows.bytes, start + 1, end);
      return true;
    }
    const text = rows.text(field, row);
    if (text === undefined) return false;
    const decoded = Buffer.from(text);
    const from = this.addPart(decoded);
    this.setText(at, from, from + decoded.length, decoded, 0, decoded.length);
    return true;
  }

  /** Texts come in order, so that every byte is looked at once. */
  private hasEscape(bytes: Buffer, start: number, end: number): boolean {
    if (this.nextEscape < start) {
      const found = bytes.indexOf(BACKSLASH, start);
      this.nextEscape = found < 0 ? bytes.length : found;
    }
    return this.nextEscape < end;
  }

  private setText(at: number, from: number, to: number, bytes: Buffer, start: number, end: number): void {
    const { columns, shape } = this;
    shape.read(bytes, start, end);
    columns[at + LineColumn.textStart] = from;
    columns[at + LineColumn.textEnd] = to;
    columns[at + LineColumn.hashLow] = shape.hashLow;
    columns[at + LineColumn.hashHigh] = shape.hashHigh;
  }

  /** Makes room for a line and gives the place of its row. */
  private addLine(start: number, end: number): number {
    if (this.count === this.times.length) this.grow();
    const at = this.count * COLUMNS;
    this.columns.fill(0, at, at + COLUMNS);
    this.columns[at + LineColumn.lineStart] = start;
    this.columns[at + LineColumn.lineEnd] = end;
    this.times[this.count++] = Number.NaN;
    return at;
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
    const columns = new Int32Array(this.columns.length * 2);
    columns.set(this.columns);
    this.columns = columns;
  }

  private baseOf(bytes: Buffer): number {
    if (this.source === bytes) return this.sourceAt;
    this.source = bytes;
    this.nextEscape = 0;
    this.sourceAt = this.addPart(bytes);
    return this.sourceAt;
  }

  private addPart(bytes: Buffer): number {
    const at = this.length;
    this.parts.push(bytes);
    this.length += bytes.length;
    return at;
  }

  private packed(): Buffer {
    const { count } = this;
    const bytesAt = HEAD_BYTES + count * (8 + 4 * COLUMNS);
    const memory = new ArrayBuffer(bytesAt + this.length);
    new Uint32Array(memory, 0, 2).set([count, bytesAt]);
    new Float64Array(memory, HEAD_BYTES, count).set(this.times.subarray(0, count));
    new Int32Array(memory, HEAD_BYTES + 8 * count, count * COLUMNS).set(
      this.columns.subarray(0, count * COLUMNS),
    );
    const packed = Buffer.from(memory);
    let at = bytesAt;
    for (const part of this.parts) {
      packed.set(part, at);
      at += part.length;
    }
    return packed;
  }
}

/** A prepared buffer, to be read. Offsets in `columns` are those of `bytes`. */
export interface Prepared {
  readonly count: number;
  readonly times: Float64Array;
  readonly columns: Int32Array;
  readonly bytes: Buffer;
}

export function readPrepared(prepared: Buffer): Prepared {
  const whole = prepared.byteOffset % 8 === 0 ? prepared : Buffer.from(new Uint8Array(prepared));
  const { buffer, byteOffset } = whole;
  const [count, bytesAt] = new Uint32Array(buffer, byteOffset, 2) as unknown as [number, number];
  return {
    count,
    times: new Float64Array(buffer, byteOffset + HEAD_BYTES, count),
    columns: new Int32Array(buffer, byteOffset + HEAD_BYTES + 8 * count, count * COLUMNS),
    bytes: whole.subarray(bytesAt),
  };
}
