/** The header of RFC 5424. */

import { isoTime } from "../../../base/time/read-time.js";
import { priorityAt, type SyslogHeader } from "./header.js";
import { startOf } from "./start.js";
import { StructuredData } from "./structured-data.js";

const data = new StructuredData();
/** Where the part that was read last ends. */
let end = 0;

/**
 * Fills `header`. False when the line has no `<PRI>VERSION TIME HOST APP PROCID MSGID`, and, if strict, when its
 * structured data is malformed or missing; else that is no reason to lose the rest: it is the beginning of the message
 * then.
 */
export function read5424(line: string, header: SyslogHeader, isStrict: boolean): boolean {
  const start = startOf(line);
  if (line.charCodeAt(start) !== 0x3c) return false;
  const priority = priorityAt(line, start);
  const version = line.indexOf(">", start) + 1;
  if (priority < 0 || endOfVersion(line, version) < 0) return false;
  header.clear();
  header.priority = priority;
  return readBehindPriority(line, version, header, isStrict);
}

/** Whether a version and a date stand at `at`. */
export function isVersionAt(line: string, at: number): boolean {
  return (
    line.charCodeAt(at + 1) === 0x20 && line.charCodeAt(at + 6) === 0x2d && line.charCodeAt(at + 12) === 0x54
  );
}

/** As `read5424`, from the version at `at` on; nothing is set where it is false. */
export function readBehindPriority(
  line: string,
  at: number,
  header: SyslogHeader,
  isStrict: boolean,
): boolean {
  const time = endOfVersion(line, at);
  const timeText = time < 0 ? undefined : part(line, time, 64);
  if (timeText === undefined) return false;
  const timestamp = timeText === "-" ? undefined : isoTime(timeText);
  if (timestamp === undefined && timeText !== "-") return false;
  const host = part(line, end + 1, 255);
  const service = host === undefined ? undefined : part(line, end + 1, 255);
  const process = service === undefined ? undefined : part(line, end + 1, 255);
  const messageId = process === undefined ? undefined : part(line, end + 1, 255);
  if (messageId === undefined) return false;
  const behind = end + 1;
  const isData = behindData(line, behind, header, isStrict);
  if (isStrict && !isData) return false;
  header.timestamp = timestamp;
  header.host = host;
  header.service = service;
  header.process = process === "-" ? undefined : process;
  header.messageId = messageId;
  if (!isData) header.bodyAt = behind;
  return true;
}

/** Behind the version, 1 to 999, and its blank; -1. */
function endOfVersion(line: string, at: number): number {
  let code = line.charCodeAt(at);
  if (!(code >= 49 && code <= 57)) return -1;
  let after = at + 1;
  for (
    code = line.charCodeAt(after);
    code >= 48 && code <= 57 && after < at + 3;
    code = line.charCodeAt(after)
  )
    after++;
  return code === 32 ? after + 1 : -1;
}

/** Printable characters up to the next blank, which must be there; not more than `max` of them. */
function part(line: string, at: number, max: number): string | undefined {
  const blank = line.indexOf(" ", at);
  if (blank <= at || blank - at > max) return undefined;
  for (let i = at; i < blank; i++) {
    const code = line.charCodeAt(i);
    if (code < 33 || code > 126) return undefined;
  }
  end = blank;
  return line.slice(at, blank);
}

/** Whether data stands at `at`; then the body begins behind it. */
function behindData(line: string, at: number, header: SyslogHeader, isStrict: boolean): boolean {
  if (line.charCodeAt(at) !== 0x5b && line.charCodeAt(at) !== 0x2d) return false;
  if (!data.read(line, at, isStrict)) return false;
  const hasBlank = line.charCodeAt(data.end) === 0x20;
  // A dash or an element that text follows at once is text.
  if (!hasBlank && data.end < line.length) return false;
  header.data = data.json;
  let body = hasBlank ? data.end + 1 : data.end;
  // rsyslog's RSYSLOG_SyslogProtocol23Format writes a second blank before the text.
  if (line.charCodeAt(body) === 0x20) body++;
  header.bodyAt = line.charCodeAt(body) === 0xfeff ? body + 1 : body;
  return true;
}
