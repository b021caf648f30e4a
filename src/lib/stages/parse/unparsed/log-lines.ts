/** Whether lines that were to be events are log lines, which `parse` has not seen yet. */

import { decodeLine } from "../../../event/decode-line.js";
import { Event } from "../../../event/event.js";
import { EventWriter } from "../../../event/writer.js";
import { formatNamed } from "../../../format/registry.js";
import { Grouper, type View } from "../records/grouper.js";

/** So much is looked at: records, whose stack traces may be long. */
const RECORDS_MAX = 20;
const BYTES_MAX = 64 * 1024;
const NEWLINE = 0x0a;
/** JSON that a container's runtime has put around lines. */
const WRAPPED: ReadonlySet<string> = new Set(["docker", "journald"]);

export interface LogLines {
  /** The format that most of them are in, by name. */
  readonly format: string;
  /** They stand in the `raw` of events, as `ingest` gives them. */
  readonly isRaw: boolean;
  /** They are JSON objects all the same, so that other stages take them for events. */
  readonly isJson: boolean;
}

/**
 * What the first lines of a stream are, when the first record of them and at least half of all are in a log format: the
 * lines of a stack trace count for nothing. Undefined for events and for text of no known format. `isLabelled`: the
 * lines are raw, whatever they look like.
 */
export function logLinesOf(bytes: Buffer, isLabelled = false): LogLines | undefined {
  const parser = formatNamed("auto", { nowMs: () => 0 });
  const scratch = new EventWriter();
  const found = new Map<string, number>();
  let first: LogLines | undefined;
  let count = 0;
  for (const { text, raw } of firstRecords(bytes, isLabelled)) {
    const result = parser.parse(raw ?? text, scratch);
    scratch.reset();
    // A line of a table's header.
    if (result === "skip") continue;
    count++;
    const isRead = result === true;
    const name = isRead ? parser.lastFormat!.name : undefined;
    const isLog =
      name !== undefined && (name !== "json" || raw !== undefined || isLabelled || WRAPPED.has(name));
    if (count === 1 && !isLog) return undefined;
    if (!isLog) continue;
    first ??= { format: name!, isRaw: raw !== undefined || isLabelled, isJson: text.startsWith("{") };
    found.set(name!, (found.get(name!) ?? 0) + 1);
  }
  const most = [...found].sort(([, a], [, b]) => b - a)[0];
  const total = [...found.values()].reduce((sum, n) => sum + n, 0);
  return first === undefined || total * 2 < count ? undefined : { ...first, format: most![0] };
}

/** Whether one of the first lines that are no objects is in a log format. */
export function hasLogLines(bytes: Buffer): boolean {
  const parser = formatNamed("auto", { nowMs: () => 0 });
  const scratch = new EventWriter();
  let looked = 0;
  for (let start = 0; start < bytes.length && looked < TEXTS_MAX; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (bytes[start] !== OBJECT && end > start) {
      looked++;
      const { text } = decodeLine(bytes.subarray(start, Math.min(end, start + BYTES_MAX)));
      if (parser.parse(text, scratch) === true && parser.lastFormat!.name !== "json") return true;
      scratch.reset();
    }
    start = end + 1;
  }
  return false;
}

const TEXTS_MAX = 100;
const OBJECT = 0x7b;

/** A line, and what stands in it when it is an event of `ingest`. */
interface Line extends View {
  readonly line: string;
  readonly raw: string | undefined;
}

/** The first lines of the first records, without those that go on with a record whose beginning is in another file. */
function firstRecords(bytes: Buffer, isLabelled: boolean): { text: string; raw: string | undefined }[] {
  const grouper = new Grouper<Line>();
  const records: { text: string; raw: string | undefined }[] = [];
  const add = (groups: ReturnType<typeof grouper.take>) => {
    for (const { views } of groups) records.push({ text: views[0]!.line, raw: views[0]!.raw });
  };
  let isWithin = true;
  for (const line of firstTexts(bytes)) {
    const raw = isLabelled ? undefined : rawOf(line);
    const text = raw ?? line;
    if (isWithin && /^[ \t]+at |^\t/.test(text)) continue;
    isWithin = false;
    grouper.push({ stream: "", text, isPartial: false, seconds: 0, line, raw });
    add(grouper.take());
    if (records.length >= RECORDS_MAX) return records;
  }
  add(grouper.end());
  return records.slice(0, RECORDS_MAX);
}

function* firstTexts(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length && start < BYTES_MAX; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const { text } = decodeLine(bytes.subarray(start, Math.min(end, start + BYTES_MAX)));
    if (text.trim() !== "") yield text;
    start = end + 1;
  }
}

/** The line in an event of `ingest`. */
function rawOf(text: string): string | undefined {
  if (!text.startsWith("{") || !text.includes('"raw":')) return undefined;
  const event = Event.parse(text);
  const raw = event instanceof Event ? event.get("raw") : undefined;
  return typeof raw === "string" ? raw : undefined;
}
