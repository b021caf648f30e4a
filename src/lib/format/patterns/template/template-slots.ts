/** What stands in the braces of a template. */
import { isIP } from "node:net";
import { anyTime } from "../../../base/time/read-time.js";
import { type FoundTime, timeAt } from "../../../base/time/time-at.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import { isNumberName, numberOrText, writeUserField } from "../user-fields.js";

/** One way of reading a value. */
export interface SlotReading {
  /** Longer texts are none. */
  readonly unitsMax: number;
  /** The value that begins at `from`, where it says itself where it ends. */
  find?(line: string, from: number, nowMs: number): FoundTime | undefined;
  accepts(text: string, nowMs: number): boolean;
  write(name: string, text: string, event: EventWriter, nowMs: number): void;
}

const text: SlotReading = {
  unitsMax: Number.POSITIVE_INFINITY,
  accepts: () => true,
  write: writeUserField,
};

function number(isWhole: boolean, pattern: RegExp): SlotReading {
  return {
    unitsMax: 40,
    accepts: (value) => pattern.test(value),
    write: (name, value, event) => event.json(name, numberOrText(value, isWhole)),
  };
}

const READINGS = {
  int: number(true, /^[+-]?\d+$/),
  float: number(false, /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/),
  word: { ...text, accepts: (value: string) => value !== "" && !/\s/.test(value) },
  text,
  ip: { ...text, unitsMax: 64, accepts: (value: string) => isIP(value) !== 0 },
  time: {
    unitsMax: 72,
    find: timeAt,
    accepts: (value: string, nowMs: number) => anyTime(value, nowMs) !== undefined,
    write: (name: string, value: string, event: EventWriter, nowMs: number) =>
      event.text(name, anyTime(value, nowMs)!),
  },
  level: {
    unitsMax: 16,
    accepts: (value: string) => levelOfWord(value) !== undefined,
    write: (name: string, value: string, event: EventWriter) => event.text(name, levelOfWord(value)!),
  },
} as const satisfies Readonly<Record<string, SlotReading>>;

export type SlotKind = keyof typeof READINGS;

export const SLOT_KINDS = Object.keys(READINGS) as readonly SlotKind[];

export function isSlotKind(kind: string): kind is SlotKind {
  return Object.hasOwn(READINGS, kind);
}

/** A number where the text is one. */
const numeric: SlotReading = {
  ...text,
  write: (name, value, event) => {
    if (value !== "" && value !== "-") event.json(name, numberOrText(value, false));
  },
};

/** The field and the reading of `{name:kind}`; the name says the kind where there is none. */
export function slotOf(
  name: string | undefined,
  kind: SlotKind | undefined,
): { name: string | undefined; reading: SlotReading } {
  const isTime = name === "time" || name === "timestamp" || name === "@timestamp";
  if (kind !== undefined)
    return { name: isTime && kind === "time" ? "timestamp" : name, reading: READINGS[kind] };
  if (isTime) return { name: "timestamp", reading: READINGS.time };
  if (name === "level") return { name, reading: READINGS.level };
  if (name === "rest") return { name: "message", reading: text };
  return { name, reading: name !== undefined && isNumberName(name) ? numeric : text };
}
