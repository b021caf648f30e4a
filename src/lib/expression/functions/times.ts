/** Functions of times and durations. */
import { wallTime } from "../../base/time/zone.js";
import type { Compiled, Evaluate } from "../compiled.js";
import { fieldTime } from "../fields.js";
import { ExpressionFault } from "../syntax/fault.js";
import { DurationValue, durationOfText, TimeValue, timeOfText, timeValue } from "../values/time-value.js";
import { type Args, type FunctionDeclaration, STRING, TIME } from "./function.js";

const DAY_MS = 86_400_000;
const NOON = '"2026-11-21T12:30:05.25Z"';

/** A part of a time, in UTC or in a zone. */
function part(
  name: string,
  summary: string,
  result: string,
  call: (utc: Date) => number,
  example = `${NOON}.${name}()`,
): FunctionDeclaration {
  return {
    name,
    takes: "time[, zone]",
    parameters: [TIME, STRING],
    required: 1,
    returns: "number",
    summary,
    examples: [{ expression: example, result }],
    call: ([time, zone]) => onWall(time as TimeValue, zone as string | undefined, call),
  };
}

/** A part of a time, or all of a duration in whole units. */
function unit(
  name: string,
  summary: string,
  result: string,
  unitMs: number,
  call: (utc: Date) => number,
): FunctionDeclaration {
  return {
    ...part(name, summary, result, call),
    parameters: [["time", "duration"], STRING],
    call: ([value, zone]) =>
      value instanceof DurationValue
        ? Math.trunc((value.ms + value.ns / 1e6) / unitMs) + 0
        : onWall(value as TimeValue, zone as string | undefined, call),
  };
}

function onWall(time: TimeValue, zone: string | undefined, call: (utc: Date) => number): number | undefined {
  if (zone === undefined || zone === "UTC") return call(new Date(time.ms));
  try {
    const { year, month, day, hour, minute, second } = wallTime(time.ms, zone);
    const wall = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
    wall.setUTCMilliseconds(((time.ms % 1000) + 1000) % 1000);
    return call(wall);
  } catch {
    return undefined;
  }
}

export const timeFunctions: readonly FunctionDeclaration[] = [
  {
    name: "timestamp",
    takes: "value",
    parameters: [["string", "number", "time"]],
    returns: "time",
    summary:
      "the time that text (RFC 3339 or ISO 8601, without a zone UTC) or a number of seconds to nanoseconds since 1970 tells",
    examples: [{ expression: 'timestamp("2026-11-21T13:00:00+01:00")', result: '"2026-11-21T12:00:00Z"' }],
    call: ([value]) => (value instanceof TimeValue ? value : timeOfText(String(value))),
    compile: ([value], _scope, at) => compileTime(value!, at(0)),
  },
  {
    name: "duration",
    takes: "text",
    parameters: [["string", "duration"]],
    returns: "duration",
    summary: "a span of time, with units ns us ms s m h d w",
    examples: [
      { expression: 'duration("1h30m")', result: '"5400s"' },
      {
        expression: 'timestamp("2026-11-21T12:00:00Z") - duration("250ms")',
        result: '"2026-11-21T11:59:59.750Z"',
      },
    ],
    call: ([value]) => (value instanceof DurationValue ? value : durationOfText(value as string)),
  },
  {
    name: "now",
    takes: "",
    parameters: [],
    returns: "time",
    summary: "the time at which the event is looked at",
    examples: [],
    call: (_args: Args, scope) => timeValue(scope.nowMs?.() ?? Date.UTC(1970, 0), 0),
    compile: (_args, scope, at) => {
      if (scope.nowMs !== undefined) return undefined;
      const hint = "only `filter` and `enrich` have a clock";
      throw new ExpressionFault(at(0), "now() cannot be used here", { hint });
    },
  },
  part("getFullYear", "the year", "2026", (utc) => utc.getUTCFullYear()),
  part("getMonth", "the month, from 0 for January", "10", (utc) => utc.getUTCMonth()),
  part("getDate", "the day of the month, from 1", "21", (utc) => utc.getUTCDate()),
  part("getDayOfMonth", "the day of the month, from 0", "20", (utc) => utc.getUTCDate() - 1),
  part("getDayOfWeek", "the day of the week, from 0 for Sunday", "6", (utc) => utc.getUTCDay()),
  part("getDayOfYear", "the day of the year, from 0", "324", (utc) => {
    const day = Date.UTC(utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate());
    return Math.round((day - Date.UTC(utc.getUTCFullYear(), 0, 1)) / DAY_MS);
  }),
  unit("getHours", "the hour, from 0; of a duration all its hours", "12", 3_600_000, (utc) =>
    utc.getUTCHours(),
  ),
  unit("getMinutes", "the minute; of a duration all its minutes", "30", 60_000, (utc) => utc.getUTCMinutes()),
  unit("getSeconds", "the second; of a duration all its seconds", "5", 1000, (utc) => utc.getUTCSeconds()),
  unit("getMilliseconds", "the milliseconds of the second; of a duration all of them", "250", 1, (utc) =>
    utc.getUTCMilliseconds(),
  ),
];

function compileTime(value: Compiled, at: number): Compiled | undefined {
  if (value.field !== undefined) {
    const { number } = value.field;
    const evaluate: Evaluate = (rows, row) => fieldTime(rows, number, row);
    return { kind: "time", evaluate, timeField: number };
  }
  const text = value.constant?.value;
  if (typeof text !== "string") return undefined;
  const time = timeOfText(text);
  if (time !== undefined) return { kind: "time", evaluate: () => time, constant: { value: time } };
  throw new ExpressionFault(at, `"${text.slice(0, 60)}" is no time`, {
    hint: "write it like 2026-11-21T10:30:00Z; for phrases like yesterday there are --since and --until",
  });
}
