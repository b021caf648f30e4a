/**
 * The one layout that most lines have, by itself: each new second of it would cost twice as much in date.ts and
 * clock.ts.
 */
import { twoDigits } from "../parts.js";
import { DateForm, DayOrder, dated, written } from "./written.js";

const LENGTH = 19;

/** Behind `2026-11-21T10:00:01` or `2026/11/21 10:00:01` at `at`; -1 when it is another layout, or none. */
export function endOfPlainDateTime(line: string, at: number): number {
  const separator = line.charCodeAt(at + 4);
  const between = line.charCodeAt(at + 10);
  if ((separator !== 45 && separator !== 47) || line.charCodeAt(at + 7) !== separator) return -1;
  if (between !== 32 && between !== 84) return -1;
  if (line.charCodeAt(at + 13) !== 58 || line.charCodeAt(at + 16) !== 58) return -1;
  const century = twoDigits(line, at);
  const shortYear = twoDigits(line, at + 2);
  const month = twoDigits(line, at + 5);
  const day = twoDigits(line, at + 8);
  const hour = twoDigits(line, at + 11);
  const minute = twoDigits(line, at + 14);
  const second = twoDigits(line, at + 17);
  // All of them at once: one that is -1 makes it negative.
  if ((century | shortYear | month | day | hour | minute | second) < 0) return -1;
  const after = line.charCodeAt(at + LENGTH);
  if (after >= 48 && after <= 57) return -1;
  written.order = DayOrder.written;
  written.hour = hour;
  written.minute = minute;
  written.second = second;
  written.hasSeconds = true;
  written.isDotted = false;
  return dated(DateForm.whole, century * 100 + shortYear, month, day, at + LENGTH);
}
