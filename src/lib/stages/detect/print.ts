/** Alarms as JSON: beside an event, or as an event of their own. */
import { Event } from "../../event/event.js";
import type { Rows } from "../../event/rows/rows.js";
import { quote } from "../../event/writer.js";
import type { Alarm, LateAlarm } from "./watch.js";

const CLOSE = 0x7d;
const OPEN = 0x7b;
const BLANKS = new Set([0x20, 0x09, 0x0d, 0x0a]);

/** `{"score":0.81,"expected":210,"observed":812,"reason":"..."}`. */
export function anomalyJson({ score, expected, observed, reason }: Alarm): string {
  const known = expected === undefined ? "" : `"expected":${expected},`;
  return `{"score":${Number(score.toFixed(4))},${known}"observed":${observed},"reason":${quote(reason)}}`;
}

/**
 * The event's line with `anomaly` as its last field, the rest byte for byte; a field of that name that is there already
 * gets the new value in its place.
 */
export function annotated(rows: Rows, row: number, anomaly: number, json: string): Buffer {
  const start = rows.lineStart(row);
  const end = rows.lineEnd(row);
  if (rows.start(anomaly, row) !== 0 || !rows.isDirect(anomaly, row)) {
    const event = Event.parse(rows.bytes.utf8Slice(start, end - 1));
    if (event instanceof Event) {
      event.setRaw("anomaly", json);
      return Buffer.from(`${event}\n`);
    }
  }
  const { bytes } = rows;
  let close = end - 1;
  while (bytes[close] !== CLOSE) close--;
  let before = close - 1;
  while (BLANKS.has(bytes[before]!)) before--;
  const comma = bytes[before] === OPEN ? "" : ",";
  const added = Buffer.from(`${comma}"anomaly":${json}`);
  return Buffer.concat([bytes.subarray(start, close), added, bytes.subarray(close, end)]);
}

/**
 * An event for an alarm about what is no event: its time, the fields of the group, those of the alarm, and `anomaly`.
 */
export function lateEvent(alarm: LateAlarm, by: readonly string[]): Buffer {
  const members = [`"timestamp":${quote(new Date(alarm.timeMs).toISOString())}`];
  const raws = alarm.group.split("\n");
  by.forEach((name, n) => {
    if (raws[n] !== "") members.push(`${quote(name)}:${raws[n]}`);
  });
  for (const [name, json] of Object.entries(alarm.fields ?? {})) members.push(`${quote(name)}:${json}`);
  return Buffer.from(`{${members.join(",")},"anomaly":${anomalyJson(alarm)}}\n`);
}
