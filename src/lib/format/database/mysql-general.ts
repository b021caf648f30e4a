import { isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";

/** The general query log of MySQL 5.7 and later: `TIME<tab>CONNECTION COMMAND<tab>ARGUMENT`. The argument is the `message`. */
export const mysqlGeneral: Format = {
  name: "mysql-general",
  summary: "general query log of MySQL",
  auto: true,
  openings: ["iso"],
  behindIsoTime: ["\t ", "\t0"],
  hasContinuations: true,
  reference: "https://dev.mysql.com/doc/refman/8.4/en/query-log.html",
  examples: [
    {
      line: "2026-11-21T10:00:01.123456Z\t   31 Query\tSELECT * FROM cart",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","connection":31,"command":"Query","message":"SELECT * FROM cart"}',
    },
    {
      line: "2026-11-21T10:00:01.123456Z\t   31 Quit\t",
      event: '{"timestamp":"2026-11-21T10:00:01.123456Z","connection":31,"command":"Quit","message":""}',
    },
    { line: "2026-11-21T10:00:01.123456Z\t31 eggs\tsold", event: undefined },
    { line: "2026-11-21T10:00:01.123456Z 31 Query SELECT", event: undefined },
  ],
  create: () => ({ parse }),
};

const COMMANDS =
  "Sleep|Quit|Init DB|Query|Field List|Create DB|Drop DB|Refresh|Shutdown|Statistics|Processlist|Connect|Kill|Debug|Ping|Time|" +
  "Delayed insert|Change user|Binlog Dump|Table Dump|Connect Out|Register (?:Slave|Replica)|Prepare|Execute|Long Data|Close stmt|" +
  "Reset stmt|Set option|Fetch|Daemon|Binlog Dump GTID|Reset Connection|clone|Group Replication Data Stream subscription|Error";
const LINE = new RegExp(
  `^(\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,15}(?:Z|[+-]\\d\\d:\\d\\d))\\t {0,12}(\\d{1,20}) (${COMMANDS})\\t(.*)$`,
  "s",
);

function parse(line: string, event: EventWriter): boolean {
  const match = line.charCodeAt(10) === 0x54 && line.includes("\t") ? LINE.exec(line) : null;
  const timestamp = match === null ? undefined : isoTime(match[1]!);
  if (match === null || timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  event.number("connection", Number(match[2]));
  event.text("command", match[3]!);
  event.text("message", match[4]!);
  return true;
}
