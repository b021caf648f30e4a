import { anyTime, dayMonthTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { LABEL } from "../line/head/labels.js";
import { DatedLayouts, ISO_TIME, LogLayout, parseLayouts, type ReadTime, startsWithDate } from "./layout.js";

/**
 * The text layouts of Java programs: log4j, logback, java.util.logging, Spring Boot, JBoss, Hadoop, Kafka,
 * Elasticsearch.
 */
export const log4j: Format = {
  name: "log4j",
  aliases: ["logback", "spring", "java"],
  summary:
    "Java text logs: log4j, logback, Spring Boot, Tomcat, JBoss, Hadoop, ZooKeeper, Kafka, Elasticsearch",
  auto: true,
  starts: "0123456789[TDIWEFS",
  hasContinuations: true,
  reference:
    "https://logging.apache.org/log4j/2.x/manual/pattern-layout.html and the default configuration of each program",
  examples: [
    {
      line: "2026-11-21 10:00:01,123 INFO  [main] org.example.Shop - ready",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","thread":"main","logger":"org.example.Shop","message":"ready"}',
    },
    {
      line: "2026-11-21T10:00:01.123+01:00  WARN 31 --- [shop] [           main] o.example.Shop   : slow start",
      event:
        '{"timestamp":"2026-11-21T09:00:01.123Z","level":"warn","pid":31,"thread":"main","logger":"o.example.Shop",' +
        '"application":"shop","message":"slow start"}',
    },
    {
      line: "[2026-11-21 10:00:01,123] ERROR out of disk (kafka.log.LogManager)",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","logger":"kafka.log.LogManager","message":"out of disk"}',
    },
    {
      line: "2026-11-21T10:00:01.123Z  INFO 1 --- [shop] [main] o.a.c.c.C.[Tomcat].[localhost].[/]       : Initializing",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","pid":1,"thread":"main",' +
        '"logger":"o.a.c.c.C.[Tomcat].[localhost].[/]","application":"shop","message":"Initializing"}',
    },
    {
      line: "1198 [main] ERROR shop.Cart - no stock",
      event: '{"level":"error","thread":"main","logger":"shop.Cart","uptime_ms":1198,"message":"no stock"}',
    },
    { line: "2026-11-21 10:00:01,123 INFO [main] https://example.org/ is ready", event: undefined },
    { line: "2026-11-21 10:00:01,123 LOUD [main] org.example.Shop - ready", event: undefined },
    { line: "2026-11-31 10:00:01,123 INFO [main] org.example.Shop - ready", event: undefined },
    { line: "INFO: ready", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const TIME = `(?<timestamp>${ISO_TIME})`;
const LEVEL = "(?<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|FINE|FINER|FINEST|CONFIG)";
const THREAD = "\\[(?<thread>[^\\]=]{0,200})\\]";
/** Tomcat names its own as `o.a.c.c.C.[Tomcat].[localhost].[/]`. */
const LOGGER = "(?<logger>[A-Za-z_][\\w.$/@-]{0,199}(?:(?<=\\.)\\[[\\w.$/@\\[\\]-]{1,199})?)";
/** The line of a class: what has no capital is a host with its port. */
const LINE = "(?:(?<=[ .$][A-Z][\\w$]{0,99}):(?<line>\\d+))?";
/** Behind the name of an exception, or a word such as `Completed`, it leads to what the text says. */
const COLON = `(?<!Exception|Error|[ \\]]${LABEL}):`;
const make = (sources: readonly string[], readTime?: ReadTime) =>
  sources.map((source) => new LogLayout(source, readTime));

/** Of each of these, somewhere behind the time. */
const SIGN = /[[(|]|[-:] /g;
const DATED = new DatedLayouts(
  [
    ` {1,2}${LEVEL} {1,2}(?<pid>\\d+) --- (?:\\[(?<application>[^\\]]{1,200})\\] )?${THREAD} (?:\\[(?<trace_id>[0-9a-f]{16,32})-(?<span_id>[0-9a-f]{16})\\] |\\[ *\\] )?${LOGGER} *: (?<message>.*)`,
    ` ${THREAD} ${LEVEL} {1,6}${LOGGER}${LINE} {0,60}(?:--?|${COLON}) (?<message>.*)`,
    ` ${LEVEL} {1,6}${THREAD} ${LOGGER}${LINE} {0,60}(?:(?:--?|${COLON}) |(?<=\\.[A-Z][\\w$]{0,99}):(?![\\s\\d/\\\\]))(?<message>.*)`,
    ` (?:\\[myid:(?<myid>\\d*)\\] )?- ${LEVEL} {1,6}\\[(?<thread>.{0,200}?):(?<logger>[\\w.$]{1,200})@(?<line>\\d+)\\] - (?<message>.*)`,
    ` ${LEVEL} {1,6}\\[(?<logger>[\\w.$]{1,200})\\] \\((?<thread>[^)]{1,200})\\) (?<message>.*)`,
    ` ${LEVEL} {1,6}${LOGGER} \\((?<file>[\\w.$-]{1,200}):(?:[\\w$<>]{1,200}\\((?<line>\\d+)\\))?\\) - (?<message>.*)`,
    ` ${LEVEL} {1,6}${LOGGER} {0,60}(?:--? |${COLON} )(?<message>.*)`,
  ],
  "bare",
  SIGN,
);

const BRACKETED = new DatedLayouts(
  [
    `\\]\\[${LEVEL} {0,3}\\]\\[(?<logger>[^\\]\\s]{1,200}) {0,60}\\] (?:\\[(?<node>[^\\]]{1,200})\\] ?)?(?<message>.*)`,
    `\\] ${LEVEL} {1,3}(?!\\[[A-Z][\\w$]* [^\\]=]{0,100}=)(?:\\[(?<thread>[\\w./#-]{0,99}[Tt]hread[\\w./#-]{0,99})\\]: )?(?<message>.*) \\((?<logger>[a-z][\\w$]*(?:\\.[\\w$]+)+)\\)`,
    `\\] ${THREAD} ${LEVEL} {1,6}${LOGGER} {0,60}--? (?<message>.*)`,
    `\\] ${LEVEL} {1,6}${THREAD} ${LOGGER} {0,60}--? (?<message>.*)`,
  ],
  "bracketed",
);

/** Tomcat: `21-Nov-2026 10:00:01.123 INFO [main] class.method message`. */
const TOMCAT = make(
  [
    `(?<timestamp>\\d\\d-[A-Z][a-z]{2}-\\d{4} \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?) ${LEVEL} ${THREAD} (?<logger>[\\w.$<>]{1,200}) (?<message>.*)`,
  ],
  dayMonthTime,
);

/**
 * Hadoop's and Spark's short dates: `261121 100001 31 INFO class: message`, `26/11/21 10:00:01 INFO class: message`.
 */
const SHORT_DATED = [
  ...make([`(?<timestamp>\\d{6} \\d{6}) (?<tid>\\d+) ${LEVEL} ${LOGGER}: (?<message>.*)`], anyTime),
  ...make(
    [`(?<timestamp>\\d\\d/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d) ${LEVEL} ${LOGGER}: (?<message>.*)`],
    (text) => anyTime(`20${text.replaceAll("/", "-")}`, 0),
  ),
];

/** log4j's TTCCLayout: milliseconds since the start, and the nested context before the dash. */
const UPTIMED = make([
  `(?<uptime_ms>\\d{1,12}) {1,10}${THREAD} ${LEVEL} {1,6}${LOGGER} {1,2}(?:(?<context>[^ -][^ ]{0,199}) )?- (?<message>.*)`,
]);

/** Cassandra and others that put the level first. */
const LEVELLED = make([
  `${LEVEL} {1,2}${THREAD} ${TIME} (?<file>[\\w.$-]{1,200}):(?<line>\\d+) - (?<message>.*)`,
  `${LEVEL} {1,6}${TIME} ${THREAD} ${LOGGER} {0,60}(?:--?|${COLON}) (?<message>.*)`,
]);

/** How near the start the thread stands behind an uptime. */
const UPTIME_WITHIN = 24;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const first = line.charCodeAt(0);
  if (first === 0x5b) return BRACKETED.parse(line, event, nowMs);
  if (first > 57) return parseLayouts(LEVELLED, line, event, nowMs);
  if (startsWithDate(line)) return DATED.parse(line, event, nowMs);
  if (line.charCodeAt(2) === 0x2d) return parseLayouts(TOMCAT, line, event, nowMs);
  const bracket = line.indexOf(" [");
  return parseLayouts(bracket > 0 && bracket < UPTIME_WITHIN ? UPTIMED : SHORT_DATED, line, event, nowMs);
}
