/** Bodies that are lines of a log by themselves, with a time of their own. */

import { Guess, noteGuess, takeGuesses } from "../../../base/time/assumed.js";
import type { EventWriter } from "../../../event/writer.js";
import { accessFormats } from "../../access/registry.js";
import { databaseFormats } from "../../database/registry.js";
import { FormatDetector } from "../../detector.js";
import type { Format, FormatContext } from "../../format.js";
import { isUpper } from "../../line/chars.js";
import { withoutColours } from "../../line/colours.js";
import { text } from "../../line/line.js";
import { fail2ban } from "../../security/hosts/fail2ban.js";
import { ossec } from "../../security/hosts/ossec.js";
import { fastAlert } from "../../security/packets/fast-alert.js";
import { textFormats } from "../../text/registry.js";
import { dovecot, exim, openvpn } from "../services/own-logs.js";

/** In the order in which `auto` tries them. */
const FORMATS: readonly Format[] = [
  ...databaseFormats,
  fail2ban,
  ossec,
  fastAlert,
  dovecot,
  exim,
  openvpn,
  ...textFormats,
  ...accessFormats,
  text,
];

/**
 * Reads bodies as what programs write in files and on standard error: with their own time, level, logger and thread.
 */
export class DatedBodies {
  private readonly context: FormatContext;
  private detector: FormatDetector | undefined;

  constructor({ nowMs }: FormatContext) {
    this.context = { nowMs };
  }

  /**
   * Writes the fields of a body; false, with nothing written, when it is no such line. `header`: the time around it, as
   * RFC 3339. Where the two do not agree and only the header says its zone, the body's time is `event.timestamp`.
   */
  read(body: string, header: string | undefined, event: EventWriter): boolean {
    const line = asWritten(body);
    if (!isDated(line)) return false;
    this.detector ??= new FormatDetector(FORMATS, this.context);
    const before = takeGuesses();
    if (this.detector.parse(line, event) === true && hasTime(line, event)) {
      settleTimes(header, before, event);
      return true;
    }
    takeGuesses();
    noteGuess(before);
    event.reset();
    return false;
  }
}

/** With a clock alone, and behind a month's name, which may be a device's header, only where there is a level, too. */
function hasTime(line: string, event: EventWriter): boolean {
  if (event.mayHave("level")) return event.mayHave("timestamp") || event.mayHave("time");
  return event.mayHave("timestamp") && !MONTH_FIRST.test(line);
}

const MONTH_FIRST = /^[A-Z][a-z]{2} {1,2}\d/;

/** What is not used was not guessed. */
function settleTimes(header: string | undefined, guessedOfHeader: number, event: EventWriter): void {
  const guessed = takeGuesses();
  if (!event.mayHave("timestamp")) {
    noteGuess(guessedOfHeader);
    return;
  }
  const isBetterKnown = (guessed & Guess.zone) !== 0 && (guessedOfHeader & Guess.zone) === 0;
  const own = isBetterKnown && header !== undefined ? event.written()?.get("timestamp") : undefined;
  if (typeof own === "string" && Math.abs(Date.parse(own) - Date.parse(header!)) > ZONE_MS_MIN / 2) {
    event.rename("timestamp", "event.timestamp");
    noteGuess(guessedOfHeader);
  } else noteGuess(own === undefined ? guessed : guessed & ~Guess.zone);
}

/** Zones differ by so much at least. */
const ZONE_MS_MIN = 900_000;

/** Without the colours of a terminal, and with the tabs that rsyslog writes as `#011`. */
function asWritten(body: string): string {
  if (!body.includes("#0")) return body;
  return withoutColours(body.replaceAll("#033[", "\u001b[")).replaceAll("#011", "\t");
}

const DATE = String.raw`(?:\d{4}[-/.]\d\d[-/.]\d\d[T \t]\d\d?:|\d\d?[-/](?:\d\d|[A-Z][a-z]{2})[-/]\d{2,4}[ :T]\d\d?:)`;
/** A month's name first, or a day's. */
const NAMED = String.raw`(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2} {1,2}\d\d?,? (?:\d{4},? )?\d\d?:\d\d`;
const CLOCK = String.raw`\d\d:\d\d:\d\d(?:[.,]\d|[\s\]])`;
const LEVEL = "(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)";

/** Redis', MySQL's and compact dates, clocks, and access logs. */
const OF_DIGITS = new RegExp(
  String.raw`${DATE}|${CLOCK}|\d{1,7}:[A-Z] \d\d |\d{6} {1,2}\d\d?:\d\d:\d\d |20\d{6}[ T-]\d\d:?\d\d|\d\d? [A-Z][a-z]{2} \d{4} \d\d:|\d\d\/\d\d(?:\/\d{2,4})?-\d\d:\d\d:|\d{1,3}(?:\.\d{1,3}){3} \S{1,64} \S{1,64} \[\d\d/`,
  "y",
);
const OF_BRACKETS = new RegExp(String.raw`[[(](?:[A-Z] )?(?:${DATE}|${NAMED}|${CLOCK}|\d{6} )`, "y");
/** klog's, Ruby's, names of months, a level with the date behind it. */
const OF_CAPITALS = new RegExp(
  String.raw`[IWEFD]\d{4} \d\d:\d\d:|[DIWEFA], \[\d{4}-|${NAMED}|${LEVEL}[\]:]?[ \t|-]{1,4}(?:\[[^\]]{1,40}\] {0,2}){0,2}[[(]?${DATE}`,
  "y",
);

/** Whether a body begins as a line of a log does. Cheap: all text is asked. */
function isDated(body: string): boolean {
  const first = body.charCodeAt(0);
  if (first >= 0x61) return false;
  let sign: RegExp;
  if (first >= 0x30 && first <= 0x39) sign = OF_DIGITS;
  else if (first === 0x5b || first === 0x28) sign = OF_BRACKETS;
  else if (isUpper(first)) sign = OF_CAPITALS;
  else return false;
  sign.lastIndex = 0;
  return sign.test(body);
}
