/**
 * The names that programs give to the time of an event, in the order in which they count, and how their values are
 * read.
 */

/** A field that may hold the time. */
export interface TimeName {
  /** A key; with dots also the path into an object. */
  readonly from: string;
  readonly reading: TimeReading;
  readonly writtenBy: string;
}

export type TimeReading =
  /** RFC 3339 and its relatives, or a count since 1970 whose unit follows from its size. */
  | "time"
  /** The same, and a date alone: the field says when the event was. */
  | "day-or-time"
  /** A count since 1970 in that unit. */
  | "time-ms"
  | "time-us"
  | "time-ns";

/** The well-known name, which comes before all of these. */
export const TIMESTAMP = "timestamp";

/** Where results of `window` have their time, behind all of these. */
export const WINDOW_START = "window_start";

const time = "time";

export const TIME_NAMES: readonly TimeName[] = [
  { from: "@timestamp", reading: "day-or-time", writtenBy: "ECS, Logstash" },
  { from: "time", reading: time, writtenBy: "pino, bunyan, log/slog, logrus, GELF relatives" },
  { from: "ts", reading: time, writtenBy: "zap, Caddy, go-kit" },
  { from: "datetime", reading: time, writtenBy: "Monolog" },
  { from: "Timestamp", reading: time, writtenBy: "OpenTelemetry data model" },
  { from: "Time", reading: time, writtenBy: "Go programs" },
  { from: "date", reading: time, writtenBy: "Fluent Bit" },
  { from: "asctime", reading: time, writtenBy: "python-json-logger" },
  { from: "instant", reading: time, writtenBy: "Log4j JsonLayout (epochSecond, nanoOfSecond)" },
  { from: "eventTime", reading: time, writtenBy: "AWS CloudTrail" },
  { from: "query_timestamp", reading: time, writtenBy: "Amazon Route 53 Resolver" },
  { from: "TimeGenerated", reading: time, writtenBy: "Azure Monitor" },
  { from: "_time", reading: time, writtenBy: "Splunk, Axiom, VictoriaLogs" },
  { from: "@t", reading: time, writtenBy: "Serilog compact" },
  { from: "t.$date", reading: time, writtenBy: "MongoDB" },
  { from: "t", reading: time, writtenBy: "Grafana, log15" },
  { from: "time_iso8601", reading: time, writtenBy: "nginx variables" },
  { from: "time_local", reading: time, writtenBy: "nginx variables" },
  { from: "timeUnixNano", reading: "time-ns", writtenBy: "OTLP JSON" },
  { from: "observedTimeUnixNano", reading: "time-ns", writtenBy: "OTLP JSON" },
  { from: "timeMillis", reading: "time-ms", writtenBy: "Log4j JsonLayout" },
];
