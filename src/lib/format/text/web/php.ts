import { table } from "../../../base/table.js";
import { type Level, levelOfWord } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { isDigit } from "../../line/chars.js";
import { headTime } from "../layout.js";

/**
 * PHP's error_log and that of php-fpm: `[time] PHP Warning:  message in FILE on line N`, `[time] WARNING: [pool www]
 * message`.
 */
export const php: Format = {
  name: "php",
  aliases: ["php-fpm"],
  summary: "error log of PHP and of php-fpm",
  auto: true,
  openings: ["[0", "upper"],
  hasContinuations: true,
  reference:
    "https://github.com/php/php-src/blob/master/main/main.c (php_log_err, php_error_cb); sapi/fpm/fpm/zlog.c",
  examples: [
    {
      line: "[21-Nov-2026 10:00:01 Europe/Berlin] PHP Fatal error:  Uncaught Exception: no stock in /srv/cart.php:7",
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","level":"fatal","message":"Uncaught Exception: no stock in /srv/cart.php:7"}',
    },
    {
      line: "[21-Nov-2026 10:00:01 UTC] PHP Warning:  Undefined variable $id in /srv/cart.php on line 7",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"warn","file":"/srv/cart.php","line":7,"message":"Undefined variable $id"}',
    },
    {
      line: "[21-Nov-2026 10:00:01] WARNING: [pool www] child 31 exited on signal 9",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"warn","pool":"www","message":"child 31 exited on signal 9"}',
    },
    {
      line: "[21-Nov-2026 10:00:01 UTC] what error_log() was given",
      event: '{"timestamp":"2026-11-21T10:00:01Z","message":"what error_log() was given"}',
    },
    {
      line: "PHP Warning:  Undefined variable $id in /srv/cart.php on line 7",
      event: '{"level":"warn","file":"/srv/cart.php","line":7,"message":"Undefined variable $id"}',
    },
    {
      line: "Deprecated: strftime() is old in /srv/cart.php on line 7",
      event: '{"level":"warn","file":"/srv/cart.php","line":7,"message":"strftime() is old"}',
    },
    { line: "PHP Errors: none", event: undefined },
    { line: "Warning: the shop is closed", event: undefined },
    { line: "[31-Nov-2026 10:00:01 UTC] PHP Notice:  no such day", event: undefined },
    { line: "[21/Nov/2026 10:00:01] PHP Notice:  not its time", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const HEAD =
  /^\[(\d\d-[A-Z][a-z]{2}-\d{4} [\d:.]{8,15}(?: [A-Za-z][\w+/-]{0,40}| [+-]\d\d:?\d\d)?)\] (?:PHP ([A-Z][A-Za-z ]{2,24}): {1,2}|(DEBUG|NOTICE|WARNING|ERROR|ALERT): (?:\[pool ([^\]]{1,64})\] )?)?/;
const TIMELESS = /^(?:(PHP) )?([A-Z][A-Za-z ]{2,24}): {1,2}(?=\S)/;
const KINDS: Readonly<Record<string, Level>> = table({
  "fatal error": "fatal",
  "recoverable fatal error": "fatal",
  "catchable fatal error": "fatal",
  "core error": "fatal",
  "compile error": "fatal",
  "parse error": "fatal",
  "user error": "error",
  error: "error",
  warning: "warn",
  "core warning": "warn",
  "compile warning": "warn",
  "user warning": "warn",
  deprecated: "warn",
  "user deprecated": "warn",
  "strict standards": "info",
  notice: "info",
  "user notice": "info",
});
const PLACE = / in (\/?[^\s:]{1,400}) on line (\d{1,7})$/;
/** What is behind the last ` in ` of a message. */
const PLACE_CHARACTERS_MAX = 440;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (line.charCodeAt(0) !== 0x5b) return parseTimeless(line, event);
  const match = line.charCodeAt(3) === 0x2d ? HEAD.exec(line) : null;
  const timestamp = match === null ? undefined : headTime(match[1]!, nowMs);
  if (match === null || timestamp === undefined) return false;
  const kind = match[2] === undefined ? undefined : KINDS[match[2].toLowerCase()];
  // What PHP does not say itself is text.
  const start = match[2] !== undefined && kind === undefined ? line.indexOf("] ") + 2 : match[0].length;
  const level = kind ?? (match[3] === undefined ? undefined : levelOfWord(match[3]));
  event.text("timestamp", timestamp);
  if (level !== undefined) event.text("level", level);
  event.textIf("pool", match[4]);
  writeText(line, start, kind === undefined ? null : placeOf(line, start), event);
  return true;
}

/** As PHP writes to stderr, and with `display_errors` to stdout: there only the place tells it. */
function parseTimeless(line: string, event: EventWriter): boolean {
  const match =
    isDigit(line.charCodeAt(line.length - 1)) || line.startsWith("PHP ") ? TIMELESS.exec(line) : null;
  const level = match === null ? undefined : KINDS[match[2]!.toLowerCase()];
  if (match === null || level === undefined) return false;
  const start = match[0].length;
  const place = placeOf(line, start);
  if (match[1] === undefined && place === null) return false;
  event.text("level", level);
  writeText(line, start, place, event);
  return true;
}

function placeOf(line: string, start: number): RegExpExecArray | null {
  const at = line.lastIndexOf(" in ");
  return at < start || line.length - at > PLACE_CHARACTERS_MAX ? null : PLACE.exec(line.slice(at));
}

function writeText(line: string, start: number, place: RegExpExecArray | null, event: EventWriter): void {
  if (place !== null) {
    event.text("file", place[1]!);
    event.number("line", Number(place[2]));
  }
  event.text("message", line.slice(start, place === null ? undefined : line.lastIndexOf(" in ")));
}
