// Enter here: lines of OTLP JSON, each of which holds many log records.
/** OTLP JSON as collectors write it to files: an export request a line. */

import { quote } from "../../../event/writer.js";

const HEAD = /^\s{0,8}\{\s{0,8}"resourceLogs"\s{0,8}:/;

/** Whether a line is such a request, as its beginning tells. */
export function beginsOtlp(line: string): boolean {
  return line.charCodeAt(0) === 0x7b && line.charCodeAt(2) === 0x72 && HEAD.test(line);
}

/**
 * The log records of a request as events in JSON, in their order: see "OpenTelemetry" in docs/events.md. Attributes of the record are fields
 * under their own names; those of the resource and of the scope, too, where the record has none of that name: `service.name` is `service`,
 * `host.name` is `host`, the scope is `logger`. A body that is an object or an array is `body`. Undefined when it is no request.
 */
export function otlpEvents(line: string): readonly string[] | undefined {
  const request = parsed(line);
  if (!isObject(request) || !Array.isArray(request["resourceLogs"])) return undefined;
  const events: string[] = [];
  for (const resourceLogs of request["resourceLogs"]) {
    if (!isObject(resourceLogs)) return undefined;
    const resource = attributesOf(memberOf(resourceLogs, "resource"));
    for (const scopeLogs of listOf(resourceLogs, "scopeLogs", "instrumentationLibraryLogs")) {
      const scope = memberOf(scopeLogs, "scope") ?? memberOf(scopeLogs, "instrumentationLibrary");
      const outer = [...attributesOf(scope), ...resource];
      for (const record of listOf(scopeLogs, "logRecords", "logs"))
        if (isObject(record)) events.push(eventOf(record, scope, outer));
    }
  }
  return events;
}

type Json = Readonly<Record<string, unknown>>;
type Attribute = readonly [name: string, value: unknown];

function eventOf(record: Json, scope: Json | undefined, outer: readonly Attribute[]): string {
  const members = new Map<string, string>();
  const put = (name: string, value: unknown) => {
    if (value !== undefined && value !== null && value !== "" && !members.has(name))
      members.set(name, printed(value));
  };
  const time = [record["timeUnixNano"], record["observedTimeUnixNano"]].find(isTime);
  put("timeUnixNano", time === undefined ? undefined : String(time));
  putLevel(record, put);
  const body = record["body"];
  const value = isObject(body) ? anyValue(body) : body;
  put(
    typeof value === "object" ? "body" : "message",
    typeof value === "object" ? value : value === undefined ? undefined : String(value),
  );
  put("trace_id", record["traceId"]);
  put("span_id", record["spanId"]);
  put("event_name", record["eventName"]);
  for (const [name, own] of attributesOf(record)) put(nameOf(name), own);
  put("logger", scope?.["name"]);
  for (const [name, own] of outer) put(nameOf(name), own);
  const text = [...members].map(([name, json]) => `${quote(name)}:${json}`).join(",");
  return `{${text}}`;
}

function putLevel(record: Json, put: (name: string, value: unknown) => void): void {
  const number = record["severityNumber"];
  const word = typeof number === "string" ? SEVERITY.exec(number) : null;
  const known = word === null ? number : 1 + 4 * WORDS.indexOf(word[1]!) + Number(word[2] ?? 1) - 1;
  put("severityText", record["severityText"]);
  if (known !== 0 && known !== "SEVERITY_NUMBER_UNSPECIFIED") put("severityNumber", known);
}

const WORDS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const SEVERITY = /^SEVERITY_NUMBER_(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)([2-4])?$/;

/** What the resource says under well-known names. */
function nameOf(attribute: string): string {
  return attribute === "service.name" ? "service" : attribute === "host.name" ? "host" : attribute;
}

function isTime(value: unknown): boolean {
  return (typeof value === "string" || typeof value === "number") && /^[1-9]\d{9,19}$/.test(String(value));
}

function attributesOf(holder: Json | undefined): readonly Attribute[] {
  const attributes = holder?.["attributes"];
  if (!Array.isArray(attributes)) return [];
  return attributes
    .filter((one): one is Json => isObject(one) && typeof one["key"] === "string")
    .map((one) => [one["key"] as string, isObject(one["value"]) ? anyValue(one["value"]) : one["value"]]);
}

/** AnyValue: exactly one of its members is there. Whole numbers of 64 bits are texts, and keep their digits. */
function anyValue(any: Json): unknown {
  if ("stringValue" in any) return any["stringValue"];
  if ("boolValue" in any) return any["boolValue"];
  if ("doubleValue" in any) return any["doubleValue"];
  if ("intValue" in any) {
    const whole = any["intValue"];
    return typeof whole === "string" && /^-?\d{1,20}$/.test(whole) ? BigInt(whole) : whole;
  }
  if ("bytesValue" in any) return any["bytesValue"];
  if (isObject(any["arrayValue"]))
    return listOf(any["arrayValue"], "values").map((one) => (isObject(one) ? anyValue(one) : one));
  if (!isObject(any["kvlistValue"])) return undefined;
  const pairs = listOf(any["kvlistValue"], "values").filter(isObject);
  return Object.fromEntries(
    pairs.map((one) => [String(one["key"]), isObject(one["value"]) ? anyValue(one["value"]) : null]),
  );
}

function listOf(holder: unknown, ...names: readonly string[]): readonly unknown[] {
  if (!isObject(holder)) return [];
  const found = names.map((name) => holder[name]).find((value) => Array.isArray(value));
  return Array.isArray(found) ? found : [];
}

function memberOf(holder: unknown, name: string): Json | undefined {
  const value = isObject(holder) ? holder[name] : undefined;
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON text; of whole numbers all digits. */
function printed(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  return `{${Object.entries(value)
    .map(([name, member]) => `${quote(name)}:${printed(member)}`)
    .join(",")}}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
