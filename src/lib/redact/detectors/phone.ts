import { detector, endOf, isDigitAt, isWordAt } from "../detector.js";

/** "+", the country, then groups with one or two marks between them; at most 15 digits (E.164). */
const INTERNATIONAL = /\d(?:[ ./-]{0,2}[()]?\d|\)[ ./-]?\d|[ ]?\(\d){5,15}(?![\w\x80-\xff])/y;
/** North America: area and exchange do not begin with 0 or 1 (NANP). Grouped; ten digits alone are anything. */
const NORTH_AMERICAN =
  /(?:1[ .-]{1,2})?(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[ .-]{1,2}|[2-9]\d\d(?=-))[2-9]\d\d[ .-]{0,2}\d{4}(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?(?![\w\x80-\xff]|[.-]\d)/y;
/** Elsewhere: a trunk 0 and an area, in groups or as ten or eleven digits. */
const NATIONAL = /(?:\(0\)|\(0[1-9]\d{0,4}\)|0)(?:[ /-]{0,2}\d){8,11}(?![\w\x80-\xff]|[.,-]\d)/y;
/** Free and shared-cost numbers of many countries. */
const SERVICE = /1[38]00(?:[ -]\d{1,4}){1,4}(?![\w\x80-\xff]|[.-]\d)/y;

export const phone = detector({
  name: "phone",
  summary:
    "telephone numbers: international (+49 30 1234567), North American, and national ones that begin with 0",
  label: "PHONE",
  isDefault: true,
  group: "personal",
  shapes: ["number"],
  find(text, at) {
    const before = text.charAt(at - 1);
    if (before === "+") return international(text, at);
    const start = before === "(" ? at - 1 : at;
    if (start > 0 && (isWordAt(text, start - 1) || isJoined(text, start))) return undefined;
    const end = nationalEnd(text, start);
    return end < 0 ? undefined : { start, end };
  },
  isOftenId: true,
  normal: (value) => value.replace(/[^0-9+]/g, ""),
  positives: [
    "call «+49 30 1234567» now",
    "«+14155552671»",
    "«+44 (20) 7946-0958».",
    "«(415) 555-2671»",
    "tel:«415-555-2671»",
    "«1 415 555 2671 x 123»",
    "«0917 123 4567»",
    "«030/1234567-8»",
    "«(030) 12345678»",
    "«09171234567»",
  ],
  negatives: [
    "2026-11-22 10:00:00",
    "1763719200",
    "4155552671",
    "115-555-2671",
    "415-155-2671",
    "192.168.100.200",
    "+5",
    "a+14155552671b",
    "0.1234567890",
    "00000012345",
    "cache key 093846102938",
    "3/10/1984",
    "12345-678-90123",
  ],
});

function international(text: string, at: number): { start: number; end: number } | undefined {
  if (at > 1 && isWordAt(text, at - 2)) return undefined;
  if (text.charAt(at) === "0") return undefined;
  const end = endOf(INTERNATIONAL, text, at);
  const digits = end < 0 ? 0 : digitsIn(text, at, end);
  return digits >= 6 && digits <= 15 ? { start: at - 1, end } : undefined;
}

function nationalEnd(text: string, start: number): number {
  const american = endOf(NORTH_AMERICAN, text, start);
  if (american >= 0) return american;
  const service = endOf(SERVICE, text, start);
  if (service >= 0) return inRange(text, start, service, 8, 11);
  const end = endOf(NATIONAL, text, start);
  if (end < 0) return -1;
  const digits = text.slice(start, end).replace(/\D/g, "");
  if (!/^0[1-9]/.test(digits)) return -1;
  return digits.length === end - start ? inRange(text, start, end, 10, 11) : inRange(text, start, end, 9, 12);
}

function inRange(text: string, start: number, end: number, least: number, most: number): number {
  const digits = digitsIn(text, start, end);
  return digits >= least && digits <= most ? end : -1;
}

/** A digit and a mark before: part of a longer number, a date or a version. */
function isJoined(text: string, start: number): boolean {
  return /[-./,:+ (]/.test(text.charAt(start - 1)) && isDigitAt(text, start - 2);
}

function digitsIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (isDigitAt(text, i)) count++;
  return count;
}
