import { timeAt } from "../../base/time/time-at.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { type Cell, splitCsv } from "../structured/cells.js";
import { integer, loose, text } from "../tables/columns.js";
import { LEVELS_OF_POSTGRESQL, writeRejection } from "./postgresql.js";

/**
 * PostgreSQL's `csvlog`, which has no header: 22 columns since 8.4, 26 in 14 and later. Those that a log_line_prefix
 * has, too, are called as there; all others as in the manual. Rows with line breaks in a statement are one event.
 */
export const postgresqlCsv: Format = {
  name: "postgresql-csv",
  aliases: ["csvlog", "postgres-csv"],
  summary: "PostgreSQL's log as CSV (log_destination = csvlog)",
  auto: true,
  openings: ["iso"],
  hasContinuations: true,
  spansLines: true,
  reference:
    "https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG",
  examples: [
    {
      line:
        '2026-11-21 10:00:01.123 UTC,"anna","shop",813,"192.0.2.7:51234",6740a1b2.32d,7,"SELECT",2026-11-21 09:59:00 UTC,3/21,0,ERROR,22012,' +
        '"division by zero",,,,,,"SELECT 1\n/ 0",,,"psql","client backend",,0',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","user":"anna","database":"shop","pid":813,"client_ip":"192.0.2.7",' +
        '"client_port":51234,"session_id":"6740a1b2.32d","session_line":7,"command_tag":"SELECT","session_start_time":"2026-11-21T09:59:00Z",' +
        '"virtual_transaction_id":"3/21","sqlstate":"22012","query":"SELECT 1\\n/ 0","application":"psql","backend_type":"client backend",' +
        '"message":"division by zero"}',
    },
    {
      line: '2026-11-21 10:00:01.123 -03,,,813,,6740a1b2.32d,1,,2026-11-21 10:00:00 -03,,0,LOG,00000,"ready",,,,,,,,,"","postmaster",,0',
      event:
        '{"timestamp":"2026-11-21T13:00:01.123Z","level":"info","pid":813,"session_id":"6740a1b2.32d","session_line":1,' +
        '"session_start_time":"2026-11-21T13:00:00Z","sqlstate":"00000","backend_type":"postmaster","message":"ready"}',
    },
    {
      line: '2026-11-21 10:00:01.123 CET,,,813,,6740a1b2.32d,1,,2026-11-21 10:00:00 CET,,0,LOG,00000,"ending log output to stderr",,"Future log output will go to log destination ""csvlog"".",,,,,,,""',
      event:
        '{"timestamp":"2026-11-21T09:00:01.123Z","level":"info","pid":813,"session_id":"6740a1b2.32d","session_line":1,' +
        '"session_start_time":"2026-11-21T09:00:00Z","sqlstate":"00000","hint":"Future log output will go to log destination \\"csvlog\\".",' +
        '"message":"ending log output to stderr"}',
    },
    {
      line: '2026-11-21 10:00:01.123 UTC,"anna","shop",813,"[local]",6740a1b2.32d,7,"idle",2026-11-21 09:59:00 UTC,3/21,0,LOG,00000,"statement: SELECT 1',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","user":"anna","database":"shop","pid":813,"client_host":"[local]",' +
        '"session_id":"6740a1b2.32d","session_line":7,"command_tag":"idle","session_start_time":"2026-11-21T09:59:00Z",' +
        '"virtual_transaction_id":"3/21","sqlstate":"00000","message":"statement: SELECT 1"}',
    },
    {
      line: '2026-11-21 10:00:01.123 UTC,"anna","shop",813,"[local]",6740a1b2.32d,7,"idle",2026-11-21 09:59:00 UTC,3/21,0,LOUD,00000,"x",,,,,,,,,',
      event: undefined,
    },
    { line: "2026-11-21 10:00:01.123 UTC,813,LOG,started", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const SEVERITY = 11;
const MESSAGE = 13;
/** Since 8.4 and since 14. */
const [COLUMNS_MIN, COLUMNS_MAX] = [22, 26];
const HEAD = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Za-z\d:+-]{1,8},(?:"|,)/;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (line.charCodeAt(19) !== 0x2e || line.charCodeAt(10) !== 0x20 || !HEAD.test(line)) return false;
  const cells = splitCsv(line) ?? openCells(line);
  if (cells === undefined || cells.length < COLUMNS_MIN || cells.length > COLUMNS_MAX) return false;
  const level = LEVELS_OF_POSTGRESQL[cells[SEVERITY]!.text.replace(/^DEBUG[1-5]$/, "DEBUG")];
  const timestamp = timeOfCell(cells[0]!.text, nowMs);
  if (level === undefined || timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("level", level);
  for (const [n, column] of COLUMNS.entries()) {
    const cell = cells[n]?.text ?? "";
    if (cell !== "" && !column(cell, event, nowMs)) return false;
  }
  const message = cells[MESSAGE]!.text;
  if (level === "fatal") writeRejection(message, event);
  event.text("message", message);
  return true;
}

/** Of a row whose text goes on in the next line: the columns up to that. */
function openCells(line: string): Cell[] | undefined {
  const cells = splitCsv(`${line}"`);
  if (cells === undefined || cells.length <= MESSAGE) return undefined;
  while (cells.length < COLUMNS_MIN) cells.push({ text: "", isQuoted: false });
  return cells;
}

function timeOfCell(cell: string, nowMs: number): string | undefined {
  // Zones without letters have their hours for a name.
  const text = HOURS.test(cell) ? `${cell}00` : cell;
  const found = timeAt(text, 0, nowMs);
  return found?.end === text.length ? found.timestamp : undefined;
}

const HOURS = / [+-]\d\d$/;

type Column = (cell: string, event: EventWriter, nowMs: number) => boolean;

const nothing: Column = () => true;

/** Zero is none. */
const counted =
  (name: string): Column =>
  (cell, event) =>
    cell === "0" || integer(name)(cell, event);

const asItIs =
  (name: string): Column =>
  (cell, event) => {
    event.text(name, cell);
    return true;
  };

/** `ADDRESS:PORT`, with no brackets around an address of IPv6; the name of a host with its port; `[local]`. */
const client: Column = (cell, event) => {
  const [, before, port] = /^(.{1,255}):(\d{1,5})$/.exec(cell) ?? [];
  const host = before ?? cell;
  event.text(/^[\d.]{7,15}$|:/.test(host) ? "client_ip" : "client_host", host);
  if (port !== undefined) event.number("client_port", Number(port));
  return true;
};

const COLUMNS: readonly Column[] = [
  nothing,
  text("user"),
  text("database"),
  integer("pid"),
  client,
  text("session_id"),
  integer("session_line"),
  text("command_tag"),
  (cell, event, nowMs) => {
    event.textIf("session_start_time", timeOfCell(cell, nowMs));
    return true;
  },
  text("virtual_transaction_id"),
  counted("transaction_id"),
  nothing,
  text("sqlstate"),
  nothing,
  asItIs("detail"),
  asItIs("hint"),
  asItIs("internal_query"),
  loose("internal_query_pos"),
  asItIs("context"),
  asItIs("query"),
  loose("query_pos"),
  text("location"),
  text("application"),
  text("backend_type"),
  counted("leader_pid"),
  (cell, event) => cell === "0" || loose("query_id")(cell, event),
];
