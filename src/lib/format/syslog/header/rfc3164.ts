/** The header of RFC 3164 and of what devices make of it. */

import { table } from "../../../base/table.js";
import { clockAt, type HeaderClock } from "./clock.js";
import { FACILITIES, priorityAt, type SyslogHeader } from "./header.js";
import { read5424 } from "./rfc5424.js";
import { isOfOthers, startOf } from "./start.js";
import { isMessageCode, readTag, TAG } from "./tag.js";

/** Headers within headers: a relay's around another's around the device's. */
const DEPTH_MAX = 3;

/**
 * Fills `header` with what stands before the body. False when the line is not surely syslog: without a priority there must be a time as
 * RFC 3164 has it, or one with an offset as rsyslog writes it, and then a tag, where the time is one that other logs have, too.
 */
export function read3164(line: string, header: SyslogHeader, nowMs: number): boolean {
  const start = startOf(line);
  if (line.charCodeAt(start) === 0x3c && read5424(line, header, false)) return true;
  header.clear();
  return readAt(line, start, header, nowMs, 0);
}

function readAt(line: string, start: number, header: SyslogHeader, nowMs: number, depth: number): boolean {
  let at = start;
  let isSure = depth > 0;
  if (line.charCodeAt(at) === 0x3c) {
    const priority = priorityAt(line, at);
    if (priority < 0) return false;
    header.priority = priority;
    at = behindBlanks(line, line.indexOf(">", at) + 1);
    isSure = true;
  }
  if (!isSure && isPlainLetter(line, at)) return readPlain(line, at, header, nowMs);
  if (!isSure && isOfOthers(line, at)) return false;
  at = behindLead(line, at, header, isSure);
  const clock = clockAt(line, at, isSure || at > start, nowMs);
  if (clock === undefined)
    return (isSure || isMessageCode(line, at)) && depth === 0 && readUntimed(line, at, header);
  const isOwn = !isSure && (!clock.isPlain || at > start);
  const isIso = line.charCodeAt(at + 4) === 45 || line.charCodeAt(at + 10) === 46;
  takeClock(header, clock);
  at = behindTime(line, clock.end);
  if (isSure) return readHost(line, at, header, nowMs, depth) !== undefined;
  if (isIso) return readStrict(line, at, header, nowMs);
  const kind = readHost(line, at, header, nowMs, depth);
  if (LEVEL.test(header.host ?? "")) return false;
  return kind === "tag" || (kind !== undefined && !isOwn);
}

/** Whether what begins there may be `Nov 21 10:00:01`, which needs no other sign. */
function isPlainLetter(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code >= 65 && code <= 122 && line.charCodeAt(at + 3) === 32;
}

function readPlain(line: string, at: number, header: SyslogHeader, nowMs: number): boolean {
  const clock = clockAt(line, at, false, nowMs);
  if (clock === undefined) return false;
  const { isPlain, end } = clock;
  if (line.charCodeAt(end) !== 32 && line.charCodeAt(end) !== 58) return false;
  takeClock(header, clock);
  const kind = readHost(line, behindTime(line, end), header, nowMs, 0);
  if (NO_HOST.test(header.host ?? "")) return false;
  return kind === "tag" || (kind === "text" && isPlain && !UNLIKELY_HOST.test(header.host ?? ""));
}

/** A level that a program writes behind its time, where syslog has the host. */
const NO_HOST = /^(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)$/;
/** What stands first in text, and is not the name of a machine. */
const UNLIKELY_HOST =
  /^(?:trace|debug|info|notice|warn|warning|error|err|crit|critical|alert|emerg|fatal|severe|panic|a|an|the|no)$|^[^A-Za-z0-9]|[^\w.:-]/i;

