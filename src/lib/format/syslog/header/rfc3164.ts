/** The header of RFC 3164 and of what devices make of it. */

import { clockAt, type HeaderClock } from "./clock.js";
import { priorityAt, type SyslogHeader } from "./header.js";
import { endOfPlainHost, takeHost } from "./host.js";
import { behindEngine, behindLead, isLeadHost } from "./lead.js";
import { behindEsxiLevel, behindLevel } from "./levels.js";
import { isVersionAt, read5424, readBehindPriority } from "./rfc5424.js";
import { isOfOthers, startOf } from "./start.js";
import { isMessageCode, readTag, readTopics, TAG } from "./tag.js";
import { endOfHostName, isKnownBody, mayBeUntagged } from "./untagged.js";

/** Headers within headers: a relay's around another's around the device's. */
const DEPTH_MAX = 3;

/**
 * Fills `header` with what stands before the body. False when the line is not surely syslog: without a priority there
 * must be a time as RFC 3164 has it, or one with an offset as rsyslog writes it, and then a tag, where the time is one
 * that other logs have, too.
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
  // RFC 5424 within a header, and without its priority.
  if (isVersionAt(line, at) && readBehindPriority(line, at, header, !isSure)) return true;
  const lead = at;
  at = behindLead(line, at, header, isSure);
  const clock = clockAt(line, at, isSure || at > start, nowMs, at > lead);
  if (clock === undefined)
    return (isSure || isMessageCode(line, at)) && depth === 0 && readUntimed(line, at, header);
  const isOwn = !isSure && (!clock.isPlain || at > start);
  const isIso = line.charCodeAt(at + 4) === 45 || line.charCodeAt(at + 10) === 46;
  takeClock(header, clock);
  at = behindTime(line, clock.end);
  if (isSure) return readHost(line, at, header, nowMs, depth) !== undefined;
  if (isIso) return readStrict(line, at, header, nowMs);
  const kind = readHost(line, at, header, nowMs, depth);
  if (NO_HOST.test(header.host ?? "")) return false;
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

/**
 * Without a priority a time of RFC 3339 must have an offset, and go on with host and tag as rsyslog writes them, or
 * with a host before what only devices write, or as ESXi does.
 */
function readStrict(line: string, at: number, header: SyslogHeader, nowMs: number): boolean {
  if (readEsxi(line, at, header)) return true;
  // Other logs, too, begin with a time in UTC, or without a zone.
  if (!HAS_OFFSET.test(line.slice(0, at))) return false;
  if (isHostAndTag(line, at)) {
    if (readHost(line, at, header, nowMs, 0) === "tag") return true;
    header.host = undefined;
  }
  if (!mayBeUntagged(line, line.indexOf(" ", at) + 1)) return false;
  const hostEnd = endOfHostName(line, at);
  return hostEnd > 0 && readUntagged(line, at, hostEnd, header, nowMs);
}

/** A host, and a body that says by itself what it is: an inner header, a level before a tag, what devices write. */
function readUntagged(
  line: string,
  at: number,
  hostEnd: number,
  header: SyslogHeader,
  nowMs: number,
): boolean {
  takeHost(line.slice(at, hostEnd), header);
  let body = behindBlanks(line, hostEnd);
  if (line.startsWith(": ", body)) body += 2;
  header.bodyAt = body;
  if (isKnownBody(line, body) || readTopics(line, body, header)) return true;
  if (readInner(line, body, header, nowMs, 0)) return true;
  if (isLeadHost(line, body)) return readInner(line, body, header, nowMs, 0, true);
  const behind = behindLevel(line, body, header);
  if (behind === body) return false;
  return readTag(line, behind, header, false) && (header.process ?? header.facility) !== undefined;
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
  if (readEngine(line, at, header) || readInner(line, at, header, nowMs, depth)) return "tag";
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
  const at = behindBlanks(line, next);
  if (readEngine(line, at, header) || readInner(line, at, header, nowMs, depth)) return "tag";
  if (!readTag(line, behindLevel(line, at, header), header, header.priority >= 0)) return "text";
  // What looks like a tag may be the name that a device has before its own time.
  if (header.process === undefined && header.service !== undefined && mayBeTime(line, header.bodyAt)) {
    if (isLeadHost(line, at)) readInner(line, at, header, nowMs, depth, true);
  }
  // `UDM UDM[-]: sshd[7]: ...`: the name of the machine once more.
  if (header.process === "-" && header.service === header.host) {
    header.service = undefined;
    header.process = undefined;
    readTag(line, header.bodyAt, header, false);
  }
  return "tag";
}

