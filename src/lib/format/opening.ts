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
  "upper",
  "lower",
  "other",
] as const;

/** Openings of lines that begin with digits. */
export const DIGITS: readonly Opening[] = ["iso", "address", "day", "clock", "number"];
/** Openings of lines that begin with a letter. */
export const LETTERS: readonly Opening[] = ["month", "weekday", "upper", "lower"];

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
  return first < 0x61 ? NUMBER_OF.upper : NUMBER_OF.lower;
}

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
