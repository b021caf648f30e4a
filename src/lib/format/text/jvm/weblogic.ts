import { epochTime } from "../../../base/time/read-time.js";
import { timeAt } from "../../../base/time/time-at.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { loose } from "../../tables/columns.js";

/**
 * Logs of Oracle WebLogic Server: cells in angle brackets. Files have eleven or twelve behind `####`, standard output
 * five. `logger` is the subsystem, `service` the server, `code` the id of the message. The count of milliseconds is the
 * time, where it is there.
 */
export const weblogic: Format = {
  name: "weblogic",
  summary: "server log and standard output of Oracle WebLogic Server",
  auto: true,
  starts: "#<",
  openings: ["#", "<"],
  hasContinuations: true,
  spansLines: true,
  reference:
    "Oracle Fusion Middleware: Configuring Log Files and Filtering Log Messages, format of log messages",
  examples: [
    {
      line: "####<Nov 21, 2026 10:00:01,123 AM UTC> <Notice> <WebLogicServer> <web1> <AdminServer> <main> <<WLS Kernel>> <> <77-11> <1795255201123> <[severity-value: 32] [partition-id: 0] > <BEA-000365> <Server state changed to STARTING.>",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","host":"web1","service":"AdminServer","thread":"main","logger":"WebLogicServer",' +
        '"user":"<WLS Kernel>","diagnostic_context":"77-11","attributes":"[severity-value: 32] [partition-id: 0]","code":"BEA-000365",' +
        '"message":"Server state changed to STARTING."}',
    },
    {
      line: "<Nov 21, 2026 10:00:01 AM UTC> <Error> <Security> <BEA-090870> <The realm failed to load: <x> gone>",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","logger":"Security","code":"BEA-090870","message":"The realm failed to load: <x> gone"}',
    },
    { line: "####<Nov 21, 2026 10:00:01 AM UTC> <Loud> <x> <BEA-000365> <text>", event: undefined },
    { line: "<Nov 31, 2026 10:00:01 AM UTC> <Error> <Security> <BEA-090870> <text>", event: undefined },
    { line: "<13>Nov 21 10:00:01 web1 <Error> text", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const LEVEL = "(Emergency|Alert|Critical|Error|Warning|Notice|Info|Debug|Trace)";
const CELL = "<([^<>]{0,512})> ";
/** The text goes on in other lines where the last bracket is missing. */
const TEXT = "<(BEA-\\d{6}|[\\w-]{0,64})> <(.*?)>? ?$";
const FILE = new RegExp(
  `^####<([^<>]{8,64})> <${LEVEL}> ${CELL.repeat(4)}<((?:<[^<>]{0,256}>)|[^<>]{0,256})> ${CELL.repeat(2)}<(\\d{10,16})> (?:<(\\[[^<>]{0,1024})> )?${TEXT}`,
  "s",
);
const CONSOLE = new RegExp(`^<([^<>]{8,64})> <${LEVEL}> ${CELL}${TEXT}`, "s");
const NAMES = [
  "level",
  "logger",
  "host",
  "service",
  "thread",
  "user",
  "transaction_id",
  "diagnostic_context",
  "timestamp",
  "attributes",
  "code",
  "message",
];
const ORDER = [
  "host",
  "service",
  "thread",
  "logger",
  "user",
  "transaction_id",
  "diagnostic_context",
  "attributes",
  "code",
];

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (line.charCodeAt(0) === 0x23) {
    const match = line.startsWith("####<") ? FILE.exec(line) : null;
    if (match === null) return false;
    const cells = new Map(NAMES.map((name, n) => [name, match[n + 2]?.trim()]));
    return write(epochTime(cells.get("timestamp")!, "ms"), cells, event);
  }
  const match = line.includes("> <") ? CONSOLE.exec(line) : null;
  if (match === null) return false;
  const [, time, level, logger, code, message] = match;
  const found = timeAt(time!, 0, nowMs);
  const timestamp = found?.end === time!.length ? found.timestamp : undefined;
  return write(timestamp, new Map(Object.entries({ level, logger, code, message })), event);
}

function write(
  timestamp: string | undefined,
  cells: ReadonlyMap<string, string | undefined>,
  event: EventWriter,
): boolean {
  const level = levelOfWord(cells.get("level")!);
  if (timestamp === undefined || level === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("level", level);
  for (const name of ORDER) {
    const cell = cells.get(name);
    if (name === "host" || name === "service" || name === "thread" || name === "code")
      event.textIf(name, cell);
    else if (cell !== undefined) loose(name)(cell, event);
  }
  event.text("message", cells.get("message") ?? "");
  return true;
}
