// Enter here: entries of `journalctl -o export`.
/** Entries of the journal's export format, which are several lines each. */

import { isUtf8 } from "node:buffer";
import { quote } from "../../../event/writer.js";

/** What an entry begins with: the fields of the address come first, in this order. */
const HEAD = /^__(?:CURSOR|REALTIME_TIMESTAMP)=/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Whether a line begins an entry. */
export function beginsEntry(line: string): boolean {
  return line.charCodeAt(0) === 0x5f && HEAD.test(line);
}

/**
 * The entry as `journalctl -o json` prints it, which the format `journald` reads; undefined when the lines are no
 * entry. `bytes`: all of its lines, with a line end behind each.
 *
 * ```
 * NAME=text
 * NAME, a line end, 8 bytes of length (little-endian), so many bytes of data, a line end
 * ```
 * A field that comes several times is an array. Data that is no UTF-8 is an array of bytes.
 */
export function entryAsJson(bytes: Buffer): string | undefined {
  const fields = new Map<string, string[]>();
  let at = 0;
  while (at < bytes.length) {
    const lineEnd = endOfLine(bytes, at);
    const equals = bytes.subarray(at, lineEnd).indexOf(0x3d);
    const name = bytes.toString("latin1", at, equals < 0 ? lineEnd : at + equals);
    if (!NAME.test(name)) return undefined;
    let value: Buffer;
    if (equals >= 0) {
      value = bytes.subarray(at + equals + 1, lineEnd);
      at = lineEnd + 1;
    } else {
      const data = dataAt(bytes, lineEnd + 1);
      if (data === undefined) return undefined;
      value = data;
      at = lineEnd + 1 + LENGTH_BYTES + data.length + 1;
    }
    const known = fields.get(name);
    if (known === undefined) fields.set(name, [jsonOf(value)]);
    else known.push(jsonOf(value));
  }
  if (!fields.has("__REALTIME_TIMESTAMP") || fields.size < 2) return undefined;
  const members = [...fields].map(
    ([name, values]) => `${quote(name)}:${values.length === 1 ? values[0] : `[${values.join(",")}]`}`,
  );
  return `{${members.join(",")}}`;
}

const LENGTH_BYTES = 8;

/** The data of a field in binary form whose length is at `at`. */
function dataAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + LENGTH_BYTES > bytes.length || bytes.readUInt32LE(at + 4) !== 0) return undefined;
  const start = at + LENGTH_BYTES;
  const end = start + bytes.readUInt32LE(at);
  return end > bytes.length || (end < bytes.length && bytes[end] !== 0x0a)
    ? undefined
    : bytes.subarray(start, end);
}

/** How long the entry is that begins at `at`, its blank line not included; -1 when its end is not there. */
export function lengthOfEntry(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length) {
    if (bytes[at] === 0x0a) return at - start;
    const lineEnd = bytes.indexOf(0x0a, at);
    if (lineEnd < 0) return -1;
    const isText = bytes.subarray(at, lineEnd).includes(0x3d);
    if (isText) at = lineEnd + 1;
    else {
      const data = dataAt(bytes, lineEnd + 1);
      if (data === undefined) return -1;
      at = lineEnd + 1 + LENGTH_BYTES + data.length + 1;
    }
  }
  return -1;
}

function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0x0a, at);
  return end < 0 ? bytes.length : end;
}

function jsonOf(value: Buffer): string {
  return isUtf8(value) ? quote(value.toString("utf8")) : `[${[...value].join(",")}]`;
}
