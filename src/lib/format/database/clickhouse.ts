import type { Format } from "../format.js";
import { linesOf } from "./lines.js";

/** ClickHouse's text log: `TIME [ THREAD ] {QUERY} <LEVEL> LOGGER: message`. */
export const clickhouse: Format = {
  name: "clickhouse",
  summary: "text log of ClickHouse server and keeper",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [" ["],
  hasContinuations: true,
  reference: "https://github.com/ClickHouse/ClickHouse/blob/master/src/Loggers/OwnPatternFormatter.cpp",
  examples: [
    {
      line: "2026.11.21 10:00:01.123456 [ 31 ] {7f2b-11} <Error> executeQuery: Code: 60. DB::Exception: no such table",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"error","tid":31,"query_id":"7f2b-11","logger":"executeQuery",' +
        '"message":"Code: 60. DB::Exception: no such table"}',
    },
    {
      line: "2026.11.21 10:00:01.123456 [ 31 ] {} <Information> Application: Ready for connections.",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"info","tid":31,"logger":"Application","message":"Ready for connections."}',
    },
    { line: "2026.11.21 10:00:01.123456 [ 31 ] ready", event: undefined },
    { line: "2026.11.21 10:00:01.123456 [ 31 ] {} <Loud> Application: no such level", event: undefined },
  ],
  create: ({ nowMs }) => linesOf(LINE, nowMs, { Information: "info", Critical: "fatal", Test: "trace" }),
};

const LINE =
  /^(?<time>\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d\.\d{3,6}) \[ (?<tid>\d{1,20}) \] \{(?<query_id>[^}]{0,256})\} <(?<level>[A-Z][a-z]{3,10})> (?<logger>[^:]{1,512}): (?<message>.*)$/s;
