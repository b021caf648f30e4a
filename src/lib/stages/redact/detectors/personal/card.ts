import { seesPlainMarks } from "../../text/typography.js";
import { type ByteSpan, endOf, isDigitAt, isWordAt } from "../detector.js";

/** What people and programs put between groups. */
const GAP = "(?:[ ./-]{1,3}|[_+])";
/**
 * The ways to write one, the longest first: in fours and eights, as American Express and Diners Club print them, digits
 * alone.
 */
const WAYS = [
  `(?:\\d{8}|\\d{4})${GAP}\\d{4}(?:${GAP}?\\d{4}){2}${GAP}\\d{1,4}`,
  `(?:\\d{8}|\\d{4})${GAP}\\d{4}(?:${GAP}?\\d{4}){2}`,
  `(?:\\d{8}|\\d{4})${GAP}\\d{4}${GAP}?\\d{4}${GAP}\\d{1,4}`,
  `(?:\\d{8}|\\d{4})${GAP}\\d{4}${GAP}?\\d{4}`,
  `\\d{4}${GAP}\\d{6}${GAP}\\d{4,5}`,
].map((way) => new RegExp(`${way}(?![\\w\\x80-\\xff])`, "y"));
const ALONE = /\d{12,19}(?![\w\x80-\xff])/y;
const IN_GROUPS = /\d{4}(?:\d{4})?[ ./_+-]{1,3}\d{4}/y;
/** As a number with a fraction of nothing. */
const FRACTION = /\.0{1,6}(?![\w.-])/y;

/** As programs print wide numbers that they took for fractions: 4.111111111111111e+15. */
const FLOAT = /(\d)\.(\d{10,18})[eE]\+?(1[1-8])(?![\w.])/y;

/** First digits (from, to) and lengths by network; from the public lists of issuer numbers (ISO/IEC 7812). */
const NETWORKS: readonly (readonly [from: number, to: number, ...lengths: number[]])[] = [
  [4, 4, 13, 16, 19],
  [51, 55, 16],
  [2221, 2720, 16],
  [34, 34, 15],
  [37, 37, 15],
  [300, 305, 14],
  [36, 36, 14],
  [38, 39, 14, 16],
  [6011, 6011, 16, 19],
  [644, 659, 16, 19],
  [622126, 622925, 16, 17, 18, 19],
  [624, 626, 16, 17, 18, 19],
  [6282, 6288, 16, 17, 18, 19],
  [3528, 3589, 16, 17, 18, 19],
  [2200, 2204, 16, 17, 18, 19],
  [5018, 5018, 13, 15, 16, 18, 19],
  [5020, 5020, 13, 15, 16, 18, 19],
  [5038, 5038, 13, 15, 16, 18, 19],
  [5893, 5893, 13, 15, 16, 18, 19],
  [6304, 6304, 13, 15, 16, 18, 19],
  [6759, 6763, 13, 15, 16, 18, 19],
  [6521, 6522, 16],
  [5067, 5067, 16],
  [60400, 60420, 16],
];

