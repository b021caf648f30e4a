import { Event } from "../../event/event.js";
import type { Rows } from "../../event/rows/rows.js";

const CLOSE = 0x7d;
const OPEN = 0x7b;

/** The line of an event, its "\n" included, with `field` (of that name) set to JSON text; the rest of it as it was. */
export function lineWith(rows: Rows, row: number, field: number, name: string, json: string): string {
  const { bytes } = rows;
  const from = rows.lineStart(row);
  const to = rows.lineEnd(row);
  const start = rows.start(field, row);
  if (start !== 0) return bytes.utf8Slice(from, start) + json + bytes.utf8Slice(rows.end(field, row), to);
  if (!rows.isDirect(field, row)) {
    const event = Event.parse(bytes.utf8Slice(from, to - 1)) as Event;
    event.setRaw(name, json);
    return `${event.toString()}\n`;
  }
  return lineWithNew(bytes, from, to, `${JSON.stringify(name)}:${json}`);
}

/** The line with one or more members more at its end. */
function lineWithNew(bytes: Buffer, from: number, to: number, members: string): string {
  const close = bytes.lastIndexOf(CLOSE, to - 1);
  let last = close - 1;
  while (bytes[last]! <= 0x20) last--;
  // Only an empty object has nothing but its own brace before the closing one.
  const comma = bytes[last] === OPEN ? "" : ",";
  return `${bytes.utf8Slice(from, close)}${comma}${members}}${bytes.utf8Slice(close + 1, to)}`;
}
