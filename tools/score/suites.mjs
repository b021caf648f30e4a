/** Every suite, by name: what it is, and what runs it. A new one is a function and a line here. */
import {
  csv,
  dateparseJson,
  dateparseText,
  jsonSuite,
  logfmtErrors,
  logfmtRecords,
  multiline,
} from "./suites/decoders.mjs";
import { grokBuiltIn, grokInline, grokMessages, grokNamed } from "./suites/grok.mjs";
import { crowdsec, levels, lnavFiles, lnavSamples, loghub, times, zeek } from "./suites/lines.mjs";
import { syslogBsd, syslogInvalid, syslogValid, telegraf } from "./suites/syslog.mjs";
import { vrlAuto, vrlNamed, vrlPatterns } from "./suites/vrl.mjs";

const suite = (run, about) => ({ run, about });

export const suites = {
  "vrl-auto": suite(vrlAuto, "VRL's line formats, --format auto"),
  "vrl-named": suite(vrlNamed, "the same, format named"),
  "vrl-patterns": suite(vrlPatterns, "VRL's parse_grok, parse_groks, parse_regex"),
  "grok-named": suite(grokNamed, "Logstash's grok cases, %{NAME} as written"),
  "grok-built-in": suite(grokBuiltIn, "the same, without the library's files"),
  "grok-inline": suite(grokInline, "the same, definitions written out"),
  "grok-messages": suite(grokMessages, "their messages, --format auto"),
  "syslog-valid": suite(syslogValid, "go-syslog, valid RFC 5424"),
  "syslog-invalid": suite(syslogInvalid, "go-syslog, invalid RFC 5424 kept as text"),
  "syslog-bsd": suite(syslogBsd, "go-syslog, RFC 3164"),
  telegraf: suite(telegraf, "telegraf's syslog inputs, framing taken off"),
  crowdsec: suite(crowdsec, "lines of many services; values under any name"),
  "lnav-samples": suite(lnavSamples, "lnav's samples of its formats"),
  "lnav-files": suite(lnavFiles, "lnav's test files, by event"),
  levels: suite(levels, "a level word in the line: the event has a level"),
  times: suite(times, "hh:mm:ss in the line: the event has a time"),
  loghub: suite(loghub, "eight kinds of raw logs, by event"),
  "dateparse-json": suite(dateparseJson, "dateparse's times as a JSON timestamp"),
  "dateparse-text": suite(dateparseText, "the same at the start of a line"),
  "logfmt-records": suite(logfmtRecords, "logfmt decoders' records"),
  "logfmt-errors": suite(logfmtErrors, "logfmt syntax errors kept as text"),
  csv: suite(csv, "csv-spectrum"),
  json: suite(jsonSuite, "JSONTestSuite"),
  multiline: suite(multiline, "Fluent Bit's multiline cases, --format auto"),
  zeek: suite(zeek, "Zeek's tab-separated logs"),
};
