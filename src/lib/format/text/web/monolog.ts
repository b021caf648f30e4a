import type { EventWriter } from "../../../event/writer.js";
import { JsonFault, scanMembers } from "../../../json/members.js";
import type { Format } from "../../format.js";
import { JsonFields } from "../../structured/json.js";
import { headTime, LogLayout } from "../layout.js";

/**
 * Monolog's LineFormatter, and so Laravel and Symfony: `[time] channel.LEVEL: message {context} {extra}`. The members
 * of the context and of extra are fields, but for those that the event has: they are `context.KEY` and `extra.KEY`.
 * Laravel's `[stacktrace]` belongs to the message.
 */
export const monolog: Format = {
  name: "monolog",
  aliases: ["laravel", "symfony", "magento"],
  summary: "Monolog (PHP): Laravel, Symfony, Magento",
  auto: true,
  openings: ["[0"],
  hasContinuations: true,
  reference: "https://github.com/Seldaek/monolog/blob/main/src/Monolog/Formatter/LineFormatter.php",
  examples: [
    {
      line: '[2026-11-21T10:00:01.123456+01:00] app.WARNING: few left {"cart":{"id":7},"message":"mine"} {"uid":"a1"}',
      event:
        '{"timestamp":"2026-11-21T09:00:01.123456Z","level":"warn","logger":"app","cart":{"id":7},"context.message":"mine","uid":"a1","message":"few left"}',
    },
    {
      line: "[2026-11-21 10:00:01] local.ERROR: no stock [] []",
      event: '{"timestamp":"2026-11-21T10:00:01Z","level":"error","logger":"local","message":"no stock"}',
    },
    {
      line: '[2026-11-21 10:00:01] production.ERROR: no stock {"exception":"[object] (Exception(code: 0): no stock at /srv/a.php:7)',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","logger":"production","message":"no stock {\\"exception\\":\\"[object] (Exception(code: 0): no stock at /srv/a.php:7)"}',
    },
    { line: "[2026-11-31 10:00:01] local.ERROR: no such day", event: undefined },
    { line: "[2026-11-21 10:00:01] local.LOUD: no such level", event: undefined },
    { line: "[2026-11-21 10:00:01] ERROR: no channel", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const HEAD = new LogLayout(
  "\\[(?<timestamp>\\d{4}-\\d\\d-\\d\\d[T ][\\d:.+Z-]{8,30})\\] (?<logger>[A-Za-z_][\\w.-]{0,100})\\.(?<level>DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY): .*",
  headTime,
);
const LEVEL_END = /\.[A-Z]{4,9}: /g;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (line.charCodeAt(5) !== 0x2d || !HEAD.parse(line, event, nowMs)) return false;
  LEVEL_END.lastIndex = 20;
  LEVEL_END.exec(line);
  const start = LEVEL_END.lastIndex;
  let end = endOf(line, start, line.length);
  const extra = objectBefore(line, start, end);
  const context =
    extra === undefined ? undefined : objectBefore(line, start, endOf(line, start, extra.start));
  const [first, second] = context === undefined ? [extra, undefined] : [context, extra];
  if (first !== undefined) {
    writeMembers(first, "context", event);
    if (second !== undefined) writeMembers(second, "extra", event);
    end = endOf(line, start, first.start);
  }
  event.text("message", line.slice(start, end));
  return true;
}

function endOf(line: string, start: number, limit: number): number {
  let end = limit;
  while (end > start && line.charCodeAt(end - 1) === 0x20) end--;
  return end;
}

interface Found {
  readonly start: number;
  /** Undefined for `[]`, PHP's empty array. */
  readonly fields: JsonFields | undefined;
}

/** At how many places an object may begin. */
const STARTS_MAX = 4;

/** The object or empty array that ends at `limit`. */
function objectBefore(line: string, start: number, limit: number): Found | undefined {
  if (line.startsWith("[]", limit - 2) && limit - 2 >= start) return { start: limit - 2, fields: undefined };
  if (line.charCodeAt(limit - 1) !== 0x7d) return undefined;
  let open = limit;
  for (let tries = 0; tries < STARTS_MAX; tries++) {
    open = line.lastIndexOf(" {", open - 1);
    if (open < start - 1 || open < 0) return undefined;
    const text = line.slice(open + 1, limit);
    const members = scanMembers(text);
    if (!(members instanceof JsonFault)) return { start: open + 1, fields: new JsonFields(text, members) };
  }
  return undefined;
}

function writeMembers({ fields }: Found, place: string, event: EventWriter): void {
  if (fields === undefined) return;
  const { names } = fields;
  for (const [i, name] of names.entries()) {
    if (names.lastIndexOf(name) !== i || name === "") continue;
    const key = name === "message" || event.mayHave(name) ? `${place}.${name}` : name;
    if (!event.mayHave(key)) event.json(key, fields.raw(i));
  }
}
