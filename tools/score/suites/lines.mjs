/** Lines of many services: CrowdSec's parsers, lnav's formats and files, loghub. */
import { fieldCase, isSameLevel, isThin, marksOf, timeOf } from "../compare.mjs";
import { reader } from "../reader.mjs";

/** What CrowdSec found in a line (its syslog header was off already); only what can be read in the line itself. */
export async function crowdsec(data) {
  const read = await reader({ format: "auto" });
  return crowdsecLines(data).map(({ input, wanted }) => fieldCase(input, wanted, read(input)));
}

function crowdsecLines(data) {
  return data
    .jsonLines("cases/crowdsec_parser_cases.jsonl")
    .map(({ input, parsed, test }) => ({
      test,
      input,
      wanted: Object.fromEntries(
        Object.entries(parsed).filter(([name, value]) => isWanted(name, value, input)),
      ),
    }))
    .filter(({ wanted }) => Object.keys(wanted).length > 0);
}

const CROWDSEC_OWN = new Set(["logsource", "timestamp", "program", "priority", "message"]);

/** Parts of a date, and names that its parsers give by themselves. */
const CROWDSEC_MADE =
  /^(?:syslog_|seq_id$|msg_type$|exim_(?:year|month|day|time)$|date|time$|timezone|year|month|day)/;

function isWanted(name, value, input) {
  if (CROWDSEC_OWN.has(name) || CROWDSEC_MADE.test(name)) return false;
  return typeof value === "string" && value !== "" && typeof input === "string" && input.includes(value);
}

/** The samples that lnav keeps with its formats. */
export async function lnavSamples(data) {
  const read = await reader({ format: "auto" });
  return lnavLines(data).map(({ line, fields }) => {
    const events = read(line);
    const [event] = events;
    const { marks, missing } = lnavMarks(event, fields);
    return { input: line, wanted: fields, got: events.length === 1 ? event : events, missing, marks };
  });
}

const lnavLines = (data) =>
  data
    .jsonLines("cases/lnav_format_samples.jsonl")
    .map(({ line, fields_by_format_regex: fields }) => ({ line, fields: fields ?? {} }));

/**
 * The time by its clock (zones differ), the level by its meaning, the text by its end (what is taken out of it is no
 * loss).
 */
function lnavMarks(event, fields) {
  const { timestamp, level, body, ...rest } = fields;
  const { missing } = marksOf(event, rest);
  if (event === undefined) return marksOf(event, fields);
  if (timestamp !== undefined && !hasTime(event, timestamp)) missing.push("timestamp");
  if (level && !isSameLevel(level, event.level)) missing.push("level");
  if (body?.trim() && !hasBody(event, body)) missing.push("body");
  const count = Object.values(fields).length;
  const isRead = event.unparsed !== true;
  const most = isRead && missing.length <= count * 0.2;
  return { marks: { read: isRead, most, all: isRead && missing.length === 0 }, missing };
}

function hasTime(event, text) {
  if (event.timestamp === undefined) return false;
  const clock = /(\d\d?):(\d\d):(\d\d)/.exec(text);
  const ms = timeOf(event.timestamp);
  if (clock === null) return ms !== undefined;
  const date = new Date(ms);
  return (
    date.getUTCSeconds() === Number(clock[3]) % 60 && date.getUTCMinutes() % 30 === Number(clock[2]) % 30
  );
}

function hasBody({ message }, body) {
  if (message === undefined) return true;
  return body.trim().includes(message.trim()) || message.trim() === body.trim();
}

/** lnav's own test files: events that no format reads. */
export async function lnavFiles(data) {
  const read = await reader({ format: "auto" });
  return data.names("lnav/test").flatMap((name) =>
    read(data.bytes(`lnav/test/${name}`)).map((event) => ({
      input: `${name}: ${String(event.message ?? "").slice(0, 300)}`,
      got: event,
      marks: { read: event.unparsed !== true, fields: event.unparsed !== true && !isThin(event) },
    })),
  );
}

/** Eight kinds of raw logs, 2,000 lines each. */
export async function loghub(data) {
  const read = await reader({ format: "auto" });
  return data.names("loghub").flatMap((name) => {
    const bytes = data.bytes(`loghub/${name}/${name}_2k.log`);
    if (bytes === undefined) return [];
    return read(bytes).map((event) => ({
      input: `${name}: ${String(event.message ?? "").slice(0, 300)}`,
      got: event,
      marks: { read: event.unparsed !== true, fields: event.unparsed !== true && !isThin(event) },
    }));
  });
}

const LEVEL_WORD =
  /(?:^|[\s[(<|:=".])(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|EMERG|ALERT)(?=$|[\s\])>|:,"/])|\[(?:trace|debug|info|notice|warn|warning|error|err|fatal|critical|crit)\]|level="?[a-z]+/;
const CLOCK = /(?:^|[^\d:.])\d\d:\d\d:\d\d(?![\d:])/;

/** A level word stands in the line: the event has a level. */
export async function levels(data) {
  const lines = await bothLines(data);
  return lines.filter(({ input }) => LEVEL_WORD.test(input)).map((one) => withField(one, "level"));
}

/** hh:mm:ss stands in the line: the event has a time. */
export async function times(data) {
  const lines = await bothLines(data);
  return lines.filter(({ input }) => CLOCK.test(input)).map((one) => withField(one, "timestamp"));
}

function withField({ input, event, suite }, name) {
  return { input: `${suite}: ${input}`, got: event, marks: { kept: event?.[name] !== undefined } };
}

async function bothLines(data) {
  const read = await reader({ format: "auto" });
  const lines = [
    ...crowdsecLines(data).map(({ input }) => ({ suite: "crowdsec", input })),
    ...lnavLines(data).map(({ line }) => ({ suite: "lnav", input: line })),
  ];
  return lines.map((one) => ({ ...one, event: read(one.input)[0] }));
}

/** Zeek's tab-separated logs: every column that is not empty. */
export async function zeek(data) {
  const name = "lnav/test/logfile_bro_http.log.0";
  const text = data.text(name);
  if (text === undefined) return [];
  const lines = text.split("\n").filter((line) => line !== "");
  const names = lines
    .find((line) => line.startsWith("#fields"))
    .split("\t")
    .slice(1);
  const rows = lines.filter((line) => !line.startsWith("#"));
  const events = (await reader({ format: "auto" }))(text);
  return rows.map((row, n) => {
    const cells = row.split("\t").map((cell, at) => [names[at], cell]);
    const { ts, ...wanted } = Object.fromEntries(
      cells.filter(([, cell]) => !["-", "(empty)"].includes(cell)),
    );
    const time = { $timestamp: new Date(Math.floor(Number(ts) * 1000)).toISOString() };
    const event = events.length === rows.length ? events[n] : undefined;
    return fieldCase(row, { ...wanted, ts: time }, event === undefined ? [] : [event]);
  });
}
