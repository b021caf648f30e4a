import { isoTime } from "../../base/time/read-time.js";
import { levelOfWord } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";

/**
 * What AWS Lambda writes for a function: `START`, `END` and `REPORT` lines of the platform, and lines of the Node.js
 * and Python runtimes with time, request id and level. `REPORT` has `duration_ms`, `billed_duration_ms`,
 * `init_duration_ms`, `memory_size_mb`, `max_memory_used_mb`.
 */
export const awsLambda: Format = {
  name: "aws-lambda",
  aliases: ["lambda"],
  summary: "logs of AWS Lambda: START, END, REPORT and the lines of its runtimes",
  auto: true,
  openings: ["upper", "iso", "["],
  behindIsoTime: ["\ta", "\t0", " a", " 0"],
  starts: "SERI0123456789[",
  hasContinuations: true,
  reference: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
  examples: [
    {
      line: "REPORT RequestId: 8f507cfc-1a2b-4c3d-9e8f-000000000007\tDuration: 79.67 ms\tBilled Duration: 80 ms\tMemory Size: 128 MB\tMax Memory Used: 73 MB\tInit Duration: 154.23 ms\t",
      event:
        '{"event":"REPORT","request_id":"8f507cfc-1a2b-4c3d-9e8f-000000000007","duration_ms":79.67,"billed_duration_ms":80,' +
        '"memory_size_mb":128,"max_memory_used_mb":73,"init_duration_ms":154.23}',
    },
    {
      line: "START RequestId: 8f507cfc-1a2b-4c3d-9e8f-000000000007 Version: $LATEST",
      event: '{"event":"START","request_id":"8f507cfc-1a2b-4c3d-9e8f-000000000007","version":"$LATEST"}',
    },
    {
      line: "2026-11-21T10:00:01.123Z\t8f507cfc-1a2b-4c3d-9e8f-000000000007\tERROR\tno such cart",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"error","request_id":"8f507cfc-1a2b-4c3d-9e8f-000000000007","message":"no such cart"}',
    },
    {
      line: "[WARNING]\t2026-11-21T10:00:01.123Z\t8f507cfc-1a2b-4c3d-9e8f-000000000007\tslow",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","request_id":"8f507cfc-1a2b-4c3d-9e8f-000000000007","message":"slow"}',
    },
    { line: "START RequestId: seven", event: undefined },
    { line: "REPORT RequestId: 8f507cfc-1a2b-4c3d-9e8f-000000000007 was late", event: undefined },
  ],
  create: () => ({ parse }),
};

const UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
const PLATFORM = new RegExp(
  `^(START|END|REPORT) RequestId: (${UUID})(?: Version: (\\S{1,64})|\\t(.*)|)[ \\t]{0,4}$`,
  "s",
);
const NODE = new RegExp(`^([\\d-]{10}T[\\d:.]{8,15}Z)\\t(${UUID}|undefined)\\t([A-Z]{4,5})\\t(.*)$`, "s");
const PYTHON = new RegExp(`^\\[([A-Z]{4,8})\\]\\t([\\d-]{10}T[\\d:.]{8,15}Z)\\t(${UUID})\\t(.*)$`, "s");
const TIMEOUT = new RegExp(`^([\\d-]{10}T[\\d:.]{8,15}Z) (${UUID}) (Task timed out after .*)$`, "s");

function parse(line: string, event: EventWriter): boolean {
  const first = line.charCodeAt(0);
  if (first === 0x5b) {
    const match = PYTHON.exec(line);
    return match !== null && write(event, match[2]!, match[1], match[3]!, match[4]!);
  }
  if (first >= 0x30 && first <= 0x39) {
    const match = NODE.exec(line);
    if (match !== null) return write(event, match[1]!, match[3], match[2]!, match[4]!);
    const late = TIMEOUT.exec(line);
    return late !== null && write(event, late[1]!, "ERROR", late[2]!, late[3]!);
  }
  const match = PLATFORM.exec(line);
  if (match === null) return false;
  event.text("event", match[1]!);
  event.text("request_id", match[2]!);
  event.textIf("version", match[3]);
  return writeFigures(match[4] ?? "", event);
}

function write(
  event: EventWriter,
  time: string,
  word: string | undefined,
  id: string,
  message: string,
): boolean {
  const timestamp = isoTime(time);
  const level = word === undefined ? undefined : levelOfWord(word);
  if (timestamp === undefined || level === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("level", level);
  if (id !== "undefined") event.text("request_id", id);
  event.text("message", message);
  return true;
}

const FIGURE = /^([A-Z][A-Za-z -]{1,40}): (.{0,400})$/s;
const MEASURED = /^(\d{1,15}(?:\.\d{1,9})?) (ms|MB)$/;

/** `Duration: 1.5 ms`, one a tab. */
function writeFigures(text: string, event: EventWriter): boolean {
  for (const part of text.split("\t", 64)) {
    if (part.trim() === "") continue;
    const match = FIGURE.exec(part.trim());
    if (match === null) return false;
    const name = match[1]!.toLowerCase().replace(/[ -]{1,4}/g, "_");
    const measured = MEASURED.exec(match[2]!);
    if (measured === null) event.textIf(name, match[2]);
    else event.number(`${name}_${measured[2]!.toLowerCase()}`, measured[1]!);
  }
  return true;
}
