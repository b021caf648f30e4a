import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/**
 * Syslog of the supercomputers Thunderbird, Spirit and Liberty in USENIX's CFDR: alert, epoch, day, node, then the line
 * of syslog with `node/node` for its host.
 */
export const supercomputerSyslog: Format = {
  name: "supercomputer-syslog",
  aliases: ["thunderbird"],
  summary: "syslog of Thunderbird, Spirit and Liberty with an alert and the epoch before it",
  auto: true,
  openings: ["other", "upper"],
  reference: "https://www.usenix.org/cfdr-data (HPC4); Oliner and Stearley, DSN 2007",
  examples: [
    {
      line: "- 1795255201 2026.11.21 dn228 Nov 21 10:00:01 dn228/dn228 crond(pam_unix)[2915]: session closed",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","host":"dn228","service":"crond(pam_unix)","pid":2915,"message":"session closed"}',
    },
    {
      line: "ECC 1795255201 2026.11.21 an7 Nov 21 10:00:01 an7/an7 Server Administrator: Memory device status is critical",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","host":"an7","service":"Server Administrator","alert":"ECC","message":"Memory device status is critical"}',
    },
    { line: "- 1795255201 2026.11.21 dn228 Nov 31 day", event: undefined },
    { line: "- 1795255201 apples", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => LAYOUT.parse(line, event, nowMs()) }),
};

const LAYOUT = new LogLayout(
  "(?<alert>-|[A-Z_]{3,16}) (?<timestamp>\\d{10}) \\d{4}\\.\\d\\d\\.\\d\\d (?<host>[^ ]{1,64}) [A-Z][a-z]{2} [ \\d]?\\d \\d\\d:\\d\\d:\\d\\d [^ ]{1,128} " +
    "(?:(?<service>[A-Za-z_][^:\\[]{0,64})(?:\\[(?<pid>\\d{1,10})\\])?: )?(?<message>.*)",
  headTime,
);
