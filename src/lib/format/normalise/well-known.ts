// Enter here: names that logging libraries give to timestamp, level, message and the like.
import { TIME_NAMES, type TimeReading } from "../../event/time/names.js";

/**
 * The names that logging libraries give to the well-known fields of an event, as one table: the formats apply it, and
 * `docs/events.md` prints it. For each target the first rule that fits wins; a field that is not taken keeps its own
 * name, so nothing is lost where a record says the same thing twice. A field that carries the target's own name always
 * wins.
 */
export const WELL_KNOWN = [
  "timestamp",
  "level",
  "message",
  "service",
  "host",
  "trace_id",
  "span_id",
] as const;

export type WellKnown = (typeof WELL_KNOWN)[number];

/** How a value is read; when it cannot be read that way, the rule does not fit. */
export type Reading =
  | TimeReading
  /** A level word, or a number of pino, bunyan, Monolog or syslog. */
  | "level"
  /** A level word, nothing else. */
  | "level-word"
  /** As `level`, and MongoDB's D1 to D5. */
  | "level-mongodb"
  /** OpenTelemetry severity number, 1-24. */
  | "level-otel"
  /** A string, or a number which then becomes one. */
  | "text"
  /** As `text`, but neither empty nor "-". */
  | "name";

export interface WellKnownRule {
  readonly target: WellKnown;
  /**
   * A key; with dots also the path into an object. An object that is opened for one of its members leaves the others
   * under dotted names: `service: {name, version}` becomes `service` and `service.version`.
   */
  readonly from: string;
  readonly reading: Reading;
  /** Only where the record has all of these keys too. */
  readonly beside?: readonly string[];
  /** Only in records of Windows' event log, as `isWindowsEvent` tells them. */
  readonly isOfWindows?: boolean;
  /** The value is copied and stays where it was. */
  readonly isCopied?: boolean;
  /** Who writes it so. */
  readonly writtenBy: string;
}

