import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { SyslogWriter } from "./body/syslog-writer.js";
import { SyslogHeader } from "./header/header.js";
import { readNested } from "./header/rfc3164.js";
import { read5424 } from "./header/rfc5424.js";

/**
 * `<PRI>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]`. A `-` is absent, a byte order mark
 * before the message is dropped, structured data becomes the object `structured_data` of objects. A parameter that is
 * given more than once becomes an array of its values. A line whose structured data is malformed is left to `rfc3164`,
 * which keeps that as message.
 */
export const syslogRfc5424: Format = {
  name: "rfc5424",
  aliases: ["syslog-rfc5424"],
  summary: "syslog as of RFC 5424, with structured data as nested objects",
  auto: true,
  openings: ["<", "number", "other"],
  reference: "RFC 5424 section 6",
  examples: [
    {
      line: '<165>1 2026-11-21T10:00:01.003Z web1 shop 31 ID47 [order@32473 id="7" total="9.50"] order placed',
      event:
        '{"timestamp":"2026-11-21T10:00:01.003Z","level":"info","facility":"local4","host":"web1","service":"shop","pid":31,' +
        '"msgid":"ID47","structured_data":{"order@32473":{"id":"7","total":"9.50"}},"message":"order placed"}',
    },
    { line: "<0>1 - - - - - -", event: '{"level":"fatal","facility":"kern"}' },
    {
      line: '<165>1 2026-11-21T10:00:01.003Z web1 shop 31 ID47 [order@32473 id="7" order placed',
      event: undefined,
    },
    {
      line: '<14>1 2026-11-21T10:00:01Z web1 shop 31 - - {"level":"error","msg":"no stock","item":7}',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","syslog_level":"info","facility":"user","host":"web1","service":"shop","pid":31,' +
        '"level":"error","message":"no stock","item":7}',
    },
    { line: "<165>1 2026-11-21 10:00:01 web1 shop - - - order placed", event: undefined },
    { line: "<999>1 - - - - - -", event: undefined },
  ],
  create: (context) => {
    const writer = new SyslogWriter(context);
    return { parse: (line, event) => parseRfc5424(line, event, context.nowMs(), writer) };
  },
};

const header = new SyslogHeader();

export function parseRfc5424(line: string, event: EventWriter, nowMs: number, writer: SyslogWriter): boolean {
  if (!read5424(line, header, true)) return false;
  readNested(line, header, nowMs);
  writer.write(line, header, event);
  return true;
}
