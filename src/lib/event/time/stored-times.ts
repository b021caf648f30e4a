/**
 * Events on their way into a store, where every one has a `timestamp`: the time that it says itself, as far as it says
 * one.
 */
import { assuming, type DateOrder, Guess, takeGuesses } from "../../base/time/assumed.js";
import { Event } from "../event.js";
import { FieldSet, Projector, type Rows } from "../rows/rows.js";
import { type Scan, scan } from "../scan.js";
import { Kind, type Summary } from "../summary.js";
import { OtherTimes } from "./event-time.js";
import { TIME_NAMES, TIMESTAMP, WINDOW_START } from "./names.js";
import { timeOfJson } from "./read.js";

/** Where the value of `timestamp` goes that the store could not keep as a time. */
export const ORIGINAL = "timestamp_original";

/** How the check before a store finds the time of an event. */
export interface TimeRule {
  /** The field that has it; `timestamp`: any of the well-known names. */
  readonly timeField: string;
  /** The zone of times that name none; absent: UTC. */
  readonly zone?: string | undefined;
  /** That of the numbers in dates such as 03/04/2026; absent: such times are not read. */
  readonly dateOrder?: DateOrder | undefined;
}

/**
 * Scanned events with the time that they say themselves, where the store would not see it. `count`: what could not be
 * read.
 */
export function inStoredTime(
  found: Scan,
  { timeField, zone, dateOrder }: TimeRule,
  count: (name: string, by: number) => void,
): Scan[] {
  const { summary } = found;
  if (!mayLackTime(summary, timeField)) return [found];
  if (!mayHaveTime(summary, timeField)) {
    count("without_time", summary.events);
    return [found];
  }
  const stored = assuming({ zone, dateOrder }, () => withStoredTimes(found.bytes, timeField));
  const { withoutTime, zoneAssumed, zoneUnread } = stored;
  if (withoutTime > 0) count("without_time", withoutTime);
  if (zoneAssumed > 0) count("zone_assumed", zoneAssumed);
  if (zoneUnread > 0) count("zone_unread", zoneUnread);
  const [first, ...more] = scan(stored.bytes);
  return [{ ...first!, faults: found.faults }, ...more];
}

export interface StoredTimes {
  readonly bytes: Buffer;
  /** Events whose time nothing says. */
  readonly withoutTime: number;
  /** Events whose time named no zone, and those whose zone could not be read. */
  readonly zoneAssumed: number;
  readonly zoneUnread: number;
}

const SEEN_KINDS = Kind.timestamp | Kind.nanoseconds;

/** Whether events that `summary` sums up may have a time that the store does not see by itself. */
export function mayLackTime({ columns, events }: Summary, timeField: string): boolean {
  const own = columns.find(({ name }) => name === TIMESTAMP);
  if (timeField !== TIMESTAMP) return events > 0;
  return own === undefined ? events > 0 : own.count < events || (own.kinds & ~SEEN_KINDS) !== 0;
}

const HEADS: ReadonlySet<string> = new Set(
  [...TIME_NAMES.map(({ from }) => from), WINDOW_START].map((path) => path.split(".", 1)[0]!),
);

/** Whether some of the events have one of the names that a time may be under. */
export function mayHaveTime({ columns }: Summary, timeField: string): boolean {
  return timeField !== TIMESTAMP || columns.some(({ name }) => name === TIMESTAMP || HEADS.has(name));
}

/**
 * The events of `bytes`, valid ones all, with the time of each as RFC 3339 under `timestamp`: added at the end of those
 * that have it under another name, put in the place of what cannot be kept as a time. What stood there goes to
 * `timestamp_original`, so that nothing is lost.
 */
export function withStoredTimes(bytes: Buffer, timeField: string): StoredTimes {
  return new Pass(bytes, timeField).run();
}

/** What the scanner before a store sees as a time. */
const SEEN = /^"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)"$/;

