import { dayMonthTime } from "../../base/time/read-time.js";
import type { Level } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";

/** Redis, Valkey and Sentinel: `pid:role day month year time mark message`. */
export const redis: Format = {
  name: "redis",
  aliases: ["valkey"],
  summary: "log file of Redis and Valkey",
  auto: true,
  starts: "0123456789",
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
    { line: "7:Q 21 Nov 2026 10:00:01.123 * Ready", event: undefined },
    { line: "7:M 31 Nov 2026 10:00:01.123 * Ready", event: undefined },
  ],
  create: () => ({ parse }),
};

const LINE = /^([1-9]\d{0,9}):([XCSM]) (\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3}) ([.*#-]) (.*)$/s;
const LEVELS: Readonly<Record<string, Level>> = { ".": "debug", "-": "debug", "*": "info", "#": "warn" };
const ROLES: Readonly<Record<string, string>> = { X: "sentinel", C: "child", S: "replica", M: "master" };

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
