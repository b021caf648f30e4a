import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/**
 * java.util.logging's SimpleFormatter as it comes, two lines a record: `Mon DD, YYYY H:MM:SS AM class method`, then
 * `LEVEL: message`. The second line is read with the first; where it does not follow the first is an event of its own.
 */
export const javaUtilLogging: Format = {
  name: "java-util-logging",
  aliases: ["jul"],
  summary:
    "java.util.logging's default, two lines a record: Tomcat, Jenkins, GlassFish and other Java programs",
  auto: true,
  openings: ["month"],
  hasContinuations: true,
  isCompletedBy: (_line, next) => SECOND.test(next),
  reference:
    "https://docs.oracle.com/en/java/javase/21/docs/api/java.logging/java/util/logging/SimpleFormatter.html",
  examples: [
    {
      line: "Nov 21, 2026 10:00:01 AM org.example.Shop open\nSEVERE: no stock",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","logger":"org.example.Shop","function":"open","message":"no stock"}',
    },
    {
      line: "Nov 21, 2026 10:00:01 PM org.example.Shop$Cart <init>",
      event:
        '{"timestamp":"2026-11-21T22:00:01Z","logger":"org.example.Shop$Cart","function":"<init>","message":""}',
    },
    { line: "Nov 31, 2026 10:00:01 AM org.example.Shop open", event: undefined },
    { line: "Nov 21, 2026 10:00:01 AM the shop is open", event: undefined },
    { line: "Nov 21, 2026 10:00:01 AM ERROR stuck", event: undefined },
    { line: "Nov 21, 2026 10:00:01 AM Warning low", event: undefined },
    { line: "Nov 21, 2026 10:00:01 AM org.example.Shop open\nit is", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const TIME = "(?<timestamp>[A-Z][a-z]{2} \\d{1,2}, \\d{4},? \\d{1,2}:\\d\\d:\\d\\d[ \\u202f][AP]M)";
/** A class, which a line of other programs may have a level in the place of. */
const CLASS =
  "(?=[\\w.$/-]{0,200}(?:[.$/]|[A-Z][a-z]))(?!(?:Trace|Debug|Info|Notice|Warn|Warning|Error|Critical|Fatal|Severe) )";
const HEAD = new LogLayout(
  `${TIME} ${CLASS}(?<logger>[A-Za-z_][\\w.$/-]{0,199}) (?<function>[\\w$<>]{1,200})(?<message>)`,
  headTime,
);
const BOTH = new LogLayout(
  `${TIME} (?<logger>[A-Za-z_][\\w.$/-]{0,199})(?: (?<function>[\\w$<>]{1,200}))?\\n(?<level>SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): (?<message>.*)`,
  headTime,
);
const SECOND = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (line.charCodeAt(3) !== 0x20) return false;
  return (line.includes("\n") ? BOTH : HEAD).parse(line, event, nowMs);
}