export const RULES: readonly WellKnownRule[] = [
  ...TIME_NAMES.map((name): WellKnownRule => ({ target: "timestamp", ...name })),
  ...rules("timestamp", "time", {
    stageTimestamp: "Kubernetes audit",
    requestReceivedTimestamp: "Kubernetes audit",
    EventTime: "NXLog",
  }),
  {
    target: "timestamp",
    from: "lastTimestamp",
    reading: "time",
    beside: ["firstTimestamp"],
    writtenBy: "Kubernetes events",
  },
  ...ofWindows("timestamp", "time", {
    TimeCreated: "Fluent Bit, PowerShell",
    timeCreated: "Promtail, Grafana Alloy",
  }),

  ...rules("level", "level", {
    severityText: "OTLP JSON",
    SeverityText: "OpenTelemetry data model",
    severity_text: "OpenTelemetry consoles",
    severity: "Google Cloud, Ruby",
    Severity: "various",
    "log.level": "ECS",
    lvl: "log15, various",
    levelname: "python-json-logger",
    level_name: "Monolog",
    log_level: "various",
    loglevel: "various",
    logLevel: "various",
    Level: "various",
    "@l": "Serilog compact",
    error_severity: "PostgreSQL jsonlog",
    levelText: "Promtail, Grafana Alloy",
    LevelText: "Telegraf",
    LevelDisplayName: "PowerShell",
  }),
  { target: "level", from: "severityNumber", reading: "level-otel", writtenBy: "OTLP JSON" },
  { target: "level", from: "SeverityNumber", reading: "level-otel", writtenBy: "OpenTelemetry data model" },
  { target: "level", from: "severity_number", reading: "level-otel", writtenBy: "OpenTelemetry consoles" },
  { target: "level", from: "s", reading: "level-mongodb", beside: ["t", "c", "msg"], writtenBy: "MongoDB" },

  ...ofWindows("level", "level-word", { EventType: "Fluent Bit (winlog)" }),

  ...rules("message", "text", {
    msg: "pino, bunyan, zap, log/slog, logrus",
    body: "OpenTelemetry consoles",
    Body: "OpenTelemetry data model",
    "body.stringValue": "OTLP JSON",
    short_message: "GELF",
    "@m": "Serilog compact",
    "@mt": "Serilog compact (the template)",
    "fields.message": "Rust tracing-subscriber",
    Message: "various",
    text: "various",
    log: "Fluent Bit",
    textPayload: "Google Cloud Logging",
    "jsonPayload.message": "Google Cloud Logging",
  }),
  { target: "message", from: "event", reading: "text", beside: ["level"], writtenBy: "structlog" },

  ...rules("service", "name", {
    "service.name": "ECS, OpenTelemetry",
    service_name: "various",
    serviceName: "various",
    "dd.service": "Datadog",
    app: "various",
    application: "various",
    appname: "various",
    app_name: "various",
  }),
  {
    target: "service",
    from: "name",
    reading: "name",
    beside: ["pid", "hostname"],
    writtenBy: "bunyan, pino",
  },
  ...copies("service", "service.name"),

  ...rules("host", "name", {
    "host.name": "ECS, OpenTelemetry",
    "host.hostname": "ECS",
    hostname: "pino, bunyan",
    host_name: "various",
    Hostname: "various",
  }),
  ...ofWindows("host", "name", {
    Computer: "Fluent Bit",
    computer: "Promtail, Grafana Alloy",
    computer_name: "Winlogbeat",
    ComputerName: "Fluent Bit",
    MachineName: "PowerShell",
  }),
  ...copies("host", "host.name"),

  ...rules("trace_id", "name", {
    traceId: "OTLP JSON",
    TraceId: "OpenTelemetry data model",
    "trace.id": "ECS",
    traceID: "Jaeger, Grafana",
    otelTraceID: "OpenTelemetry for Python",
    "dd.trace_id": "Datadog",
    "logging.googleapis.com/trace": "Google Cloud",
    "@tr": "Serilog compact",
  }),
  ...rules("span_id", "name", {
    spanId: "OTLP JSON",
    SpanId: "OpenTelemetry data model",
    "span.id": "ECS",
    spanID: "Jaeger, Grafana",
    otelSpanID: "OpenTelemetry for Python",
    "dd.span_id": "Datadog",
    "logging.googleapis.com/spanId": "Google Cloud",
    "@sp": "Serilog compact",
  }),
];

/** How the fields under their own names are read; a value that cannot be read so stays as it is. */
export const OWN_READINGS: Readonly<Record<WellKnown, Reading | undefined>> = {
  timestamp: "day-or-time",
  level: "level",
  message: undefined,
  service: undefined,
  host: undefined,
  trace_id: undefined,
  span_id: undefined,
};

/** Keys whose values are text even where they look like numbers, for formats that have no types of their own. */
export const TEXT_KEYS: ReadonlySet<string> = new Set([
  ...WELL_KNOWN.filter((name) => name !== "timestamp" && name !== "level"),
  ...RULES.filter((rule) => rule.reading === "text" || rule.reading === "name").map((rule) => rule.from),
]);

function rules(
  target: WellKnown,
  reading: Reading,
  writers: Readonly<Record<string, string>>,
): WellKnownRule[] {
  return Object.entries(writers).map(([from, writtenBy]) => ({ target, from, reading, writtenBy }));
}

function ofWindows(...which: Parameters<typeof rules>): WellKnownRule[] {
  return rules(...which).map((rule) => ({ ...rule, isOfWindows: true }));
}

/** Attributes of an OpenTelemetry resource: they describe the resource and stay with it. */
function copies(target: WellKnown, attribute: string): WellKnownRule[] {
  return ["resource", "resource.attributes", "Resource"].map((place) => ({
    target,
    from: `${place}.${attribute}`,
    reading: "name",
    isCopied: true,
    writtenBy: place === "Resource" ? "OpenTelemetry data model" : "OpenTelemetry consoles",
  }));
}
