import { table } from "../../base/table.js";
import { dayMonthTime, epochTime } from "../../base/time/read-time.js";
import type { Level } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { headTime } from "./layout.js";

/** Redis, Valkey and Sentinel: `pid:role day month year time mark message`. */
export const redis: Format = {
  name: "redis",
  aliases: ["valkey"],
  summary: "log file of Redis and Valkey",
  auto: true,
  openings: ["clock", "number", "[0"],
  reference: "https://github.com/redis/redis/blob/unstable/src/server.c (serverLogRaw)",
  examples: [
    {
      line: "7:M 21 Nov 2026 10:00:01.123 * Ready to accept connections",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","pid":7,"role":"master","message":"Ready to accept connections"}',
    },
    {
      line: "70:C 21 Nov 2026 10:00:01.123 # Failed opening .rdb for saving",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","pid":70,"role":"child","message":"Failed opening .rdb for saving"}',
    },
    {
      line: "[70] 21 Nov 10:00:01.123 # Sentinel runid is 7f3a",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","pid":70,"message":"Sentinel runid is 7f3a"}',
    },
    {
      line: "7:signal-handler (1795255201) Received SIGTERM scheduling shutdown...",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"warn","pid":7,"role":"signal-handler","message":"Received SIGTERM scheduling shutdown..."}',
    },
    { line: "7:Q 21 Nov 2026 10:00:01.123 * Ready", event: undefined },
    { line: "7:M 31 Nov 2026 10:00:01.123 * Ready", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event) || parseOld(line, event, nowMs()) }),
};

const LINE = /^([1-9]\d{0,9}):([XCSM]) (\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}) ([.*#-]) (.*)$/s;
const LEVELS: Readonly<Record<string, Level>> = table({
  ".": "debug",
  "-": "debug",
  "*": "info",
  "#": "warn",
});
const ROLES: Readonly<Record<string, string>> = table({
  X: "sentinel",
  C: "child",
  S: "replica",
  M: "master",
});

function parse(line: string, event: EventWriter): boolean {
  const match = LINE.exec(line);
  const timestamp = match === null ? undefined : dayMonthTime(match[3]!);
  if (match === null || timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("level", LEVELS[match[4]!]!);
  event.number("pid", match[1]!);
  event.text("role", ROLES[match[2]!]!);
  event.text("message", match[5]!);
  return true;
}

/** Redis 2, and what a handler of signals writes. */
const OLD = /^\[([1-9]\d{0,9})\] (\d\d [A-Z][a-z]{2} \d\d:\d\d:\d\d\.\d{3}) ([.*#-]) (.*)$/s;
const SIGNAL = /^([1-9]\d{0,9}):(signal-handler) \((\d{10})\) (.*)$/s;

function parseOld(line: string, event: EventWriter, nowMs: number): boolean {
  const old = line.charCodeAt(0) === 0x5b ? OLD.exec(line) : null;
  const signal = old === null && line.includes(":signal-handler (") ? SIGNAL.exec(line) : null;
  const timestamp = old !== null ? headTime(old[2]!, nowMs) : epochTime(signal?.[3] ?? "", "s");
  if (timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("level", old === null ? "warn" : LEVELS[old[3]!]!);
  event.number("pid", (old ?? signal)![1]!);
  event.textIf("role", signal?.[2]);
  event.text("message", (old ?? signal)![4]!);
  return true;
}