export const card = seesPlainMarks({
  name: "card",
  summary: "payment cards: issuer, length and check digit (Luhn) are right",
  label: "CARD",
  isDefault: true,
  group: "personal",
  shapes: ["number"],
  find(text, at) {
    if (isInsideNumber(text, at)) return undefined;
    const alone = endOf(ALONE, text, at);
    if (alone >= 0) return isCard(text, at, alone) ? { start: at, end: alone } : undefined;
    if (endOf(IN_GROUPS, text, at) < 0) return asFloat(text, at);
    // What is behind may be a date, a code or the next card: what is no card with it may be one without.
    for (const way of WAYS) {
      const end = endOf(way, text, at);
      if (end >= 0 && isCard(text, at, end)) return { start: at, end };
    }
    return undefined;
  },
  isOftenId: true,
  normal: (value) => value.replace(/\.0{1,6}$/, "").replace(/\D/g, ""),
  positives: [
    "card «4111111111111111» ok",
    "«4111 1111 1111 1111»",
    "pan=«5555-5555-5555-4444».",
    "«3782 822463 10005»",
    "«6011111111111117»,",
    "«30569309025904»",
    "«2223003122003222»",
    "«4111.1111.1111.1111», «5555/5555/5555/4444»",
    "typed as «4111 1111-1111  1111»",
    "pan=«4111_1111_1111_1111»&x, «4111+1111+1111+1111», «41111111 11111111»",
    "«4111\u00a01111\u00a01111\u00a01111», «4111–1111–1111–1111»",
    "«4111 - 1111 - 1111 - 1111»",
    "pay «4111 1111 1111 1111» 12/27 123",
    "«4111-1111-1111-1111» «5500-0055-5555-5559»",
    "«4111 1111 1111 1111» «5500 0055 5555 5559» 3 times",
    "3 of «3782 822463 10005» 0 4 and «4111/1111/1111/1111»/1",
    "«4111\u20091111\u20091111\u20091111», «4111\u202f1111\u202f1111\u202f1111»\u00a0ok",
    "PAN:\u00a0«4111\u20111111\u20111111\u20111111»",
    "卡号«4111111111111111»，„«4111 1111 1111 1111»“",
    "a=«4111111111111111».0",
    "map[pan:«4.111111111111111e+15»]",
  ],
  negatives: [
    "4111111111111112",
    "4111 1111-1111 1112",
    "1763719200123",
    "1499816949527975237",
    "41111111111111111",
    "x4111111111111111",
    "blk_-4111111111111111",
    "3.4111111111111111",
    "4111111111111111.5",
    "9111111111111111",
    "4.111111111111112e+15, 4.1e+15",
    "4111-1111-1111-1111-5555",
    "1 4111 1111 1111 1112 4111",
    "é4111111111111111",
  ],
});

function isCard(text: string, start: number, end: number): boolean {
  if (isJoin(text, end) && isDigitAt(text, end + 1) && endOf(FRACTION, text, end) < 0) return false;
  const digits = text.slice(start, end).replace(/\D/g, "");
  return isOfNetwork(digits) && hasLuhn(digits);
}

function asFloat(text: string, at: number): ByteSpan | undefined {
  if (text.charCodeAt(at + 1) !== 0x2e) return undefined;
  FLOAT.lastIndex = at;
  const [whole = "", first = "", rest = "", exponent = ""] = FLOAT.exec(text) ?? [];
  const digits = first + rest.padEnd(Number(exponent), "0");
  const isWhole = whole !== "" && rest.length <= Number(exponent);
  return isWhole && isOfNetwork(digits) && hasLuhn(digits)
    ? { start: at, end: at + whole.length }
    : undefined;
}

/** Whether what is before or behind makes it a part of a longer number. */
function isInsideNumber(text: string, at: number): boolean {
  if (at === 0) return false;
  if (isWordAt(text, at - 1) || (text.charAt(at - 1) === "-" && text.charAt(at - 2) === "_")) return true;
  return (isJoin(text, at - 1) || text.charCodeAt(at - 1) === 0x2d) && at > 1 && isDigitAt(text, at - 2);
}

/** "." and "-" between digits go on with a number. */
function isJoin(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c === 0x2e || c === 0x2d;
}

function isOfNetwork(digits: string): boolean {
  for (const { from, to, digits: count, lengths } of RANGES) {
    const first = Number(digits.slice(0, count));
    if (first >= from && first <= to && lengths.includes(digits.length)) return true;
  }
  return false;
}

const RANGES = NETWORKS.map(([from, to, ...lengths]) => ({ from, to, digits: String(from).length, lengths }));

/** ISO/IEC 7812-1, annex B. */
function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, isSecond = false; i >= 0; i--, isSecond = !isSecond) {
    const digit = digits.charCodeAt(i) - 0x30;
    sum += isSecond ? (digit < 5 ? digit * 2 : digit * 2 - 9) : digit;
  }
  return sum % 10 === 0;
}
