/**
 * Whether a line begins a record whatever came before it: it opens with a date, an address, a priority or an object.
 * Looks at its first characters only. A line that says no may begin one all the same, or go on with the one before: see
 * trail.ts.
 */
export function isStart(line: string): boolean {
  const first = line.charCodeAt(0);
  if (first === 0x7b) return true;
  if (first >= 0x30 && first <= 0x39) return DIGITS.test(line);
  if (first === 0x5b) return BRACKET.test(line);
  if (first === 0x3c) return PRIORITY.test(line);
  if (first === 0x23) return SLOW_TIME.test(line);
  if (first === 0x09) return GENERAL_LINE.test(line);
  return first >= 0x41 && first <= 0x7a && WORD.test(line);
}

/** The same of the line at `at` of a block. */
export function isStartAt(bytes: Buffer, at: number): boolean {
  const first = bytes[at]!;
  if (first === 0x7b) return true;
  if (isDateAt(bytes, at)) return true;
  // Lines that are indented or blank need no text made of them.
  return (
    (first > 0x2f || first === 0x23 || (first === 0x09 && bytes[at + 1] === 0x09)) &&
    isStart(bytes.latin1Slice(at, Math.min(at + START_CHARACTERS, bytes.length)))
  );
}

/** Whether there is `2026-11-21`, as most dates are written. */
function isDateAt(bytes: Buffer, at: number): boolean {
  if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return false;
  for (const digit of DATE_DIGITS) {
    const code = bytes[at + digit];
    if (code === undefined || code < 0x30 || code > 0x39) return false;
  }
  return true;
}

const DATE_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9];

/** How many characters `isStart` looks at. */
const START_CHARACTERS = 32;

/**
 * Whether a line begins a record behind blanks: a date, as old Rust programs write it, or a level that is set flush
 * right.
 */
export function isIndentedStart(line: string): boolean {
  if (line.charCodeAt(0) !== 0x20) return false;
  const text = line.trimStart();
  if (line.length - text.length > BLANKS_MAX || text.charCodeAt(0) === 0x7b) return false;
  return isStart(text) || FLUSH_LEVEL.test(line);
}

/** What is indented further is part of a text. */
const BLANKS_MAX = 8;

const DATE = String.raw`\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[-/.](?:\d\d|[A-Z][a-z]{2})[-/.]\d{2,4}[ :T]`;
const DIGITS = new RegExp(
  `^(?:${DATE}|\\d{1,3}(?:\\.\\d{1,3}){3}[ :]|\\d\\d:\\d\\d:\\d\\d|\\d{9,19}(?:\\.\\d+)?[ \\t]|\\d{6} \\d{6} |\\d{6} [ \\d]\\d:\\d\\d:\\d\\d\\t|\\d{8}[ T-]\\d\\d:?\\d\\d|\\d+:[CMSX] \\d)`,
);
const BRACKET = new RegExp(
  `^\\[(?:${DATE}|#\\|\\d{4}-|[A-Z][a-z]{2} [A-Z][a-z]{2} +\\d| *\\d+\\.\\d{6}\\]|\\d{10,}|\\d\\d:\\d\\d:\\d\\d)`,
);
/** A record of MySQL's slow log, and of WebLogic's. */
const SLOW_TIME = /^(?:# Time: \d|####<)/;
/** A line of the general log of MariaDB that has no time. */
const GENERAL_LINE =
  /^\t\t {0,12}\d{1,10} (?:Query|Connect|Quit|Execute|Prepare|Close stmt|Reset stmt|Init DB|Ping|Statistics|Field List|Change user|Fetch|Long Data)\b/;
/** Also a date in such brackets, as PostgreSQL is told to write it. */
const PRIORITY = /^<(?:\d{1,3}>| ?\d{4}-\d\d-\d\d[ T]|[A-Z][a-z]{2} \d{1,2}, \d{4}[ ,])/;
const WORD =
  /^(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d |(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:[A-Z][a-z]{2} [ \d]\d|\d\d? [A-Z][a-z]{2})|[IWEFD]\d{4} \d\d:|[DIWEFA], \[\d|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)(?::[\w.]+:|: {4,5}\S| {1,6}\[| {1,6}\d{4}-)|(?:time|ts|t|level|lvl|timestamp)=)/;
const FLUSH_LEVEL = /^ {1,3}(?:INFO|WARN|DEBUG|TRACE|ERROR|FATAL)(?::| ? ?[[({]| {1,2}[\w[])/;
