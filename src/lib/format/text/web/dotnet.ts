import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/**
 * .NET's console logger: `level: Category[id]` and the message indented below it, or behind it when it is set to single
 * lines; a time before all where `TimestampFormat` is set.
 */
export const dotnet: Format = {
  name: "dotnet",
  aliases: ["aspnet"],
  summary: "Microsoft.Extensions.Logging on a console: ASP.NET Core and other .NET programs",
  auto: true,
  openings: ["lower", "iso"],
  behindIsoTime: [" a", "aa"],
  hasContinuations: true,
  isCompletedBy: (line, next) => next.startsWith(INDENT) && ALONE.test(line),
  reference:
    "https://learn.microsoft.com/dotnet/core/extensions/console-log-formatter; SimpleConsoleFormatter.cs",
  examples: [
    {
      line: "warn: Shop.Cart[14]\n      few left",
      event: '{"level":"warn","logger":"Shop.Cart","event_id":14,"message":"few left"}',
    },
    {
      line: "2026-11-21 10:00:01 fail: Shop.Cart[0] no stock",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","logger":"Shop.Cart","event_id":0,"message":"no stock"}',
    },
    {
      line: "info: Shop.Cart[14]",
      event: '{"level":"info","logger":"Shop.Cart","event_id":14,"message":""}',
    },
    { line: "note: Shop.Cart[14]", event: undefined },
    { line: "info: Shop.Cart is open", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const INDENT = "      ";
const HEAD =
  "(?<level>trce|dbug|info|warn|fail|crit): (?<logger>[A-Za-z_][\\w.+`<>,-]{0,300})\\[(?<event_id>-?\\d{1,10})\\]";
const PLAIN = new LogLayout(`${HEAD}(?:\\n? {1,8}(?<message>.*))?`);
const TIMED = new LogLayout(
  `(?<timestamp>[\\d/.:T+Z -]{16,40}?) ?${HEAD}(?:\\n? {1,8}(?<message>.*))?`,
  headTime,
);
const ALONE = /\[-?\d{1,10}\]$/;
const LEVEL = /(?:trce|dbug|info|warn|fail|crit): /y;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const at = startOfLevel(line);
  LEVEL.lastIndex = at;
  if (!LEVEL.test(line) || !(at === 0 ? PLAIN : TIMED).parse(line, event, nowMs)) return false;
  if (!event.mayHave("message")) event.text("message", "");
  return true;
}

/** The first small letter, which is what the level begins with: behind a time, if there is one. */
function startOfLevel(line: string): number {
  let at = 0;
  while (at < TIME_CHARACTERS_MAX && isOfTime(line.charCodeAt(at))) at++;
  return at;
}

/** Digits and what is between them, T and Z. */
function isOfTime(code: number): boolean {
  return code <= 0x3a || code === 0x54 || code === 0x5a;
}

const TIME_CHARACTERS_MAX = 40;
