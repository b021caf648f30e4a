import type { Format } from "../../format.js";
import { headTime, LogLayout, parseLayouts } from "../layout.js";

/** Gin's access log and debug lines, without the colours. */
export const gin: Format = {
  name: "gin",
  summary: "Gin (Go): requests and debug lines",
  auto: true,
  openings: ["["],
  hasContinuations: true,
  reference: "https://github.com/gin-gonic/gin/blob/master/logger.go (defaultLogFormatter), debug.go",
  examples: [
    {
      line: '[GIN] 2026/11/21 - 10:00:01 | 401 |     505.317µs |       192.0.2.7 | POST     "/client"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","status":401,"duration":"505.317µs","client_ip":"192.0.2.7","method":"POST","path":"/client"}',
    },
    {
      line: '[GIN-debug] [WARNING] Running in "debug" mode',
      event: '{"level":"warn","message":"Running in \\"debug\\" mode"}',
    },
    {
      line: "[GIN-debug] Listening and serving HTTP on :8080",
      event: '{"level":"debug","message":"Listening and serving HTTP on :8080"}',
    },
    { line: '[GIN] 2026/11/31 - 10:00:01 | 401 | 505.317µs | 192.0.2.7 | POST "/"', event: undefined },
    { line: "[GIN] started", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => line.startsWith("[GIN") && parseLayouts(LAYOUTS, line, event, nowMs()),
  }),
};

const LAYOUTS = [
  new LogLayout(
    '\\[GIN\\] (?<timestamp>\\d{4}/\\d\\d/\\d\\d - \\d\\d:\\d\\d:\\d\\d) \\| {1,3}(?<status>\\d{3}) \\| {1,14}(?<duration>[\\d.]{1,20}(?:h|m|s|ms|µs|ns)[\\dhms.]{0,20}) \\| {1,16}(?<client_ip>[\\w.:%-]{0,64}) \\| {0,8}(?<method>[A-Z]{3,8}) {1,10}"(?<path>[^"]{0,8192})"',
    (text, nowMs) => headTime(text.replace(" - ", " "), nowMs),
  ),
  new LogLayout("\\[GIN-debug\\] \\[(?<level>WARNING|ERROR)\\] (?<message>.*)"),
  new LogLayout("\\[GIN-(?<level>debug)\\] (?<message>.*)"),
];
