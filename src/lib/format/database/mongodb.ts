import type { Format } from "../format.js";
import { linesOf } from "./lines.js";

/** MongoDB's text log, versions 3.0 to 4.2: `TIME LEVEL COMPONENT [CONTEXT] message`. Since 4.4 it is JSON. */
export const mongodb: Format = {
  name: "mongodb",
  aliases: ["mongo"],
  summary: "text log of MongoDB 3.0 to 4.2 (later versions write JSON)",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [" A"],
  hasContinuations: true,
  reference: "https://www.mongodb.com/docs/v4.2/reference/log-messages/",
  examples: [
    {
      line: "2026-11-21T10:00:01.123+0000 I NETWORK  [conn31] end connection 192.0.2.7:60444 (2 connections now open)",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","component":"NETWORK","thread":"conn31",' +
        '"message":"end connection 192.0.2.7:60444 (2 connections now open)"}',
    },
    {
      line: "2026-11-21T10:00:01.123+0100 D1 -        [main] options",
      event: '{"timestamp":"2026-11-21T09:00:01.123Z","level":"debug","thread":"main","message":"options"}',
    },
    { line: "2026-11-21T10:00:01.123+0000 I am here", event: undefined },
    { line: "2026-11-21T10:00:01.123+0000 X NETWORK  [conn31] no such level", event: undefined },
  ],
  create: ({ nowMs }) => linesOf(LINE, nowMs, LEVELS),
};

const LINE =
  /^(?<time>\d{4}-\d\d-\d\dT[\d:.]{12}[+-]\d{4}) (?<level>[FEWID][1-5]?) (?<component>[A-Z_]{1,12}|-) {1,12}\[(?<thread>[^\]]{1,64})\] (?<message>.*)$/s;
const LEVELS = {
  F: "fatal",
  E: "error",
  W: "warn",
  I: "info",
  D: "debug",
  D1: "debug",
  D2: "debug",
  D3: "trace",
  D4: "trace",
  D5: "trace",
} as const;
