import type { Format } from "../format.js";
import { linesOf } from "./lines.js";

/** CockroachDB's logs in the formats crdb-v1 and crdb-v2: `LyyMMdd TIME GOROUTINE FILE:LINE [TAGS] COUNTER message`. */
export const cockroach: Format = {
  name: "cockroachdb",
  aliases: ["crdb"],
  summary: "logs of CockroachDB (crdb-v1 and crdb-v2)",
  auto: true,
  openings: ["upper"],
  starts: "IWEF",
  hasContinuations: true,
  reference: "https://www.cockroachlabs.com/docs/stable/log-formats",
  examples: [
    {
      line: "I261121 10:00:01.123456 7 server/node.go:12 ⋮ [n1,client=192.0.2.7] 31  node is ready",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"info","goroutine":7,"file":"server/node.go","line":12,' +
        '"tags":"n1,client=192.0.2.7","counter":31,"message":"node is ready"}',
    },
    {
      line: "W261121 10:00:01.123456 7 1@server/node.go:12  [n1] slow",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"warn","goroutine":7,"channel":1,"file":"server/node.go","line":12,' +
        '"tags":"n1","message":"slow"}',
    },
    { line: "I261121 10:00:01.123456 ready", event: undefined },
    { line: "I261131 10:00:01.123456 7 server/node.go:12 no such day", event: undefined },
  ],
  create: ({ nowMs }) => linesOf(LINE, nowMs, { I: "info", W: "warn", E: "error", F: "fatal" }),
};

const LINE =
  /^(?<level>[IWEF])(?<time>\d{6} \d\d:\d\d:\d\d\.\d{6}) (?<goroutine>\d{1,12}) (?:(?<channel>\d{1,3})@)?(?<file>[\w./@-]{1,256}\.go):(?<line>\d{1,6}) {1,2}(?:⋮ {1,2})?(?:\[(?<tags>[^\]]{0,512})\] ?)?(?:(?<counter>\d{1,12}) {1,2})?(?<message>.*)$/s;