/** Without a priority a time of RFC 3339 must have an offset, and go on with host and tag as rsyslog writes them, or as ESXi does. */
function readStrict(line: string, at: number, header: SyslogHeader, nowMs: number): boolean {
  if (readEsxi(line, at, header)) return true;
  // Other logs, too, begin with a time in UTC, or without a zone.
  if (!HAS_OFFSET.test(line.slice(0, at)) || !isHostAndTag(line, at)) return false;
  return readHost(line, at, header, nowMs, DEPTH_MAX) === "tag";
}

const HAS_OFFSET = /[+-]\d\d:?\d\d $|^\d{10}\.\d{1,9} $/;
const HOST_AND_TAG = /[\w.:-]{1,255} [^\s:[\]"'{}=<>,;]{1,64}(?:\[\d+\])?:(?: |$)/y;

function isHostAndTag(line: string, at: number): boolean {
  HOST_AND_TAG.lastIndex = at;
  return HOST_AND_TAG.test(line);
}

function takeClock(header: SyslogHeader, clock: HeaderClock): void {
  if (clock.uptime !== undefined) {
    header.uptime = clock.uptime;
    return;
  }
  header.timestamp = clock.timestamp;
  header.time = clock.text;
}

/** Behind the colon and the blanks that follow a time. */
function behindTime(line: string, at: number): number {
  return behindBlanks(line, line.charCodeAt(at) === 58 || line.charCodeAt(at) === 44 ? at + 1 : at);
}

function behindBlanks(line: string, at: number): number {
  let end = at;
  while (line.charCodeAt(end) === 32 && end - at < 8) end++;
  return end;
}

/** RFC 5424's version in front of a time that it does not know (Meraki), the colon of EMBLEM, and Cisco's counters with its host's name. */
const LEAD =
  /:? ?(?:(1) (?=1\d{9}\.\d))?(?:(\d{1,10}): (?:([\w.-]{1,64}): (?=[*.]?[A-Z0-9]))?(?:(\d{1,10}): )?)?/y;
const LEAD_HOST =
  /([A-Za-z][\w.-]{0,63}): (?=(?:(\d{1,10}): )?[*.]?(?:[A-Z][a-z]{2} {1,2}\d|\d{4} [A-Z][a-z]{2} ))/y;

function behindLead(line: string, at: number, header: SyslogHeader, isSure: boolean): number {
  const code = line.charCodeAt(at);
  if (isSure && ((code >= 65 && code <= 90) || (code >= 97 && code <= 122))) {
    LEAD_HOST.lastIndex = at;
    const match = LEAD_HOST.exec(line);
    if (match === null) return at;
    header.host = match[1];
    header.sequence = match[2];
    return LEAD_HOST.lastIndex + (match[2] === undefined ? 0 : match[2].length + 2);
  }
  if (code !== 58 && !(code >= 48 && code <= 57)) return at;
  LEAD.lastIndex = at;
  const match = LEAD.exec(line)!;
  if (match[2] === undefined && !isSure) return at;
  header.sequence = match[4] ?? match[2];
  header.host = match[3];
  return at + match[0].length;
}

/** A priority and no time (RFC 3164, 4.3.3): a tag, or text alone. */
function readUntimed(line: string, at: number, header: SyslogHeader): boolean {
  readTag(line, at, header, true);
  return true;
}

/** What a header ends with: a tag, or nothing that tells it from the text. */
type HeaderEnd = "tag" | "text";

/** Host and tag from `at` on, or a header within. Undefined when that is none. */
function readHost(
  line: string,
  at: number,
  header: SyslogHeader,
  nowMs: number,
  depth: number,
): HeaderEnd | undefined {
  const plainEnd = header.host === undefined ? endOfPlainHost(line, at) : -1;
  if (plainEnd > 0) {
    header.host = line.slice(at, plainEnd);
    return readBehindHost(line, plainEnd, header, nowMs, depth);
  }
  if (readInner(line, at, header, nowMs, depth)) return "tag";
  if (isRecordAt(line, at)) {
    header.bodyAt = at;
    return "tag";
  }
  const behind = behindLevel(line, at, header);
  if (readTag(line, behind, header, false)) {
    if (isHost(line, header)) {
      header.host = header.service;
      header.service = undefined;
      readTag(line, header.bodyAt, header, false);
    }
    return "tag";
  }
  if (header.host !== undefined) return readTag(line, at, header, header.priority >= 0) ? "tag" : "text";
  const space = line.indexOf(" ", at);
  const hostEnd = space < 0 ? line.length : space;
  if (hostEnd - at > 255) return "text";
  takeHost(line.slice(at, hostEnd), header);
  return readBehindHost(line, hostEnd, header, nowMs, depth);
}

function readBehindHost(
  line: string,
  hostEnd: number,
  header: SyslogHeader,
  nowMs: number,
  depth: number,
): HeaderEnd {
  let next = Math.min(hostEnd + 1, line.length);
  if (line.startsWith(": ", next)) next += 2;
  if (readInner(line, next, header, nowMs, depth)) return "tag";
  return readTag(line, behindLevel(line, behindBlanks(line, next), header), header, header.priority >= 0)
    ? "tag"
    : "text";
}

/**
 * The end of a name in small letters, digits, dots and dashes that a blank follows, and that is no level: what can be nothing but a host. -1
 * where more must be looked at.
 */
function endOfPlainHost(line: string, at: number): number {
  const first = line.charCodeAt(at);
  if (!(first >= 97 && first <= 122)) return -1;
  let end = at + 1;
  let code = line.charCodeAt(end);
  for (
    ;
    (code >= 97 && code <= 122) || (code >= 45 && code <= 57 && code !== 47);
    code = line.charCodeAt(end)
  )
    end++;
  if (code !== 32 || end - at > 255) return -1;
  return end - at < 18 && LEVEL_NAME.test(line.slice(at, end)) ? -1 : end;
}

const LEVEL_NAME = /(?:^|\.)(?:emerg|alert|crit|err|error|warn|warning|notice|info|debug)$/;

/** What no name of a host begins with: CEF, LEEF, an object, pairs. */
const RECORD = /(?:CEF:\d|LEEF:\d|\{"|@cee:|[A-Za-z_]\w{0,31}=["\w])/y;

function isRecordAt(line: string, at: number): boolean {
  RECORD.lastIndex = at;
  return RECORD.test(line);
}

/** Whether what was read as a tag is a host that ends in a colon: `fw1: %ASA-6-302013: ...`, `U7,f09f,v4.0: hostapd: ...` of UniFi. */
function isHost(line: string, header: SyslogHeader): boolean {
  if (header.process !== undefined || header.service === undefined) return false;
  if (line.charCodeAt(header.bodyAt) === 37) return true;
  if (!header.service.includes(",")) return false;
  TAG.lastIndex = header.bodyAt;
  return TAG.test(line);
}

const HOST_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}|\[[\da-fA-F:.]+\]):(\d{1,5})$/;

