import { table } from "../../base/table.js";
import { timeAt } from "../../base/time/time-at.js";
import type { Level } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { readPrefix } from "./postgresql-prefix.js";

/**
 * PostgreSQL's log on standard error and in files, with any `log_line_prefix`: a word for the severity, a colon and two
 * blanks tell the line, and what stands before is taken apart by how it looks: a time, `[PID]`, `[LINE-1]`,
 * `USER@DATABASE`, `ADDRESS(PORT)`, `user=anna,db=shop,app=psql,client=192.0.2.7`, an SQLSTATE. `log` is `STATEMENT`,
 * `DETAIL` and so on of lines that belong to the one before. What is not understood is kept as `prefix`.
 */
export const postgresql: Format = {
  name: "postgresql",
  aliases: ["postgres", "pgsql"],
  summary: "PostgreSQL's log with any log_line_prefix",
  auto: true,
  openings: ["iso", "address", "[", "[0", "lower", "upper", "number", "weekday", "<", "other"],
  hasContinuations: true,
  reference: "https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX",
  examples: [
    {
      line: "2026-11-21 10:00:01.123 UTC [813]: [22-1] db=shop,user=anna,app=psql,client=192.0.2.7 ERROR:  deadlock detected",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","pid":813,"session_line":22,"user":"anna","database":"shop",' +
        '"application":"psql","client_ip":"192.0.2.7","message":"deadlock detected"}',
    },
    {
      line: '192.0.2.7 2026-11-21 10:00:01.123 UTC [813] anna@shop FATAL:  role "anna" does not exist',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"fatal","pid":813,"user":"anna","database":"shop","client_ip":"192.0.2.7",' +
        '"message":"role \\"anna\\" does not exist"}',
    },
    {
      line: '2026-11-21 10:00:01 UTC [813] FATAL:  password authentication failed for user "anna"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"fatal","pid":813,"auth_method":"password","user":"anna",' +
        '"message":"password authentication failed for user \\"anna\\""}',
    },
    {
      line: "2026-11-21 10:00:01 UTC:192.0.2.7(5432):anna@shop:[813]:STATEMENT:  SELECT 1",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","pid":813,"user":"anna","database":"shop","client_ip":"192.0.2.7","client_port":5432,' +
        '"log":"STATEMENT","message":"SELECT 1"}',
    },
    {
      line: "2026-11-21 10:00:01.123 UTC 32071 7 22012 anna@shop ERROR:  division by zero",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","pid":32071,"session_line":7,"user":"anna","database":"shop",' +
        '"sqlstate":"22012","message":"division by zero"}',
    },
    {
      line: "1795255201.123 42P01 32071: ERROR:  relation does not exist",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","pid":32071,"sqlstate":"42P01","message":"relation does not exist"}',
    },
    { line: "2026-11-21 10:00:01 UTC ERROR: one blank", event: undefined },
    { line: "\t2026-11-21 10:00:01 UTC [813] ERROR:  behind a tab", event: undefined },
    { line: "there was an ERROR:  and no time before it", event: undefined },
    { line: "2026-11-21 10:00:01 UTC [813] LOUD:  no such word", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs(), false) }),
};

/** What PostgreSQL gives to syslog: the prefix may be empty, since the header has time and process. */
export const postgresqlBody: Pick<Format, "create"> = {
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs(), true) }),
};

export const LEVELS_OF_POSTGRESQL: Readonly<Record<string, Level | undefined>> = table({
  DEBUG: "debug",
  LOG: "info",
  INFO: "info",
  NOTICE: "info",
  WARNING: "warn",
  ERROR: "error",
  FATAL: "fatal",
  PANIC: "fatal",
});
const NEVER_FAILS = /^(?:LOG|INFO|DEBUG\d)$/;
const PARTS = new Set(["STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY", "LOCATION", "BACKTRACE"]);
/** A prefix is not longer. */
const PREFIX_MAX = 512;
const SEVERITY =
  /(?:^|[\s:,;|>\])-])(DEBUG[1-5]|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION|BACKTRACE)$/;

function parse(line: string, event: EventWriter, nowMs: number, isKnown: boolean): boolean {
  const colon = line.indexOf(":  ");
  if (colon < 3 || colon > PREFIX_MAX) return false;
  const severity = SEVERITY.exec(line.slice(Math.max(0, colon - 12), colon))?.[1];
  // Lines behind a blank belong to the one before.
  if (severity === undefined || (!isKnown && /^\s/.test(line))) return false;
  const mayFail = !NEVER_FAILS.test(severity);
  const prefix = readPrefix(line.slice(0, colon - severity.length), { mayFail, isKnown }, nowMs, timeAt);
  if (prefix === undefined) return false;
  const word = severity.startsWith("DEBUG") ? "DEBUG" : severity;
  if (prefix.timestamp !== undefined) event.text("timestamp", prefix.timestamp);
  else if (prefix.unread !== undefined) event.text("time", prefix.unread);
  const level = LEVELS_OF_POSTGRESQL[word];
  if (level !== undefined) event.text("level", level);
  for (const [name, value] of prefix.fields) {
    if (typeof value === "number") event.number(name, value);
    else event.text(name, value);
  }
  if (PARTS.has(word)) event.text("log", word);
  const message = line.slice(colon + 3);
  if (word === "FATAL") writeRejection(message, event);
  event.text("message", message);
  return true;
}

/** The method and the user of a login that was refused, as auth.c words it: where the prefix has them not. */
export function writeRejection(message: string, event: EventWriter): void {
  const match = REJECTION.exec(message);
  if (match === null) return;
  event.textIf("auth_method", match[1]);
  if (!event.mayHave("user")) event.textIf("user", match[2]);
}

const REJECTION = /^(?:([A-Za-z0-9]{1,32}) authentication failed for|role) (?:user )?"([^"]{1,64})"/;
