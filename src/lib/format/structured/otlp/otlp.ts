// Enter here: lines of OTLP JSON, each of which holds many log records.
/** OTLP JSON as collectors write it to files: an export request a line. */

import { table } from "../../../base/table.js";
import { timeOfJson } from "../../../event/time/read.js";
import { quote } from "../../../event/writer.js";

const HEAD = /^\s{0,8}\{\s{0,8}"resource(?:Logs|_logs)"\s{0,8}:/;

/** Whether a line is such a request, as its beginning tells. */
export function beginsOtlp(line: string): boolean {
  return line.charCodeAt(0) === 0x7b && line.charCodeAt(2) === 0x72 && HEAD.test(line);
}

/**
 * The log records of a request as events in JSON, in their order: see "OpenTelemetry" in docs/events.md. Attributes of
 * the record are fields under their own names; those of the resource and of the scope, too: `service.name` is
 * `service`, `host.name` is `host`, the scope is `logger`. What the record itself says (its time, severity, body, ids)
 * comes first; an attribute of a name that is taken is `attributes.NAME`, `scope.NAME` or `resource.NAME`, unless it
 * says the same. A body that is an object or an array is `body`. Undefined when it is no request, has no records, or
 * holds something of another shape: then the line is an object like any other.
 */
export function otlpEvents(line: string): readonly string[] | undefined {
  const request = parsed(line);
  const all = listOf(request, "resourceLogs");
  if (all === undefined) return undefined;
  const events: string[] = [];
  for (const resourceLogs of all) {
    const resource = attributesOf(memberOf(resourceLogs, "resource"));
    const scopes = listOf(resourceLogs, "scopeLogs", "instrumentationLibraryLogs");
    if (resource === undefined || scopes === undefined) return undefined;
    for (const scopeLogs of scopes) {
      const scope = memberOf(scopeLogs, "scope") ?? memberOf(scopeLogs, "instrumentationLibrary");
      const own = attributesOf(scope);
      const records = listOf(scopeLogs, "logRecords", "logs");
      if (own === undefined || records === undefined) return undefined;
      for (const record of records) {
        const attributes = isObject(record) ? attributesOf(record) : undefined;
        if (attributes === undefined) return undefined;
        events.push(eventOf(record as Json, { attributes, scope, ofScope: own, ofResource: resource }));
      }
    }
  }
  return events.length === 0 ? undefined : events;
}

type Json = Readonly<Record<string, unknown>>;
type Attribute = readonly [name: string, value: unknown];

/** What stands around a record. */
interface Around {
  readonly attributes: readonly Attribute[];
  readonly scope: Json | undefined;
  readonly ofScope: readonly Attribute[];
  readonly ofResource: readonly Attribute[];
}

function eventOf(record: Json, { attributes, scope, ofScope, ofResource }: Around): string {
  const members = new Map<string, string>();
  const put = (name: string, value: unknown) => {
    if (value !== undefined && value !== null && value !== "" && !members.has(name))
      members.set(name, printed(value));
  };
  putTime(record, put);
  putLevel(record, put);
  const hasLevel = members.has("severityText") || members.has("severityNumber");
  const body = member(record, "body");
  const value = isObject(body) ? anyValue(body) : body;
  put(
    typeof value === "object" ? "body" : "message",
    typeof value === "object" ? value : value === undefined ? undefined : String(value),
  );
  put("trace_id", member(record, "traceId"));
  put("span_id", member(record, "spanId"));
  put("event_name", member(record, "eventName"));
  const isTaken = (name: string) => members.has(name) || (hasLevel && name === "level");
  putAll(attributes, "attributes", members, isTaken);
  put("logger", scope?.["name"]);
  putAll(ofScope, "scope", members, isTaken);
  putAll(ofResource, "resource", members, isTaken);
  const text = [...members].map(([name, json]) => `${quote(name)}:${json}`).join(",");
  return `{${text}}`;
}

/** Attributes under their names, or behind `owner` where these are taken and say otherwise. */
function putAll(
  attributes: readonly Attribute[],
  owner: string,
  members: Map<string, string>,
  isTaken: (name: string) => boolean,
): void {
  for (const [attribute, value] of attributes) {
    if (value === undefined || value === null || value === "") continue;
    const json = printed(value);
    let name = nameOf(attribute);
    if (members.get(name) === json) continue;
    if (isTaken(name)) name = `${owner}.${attribute}`;
    while (isTaken(name)) name = `${owner}.${name}`;
    members.set(name, json);
  }
}

const TIMES = ["timeUnixNano", "observedTimeUnixNano"];

/** The first of the two that is set, as `timestamp`; what is no count stays under its name. */
function putTime(record: Json, put: (name: string, value: unknown) => void): void {
  const name = TIMES.find((one) => isTime(member(record, one)));
  const time = name === undefined ? undefined : timeOfJson(String(member(record, name)), "time-ns");
  if (time !== undefined) put("timestamp", time);
  else for (const one of TIMES) if (Number(member(record, one)) !== 0) put(one, member(record, one));
}

function putLevel(record: Json, put: (name: string, value: unknown) => void): void {
  const number = member(record, "severityNumber");
  const word = typeof number === "string" ? SEVERITY.exec(number) : null;
  const known = word === null ? number : 1 + 4 * WORDS.indexOf(word[1]!) + Number(word[2] ?? 1) - 1;
  put("severityText", member(record, "severityText"));
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

/** Undefined where there are attributes of another shape. */
function attributesOf(holder: Json | undefined): readonly Attribute[] | undefined {
  const attributes = listOf(holder ?? {}, "attributes");
  if (attributes?.every((one): one is Json => isObject(one) && typeof one["key"] === "string") !== true)
    return undefined;
  return attributes.map((one) => [
    one["key"] as string,
    isObject(one["value"]) ? anyValue(one["value"]) : one["value"],
  ]);
}

const PLAIN = ["stringValue", "boolValue", "doubleValue", "bytesValue"];

/** AnyValue: exactly one of its members is there. Whole numbers of 64 bits are texts, and keep their digits. */
function anyValue(any: Json): unknown {
  for (const name of PLAIN) {
    const value = member(any, name);
    if (value !== undefined) return value;
  }
  const whole = member(any, "intValue");
  if (whole !== undefined)
    return typeof whole === "string" && /^-?\d{1,20}$/.test(whole) ? BigInt(whole) : whole;
  const array = memberOf(any, "arrayValue");
  const map = memberOf(any, "kvlistValue");
  const list = array && listOf(array, "values");
  if (list !== undefined) return list.map((one) => (isObject(one) ? anyValue(one) : one));
  const pairs = map && listOf(map, "values");
  if (pairs?.every(isObject) !== true) return Object.keys(any).length === 0 ? undefined : any;
  return Object.fromEntries(
    pairs.map((one) => [String(one["key"]), isObject(one["value"]) ? anyValue(one["value"]) : null]),
  );
}

/** Empty where there is none; undefined where one of the names holds no list, or `holder` is no object. */
function listOf(holder: unknown, ...names: readonly string[]): readonly unknown[] | undefined {
  if (!isObject(holder)) return undefined;
  const found = names
    .map((name) => member(holder, name))
    .find((value) => value !== undefined && value !== null);
  return found === undefined ? [] : Array.isArray(found) ? found : undefined;
}

function memberOf(holder: unknown, name: string): Json | undefined {
  const value = isObject(holder) ? member(holder, name) : undefined;
  return isObject(value) ? value : undefined;
}

/** A member under its name in JSON (`scopeLogs`), or under the protocol's (`scope_logs`), which readers take, too. */
function member(holder: Json, name: string): unknown {
  const value = holder[name];
  return value === undefined && name in SNAKE ? holder[SNAKE[name]!] : value;
}

const SNAKE = table({
  resourceLogs: "resource_logs",
  scopeLogs: "scope_logs",
  instrumentationLibraryLogs: "instrumentation_library_logs",
  logRecords: "log_records",
  timeUnixNano: "time_unix_nano",
  observedTimeUnixNano: "observed_time_unix_nano",
  severityNumber: "severity_number",
  severityText: "severity_text",
  traceId: "trace_id",
  spanId: "span_id",
  eventName: "event_name",
  stringValue: "string_value",
  boolValue: "bool_value",
  doubleValue: "double_value",
  bytesValue: "bytes_value",
  intValue: "int_value",
  arrayValue: "array_value",
  kvlistValue: "kvlist_value",
});

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