function takeHost(text: string, header: SyslogHeader): void {
  const last = text.charCodeAt(text.length - 1);
  let host = last === 58 && !text.endsWith("::") ? text.slice(0, -1) : text;
  if (host.charCodeAt(0) === 91 || last <= 57) {
    const match = HOST_PORT.exec(host);
    if (match !== null) {
      host = match[1]!;
      header.port = match[2]!.replace(/^0+(?=\d)/, "");
    }
    if (host.startsWith("[") && host.endsWith("]") && host.length > 2) host = host.slice(1, -1);
  }
  header.host = host;
}

const INNER =
  /<\d{1,3}>|[*.]?[A-Za-z]{3} {1,2}\d{1,2} |\d{4}-\d\d-\d\dT|(?:\d{1,10}: )[*.]?(?:[A-Z][a-z]{2} |\d{4} [A-Z])/y;

/** The header of a device within that of a relay, which must end in a tag. */
function readInner(line: string, at: number, header: SyslogHeader, nowMs: number, depth: number): boolean {
  if (depth >= DEPTH_MAX) return false;
  const first = line.charCodeAt(at);
  if (first !== 60 && first !== 42 && first !== 46 && !(first >= 48 && first <= 57) && !mayBeMonth(line, at))
    return false;
  INNER.lastIndex = at;
  if (!INNER.test(line)) return false;
  const before = { ...header };
  header.relay = header.host;
  header.host = undefined;
  header.service = undefined;
  header.process = undefined;
  const { priority } = header;
  if (
    readAt(line, at, header, nowMs, depth + 1) &&
    header.timestamp !== undefined &&
    isTagged(line, header)
  ) {
    header.relay ??= before.relay;
    header.priority = header.priority < 0 ? priority : header.priority;
    header.host ??= before.host;
    if (header.relay === header.host) header.relay = undefined;
    return true;
  }
  Object.assign(header, before);
  return false;
}