/** NetScaler's engine, and the body behind it. */
function readEngine(line: string, at: number, header: SyslogHeader): boolean {
  const body = behindEngine(line, at, header);
  if (body === at) return false;
  header.bodyAt = body;
  return true;
}

/** A device's counter, mark or month, at a glance. */
function mayBeTime(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 42 || code === 46 || (code >= 48 && code <= 57) || mayBeMonth(line, at);
}

/** What no name of a host begins with: CEF, LEEF, an object, pairs. */
const RECORD = /(?:CEF:\d|LEEF:\d|\{"|@cee:|[A-Za-z_]\w{0,31}=["\w])/y;

function isRecordAt(line: string, at: number): boolean {
  RECORD.lastIndex = at;
  return RECORD.test(line);
}

/**
 * Whether what was read as a tag is a host that ends in a colon: `fw1: %ASA-6-302013: ...`, `U7,f09f,v4.0: hostapd:
 * ...` of UniFi.
 */
function isHost(line: string, header: SyslogHeader): boolean {
  if (header.process !== undefined || header.service === undefined) return false;
  if (line.charCodeAt(header.bodyAt) === 37) return true;
  if (!header.service.includes(",")) return false;
  TAG.lastIndex = header.bodyAt;
  return TAG.test(line);
}

const INNER =
  /<\d{1,3}>|[*.]?[A-Za-z]{3} {1,2}\d{1,2} |\d{4}-\d\d-\d\dT|\d{1,3} \d{4}-\d\d-\d\dT|\d\d\/\d\d\/\d{4}:|\*[A-Za-z]\w{1,40}: [A-Z][a-z]{2} |\d{1,10}: (?:(?:\d{1,10}|[\w.-]{1,64}): ){0,2}(?:(?:[A-Z0-9]{1,8}\/){2,5}[A-Z0-9]{1,10}:)?[*.]?(?:[A-Z][a-z]{2} |\d{4} [A-Z])/y;

/**
 * The header of a device within that of a relay, which must end in a tag; behind a name alone (`isNamed`) in the code
 * of a message, since the name may be the tag of a program.
 */
function readInner(
  line: string,
  at: number,
  header: SyslogHeader,
  nowMs: number,
  depth: number,
  isNamed = false,
): boolean {
  if (depth >= DEPTH_MAX) return false;
  if (!isNamed) {
    if (!mayBeTime(line, at) && line.charCodeAt(at) !== 60) return false;
    INNER.lastIndex = at;
    if (!INNER.test(line)) return false;
  }
  const before = { ...header };
  header.relay = header.host;
  header.host = undefined;
  header.service = undefined;
  header.process = undefined;
  header.timestamp = undefined;
  header.time = undefined;
  const { priority } = header;
  if (
    readAt(line, at, header, nowMs, depth + 1) &&
    (header.timestamp ?? header.time) !== undefined &&
    (isNamed ? isMessageCode(line, header.bodyAt) : isTagged(line, header))
  ) {
    // A time in a zone that nobody knows says less than the relay's.
    header.timestamp ??= before.timestamp;
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
 * The header of a device in the body of a relay's, as rsyslog makes it of what it does not know: only where a priority
 * or a message code tells it from the text of the program that the outer header names.
 */
export function readNested(line: string, header: SyslogHeader, nowMs: number): void {
  const at = behindBlanks(line, header.bodyAt);
  const first = line.charCodeAt(at);
  if (first !== 60 && !mayBeTime(line, at)) return;
  const before = { ...header };
  const isInner = readInner(line, at, header, nowMs, 0);
  if (isInner && (first === 60 || isMessageCode(line, header.bodyAt))) return;
  Object.assign(header, before);
}

function isTagged(line: string, header: SyslogHeader): boolean {
  return (header.service ?? header.part) !== undefined || isMessageCode(line, header.bodyAt);
}

function mayBeMonth(line: string, at: number): boolean {
  return line.charCodeAt(at + 3) === 32 && line.charCodeAt(at) >= 65;
}

function readEsxi(line: string, at: number, header: SyslogHeader): boolean {
  const behind = behindEsxiLevel(line, at, header);
  if (behind === at) return false;
  // `host-16250 text`: the process stands in the name.
  if (!readTag(line, behind, header, false)) header.bodyAt = behind;
  return true;
}
