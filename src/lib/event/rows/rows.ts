// Enter here: chosen fields of all events of a block as byte offsets; values are decoded when asked for.
/**
 * Chosen fields of all events of a block, without reading the rest into objects: what `filter`, `window` and their like
 * look at.
 *
 * ```ts
 * const fields = new FieldSet();
 * const level = fields.add("level"), latency = fields.add("latency_ms");
 * const { rows, faults } = new Projector(fields).apply(block.bytes);
 * for (let row = 0; row < rows.count; row++)
 *   if (rows.text(level, row) === "error") sum += rows.number(latency, row);   // NaN when it is no number
 * ```
 */
import { isUtf8 } from "node:buffer";
import { decodeJson, type JsonValue } from "../../json/value.js";
import { kernel } from "../../kernel/kernel.js";
import { Event } from "../event.js";
import { type Fault, invalidUtf8, placedBeside, readFaults, shifted, without } from "../faults.js";
import { rawPath } from "./field-path.js";
import { FieldTable } from "./field-table.js";

export { PROJECT_FIELDS_MAX } from "./field-table.js";

const ESCAPED_KEY = 0x8000_0000;

/** The fields that one reader of events needs; several parts of a stage share one set. */
export class FieldSet {
  private readonly numbers = new Map<string, number>();

  /** The number of the field at `path`, the same each time. A path as in field-path.ts: `user.id`. */
  add(path: string): number {
    const known = this.numbers.get(path);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(path, number);
    return number;
  }

  get paths(): readonly string[] {
    return [...this.numbers.keys()];
  }
}

export interface Projection {
  readonly rows: Rows;
  /** Lines that are no JSON objects, which have no row. Offsets are those of the input. */
  readonly faults: readonly Fault[];
}

/** Ready to be applied to blocks. About 1 GB/s a thread. */
export class Projector {
  private readonly fields: FieldTable;

  constructor(fields: FieldSet) {
    this.fields = new FieldTable(fields.paths);
  }

  /** Whole lines in. Blank lines have no row. */
  apply(input: Buffer): Projection {
    const removed = isUtf8(input) ? [] : invalidUtf8(input, isUtf8);
    const bytes = removed.length === 0 ? input : without(input, removed);
    const faults: Fault[] = [];
    const tables: Uint32Array[] = [];
    let start = 0;
    while (start < bytes.length) {
      const [table, stopped, found] = this.applyOnce(start === 0 ? bytes : bytes.subarray(start), start);
      tables.push(table);
      for (const fault of found) faults.push(shifted(fault, start));
      start += stopped;
    }
    const rows = new Rows(bytes, tables.length === 1 ? tables[0]! : joined(tables), this.fields);
    return { rows, faults: [...removed, ...placedBeside(faults, removed)] };
  }

  private applyOnce(input: Buffer, shift: number): [Uint32Array, number, Fault[]] {
    const { paths, scratchSlots } = this.fields;
    const k = kernel();
    const { exports } = k;
    const stride = 2 + 2 * paths.length;
    const at = k.load(input);
    const end = at + input.length;
    k.reserve(input.length, exports.countLines(at, end) * stride * 4 + 64);
    k.bytes.set(this.fields.image(exports.projectTableAt()), exports.projectTableAt());
    const out = exports.outputAt(input.length);
    exports.project(at, end, out, paths.length, scratchSlots, at - shift);
    const table = k.words.slice(out >> 2, (out >> 2) + exports.projectRows() * stride);
    return [table, exports.projectStopped() - at, readFaults(at)];
  }
}

/** The events of one block, by number from 0, and the values of their fields, by `FieldSet` number. */
export class Rows {
  /** What the offsets are in. */
  readonly bytes: Buffer;
  readonly count: number;
  /** `[line start, behind its "\n", then start and end of each field's value]` a row; 0 0: not there. */
  private readonly table: Uint32Array;
  private readonly stride: number;
  private readonly fields: FieldTable;
  /** The line that was read as a whole last, and its event: what one event is asked for comes together. */
  private readRow = -1;
  private readEvent: Event | undefined;

