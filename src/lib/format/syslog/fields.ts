/** What RFC 3164 and RFC 5424 share: the priority and the process id. */

import { levelOfSeverity } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";

/** The end of `<PRI>` at the start of the line, 0 when there is none, -1 when it is malformed. PRI is 0-191, no leading zero. */
export function endOfPriority(line: string): number {
  if (line.charCodeAt(0) !== 0x3c) return 0;
  const close = line.indexOf(">");
  if (close < 2 || close > 4) return -1;
  const digits = line.slice(1, close);
  return /^(?:0|[1-9]\d{0,2})$/.test(digits) && Number(digits) <= 191 ? close + 1 : -1;
}

/** `level` and `facility` from the priority that ends at `end`; nothing when there is none. */
export function writePriority(line: string, end: number, event: EventWriter): void {
  if (end === 0) return;
  const priority = Number(line.slice(1, end - 1));
  event.text("level", levelOfSeverity(priority));
  event.text("facility", FACILITIES[priority >> 3]!);
}

/** `pid` when it is a whole number, else `procid`: RFC 5424 allows any text there. */
export function writeProcess(text: string | undefined, event: EventWriter): void {
  if (text !== undefined && /^(?:0|[1-9]\d*)$/.test(text)) event.number("pid", text);
  else event.textIf("procid", text);
}

/** RFC 5424 table 1, in the names of syslog.h and rsyslog. */
const FACILITIES: readonly string[] = (
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console solaris-cron " +
  "local0 local1 local2 local3 local4 local5 local6 local7"
).split(" ");
