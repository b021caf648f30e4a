import type { Format } from "../../format.js";
import { LogLayout } from "../layout.js";

/** Java Service Wrapper: `LEVEL | source | time | text`, of which the text is what the program wrote. */
export const javaWrapper: Format = {
  name: "java-wrapper",
  summary: "wrapper.log of the Java Service Wrapper",
  auto: true,
  openings: ["upper"],
  hasContinuations: true,
  reference: "https://wrapper.tanukisoftware.com/doc/english/prop-logfile-format.html",
  examples: [
    {
      line: "INFO   | jvm 1    | 2026/11/21 10:00:01 | shop is open",
      event: '{"timestamp":"2026-11-21T10:00:01Z","level":"info","process":"jvm 1","message":"shop is open"}',
    },
    {
      line: "ERROR  | wrapper  | 2026/11/21 10:00:01 | 2026-11-21 10:00:01,050 [main] WARN  org.example.Shop - few left",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","process":"wrapper","message":"2026-11-21 10:00:01,050 [main] WARN  org.example.Shop - few left"}',
    },
    { line: "INFO   | jvm 1    | 2026/11/31 10:00:01 | shop is open", event: undefined },
    { line: "INFO | jvm 1", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => LAYOUT.parse(line, event, nowMs()) }),
};

const LAYOUT = new LogLayout(
  "(?<level>DEBUG|INFO|NOTICE|WARN|ERROR|FATAL) {1,4}\\| (?<process>[\\w. -]{1,16}?) {0,8}\\| (?<timestamp>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d) \\| (?<message>.*)",
);
