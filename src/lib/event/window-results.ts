/** Results of `window` on their way into a store, where every event has a `timestamp`. */
import { WINDOW_START } from "./instant.js";
import { FieldSet, Projector } from "./rows.js";
import type { Summary } from "./summary.js";

/** Whether some events that `summary` sums up may be results of `window` without a `timestamp`. */
export function mayLackTime({ columns, events }: Summary): boolean {
  const timed = columns.find(({ name }) => name === "timestamp")?.count ?? 0;
  return timed < events && columns.some(({ name }) => name === WINDOW_START);
}

/**
 * The events of `bytes`, valid ones all, with `timestamp` added at the end of those that have none but a `window_start`: the
 * time that they are about, and not that of being stored.
 */
export function withWindowTimes(bytes: Buffer): Buffer {
  const fields = new FieldSet();
  const timestamp = fields.add("timestamp");
  const windowStart = fields.add(WINDOW_START);
  const { rows } = new Projector(fields).apply(bytes);
  const parts: Buffer[] = [];
  let from = 0;
  for (let row = 0; row < rows.count; row++) {
    if (rows.raw(timestamp, row) !== undefined || rows.text(windowStart, row) === undefined) continue;
    const brace = rows.bytes.lastIndexOf(0x7d, rows.lineEnd(row) - 1);
    parts.push(rows.bytes.subarray(from, brace), Buffer.from(`,"timestamp":${rows.raw(windowStart, row)}`));
    from = brace;
  }
  parts.push(rows.bytes.subarray(from));
  return Buffer.concat(parts);
}
