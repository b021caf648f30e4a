import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { SyslogWriter } from "./body/syslog-writer.js";
import { SyslogHeader } from "./header/header.js";
import { read3164 } from "./header/rfc3164.js";

/**
 * BSD syslog, what devices make of it, and the files that syslog daemons write: `[<PRI>]TIME HOST TAG[PID]: MESSAGE`.
 * TIME is `Oct  1 22:14:15`, with a year, a fraction or a zone where a device adds one, or a full RFC 3339 time as
 * rsyslog's newer file format has it: after a PRI any, without one only with a numeric offset, which tells it from the
 * many other formats that begin with a time. With a PRI all of it may be missing. What RFC 5424 would be but for its
 * structured data is read, too. A header within a header (a relay's around the device's) gives `relay`. Without a TAG
 * the rest is the message. The body is read on where it is JSON, logfmt, CEF or that of a known service: see `body`.
 */
export const syslogRfc3164: Format = {
  name: "rfc3164",
  aliases: ["syslog-rfc3164", "bsd-syslog"],
  summary:
    "BSD syslog (RFC 3164) from the network or from /var/log files, and as routers and firewalls write it",
  auto: true,
  openings: ["<", "month", "weekday", "iso", "number", "clock", "other"],
  reference:
    "RFC 3164 section 4; rsyslog's RSYSLOG_TraditionalFileFormat and RSYSLOG_FileFormat, pmrfc3164, pmciscoios",
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
        '{"timestamp":"2026-11-21T09:00:01.123456Z","host":"web1","service":"CRON","pid":31,"message":"(root) CMD (true)",' +
        '"user":"root","command":"true"}',
    },
    {
      line: "Nov  2 10:00:01 web1 last message repeated 3 times",
      event: '{"timestamp":"2026-11-02T10:00:01Z","host":"web1","message":"last message repeated 3 times"}',
    },
    {
      line: "<187>000123: *Nov 21 10:00:01.123: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","facility":"local7","service":"LINK","msgid":"LINK-3-UPDOWN",' +
        '"sequence":"000123","message":"Interface Gi0/1, changed state to down","interface":"Gi0/1","state":"down"}',
    },
    {
      line: "Nov 21 10:00:02 relay1 Nov 21 10:00:01 web1 app[7]: ERROR: no space left",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","host":"web1","relay":"relay1","service":"app","pid":7,' +
        '"message":"ERROR: no space left"}',
    },
    {
      line: '<165>1 2026-11-21T10:00:01.003Z web1 shop 31 ID47 [order@32473 id="7" order placed',
      event:
        '{"timestamp":"2026-11-21T10:00:01.003Z","level":"info","facility":"local4","host":"web1","service":"shop","pid":31,' +
        '"msgid":"ID47","message":"[order@32473 id=\\"7\\" order placed"}',
    },
    {
      line: "Nov 21 10:00:02 web1 app[7]: 2026-11-21 10:00:01,123 WARN  [main] shop.Cart - few left",
      event:
        '{"syslog_timestamp":"2026-11-21T10:00:02Z","host":"web1","service":"app","pid":7,"timestamp":"2026-11-21T10:00:01.123Z","level":"warn",' +
        '"thread":"main","logger":"shop.Cart","message":"few left"}',
    },
    { line: "<13>no time", event: '{"level":"info","facility":"user","message":"no time"}' },
    { line: "<192>Nov 21 10:00:01 web1 sshd[31]: Accepted", event: undefined },
    { line: "Nov 31 10:00:01 web1 sshd[31]: Accepted", event: undefined },
    { line: "2026-11-21T10:00:01Z web1 sshd[31]: Accepted", event: undefined },
    { line: "Nov 21 10:00:01.500 2026 ERROR no tag, and no host", event: undefined },
  ],
  create: (context) => {
    const writer = new SyslogWriter(context);
    return { parse: (line, event) => parseRfc3164(line, event, context.nowMs(), writer) };
  },
};

const header = new SyslogHeader();

export function parseRfc3164(line: string, event: EventWriter, nowMs: number, writer: SyslogWriter): boolean {
  if (!read3164(line, header, nowMs)) return false;
  writer.write(line, header, event);
  return true;
}
