import { isoTime } from "../../base/time/read-time.js";
import { type EventWriter, quote } from "../../event/writer.js";
import type { Format } from "../format.js";
import { endOfPriority, writePriority, writeProcess } from "./fields.js";

/**
 * `<PRI>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]`. A `-` is absent, a byte order mark before
 * the message is dropped, structured data becomes the object `structured_data` of objects. A parameter that is given more
 * than once becomes an array of its values.
 */
export const syslogRfc5424: Format = {
  name: "rfc5424",
  aliases: ["syslog-rfc5424"],
  summary: "syslog as of RFC 5424, with structured data as nested objects",
  auto: true,
  starts: "<",
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
    { line: "<165>1 2026-11-21 10:00:01 web1 shop - - - order placed", event: undefined },
    { line: "<999>1 - - - - - -", event: undefined },
  ],
  create: () => ({ parse: parseRfc5424 }),
};

const HEADER =
  /([1-9]\d{0,2}) (\S{1,64}) ([!-~]{1,255}) ([!-~]{1,255}) ([!-~]{1,255}) ([!-~]{1,255}) (?=[[-])/y;

export function parseRfc5424(line: string, event: EventWriter): boolean {
  const start = endOfPriority(line);
  if (start <= 0) return false;
  HEADER.lastIndex = start;
  const header = HEADER.exec(line);
  if (header === null) return false;
  const timestamp = header[2] === "-" ? undefined : isoTime(header[2]!);
  if (timestamp === undefined && header[2] !== "-") return false;
  const dataStart = HEADER.lastIndex;
  const data = new StructuredData(line, dataStart);
  const isComplete = data.end === line.length || line.charCodeAt(data.end) === 0x20;
  if (data.end < 0 || !isComplete) return false;

  event.textIf("timestamp", timestamp);
  writePriority(line, start, event);
  event.textIf("host", header[3]);
  event.textIf("service", header[4]);
  writeProcess(header[5] === "-" ? undefined : header[5], event);
  event.textIf("msgid", header[6]);
  if (data.json !== "") event.json("structured_data", data.json);
  const message = data.end + 1 + (line.charCodeAt(data.end + 1) === 0xfeff ? 1 : 0);
  if (message < line.length) event.text("message", line.slice(message));
  return true;
}

const NAME = "[!#-<>-\\\\^-~]{1,255}";
const ELEMENT = new RegExp(`\\[(${NAME})(?= |\\])`, "y");
const PARAMETER = new RegExp(` +(${NAME})= ?"([^"\\\\\\]]*(?:\\\\.[^"\\\\\\]]*)*)"(?=[ \\]])`, "ys");

/** STRUCTURED-DATA from `start` on: where it ends (-1: malformed) and its JSON ("" for `-`). */
class StructuredData {
  readonly end: number;
  readonly json: string;

  constructor(line: string, start: number) {
    if (line.charCodeAt(start) === 0x2d) {
      this.end = start + 1;
      this.json = "";
      return;
    }
    let at = start;
    const elements = new Map<string, Map<string, string[]>>();
    while (line.charCodeAt(at) === 0x5b && at >= 0) {
      ELEMENT.lastIndex = at;
      const element = ELEMENT.exec(line);
      at =
        element === null ? -1 : readParameters(line, ELEMENT.lastIndex, parametersOf(elements, element[1]!));
    }
    this.end = at === start ? -1 : at;
    this.json = this.end < 0 || elements.size === 0 ? "" : printElements(elements);
  }
}

function parametersOf(elements: Map<string, Map<string, string[]>>, id: string): Map<string, string[]> {
  const known = elements.get(id);
  if (known !== undefined) return known;
  const parameters = new Map<string, string[]>();
  elements.set(id, parameters);
  return parameters;
}

/** Returns the index after the closing bracket, or -1. */
function readParameters(line: string, start: number, parameters: Map<string, string[]>): number {
  let at = start;
  PARAMETER.lastIndex = at;
  for (let match = PARAMETER.exec(line); match !== null; match = PARAMETER.exec(line)) {
    at = PARAMETER.lastIndex;
    const value = match[2]!.includes("\\") ? match[2]!.replace(/\\(["\\\]])/g, "$1") : match[2]!;
    const values = parameters.get(match[1]!);
    if (values === undefined) parameters.set(match[1]!, [value]);
    else values.push(value);
  }
  return line.charCodeAt(at) === 0x5d ? at + 1 : -1;
}

function printElements(elements: Map<string, Map<string, string[]>>): string {
  const printed = [...elements].map(([id, parameters]) => {
    const inner = [...parameters].map(([name, values]) => {
      const texts = values.map(quote);
      return `${quote(name)}:${texts.length === 1 ? texts[0] : `[${texts.join(",")}]`}`;
    });
    return `${quote(id)}:{${inner.join(",")}}`;
  });
  return `{${printed.join(",")}}`;
}
