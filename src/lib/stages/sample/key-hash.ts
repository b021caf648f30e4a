import { murmur3 } from "../../base/hash/murmur.js";
import type { FieldSet, Rows } from "../../event/rows/rows.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;

/**
 * The hash by which events are chosen, the same on every host and in every version: MurmurHash3_x86_32 with `seed` of
 * the values of the fields, in UTF-8, with a line feed between two fields. A string counts without its quotes and
 * escapes, any other value as its JSON text, a missing field as nothing. Without fields: of the line.
 */
export class KeyHash {
  private readonly fields: readonly number[];
  private readonly seed: number;
  private joined = Buffer.alloc(256);

  constructor(names: readonly string[], fields: FieldSet, seed: number) {
    this.fields = names.map((name) => fields.add(name));
    this.seed = seed;
  }

  /** 0 to 2^32 - 1. An event that has none of the fields is hashed as a line. */
  of(rows: Rows, row: number): number {
    const { fields, seed } = this;
    const { bytes } = rows;
    if (fields.length === 1) {
      const start = rows.start(fields[0]!, row);
      const end = rows.end(fields[0]!, row);
      if (start !== 0) {
        if (bytes[start] !== QUOTE) return murmur3(bytes, start, end, seed);
        if (!hasEscape(bytes, start, end)) return murmur3(bytes, start + 1, end - 1, seed);
      }
    }
    const length = this.join(rows, row);
    if (length > 0) return murmur3(this.joined, 0, length, seed);
    return murmur3(bytes, rows.lineStart(row), rows.lineEnd(row) - 1, seed);
  }

  /** Writes the values to `joined`; 0 when there are none. */
  private join(rows: Rows, row: number): number {
    let length = 0;
    let isThere = false;
    this.fields.forEach((field, n) => {
      const text = rows.text(field, row) ?? rows.raw(field, row);
      if (text !== undefined) isThere = true;
      this.reserve(length + 1 + (text ?? "").length * 3);
      if (n > 0) this.joined[length++] = LINE_FEED;
      length += this.joined.write(text ?? "", length, "utf8");
    });
    return isThere ? length : 0;
  }

  private reserve(length: number): void {
    if (length <= this.joined.length) return;
    const bigger = Buffer.alloc(length * 2);
    this.joined.copy(bigger);
    this.joined = bigger;
  }
}

function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}
