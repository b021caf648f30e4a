import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { json } from "../../../../src/lib/format/structured/json.js";
import { read } from "../examples.js";

describe("what each library writes", () => {
  it.each([
    ["Python", '{"level":30,"levelname":"WARNING","n":1}', '{"level":"warn","levelname":"WARNING","n":1}'],
    ["Python, level behind", '{"levelname":"ERROR","level":40}', '{"levelname":"ERROR","level":"error"}'],
    [
      "a word in an object",
      '{"level":40,"log":{"level":"error"}}',
      '{"level":"error","log":{"level":"error"}}',
    ],
    ["two numbers", '{"lvl":40,"severity":"30"}', '{"lvl":40,"level":"info"}'],
    ["a number and a word, neither level", '{"severity":50,"lvl":"info"}', '{"severity":50,"level":"info"}'],
    ["a word nobody knows", '{"level":50,"levelname":"NOTSET"}', '{"level":"error","levelname":"NOTSET"}'],
    [
      "OTel, text of the source",
      '{"severity_text":"ok","severity_number":17}',
      '{"severity_text":"ok","level":"error"}',
    ],
    ["OTel, unspecified", '{"severityText":"ok","severityNumber":0}', '{"level":"info","severityNumber":0}'],
    [
      "OTel, in accord",
      '{"severityText":"WARN2","severityNumber":14}',
      '{"level":"warn","severityNumber":14}',
    ],
    ["OTel beside a level", '{"level":"info","severity_number":17}', '{"level":"info","severity_number":17}'],
    [
      "OTel beside an odd number",
      '{"level":35,"severity_number":17}',
      '{"level":"error","severity_number":17}',
    ],
    ...["TRACE3 trace", "DEBUG2 debug", "INFO4 info", "Warn2 warn", "ERROR4 error", "fatal4 fatal"].map(
      (pair) => {
        const [word, level] = pair.split(" ");
        return [word!, `{"severity_text":"${word}"}`, `{"level":"${level}"}`] as [string, string, string];
      },
    ),
    [
      "Windows by Fluent Bit",
      '{"ProviderName":"SCM","EventID":7036,"Level":4,"TimeCreated":"2026-11-21 10:00:01 +0900","Channel":"System","Computer":"w7"}',
      '{"ProviderName":"SCM","EventID":7036,"level":"info","timestamp":"2026-11-21T01:00:01Z","Channel":"System","host":"w7"}',
    ],
    [
      "Windows by Fluent Bit, winlog",
      '{"EventID":7,"EventType":"Warning","SourceName":"disk","TimeGenerated":"2026-11-21 10:00:01 +0000","ComputerName":"w7"}',
      '{"EventID":7,"level":"warn","SourceName":"disk","timestamp":"2026-11-21T10:00:01Z","host":"w7"}',
    ],
    [
      "Windows, an audit that is no level",
      '{"EventID":7,"EventType":"SuccessAudit","Channel":"Security"}',
      '{"EventID":7,"EventType":"SuccessAudit","Channel":"Security"}',
    ],
    [
      "Windows by Promtail",
      '{"channel":"Security","computer":"w7","event_id":4624,"level":0,"levelText":"Information","timeCreated":"2026-11-21T10:00:01.1234567Z"}',
      '{"channel":"Security","host":"w7","event_id":4624,"level":"info","levelText":"Information","timestamp":"2026-11-21T10:00:01.1234567Z"}',
    ],
    [
      "Windows in another language",
      '{"channel":"System","computer":"w7","event_id":1,"level":2,"levelText":"Fehler"}',
      '{"channel":"System","host":"w7","event_id":1,"level":"error","levelText":"Fehler"}',
    ],
    [
      "Windows by PowerShell",
      String.raw`{"Id":41,"Level":1,"ProviderName":"Power","LogName":"System","MachineName":"w7","TimeCreated":"\/Date(1795255201123)\/"}`,
      '{"Id":41,"level":"fatal","ProviderName":"Power","LogName":"System","host":"w7","timestamp":"2026-11-21T10:00:01.123Z"}',
    ],
    [
      "Windows, a level as text",
      '{"EventID":"1","Level":"3","Channel":"System"}',
      '{"EventID":"1","level":"warn","Channel":"System"}',
    ],
    [
      "an event_id of another program",
      '{"event_id":4,"level":4,"computer":"w7"}',
      '{"event_id":4,"level":"warn","level_number":4,"computer":"w7"}',
    ],
    [
      "NXLog",
      '{"EventTime":"2026-11-21 10:00:01","Hostname":"w7"}',
      '{"timestamp":"2026-11-21T10:00:01Z","host":"w7"}',
    ],
    [
      "made, not happened",
      '{"timeCreated":"2026-11-21T10:00:01Z","updated":"x"}',
      '{"timeCreated":"2026-11-21T10:00:01Z","updated":"x"}',
    ],
    [
      "MongoDB, how much of debug",
      '{"t":{"$date":"2026-11-21T10:00:01.5Z"},"s":"D4","c":"STORAGE","id":1,"msg":"x"}',
      '{"timestamp":"2026-11-21T10:00:01.5Z","level":"debug","c":"STORAGE","id":1,"message":"x"}',
    ],
    [
      "Kubernetes audit",
      '{"kind":"Event","stage":"ResponseComplete","requestReceivedTimestamp":"2026-11-21T10:00:01.1Z","stageTimestamp":"2026-11-21T10:00:01.2Z"}',
      '{"kind":"Event","stage":"ResponseComplete","requestReceivedTimestamp":"2026-11-21T10:00:01.1Z","timestamp":"2026-11-21T10:00:01.2Z"}',
    ],
    [
      "Kubernetes events",
      '{"reason":"BackOff","firstTimestamp":"2026-11-21T10:00:01Z","lastTimestamp":"2026-11-21T10:05:01Z","count":7}',
      '{"reason":"BackOff","firstTimestamp":"2026-11-21T10:00:01Z","timestamp":"2026-11-21T10:05:01Z","count":7}',
    ],
    [
      "winston",
      '{"level":"warn","message":"disk","timestamp":"2026-11-21T10:00:00.000Z","meta":{"a":1.0}}',
      '{"level":"warn","message":"disk","timestamp":"2026-11-21T10:00:00.000Z","meta":{"a":1.0}}',
    ],
    [
      "bunyan",
      '{"name":"api","hostname":"h","pid":3,"level":50,"msg":"no","time":"2026-11-21T10:00:00.001Z","v":0}',
      '{"service":"api","host":"h","pid":3,"level":"error","message":"no","timestamp":"2026-11-21T10:00:00.001Z","v":0}',
    ],
    [
      "zap",
      '{"level":"dpanic","ts":1763719200.1234567,"caller":"a/b.go:7","msg":"x","n":9223372036854775807}',
      '{"level":"fatal","timestamp":"2025-11-21T10:00:00.1234567Z","caller":"a/b.go:7","message":"x","n":9223372036854775807}',
    ],
    [
      "structlog",
      '{"event":"logged in","level":"info","timestamp":"2026-11-21T10:00:00+01:00","logger":"auth"}',
      '{"message":"logged in","level":"info","timestamp":"2026-11-21T09:00:00Z","logger":"auth"}',
    ],
    [
      "logrus",
      '{"level":"warning","msg":"x","time":"2026-11-21T10:00:00-05:00"}',
      '{"level":"warn","message":"x","timestamp":"2026-11-21T15:00:00Z"}',
    ],
    [
      "ECS, nested",
      '{"@timestamp":"2026-11-21T10:00:00.5Z","log":{"level":"ERROR"},"message":"m","service":{"name":"api","version":"2"},"host":{"name":"h"},"trace":{"id":"t"},"span":{"id":"s"}}',
      '{"timestamp":"2026-11-21T10:00:00.5Z","level":"error","message":"m","service":"api","service.version":"2","host":"h","trace_id":"t","span_id":"s"}',
    ],
    [
      "ECS, dotted",
      '{"@timestamp":"2026-11-21T10:00:00.5Z","log.level":"ERROR","message":"m","service.name":"api","host.name":"h","trace.id":"t","ecs.version":"8.11"}',
      '{"timestamp":"2026-11-21T10:00:00.5Z","level":"error","message":"m","service":"api","host":"h","trace_id":"t","ecs.version":"8.11"}',
    ],
    [
      "OTLP",
      '{"timeUnixNano":"1763719200123456789","severityNumber":17,"severityText":"Error","body":{"stringValue":"b"},"traceId":"5b8e","spanId":"eee1","attributes":[]}',
      '{"timestamp":"2025-11-21T10:00:00.123456789Z","severityNumber":17,"level":"error","message":"b","trace_id":"5b8e","span_id":"eee1","attributes":[]}',
    ],
    [
      "OTLP without time and text",
      '{"timeUnixNano":"0","observedTimeUnixNano":"1763719200000000000","severityNumber":21,"body":{"arrayValue":{}},"traceId":""}',
      '{"timeUnixNano":"0","timestamp":"2025-11-21T10:00:00.000000000Z","level":"fatal","body":{"arrayValue":{}},"traceId":""}',
    ],
    [
      "OpenTelemetry data model",
      '{"Timestamp":1763719200123456789,"SeverityText":"WARN","Body":"b","Resource":{"service.name":"shop","host.name":"h"},"TraceId":"a","SpanId":"b"}',
      '{"timestamp":"2025-11-21T10:00:00.123456789Z","level":"warn","message":"b","Resource":{"service.name":"shop","host.name":"h"},"trace_id":"a","span_id":"b","service":"shop","host":"h"}',
    ],
    [
      "Google Cloud",
      '{"severity":"CRITICAL","timestamp":{"seconds":1763719200,"nanos":5},"message":"m"}',
      '{"level":"fatal","timestamp":"2025-11-21T10:00:00.000000005Z","message":"m"}',
    ],
    [
      "Log4j",
      '{"instant":{"epochSecond":1763719200,"nanoOfSecond":118000000},"thread":"main","level":"FINEST","message":"m"}',
      '{"timestamp":"2025-11-21T10:00:00.118000000Z","thread":"main","level":"trace","message":"m"}',
    ],
    [
      "MongoDB",
      '{"t":{"$date":"2026-11-21T10:00:00.123+00:00"},"s":"W","c":"NETWORK","id":1,"ctx":"x","msg":"m"}',
      '{"timestamp":"2026-11-21T10:00:00.123Z","level":"warn","c":"NETWORK","id":1,"ctx":"x","message":"m"}',
    ],
    [
      "GELF",
      '{"version":"1.1","host":"h","short_message":"m","timestamp":1763719200.3072,"level":4}',
      '{"version":"1.1","host":"h","message":"m","timestamp":"2025-11-21T10:00:00.3072Z","level":"warn"}',
    ],
    [
      "Serilog",
      '{"@t":"2026-11-21T10:00:00.1234567Z","@mt":"Hello {Name}","@l":"Warning","Name":"x"}',
      '{"timestamp":"2026-11-21T10:00:00.1234567Z","message":"Hello {Name}","level":"warn","Name":"x"}',
    ],
    [
      "tracing-subscriber",
      '{"timestamp":"2026-11-21T10:00:00.1Z","level":"INFO","fields":{"message":"m","n":1},"target":"t"}',
      '{"timestamp":"2026-11-21T10:00:00.1Z","level":"info","message":"m","fields.n":1,"target":"t"}',
    ],
    [
      "Monolog",
      '{"message":"m","context":{},"level":250,"level_name":"NOTICE","channel":"app","datetime":"2026-11-21T10:00:00.123456+00:00"}',
      '{"message":"m","context":{},"level":"info","level_name":"NOTICE","channel":"app","timestamp":"2026-11-21T10:00:00.123456Z"}',
    ],
    [
      "Datadog",
      '{"message":"m","dd":{"service":"s","trace_id":"12345678901234567890","env":"prod"}}',
      '{"message":"m","service":"s","trace_id":"12345678901234567890","dd.env":"prod"}',
    ],
  ])("%s", (_library, line, event) => {
    expect(read(json, line)).toBe(event);
  });
});

