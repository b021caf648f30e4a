// Enter here: RFC 3164 and RFC 5424.
import type { Format } from "../format.js";
import { SyslogWriter } from "./body/syslog-writer.js";
import { parseRfc3164, syslogRfc3164 } from "./rfc3164.js";
import { parseRfc5424, syslogRfc5424 } from "./rfc5424.js";

/** Both syslogs, line by line. `auto` considers each of the two by itself. */
export const syslog: Format = {
  name: "syslog",
  summary: "syslog of either kind: RFC 5424 or RFC 3164, from the network or from files",
  auto: false,
  reference: "RFC 5424; RFC 3164",
  examples: [...syslogRfc5424.examples.slice(0, 2), ...syslogRfc3164.examples],
  create: (context) => {
    const writer = new SyslogWriter(context);
    return {
      parse: (line, event) => {
        if (parseRfc5424(line, event, context.nowMs(), writer)) return true;
        event.reset();
        return parseRfc3164(line, event, context.nowMs(), writer);
      },
    };
  },
};
