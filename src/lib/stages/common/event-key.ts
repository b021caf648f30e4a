import type { FieldSet, Rows } from "../../event/rows/rows.js";

const BACKSLASH = 0x5c;

/** The values of some fields as one text: the same for events whose values are the same, however they are escaped. */
export class EventKey {
  readonly names: readonly string[];
  /** Where `locate` found the key; good until the next call. */
  bytes: Uint8Array = Buffer.alloc(0);
  start = 0;
  end = 0;
  private joined = Buffer.allocUnsafeSlow(256);
  private readonly fields: readonly number[];

  constructor(names: readonly string[], fields: FieldSet) {
    this.names = names;
    this.fields = names.map((name) => fields.add(name));
  }

  /**
   * JSON texts with "\n" between, empty for a missing field, one character a byte of UTF-8; undefined when the event
   * has none of the fields. Keys are mostly new ones where that matters, so they are cut out rather than looked up in a
   * pool.
   */
  of(rows: Rows, row: number): string | undefined {
    const { fields } = this;
    let key = rawOf(rows, fields[0]!, row);
    let isThere = key !== "";
    for (let n = 1; n < fields.length; n++) {
      const raw = rawOf(rows, fields[n]!, row);
      if (raw !== "") isThere = true;
      key += `\n${raw}`;
    }
    return isThere ? key : undefined;
  }

  /** As `of`, but as bytes: a single plain field is not copied. False when the event has none of the fields. */
  locate(rows: Rows, row: number): boolean {
    const { fields } = this;
    if (fields.length === 1) {
      const start = rows.start(fields[0]!, row);
      const end = rows.end(fields[0]!, row);
      if (start !== 0 && !hasEscape(rows.bytes, start, end)) {
        this.bytes = rows.bytes;
        this.start = start;
        this.end = end;
        return true;
      }
    }
    const key = this.of(rows, row);
    if (key === undefined) return false;
    if (key.length > this.joined.length) this.joined = Buffer.allocUnsafeSlow(2 * key.length);
    this.bytes = this.joined;
    this.start = 0;
    this.end = this.joined.write(key, 0, "latin1");
    return true;
  }

  /** The fields of a key that are there, as members of an event: `"service":"shop","user.id":7`. */
  members(key: string): string {
    const raws = Buffer.from(key, "latin1").toString("utf8").split("\n");
    const found = this.names.map((name, n) => (raws[n] === "" ? "" : `${JSON.stringify(name)}:${raws[n]}`));
    return found.filter((member) => member !== "").join(",");
  }
}

function rawOf(rows: Rows, field: number, row: number): string {
  const start = rows.start(field, row);
  if (start === 0) return latin1Of(plainly(rows.raw(field, row) ?? ""));
  const raw = rows.bytes.latin1Slice(start, rows.end(field, row));
  return raw.includes("\\") ? latin1Of(plainly(rows.raw(field, row)!)) : raw;
}

/** A string with no more escapes than it needs; any other value as it is. */
function plainly(raw: string): string {
  return raw.startsWith('"') && raw.includes("\\") ? JSON.stringify(JSON.parse(raw)) : raw;
}

function latin1Of(text: string): string {
  return Buffer.from(text).latin1Slice();
}

function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}
