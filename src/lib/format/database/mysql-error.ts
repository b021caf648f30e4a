import { timeAt } from "../../base/time/time-at.js";
import { levelOfWord } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";

/**
 * Error logs of MySQL 5.5 to 9 and MariaDB: `TIME [THREAD] [LEVEL] [MY-CODE] [SUBSYSTEM] message`, of which older
 * servers write less. `System` is info.
 */
export const mysqlError: Format = {
  name: "mysql-error",
  aliases: ["mysql", "mariadb"],
  summary: "error log of MySQL and MariaDB",
  auto: true,
  openings: ["iso", "number"],
  behindIsoTime: [" 0", " [", "  "],
  hasContinuations: true,
  reference:
    "https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html; https://mariadb.com/kb/en/error-log/",
  examples: [
    {
      line: "2026-11-21T10:00:01.936146Z 0 [Warning] [MY-010068] [Server] CA certificate ca.pem is self signed.",
      event:
        '{"timestamp":"2026-11-21T10:00:01.936146Z","level":"warn","tid":0,"code":"MY-010068","subsystem":"Server",' +
        '"message":"CA certificate ca.pem is self signed."}',
    },
    {
      line: "2026-11-21 10:00:01 140737 [Note] InnoDB: ready",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","tid":140737,"subsystem":"InnoDB","message":"ready"}',
    },
    {
      line: "261121 10:00:01 [ERROR] Aborting",
      event: '{"timestamp":"2026-11-21T10:00:01Z","level":"error","message":"Aborting"}',
    },
    { line: "2026-11-21 10:00:01 [Note] of nobody", event: undefined },
    { line: "2026-11-21 10:00:01 7 [INFO] not MySQL", event: undefined },
    { line: "261131 10:00:01 [ERROR] no such day", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

/** Behind the time. MySQL's words for levels, as it spells them: others write INFO. */
const REST =
  / {1,2}(?:(\d{1,20}) )?\[(Note|Warning|ERROR|System)\](?: \[(MY-\d{6})\] \[([A-Za-z_]{1,40})\])? ?(?:(InnoDB|Plugin|WSREP|Server|Event Scheduler): )?(.*)$/sy;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const isShort = SHORT.test(line);
  if (!isShort && !line.includes(" [")) return false;
  const time = isShort ? timeAt(line.replace("  ", " 0"), 0, nowMs) : timeAt(line, 0, nowMs);
  // MySQL writes Z or an offset, never the letters of a zone.
  if (time?.timestamp === undefined || /[A-Z]{2}/.test(line.slice(time.end - 2, time.end))) return false;
  REST.lastIndex = time.end;
  const match = REST.exec(line);
  // A date of eight digits has a thread behind it: without one it may be anybody's.
  if (match === null || (match[1] === undefined && !isShort)) return false;
  const [, thread, word, code, subsystem, prefix, message] = match;
  event.text("timestamp", time.timestamp);
  event.text("level", word === "System" ? "info" : levelOfWord(word!)!);
  if (thread !== undefined) event.number("tid", thread.replace(/^0+(?=\d)/, ""));
  event.textIf("code", code);
  event.textIf("subsystem", subsystem ?? prefix);
  event.text("message", subsystem !== undefined && prefix !== undefined ? `${prefix}: ${message}` : message!);
  return true;
}

const SHORT = /^\d{6} {1,2}\d{1,2}:\d\d:\d\d /;
