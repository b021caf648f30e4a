import { isOfUnreadZone } from "../../base/time/assumed.js";
import { isoTime, rfc3164Time } from "../../base/time/read-time.js";
import { isZoneLetters } from "../../base/time/zone-letters.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { endOfPriority, writePriority, writeProcess } from "./fields.js";

/**
 * BSD syslog and the files that syslog daemons write: `[<PRI>]TIME HOST TAG[PID]: MESSAGE`. TIME is `Oct  1 22:14:15`, with a
 * year or a fraction where a device adds one, or a full RFC 3339 time as rsyslog's newer file format has it: after a PRI
 * any, without one only with a numeric offset, which tells it from the many other formats that begin with a time. HOST may
 * be missing. Without a TAG the rest is the message; so is everything after it otherwise.
 */
export const syslogRfc3164: Format = {
  name: "rfc3164",
  aliases: ["syslog-rfc3164", "bsd-syslog"],
  summary: "BSD syslog (RFC 3164) from the network or from /var/log files",
  auto: true,
  starts: "<JFMASOND0123456789",
  reference: "RFC 3164 section 4; rsyslog's RSYSLOG_TraditionalFileFormat and RSYSLOG_FileFormat",
  examples: [
    {
      line: "<86>Nov 21 10:00:01 web1 sshd[31]: Accepted publickey for anna",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","facility":"authpriv","host":"web1","service":"sshd","pid":31,' +
        '"message":"Accepted publickey for anna"}',
    },
    {
      line: "2026-11-21T10:00:01.123456+01:00 web1 CRON[31]: (root) CMD (true)",
      event:
        '{"timestamp":"2026-11-21T09:00:01.123456Z","host":"web1","service":"CRON","pid":31,"message":"(root) CMD (true)"}',
    },
    {
      line: "Nov  2 10:00:01 web1 last message repeated 3 times",
      event: '{"timestamp":"2026-11-02T10:00:01Z","host":"web1","message":"last message repeated 3 times"}',
    },
    { line: "<192>Nov 21 10:00:01 web1 sshd[31]: Accepted", event: undefined },
    { line: "Nov 31 10:00:01 web1 sshd[31]: Accepted", event: undefined },
    { line: "2026-11-21T10:00:01Z web1 sshd[31]: Accepted", event: undefined },
    { line: "<13>no time", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parseRfc3164(line, event, nowMs()) }),
};

export function parseRfc3164(line: string, event: EventWriter, nowMs: number): boolean {
  const start = endOfPriority(line);
  if (start < 0) return false;
  const end = endOfTime(line, start);
  if (end < 0) return false;
  const time = line.slice(start, end);
  const timestamp = line.charCodeAt(start) <= 57 ? isoTime(time) : rfc3164Time(time, nowMs);
  // Of a zone that is not known the time is no time, and the rest still syslog.
  if (timestamp === undefined && !isOfUnreadZone(rfc3164Time, time, nowMs)) return false;
  if (timestamp === undefined) event.text("time", time);
  else event.text("timestamp", timestamp);
  writePriority(line, start, event);
  writeRest(line, end + 1, event);
  return true;
}

const BSD_TIME = /[A-Z][a-z]{2} (?:[ \d]\d|\d) (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: \d{4}(?= ))?(?= )/y;
const OFFSET_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?[+-]\d\d:?\d\d(?= )/y;
const ANY_ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)(?= )/y;

/** The space after the time that starts at `start`, or -1. */
function endOfTime(line: string, start: number): number {
  const isDigit = line.charCodeAt(start) <= 57;
  const pattern = isDigit ? (start === 0 ? OFFSET_TIME : ANY_ISO_TIME) : BSD_TIME;
  pattern.lastIndex = start;
  if (!pattern.test(line)) return -1;
  const end = isDigit ? pattern.lastIndex : endOfZone(line, pattern.lastIndex);
  // An RFC 3339 line without PRI must go on as rsyslog writes it, or it is some other format.
  return start === 0 && isDigit && !isHostAndTag(line, end) ? -1 : end;
}

/** A zone as routers and some daemons write it. What has a tag behind it is a host that is called so. */
const ZONE = / (?:([A-Z]{2,5})|[+-]\d{4})(?=:| [^\s:[\]]+ )/y;

function endOfZone(line: string, at: number): number {
  if (line.charCodeAt(at + 1) > 90) return at;
  ZONE.lastIndex = at;
  const match = ZONE.exec(line);
  return match === null || (match[1] !== undefined && !isZoneLetters(match[1])) ? at : ZONE.lastIndex;
}

const HOST_AND_TAG = / [\w.:-]{1,255} [^\s:[\]]{1,64}(?:\[\d+\])?: /y;

function isHostAndTag(line: string, at: number): boolean {
  HOST_AND_TAG.lastIndex = at;
  return HOST_AND_TAG.test(line);
}

/** A tag is a word with a process id, or one that ends in a colon; macOS has some of several capitalised words. */
const TAG =
  /([^\s:[\]]{1,128})(?:\[([^\]\s]{1,128})\]:?|:)(?: |$)|([A-Z]\w{0,63}(?: [A-Z]\w{0,63}){1,3})\[(\d+)\]:(?: |$)/y;

function writeRest(line: string, at: number, event: EventWriter): void {
  TAG.lastIndex = at;
  let tag = TAG.exec(line);
  let start = at;
  if (tag === null) {
    const space = line.indexOf(" ", at);
    const hostEnd = space < 0 ? line.length : space;
    event.textIf("host", line.slice(at, hostEnd));
    start = Math.min(hostEnd + 1, line.length);
    TAG.lastIndex = start;
    tag = TAG.exec(line);
  }
  if (tag !== null) {
    event.textIf("service", tag[1] ?? tag[3]);
    writeProcess(tag[2] ?? tag[4], event);
    start += tag[0].length;
  }
  event.text("message", line.slice(start));
}
