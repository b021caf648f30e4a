/** What watches events for one kind of anomaly. A detector has one or more of them. */
import type { Rows } from "../../event/rows/rows.js";
import { quote } from "../../event/writer.js";

export interface Alarm {
  /** 0 to 1. */
  readonly score: number;
  /** JSON text, or undefined when nothing can be said. */
  readonly expected: string | undefined;
  /** JSON text. */
  readonly observed: string;
  /** A sentence. */
  readonly reason: string;
  /** JSON texts of fields that an event made for the alarm has besides those of the group, by name. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** An alarm about what is no event of the input: an interval, a silence. */
export interface LateAlarm extends Alarm {
  readonly group: string;
  readonly timeMs: number;
}

export interface Moment {
  readonly rows: Rows;
  readonly row: number;
  /**
   * The JSON texts (`keyJson`) of the group's fields, in order, with "\n" between them; empty for one that is missing.
   */
  readonly group: string;
  /** NaN for an event without a time, or with one that is not believed (watermark.ts). */
  readonly timeMs: number;
}

export interface Watch {
  /** Takes in an event; what is wrong with it. */
  look(moment: Moment): Alarm | undefined;
  /** The time of the events has come to here: what is wrong by now. Called before `look` of the event that moved it. */
  advance?(nowMs: number): readonly LateAlarm[];
  save(): unknown;
  load(saved: unknown): void;
}

/** What every watch is told. */
export interface WatchSettings {
  /** The surprise from which on there is an alarm (method.ts). */
  readonly surprise: number;
  /** Values, intervals or events of a series before its first alarm. */
  readonly warmup: number;
  /** Milliseconds of event time without another alarm of the series; undefined: 100 values. */
  readonly cooldownMs: number | undefined;
  readonly maxGroups: number;
  readonly count: (name: string, by?: number) => void;
}

/** Characters of a value that keys are made of. */
const KEY_CHARACTERS = 200;

/** JSON text of a value of a key, of bounded length: a long one is told from others by its beginning. */
export function keyJson(raw: string): string {
  return raw.length <= KEY_CHARACTERS ? raw : quote(raw.slice(0, KEY_CHARACTERS));
}

/** JSON text of a number, at most six digits where they are enough. */
export function numberJson(value: number): string | undefined {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : undefined;
}
