import type { Format } from "../format.js";
import { linesOf } from "./lines.js";

/**
 * Cassandra's system.log and debug.log: `LEVEL [THREAD] TIME File.java:LINE - message`. ScyllaDB writes the way of
 * syslog.
 */
export const cassandra: Format = {
  name: "cassandra",
  summary: "system.log and debug.log of Apache Cassandra",
  auto: true,
  openings: ["upper"],
  hasContinuations: true,
  reference:
    "https://github.com/apache/cassandra/blob/trunk/conf/logback.xml (%-5level [%thread] %date{ISO8601} %F:%L - %msg%n)",
  examples: [
    {
      line: "INFO  [main] 2026-11-21 10:00:01,123 CassandraDaemon.java:502 - Startup complete",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","thread":"main","file":"CassandraDaemon.java","line":502,' +
        '"message":"Startup complete"}',
    },
    {
      line: "WARN  [ReadStage-2] 2026-11-21T10:00:01,123 ReadCommand.java:7 - Read 0 live rows",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","thread":"ReadStage-2","file":"ReadCommand.java","line":7,' +
        '"message":"Read 0 live rows"}',
    },
    { line: "INFO  [main] CassandraDaemon.java:502 - no time", event: undefined },
    { line: "LOUD  [main] 2026-11-21 10:00:01,123 CassandraDaemon.java:502 - no level", event: undefined },
  ],
  create: ({ nowMs }) => linesOf(LINE, nowMs),
};

const LINE =
  /^(?<level>[A-Z]{4,5}) {1,2}\[(?<thread>[^\]]{1,256})\] (?<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,\d{3}) (?<file>[\w$.]{1,128}):(?<line>\d{1,6}) - (?<message>.*)$/s;
