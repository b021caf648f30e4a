import { levelOfWord } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { headTime } from "../layout.js";

/** NestJS' console logger: `[Nest] pid  - time     LEVEL [Context] message +5ms`; its LOG is info. */
export const nest: Format = {
  name: "nest",
  aliases: ["nestjs"],
  summary: "NestJS (Node.js) on a console",
  auto: true,
  openings: ["["],
  hasContinuations: true,
  reference: "https://github.com/nestjs/nest/blob/master/packages/common/services/console-logger.service.ts",
  examples: [
    {
      line: "[Nest] 31  - 11/21/2026, 10:00:01 AM     LOG [NestFactory] Starting Nest application...",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","pid":31,"logger":"NestFactory","message":"Starting Nest application..."}',
    },
    {
      line: "[Nest] 31  - 11/21/2026, 10:00:01 PM   ERROR [Cart] no stock +5ms",
      event:
        '{"timestamp":"2026-11-21T22:00:01Z","level":"error","pid":31,"logger":"Cart","elapsed_ms":5,"message":"no stock"}',
    },
    { line: "[Nest] 31  - 11/31/2026, 10:00:01 AM     LOG no such day", event: undefined },
    { line: "[Nest] is started", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const LINE =
  /^\[Nest\] (\d{1,10}) {1,4}- (\d[\d/.,: -]{9,24}(?:[ \u202f][AaPp][Mm])?) {1,8}(LOG|VERBOSE|DEBUG|WARN|ERROR|FATAL) (?:\[([^\]]{1,200})\] )?(.*)$/s;
const ELAPSED = / \+(\d{1,9})ms$/;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const match = line.startsWith("[Nest] ") ? LINE.exec(line) : null;
  const timestamp = match === null ? undefined : headTime(match[2]!, nowMs);
  if (match === null || timestamp === undefined) return false;
  const elapsed = ELAPSED.exec(match[5]!.slice(-16));
  event.text("timestamp", timestamp);
  event.text("level", match[3] === "LOG" ? "info" : levelOfWord(match[3]!)!);
  event.number("pid", Number(match[1]));
  event.textIf("logger", match[4]);
  if (elapsed !== null) event.number("elapsed_ms", Number(elapsed[1]));
  event.text("message", elapsed === null ? match[5]! : match[5]!.slice(0, -elapsed[0].length));
  return true;
}
