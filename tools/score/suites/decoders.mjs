/** Times, logfmt, CSV, JSON, and records over many lines: what decoders must give. */
import { isDeepStrictEqual } from "node:util";
import { timeOf } from "../compare.mjs";
import { reader } from "../reader.mjs";

/** Zone letters without a zone: the sources disagree about what they mean. */
const ZONE_LETTERS = /\b(?:[ECMP][SD]T|CES?T|BST|GMT[+-]\d|MSK|JST|IST)\b/;

export async function dateparseJson(data) {
  const read = await reader({ format: "json" });
  return dates(data).map(({ input, wanted }) => {
    const [event] = read(JSON.stringify({ timestamp: input, message: "m" }));
    return { input, wanted, got: event, marks: timeMarks(event, wanted) };
  });
}

export async function dateparseText(data) {
  const read = await reader({ format: "auto" });
  return dates(data).map(({ input, wanted }) => {
    const [event] = read(`${input} hello there`);
    return { input, wanted, got: event, marks: timeMarks(event, wanted) };
  });
}

function timeMarks(event, wanted) {
  const held = event?.timestamp;
  const isTime = timeOf(held) !== undefined;
  const isRight = isTime && timeOf(held) === timeOf(wanted);
  return { right: isRight, "not wrong": isRight || !isTime };
}

function dates(data) {
  return data
    .jsonLines("cases/dateparse_cases.jsonl")
    .filter(({ set, out, loc, in: text }) => set === "testInputs" && out && !loc && !ZONE_LETTERS.test(text))
    .map(({ in: input, out }) => ({ input, wanted: out.replace(/ \+0000.*/, "Z").replace(" ", "T") }))
    .map(({ input, wanted }) => ({ input, wanted: wanted.replace(/(\.\d{3})\d+/, "$1") }));
}

export async function logfmtRecords(data) {
  const read = await reader({ format: "logfmt" });
  return logfmtCases(data)
    .filter(({ records }) => records?.some((record) => record.length > 0))
    .map(({ input, records }) => {
      const events = read(input);
      const wanted = records
        .filter((record) => record.length > 0)
        .map((record) => Object.fromEntries(record));
      const isSame =
        events.length === wanted.length && events.every((event, n) => isSameRecord(event, wanted[n]));
      return { input, wanted, got: events, marks: { all: isSame } };
    });
}

export async function logfmtErrors(data) {
  const read = await reader({ format: "logfmt" });
  return logfmtCases(data)
    .filter(({ error }) => error)
    .map(({ input }) => {
      const events = read(input);
      return {
        input,
        wanted: "kept as text",
        got: events,
        marks: { all: events.some((event) => event.unparsed) },
      };
    });
}

const logfmtCases = (data) =>
  data.jsonLines("cases/logfmt_decode_cases.jsonl").filter(({ input }) => typeof input === "string");

/** A key without a value is `true` here. */
function isSameRecord(event, wanted) {
  return Object.entries(wanted).every(([name, value]) => {
    const held = event[name];
    return String(held) === value || ((value ?? "") === "" && (held === true || held === undefined));
  });
}

export async function csv(data) {
  const read = await reader({ format: "csv" });
  return data.names("csv_spectrum/csvs").map((name) => {
    const input = data.bytes(`csv_spectrum/csvs/${name}`);
    const wanted = [JSON.parse(data.text(`csv_spectrum/json/${name.replace(".csv", ".json")}`))].flat();
    const events = read(input);
    const isSame = events.length === wanted.length && events.every((event, n) => isSameRow(event, wanted[n]));
    return { input: `${name}: ${input}`, wanted, got: events, marks: { all: isSame } };
  });
}

/** Empty cells are left out; numbers and objects in cells are read. */
function isSameRow(event, wanted) {
  return Object.entries(wanted).every(([name, value]) => {
    const held = event[name];
    if (held === undefined) return value === "";
    return (
      String(held) === value.replaceAll("\r\n", "\n") ||
      isDeepStrictEqual(held, json(value)) ||
      String(held) === value
    );
  });
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSONTestSuite: objects that must be read are, what is no JSON stays text. */
export async function jsonSuite(data) {
  const read = await reader({ format: "json" });
  const folder = "json_testsuite/test_parsing";
  return data.names(folder).flatMap((name) => {
    const bytes = data.bytes(`${folder}/${name}`);
    const kind = name[0];
    if (kind === "i" || (kind === "y" && !isObject(bytes))) return [];
    const events = read(bytes);
    const isRead = events.some((event) => event.unparsed !== true);
    return {
      input: `${name}: ${bytes.toString().slice(0, 200)}`,
      got: events,
      marks: { all: (kind === "y") === isRead },
    };
  });
}

function isObject(bytes) {
  const value = json(bytes.toString());
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Fluent Bit's cases of joining, with `--format auto`. */
export async function multiline(data) {
  const read = await reader({ format: "auto" });
  return data.jsonLines("cases/fluentbit_multiline_cases.jsonl").map(({ case: name, input, output }) => {
    const lines = input.map((line) => oneLine(line));
    const events = read(lines.join("\n"));
    const got = events.map((event) => trimmed(event.message ?? JSON.stringify(event)));
    // A level that was taken out of the text is not missing.
    const wanted = output.map(trimmed).map((text, n) => (isRest(text, got[n], events[n]) ? got[n] : text));
    return {
      input: `${name}: ${lines.join("\n")}`,
      wanted,
      got,
      marks: { all: isDeepStrictEqual(got, wanted) },
    };
  });
}

const isRest = (text, rest, event) => event?.level !== undefined && rest.length > 0 && text.endsWith(rest);

/** A line as it stands in a file: a break inside of JSON is an escape there, the one at the end is the line's. */
const oneLine = (line) =>
  line.startsWith("{") ? line.trimEnd().replaceAll("\n", "\\n") : line.replace(/\n$/, "");
const trimmed = (text) => text.replace(/\s+$/, "");