  /** Made by `Projector`. */
  constructor(bytes: Buffer, table: Uint32Array, fields: FieldTable) {
    this.bytes = bytes;
    this.table = table;
    this.stride = 2 + 2 * fields.paths.length;
    this.count = table.length / this.stride;
    this.fields = fields;
  }

  lineStart(row: number): number {
    return this.table[row * this.stride]!;
  }

  /** Behind the line's "\n". */
  lineEnd(row: number): number {
    return this.table[row * this.stride + 1]! & ~ESCAPED_KEY;
  }

  /** Where the JSON text of a field begins, nested ones too; 0 when the event has none or when `isDirect` is false. */
  start(field: number, row: number): number {
    return this.table[row * this.stride + 2 + 2 * field]!;
  }

  /** Behind the JSON text of a field. */
  end(field: number, row: number): number {
    return this.table[row * this.stride + 3 + 2 * field]!;
  }

  /** Whether `start` and `end` tell all there is of the field: the event has no key written with escapes. */
  isDirect(field: number, row: number): boolean {
    return (
      this.start(field, row) !== 0 ||
      (this.table[row * this.stride + 1]! < ESCAPED_KEY && !this.fields.isApart[field]!)
    );
  }

  /** Whether a key of the event is written with escapes. */
  hasEscapedKey(row: number): boolean {
    return this.table[row * this.stride + 1]! >= ESCAPED_KEY;
  }

  /** The JSON text of a field, undefined when the event has none. */
  raw(field: number, row: number): string | undefined {
    const start = this.start(field, row);
    if (start !== 0) return this.bytes.utf8Slice(start, this.end(field, row));
    return this.isDirect(field, row) ? undefined : this.followed(field, row);
  }

  value(field: number, row: number): JsonValue | undefined {
    const raw = this.raw(field, row);
    return raw === undefined ? undefined : decodeJson(raw);
  }

  /** The text of a string field, undefined when the event has none or it is no string. */
  text(field: number, row: number): string | undefined {
    const start = this.start(field, row);
    if (start === 0) {
      const value = this.isDirect(field, row) ? undefined : this.value(field, row);
      return typeof value === "string" ? value : undefined;
    }
    if (this.bytes[start] !== 0x22) return undefined;
    const text = this.bytes.utf8Slice(start + 1, this.end(field, row) - 1);
    return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
  }

  /** The nearest float64 of a number field, NaN when the event has none or it is no number. */
  number(field: number, row: number): number {
    const start = this.start(field, row);
    if (start !== 0) return numberAt(this.bytes, start, this.end(field, row));
    const value = this.isDirect(field, row) ? undefined : this.raw(field, row);
    return value === undefined || !/^[-0-9]/.test(value) ? Number.NaN : Number(value);
  }

  /** A field that the kernel could not look for. */
  private followed(field: number, row: number): string | undefined {
    if (this.readRow !== row) {
      const event = Event.parse(this.bytes.utf8Slice(this.lineStart(row), this.lineEnd(row) - 1));
      this.readEvent = event instanceof Event ? event : undefined;
      this.readRow = row;
    }
    return this.readEvent && rawPath(this.readEvent, this.fields.paths[field]!);
  }
}

const POWERS = Array.from({ length: 16 }, (_, n) => 10 ** n);

/** The number that is JSON text of [start, end), NaN when it is none. Short ones without a call into the engine. */
export function numberAt(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === 0x2d;
  let whole = 0;
  let digits = 0;
  let point = -1;
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit >= 0 && digit <= 9) {
      whole = whole * 10 + digit;
      digits++;
    } else if (digit === -2 && point < 0 && digits > 0) point = digits;
    else return digits > 0 || isNegative ? Number(bytes.latin1Slice(start, end)) : Number.NaN;
  }
  // Up to 15 digits and a power of ten up to 22 are exact, and so their quotient is the nearest float64 (Clinger 1990).
  if (digits > 15 || digits === 0) return Number(bytes.latin1Slice(start, end));
  const value = point < 0 ? whole : whole / POWERS[digits - point]!;
  return isNegative ? -value : value;
}

function joined(tables: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(tables.reduce((sum, table) => sum + table.length, 0));
  let at = 0;
  for (const table of tables) {
    all.set(table, at);
    at += table.length;
  }
  return all;
}