describe("counts since 1970", () => {
  it.each([
    ["1763719200", "2025-11-21T10:00:00Z"],
    ["1763719200.5", "2025-11-21T10:00:00.5Z"],
    ["1763719200.123456789", "2025-11-21T10:00:00.123456789Z"],
    ["1763719200.000", "2025-11-21T10:00:00.000Z"],
    ["1763719200001", "2025-11-21T10:00:00.001Z"],
    ["1763719200001.25", "2025-11-21T10:00:00.00125Z"],
    ["1763719200000001", "2025-11-21T10:00:00.000001Z"],
    ["1763719200000000001", "2025-11-21T10:00:00.000000001Z"],
    ["1.7637192005e9", "2025-11-21T10:00:00.5Z"],
    ["999999999", "2001-09-09T01:46:39Z"],
  ])("%s", (count, timestamp) => {
    expect(read(json, `{"time":${count}}`)).toBe(`{"timestamp":"${timestamp}"}`);
    expect(read(json, `{"ts":"${count}"}`)).toBe(`{"timestamp":"${timestamp}"}`);
  });

  it("agree with Date to the millisecond, with nothing rounded below it", () => {
    const second = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 });
    fc.assert(
      fc.property(
        second,
        fc.stringMatching(/^[0-9]{9}$/),
        fc.constantFrom(0, 3, 6, 9),
        (seconds, nanos, digits) => {
          const start = new Date(seconds * 1000).toISOString().slice(0, 19);
          const fraction = nanos.slice(0, digits);
          const wanted = `{"timestamp":"${start}${digits === 0 ? "" : `.${fraction}`}Z"}`;
          expect(read(json, `{"time":${seconds}${fraction}}`)).toBe(wanted);
          expect(read(json, `{"time":${seconds}${digits === 0 ? "" : `.${fraction}`}}`)).toBe(wanted);
        },
      ),
    );
  });
});
