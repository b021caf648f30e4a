import type { Format } from "../../format.js";
import { text } from "../../line/line.js";
import { LogLayout } from "../layout.js";

/**
 * Java Service Wrapper: `LEVEL | process | time | text`, of which the text is what the program wrote: where it begins
 * with a time itself, the event is what it says, with `process` beside it.
 */
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
        '{"process":"wrapper","timestamp":"2026-11-21T10:00:01.050Z","level":"warn","thread":"main","logger":"org.example.Shop","message":"few left"}',
    },
    { line: "INFO   | jvm 1    | 2026/11/31 10:00:01 | shop is open", event: undefined },
    { line: "INFO | jvm 1", event: undefined },
  ],
  create: (context) => {
    const inner = text.create(context);
    return {
      parse(line, event) {
        const head = NESTED.exec(line);
        if (head !== null) {
          event.text("process", head[1]!);
          if (inner.parse(line.slice(head[0].length), event) === true) return true;
          event.reset();
        }
        return LAYOUT.parse(line, event, context.nowMs());
      },
    };
  },
};

/** What stands before a line that begins with its own time. */
const NESTED =
  /^(?:DEBUG|INFO|NOTICE|WARN|ERROR|FATAL) {1,4}\| ([\w. -]{1,16}?) {0,8}\| \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \| (?=\[?\d{4}-\d\d-\d\d)/;

const LAYOUT = new LogLayout(
  "(?<level>DEBUG|INFO|NOTICE|WARN|ERROR|FATAL) {1,4}\\| (?<process>[\\w. -]{1,16}?) {0,8}\\| (?<timestamp>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d) \\| (?<message>.*)",
);