/**
 * The header of a device in the body of a relay's, as rsyslog makes it of what it does not know: only where a priority or a message code tells it
 * from the text of the program that the outer header names.
 */
export function readNested(line: string, header: SyslogHeader, nowMs: number): void {
  const at = behindBlanks(line, header.bodyAt);
  const first = line.charCodeAt(at);
  if (first !== 60 && first !== 42 && first !== 46 && !(first >= 48 && first <= 57) && !mayBeMonth(line, at))
    return;
  const before = { ...header };
  const isInner = readInner(line, at, header, nowMs, 0);
  if (isInner && (first === 60 || isMessageCode(line, header.bodyAt))) return;
  Object.assign(header, before);
}

function isTagged(line: string, header: SyslogHeader): boolean {
  return header.service !== undefined || isMessageCode(line, header.bodyAt);
}

function mayBeMonth(line: string, at: number): boolean {
  return line.charCodeAt(at + 3) === 32 && line.charCodeAt(at) >= 65;
}

/** `notice tmm[12]:` of F5, `daemon.info dnsmasq[1]:` of BusyBox, `In(14) ConfigStore[100]:` of ESXi. */
const LEVEL =
  /<?(?:(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|ntp|security|console|local[0-7])\.)?(emerg|alert|crit|err|error|warn|warning|notice|info|debug)>? (?=[\w/.-]{1,64}(?:\[\d{1,10}\])?: )/y;
const ESXI =
  /(Em|Al|Cr|Er|Wa|No|In|Db)\(0?(\d{1,3})\)(?:\[\+\])? (?=[\w.-]{1,64}(?:\[\d{1,19}\])?:?(?: |$))/y;
const ESXI_LEVELS: Readonly<Record<string, string>> = table({
  Em: "emerg",
  Al: "alert",
  Cr: "crit",
  Er: "error",
  Wa: "warn",
  No: "notice",
  In: "info",
  Db: "debug",
});

function behindLevel(line: string, at: number, header: SyslogHeader): number {
  if (readEsxiLevel(line, at, header)) return ESXI.lastIndex;
  LEVEL.lastIndex = at;
  const match = LEVEL.exec(line);
  if (match === null) return at;
  header.facility = match[1];
  header.level = match[2];
  return LEVEL.lastIndex;
}

function readEsxiLevel(line: string, at: number, header: SyslogHeader): boolean {
  if (line.charCodeAt(at + 2) !== 40) return false;
  ESXI.lastIndex = at;
  const match = ESXI.exec(line);
  if (match === null || Number(match[2]) > 191) return false;
  header.level = ESXI_LEVELS[match[1]!];
  header.facility = FACILITIES[Number(match[2]) >> 3];
  return true;
}

function readEsxi(line: string, at: number, header: SyslogHeader): boolean {
  if (!readEsxiLevel(line, at, header)) return false;
  const behind = ESXI.lastIndex;
  // `host-16250 text`: the process stands in the name.
  if (!readTag(line, behind, header, false)) header.bodyAt = behind;
  return true;
}