class Pass {
  private readonly rows: Rows;
  private readonly own: number;
  private readonly named: number;
  private readonly original: number;
  private readonly isDefault: boolean;
  private readonly others = new OtherTimes();
  private readonly parts: Buffer[] = [];
  private from = 0;
  private withoutTime = 0;
  private zoneAssumed = 0;
  private zoneUnread = 0;

  constructor(bytes: Buffer, timeField: string) {
    const fields = new FieldSet();
    this.own = fields.add(TIMESTAMP);
    this.named = fields.add(timeField);
    this.original = fields.add(ORIGINAL);
    this.isDefault = timeField === TIMESTAMP;
    this.rows = new Projector(fields).apply(bytes).rows;
  }

  run(): StoredTimes {
    const { rows, parts } = this;
    takeGuesses();
    for (let row = 0; row < rows.count; row++) this.look(row);
    parts.push(rows.bytes.subarray(this.from));
    const { withoutTime, zoneAssumed, zoneUnread } = this;
    return { bytes: Buffer.concat(parts), withoutTime, zoneAssumed, zoneUnread };
  }

  private look(row: number): void {
    const { rows } = this;
    const own = rows.raw(this.own, row);
    const isSeen = own !== undefined && SEEN.test(own) && timeOfJson(own) !== undefined;
    if (isSeen && this.isDefault) return;
    const time = this.timeOf(row, own);
    const guesses = takeGuesses();
    if (time === undefined) {
      this.withoutTime++;
      if ((guesses & Guess.unreadZone) !== 0) this.zoneUnread++;
      // The store would take it for the time, which another field was to say.
      if (isSeen) this.replace(row, "null", own);
      return;
    }
    if ((guesses & Guess.zone) !== 0) this.zoneAssumed++;
    if (own === undefined) this.add(row, `,"${TIMESTAMP}":"${time}"`);
    else if (own !== `"${time}"`) this.replace(row, `"${time}"`, own);
  }

  private timeOf(row: number, own: string | undefined): string | undefined {
    const { rows } = this;
    if (this.isDefault)
      return (own === undefined ? undefined : timeOfJson(own, "day-or-time")) ?? this.others.of(rows, row);
    const named = rows.raw(this.named, row);
    return named === undefined ? undefined : timeOfJson(named, "day-or-time");
  }

  private replace(row: number, json: string, own: string): void {
    const { rows } = this;
    if (rows.start(this.own, row) === 0) {
      this.rewrite(row, json, own);
      return;
    }
    this.parts.push(rows.bytes.subarray(this.from, rows.start(this.own, row)), Buffer.from(json));
    this.from = rows.end(this.own, row);
    if (own !== "null") this.add(row, `,"${this.originalName(row)}":${own}`);
  }

  /** As `replace`, of a key that is written with escapes. */
  private rewrite(row: number, json: string, own: string): void {
    const { rows } = this;
    const event = Event.parse(rows.bytes.utf8Slice(rows.lineStart(row), rows.lineEnd(row) - 1));
    if (!(event instanceof Event)) return;
    event.setRaw(TIMESTAMP, json);
    if (own !== "null") event.setRaw(this.originalName(row), own);
    this.parts.push(rows.bytes.subarray(this.from, rows.lineStart(row)), Buffer.from(`${event}\n`));
    this.from = rows.lineEnd(row);
  }

  /** Adds members at the end of the event. */
  private add(row: number, members: string): void {
    const { rows } = this;
    const brace = rows.bytes.lastIndexOf(0x7d, rows.lineEnd(row) - 1);
    this.parts.push(rows.bytes.subarray(this.from, brace), Buffer.from(members));
    this.from = brace;
  }

  /** A name that the event has not. */
  private originalName(row: number): string {
    const { rows } = this;
    if (rows.isDirect(this.original, row) && rows.start(this.original, row) === 0) return ORIGINAL;
    const event = Event.parse(rows.bytes.utf8Slice(rows.lineStart(row), rows.lineEnd(row) - 1));
    let n = 1;
    const nameOf = () => (n === 1 ? ORIGINAL : `${ORIGINAL}_${n}`);
    while (event instanceof Event && event.has(nameOf())) n++;
    return nameOf();
  }
}
