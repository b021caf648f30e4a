/** How a line begins, at a glance: which formats are tried on it. */

/**
 * | opening | the line begins with |
 * |---|---|
 * | `{`, `<`, `"`, `#` | that character |
 * | `[0` | `[` and a digit: a date, an uptime, a process id |
 * | `[` | `[` and anything else |
 * | `blank` | a space or a tab |
 * | `iso` | four digits and `-`, `/` or `.` |
 * | `address` | one to three digits and `.` |
 * | `day` | one or two digits and `-`, `/` or a blank with a letter behind it |
 * | `clock` | one or two digits and `:` |
 * | `number` | any other digits |
 * | `month`, `weekday` | the three letters of its English name, in any case, and no further letter |
 * | `pair` | a key in small letters and `=` |
 * | `upper`, `lower` | any other letter |
 * | `other` | anything else |
 */
export type Opening = (typeof OPENINGS)[number];

export const OPENINGS = [
  "{",
  "<",
  '"',
  "#",
  "[0",
  "[",
  "blank",
  "iso",
  "address",
  "day",
  "clock",
  "number",
  "month",
  "weekday",
  "pair",
  "upper",
  "lower",
  "other",
] as const;

/** Openings of lines that begin with digits. */
export const DIGITS: readonly Opening[] = ["iso", "address", "day", "clock", "number"];
/** Openings of lines that begin with a letter. */
export const LETTERS: readonly Opening[] = ["month", "weekday", "pair", "upper", "lower"];

const NUMBER_OF = Object.fromEntries(OPENINGS.map((name, n) => [name, n])) as Record<Opening, number>;

/** The place in OPENINGS of how a line begins. */
export function openingOf(line: string): number {
  const first = line.charCodeAt(0);
  if (isDigit(first)) return ofDigits(line);
  if (isLetter(first)) return ofLetters(line, first);
  switch (first) {
    case 0x7b:
      return NUMBER_OF["{"];
    case 0x3c:
      return NUMBER_OF["<"];
    case 0x5b:
      return isDigit(line.charCodeAt(1)) ? NUMBER_OF["[0"] : NUMBER_OF["["];
    case 0x22:
      return NUMBER_OF['"'];
    case 0x23:
      return NUMBER_OF["#"];
    case 0x20:
    case 0x09:
      return NUMBER_OF.blank;
    default:
      return NUMBER_OF.other;
  }
}

/**
 * What stands behind the time of a line that opens as `iso`, by its first two characters: "A" stands for any capital,
 * "a" for any small letter, "0" for a digit, other characters for themselves. `" ["` of `2026-11-21 10:00:01,123 [main]
 * ...`. -1: where the time ends is not plain, because there is none, or a zone may follow behind a blank.
 */
export function behindIsoTime(line: string): number {
  if (line.charCodeAt(13) !== 0x3a || line.charCodeAt(16) !== 0x3a) return -1;
  let at = 19;
  const point = line.charCodeAt(at);
  if ((point === 0x2e || point === 0x2c) && isDigit(line.charCodeAt(at + 1))) {
    at += 2;
    while (isDigit(line.charCodeAt(at))) at++;
  }
  const zone = line.charCodeAt(at);
  if (zone === 0x5a) at++;
  else if (zone === 0x2b || zone === 0x2d) {
    if (!isDigit(line.charCodeAt(at + 1)) || !isDigit(line.charCodeAt(at + 2))) return -1;
    at += 3;
    if (line.charCodeAt(at) === 0x3a) at++;
    if (!isDigit(line.charCodeAt(at)) || !isDigit(line.charCodeAt(at + 1))) return -1;
    at += 2;
  }
  const first = line.charCodeAt(at);
  const second = line.charCodeAt(at + 1);
  if (!(second < 128) || !(first < 128) || isDigit(first)) return -1;
  if (first === 0x20 && (second === 0x2b || second === 0x2d) && isDigit(line.charCodeAt(at + 2))) return -1;
  return behindKey(first, second);
}

/** As `behindIsoTime` gives it, of such a text. */
export function behindOf(text: string): number {
  return behindKey(text.charCodeAt(0), text.charCodeAt(1));
}

function behindKey(first: number, second: number): number {
  return classOf(first) * 128 + classOf(second);
}

function classOf(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return 0x61;
  if (code >= 0x41 && code <= 0x5a) return 0x41;
  return isDigit(code) ? 0x30 : code;
}

function ofDigits(line: string): number {
  let end = 1;
  while (end < 5 && isDigit(line.charCodeAt(end))) end++;
  const next = line.charCodeAt(end);
  if (next === 0x2e && end <= 3) return NUMBER_OF.address;
  if (end === 4 && (next === 0x2d || next === 0x2f || next === 0x2e)) return NUMBER_OF.iso;
  if (end > 2) return NUMBER_OF.number;
  if (next === 0x3a) return NUMBER_OF.clock;
  if (next === 0x2d || next === 0x2f) return NUMBER_OF.day;
  return next === 0x20 && isLetter(line.charCodeAt(end + 1)) ? NUMBER_OF.day : NUMBER_OF.number;
}

function ofLetters(line: string, first: number): number {
  const second = line.charCodeAt(1);
  const third = line.charCodeAt(2);
  if (isLetter(second) && isLetter(third) && !isLetter(line.charCodeAt(3))) {
    const packed = packedOf(first, second, third);
    if (MONTHS.has(packed)) return NUMBER_OF.month;
    if (WEEKDAYS.has(packed)) return NUMBER_OF.weekday;
  }
  if (first < 0x61) return NUMBER_OF.upper;
  return isPair(line) ? NUMBER_OF.pair : NUMBER_OF.lower;
}

function isPair(line: string): boolean {
  for (let at = 1; at <= KEY_MAX; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x3d) return true;
    if (!((code >= 0x61 && code <= 0x7a) || code === 0x5f)) return false;
  }
  return false;
}

const KEY_MAX = 32;

const namesOf = (names: string): ReadonlySet<number> =>
  new Set(
    names.split(" ").map((name) => packedOf(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2))),
  );
const MONTHS = namesOf("jan feb mar apr may jun jul aug sep oct nov dec");
const WEEKDAYS = namesOf("mon tue wed thu fri sat sun");

/** Five bits a letter, whatever its case. */
function packedOf(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
