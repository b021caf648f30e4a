/** RFC 5424 and RFC 3164: the cases of go-syslog and of telegraf. */

import { fieldCase, leavesOf } from "../compare.mjs";
import { bytesOf } from "../data.mjs";
import { reader } from "../reader.mjs";

const DERIVED = new Set(["Priority", "Version"]);

export async function syslogValid(data) {
  const read = await reader({ format: "rfc5424" });
  return goCases(data, "rfc5424", true).map((one) => goCase(one, read));
}

export async function syslogBsd(data) {
  const read = await reader({ format: "rfc3164" });
  return goCases(data, "rfc3164", true).map((one) => goCase(one, read));
}

/** What breaks the RFC stays text. */
export async function syslogInvalid(data) {
  const read = await reader({ format: "rfc5424" });
  return goCases(data, "rfc5424", false).map(({ input }) => {
    const events = read(bytesOf(input));
    return {
      input,
      wanted: "kept as text",
      got: events,
      marks: { all: events.some((event) => event.unparsed) },
    };
  });
}

const goCases = (data, proto, isValid) =>
  data.jsonLines("cases/go_syslog_cases.jsonl").filter((one) => one.proto === proto && one.valid === isValid);

function goCase({ input, value }, read) {
  const lines = bytesOf(input);
  return fieldCase(input, wantedOf(value), read(lines));
}

function wantedOf(value) {
  const kept = Object.entries(value).filter(([name]) => !DERIVED.has(name));
  const wanted = {};
  for (const [name, held] of kept) {
    if (name === "Timestamp") {
      if (typeof held === "string") wanted.Timestamp = { $timestamp: held.replace(/(\.\d{3})\d+/, "$1") };
    } else if (name === "Facility" || name === "Severity") wanted[name] = codeName(name, held);
    else if (name === "StructuredData") wanted[name] = unescaped(held);
    else wanted[name] = typeof held === "string" ? held.replace(/^\ufeff/, "").split("\n")[0] : held;
  }
  return wanted;
}

/** Values as they are meant: the library keeps the escapes of RFC 5424, 6.3.3. */
function unescaped(held) {
  const texts = leavesOf(held).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts.map(([name, value]) => [name, value.replace(/\\(["\\\]])/g, "$1")]));
}

const SEVERITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
const FACILITIES = "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp".split(" ");

const codeName = (name, code) =>
  name === "Severity" ? SEVERITIES[code] : code < 12 ? FACILITIES[code] : `local${code - 16}`;

/** Telegraf's inputs; the framing is taken off here. */
export async function telegraf(data) {
  const bsd = await reader({ format: "rfc3164" });
  const modern = await reader({ format: "rfc5424" });
  const folder = "telegraf/plugins/inputs/syslog/testcases";
  return data.names(folder).flatMap((name) => {
    const at = `${folder}/${name}`;
    const conf = data.text(`${at}/telegraf.conf`) ?? "";
    const wanted = (data.text(`${at}/expected.out`) ?? "").split("\n").filter((line) => line.trim() !== "");
    const frames = framesOf(data.text(`${at}/input.txt`) ?? "", name);
    const isBsd = /RFC3164/.test(conf);
    const read = isBsd ? bsd : modern;
    return wanted.map((line, n) => {
      const input = frames[n] ?? "";
      return fieldCase(input, influxOf(line, isBsd), input === "" ? [] : read(input));
    });
  });
}

function framesOf(text, name) {
  if (name.includes("one_per_packet")) return [text];
  if (!/^\d+ </.test(text)) return text.split("\n").filter((line) => line !== "");
  const frames = [];
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const head = /^(\d+) /.exec(bytes.subarray(at, at + 12).toString());
    if (head === null) break;
    at += head[0].length;
    frames.push(bytes.subarray(at, at + Number(head[1])).toString());
    at += Number(head[1]);
  }
  return frames;
}

const ADDED = new Set(["source", "facility_code", "severity_code", "version"]);

/**
 * Tags and fields of InfluxDB's line protocol, without what telegraf adds. A time of RFC 3164 is of the year it was
 * read in.
 */
function influxOf(line, isBsd) {
  const wanted = {};
  for (const [, name, value] of line.matchAll(/[ ,]([\w.-]+)=("(?:[^"\\]|\\.)*"|[^ ,]+)/g)) {
    if (ADDED.has(name) || value === "true" || (isBsd && name === "timestamp")) continue;
    const text = value.startsWith('"')
      ? value.slice(1, -1).replace(/\\(.)/g, "$1")
      : value.replace(/[iu]$/, "");
    const isTime = name === "timestamp";
    wanted[name] = isTime ? { $timestamp: new Date(Number(text.slice(0, -6))).toISOString() } : text;
  }
  return wanted;
}
