import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/**
 * zap's console encoder, which Kubernetes operators and Caddy write: time, level, logger, caller, text and JSON between
 * tabs.
 */
export const zapConsole: Format = {
  name: "zap-console",
  aliases: ["caddy-console"],
  summary: "zap (Go) with its console encoder: Kubernetes operators, Caddy",
  auto: true,
  openings: ["iso", "number"],
  behindIsoTime: ["\tA", "\ta"],
  hasContinuations: true,
  reference: "https://github.com/uber-go/zap/blob/master/zapcore/console_encoder.go",
  examples: [
    {
      line: '2026-11-21T10:00:01.123+0100\tINFO\tcontroller.cart\tcart/main.go:7\tcart opened\t{"id": 7}',
      event:
        '{"timestamp":"2026-11-21T09:00:01.123Z","level":"info","logger":"controller.cart","file":"cart/main.go","line":7,"id":7,"message":"cart opened"}',
    },
    {
      line: "1795255201.123\terror\tcart failed",
      event: '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","message":"cart failed"}',
    },
    { line: "2026-11-21T10:00:01.123+0100\tLOUD\tcart opened", event: undefined },
    { line: "2026-11-21T10:00:01.123+0100 INFO cart opened", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => line.includes("\t") && LAYOUT.parse(line, event, nowMs()),
  }),
};

const LAYOUT = new LogLayout(
  "(?<timestamp>[\\d./:T+Z -]{10,40})\\t(?<level>DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL|debug|info|warn|error|dpanic|panic|fatal)\\t" +
    "(?:(?<logger>[A-Za-z][\\w./@-]{0,199})\\t(?=[^\\t{]))?(?:(?<file>[\\w./@-]{1,200}):(?<line>\\d{1,7})\\t)?(?<body>.*)",
  headTime,
);
