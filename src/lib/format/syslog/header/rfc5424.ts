/** The header of RFC 5424. */

import { isoTime } from "../../../base/time/read-time.js";
import { priorityAt, type SyslogHeader } from "./header.js";
import { startOf } from "./rfc3164.js";
import { StructuredData } from "./structured-data.js";

const data = new StructuredData();
/** Where the part that was read last ends. */
let end = 0;

/**
 * Fills `header`. False when the line has no `<PRI>VERSION TIME HOST APP PROCID MSGID`. Structured data that is malformed or missing is no
 * reason to lose the rest: it is the beginning of the message then.
 */
export function read5424(line: string, header: SyslogHeader): boolean {
  const start = startOf(line);
  if (line.charCodeAt(start) !== 0x3c) return false;
  const priority = priorityAt(line, start);
  const version = line.indexOf(">", start) + 1;
  const time = endOfVersion(line, version);
  if (priority < 0 || time < 0) return false;
  header.clear();
  header.priority = priority;
  const timeText = part(line, time, 64);
  if (timeText === undefined) return false;
  if (timeText !== "-") {
    header.timestamp = isoTime(timeText);
    if (header.timestamp === undefined) return false;
  }
  const host = part(line, end + 1, 255);
  const service = host === undefined ? undefined : part(line, end + 1, 255);
  const process = service === undefined ? undefined : part(line, end + 1, 255);
  const messageId = process === undefined ? undefined : part(line, end + 1, 255);
  if (messageId === undefined) return false;
  header.host = host;
  header.service = service;
  header.process = process === "-" ? undefined : process;
  header.messageId = messageId;
  header.bodyAt = behindData(line, end + 1, header);
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

function behindData(line: string, at: number, header: SyslogHeader): number {
  const first = line.charCodeAt(at);
  const mayBeData =
    first === 0x5b || (first === 0x2d && (at + 1 === line.length || line.charCodeAt(at + 1) === 32));
  if (!mayBeData || !data.read(line, at)) return at;
  header.data = data.json;
  let body = data.end;
  if (line.charCodeAt(body) === 32) body++;
  return line.charCodeAt(body) === 0xfeff ? body + 1 : body;
}
