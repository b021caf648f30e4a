import { isoTime } from "../../base/time/read-time.js";
import { timeAt } from "../../base/time/time-at.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";

/**
 * The general query log of MySQL: `TIME<tab>CONNECTION COMMAND<tab>ARGUMENT`. The argument is the `message`. MariaDB,
 * and MySQL before 5.7, write `YYMMDD hh:mm:ss` once a second: lines below it begin with two tabs, and have no time.
 */
export const mysqlGeneral: Format = {
  name: "mysql-general",
  summary: "general query log of MySQL and MariaDB",
  auto: true,
  starts: "0123456789\t",
  openings: ["iso", "number", "blank"],
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
    {
      line: "261121  9:00:01\t   31 Connect\troot@localhost on  using Socket",
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","connection":31,"command":"Connect","message":"root@localhost on  using Socket"}',
    },
    {
      line: "\t\t   32 Query\tSELECT 1",
      event: '{"connection":32,"command":"Query","message":"SELECT 1"}',
    },
    { line: "\t\t   32 rows", event: undefined },
    { line: "261121 10:00:01\tand so on", event: undefined },
    { line: "261321 10:00:01\t   31 Quit\t", event: undefined },
    { line: "2026-11-21T10:00:01.123456Z\t31 eggs\tsold", event: undefined },
    { line: "2026-11-21T10:00:01.123456Z 31 Query SELECT", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const COMMANDS =
  "Sleep|Quit|Init DB|Query|Field List|Create DB|Drop DB|Refresh|Shutdown|Statistics|Processlist|Connect|Kill|Debug|Ping|Time|" +
  "Delayed insert|Change user|Binlog Dump|Table Dump|Connect Out|Register (?:Slave|Replica)|Prepare|Execute|Long Data|Close stmt|" +
  "Reset stmt|Set option|Fetch|Daemon|Binlog Dump GTID|Reset Connection|clone|Group Replication Data Stream subscription|Error";
const LINE = new RegExp(
  `^(?:(\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,15}(?:Z|[+-]\\d\\d:\\d\\d))|(\\d{6} [ \\d]\\d:\\d\\d:\\d\\d)|\\t)\\t {0,12}(\\d{1,20}) (${COMMANDS})(?:\\t(.*))?$`,
  "s",
);

const TAB = 0x09;

/** Whether the line can be one, by where its first tab must stand. */
function mayBe(line: string): boolean {
  return line.charCodeAt(0) === TAB || line.charCodeAt(10) === 0x54 || line.charCodeAt(15) === TAB;
}

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const match = mayBe(line) && line.includes("\t") ? LINE.exec(line) : null;
  if (match === null) return false;
  const [, iso, short, connection, command, argument = ""] = match;
  if (iso !== undefined || short !== undefined) {
    const timestamp = iso === undefined ? shortTime(short!, nowMs) : isoTime(iso);
    if (timestamp === undefined) return false;
    event.text("timestamp", timestamp);
  }
  event.number("connection", Number(connection));
  event.text("command", command!);
  event.text("message", argument);
  return true;
}

/** `261121  9:00:01`: an hour of one digit stands behind two blanks. */
export function shortTime(text: string, nowMs: number): string | undefined {
  const whole = text.charCodeAt(7) === 0x20 ? `${text.slice(0, 7)}0${text.slice(8)}` : text;
  const found = timeAt(whole, 0, nowMs);
  return found?.end === whole.length ? found.timestamp : undefined;
}
