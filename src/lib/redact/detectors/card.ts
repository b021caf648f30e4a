import { detector, endOf, isDigitAt, isWordAt } from "../detector.js";

/** What people and programs put between groups; the last two are UTF-8: a blank that does not break, dashes of print. */
const GAP = String.raw`(?:[ ./-]{1,3}|[_+]|\xc2\xa0|\xe2\x80[\x90-\x95])`;
/** Digits alone, in fours and eights, or as American Express and Diners Club print them. */
const WRITTEN = new RegExp(
  `(?:(?:\\d{8}|\\d{4})${GAP}\\d{4}(?:${GAP}?\\d{4}){1,2}(?:${GAP}\\d{1,4})?|\\d{4}${GAP}\\d{4}${GAP}\\d{4}${GAP}\\d{1,4}|\\d{4}${GAP}\\d{6}${GAP}\\d{4,5}|\\d{12,19})(?![\\w\\x80-\\xff])`,
  "y",
);

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

export const card = detector({
  name: "card",
  summary: "payment cards: issuer, length and check digit (Luhn) are right",
  label: "CARD",
  isDefault: true,
  group: "personal",
  shapes: ["number"],
  find(text, at) {
    if (isInsideNumber(text, at)) return undefined;
    const end = endOf(WRITTEN, text, at);
    if (end < 0 || (isJoin(text, end) && isDigitAt(text, end + 1))) return undefined;
    const digits = text.slice(at, end).replace(/\D/g, "");
    return isOfNetwork(digits) && hasLuhn(digits) ? { start: at, end } : undefined;
  },
  isOftenId: true,
  normal: (value) => value.replace(/\D/g, ""),
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
  ],
});

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
