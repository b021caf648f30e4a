import { seesPlainMarks } from "../../text/typography.js";
import { endOf, isDigitAt, isWordAt } from "../detector.js";

/** Behind "+" or "00": the country, then groups with a mark or two between them; at most 15 digits (E.164). */
const INTERNATIONAL =
  /\d(?:[./-]?[()]?\d|[ ]{1,2}[()]?\d| [-/.] \d|\)[ ./-]?\d|[ ]?\(\d){5,15}(?![\w\x80-\xff])/y;
/** What is dialled to call abroad: 00 nearly everywhere, 011 in North America, 0011 in Australia. */
const ABROAD = /(?!\d{8} \d)(?:00(?:11)?|011)[ -]{0,2}(?=[1-9])/y;
/**
 * Written with groups, but a date and a time, or an address with all its zeros: 081109 203518, 09/30/2012 17:26,
 * 082-083-227-067.
 */
const NO_PHONE = /^(?:\d{6} \d{6}|\d\d?[/.-]\d\d?[/.-]\d{4} \d\d?|\d{3}([.-])\d{3}\1\d{3}\1\d{3})$/;
/** A number with a sign and a fraction, as coordinates are written: +48.8566, +31.234567 +12.5. */
const SIGNED = /^\d{1,3}\.\d{1,7}(?: \d{1,3}(?:\.\d{1,15})?)?$/;
/** The other coordinate beside a longer one. */
const COORDINATES = /^[,;/| ]{1,2}[+-]\d{1,3}\.\d/;
/** Countries (E.164): North America with its area, those of two digits, those of three. */
const COUNTRY =
  /^(?:1[2-9]\d\d[2-9]\d{6}$|7[3-9]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[0578]\d|9[679]\d)/;
/** The area in brackets and no trunk 0 before it: (11) 98765-4321, (89) 1234 5678. */
const AREA = /\([1-9]\d{1,3}\)[ -]?\d{3,5}[ .-]?\d{3,5}(?![\w\x80-\xff]|[.,-]\d)/y;
/** North America: area and exchange do not begin with 0 or 1 (NANP). Grouped; ten digits alone are anything. */
const NORTH_AMERICAN =
  /(?:1[ .-]{1,2})?(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[ .-]{1,2}|[2-9]\d\d(?=-))[2-9]\d\d[ .-]{0,2}\d{4}(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?(?![\w\x80-\xff]|[.-]\d)/y;
/** Elsewhere: a trunk 0 and an area, in groups or as ten or eleven digits. */
const NATIONAL =
  /(?:\(0[1-9]\d{0,4}\)(?:[ /-]{0,2}\d){4,11}|(?:\(0\)|0)(?:[ /-]{0,2}\d){8,11})(?![\w\x80-\xff]|[.,-]\d)/y;
/** Free and shared-cost numbers of many countries. */
const SERVICE = /1[38]00(?:[ -]\d{1,4}){1,4}(?![\w\x80-\xff]|[.-]\d)/y;

export const phone = seesPlainMarks({
  name: "phone",
  summary:
    "telephone numbers: international (+49 30 1234567, 0049 30 1234567), North American, and national ones that begin with 0 or have the area in brackets",
  label: "PHONE",
  isDefault: true,
  group: "personal",
  shapes: ["number"],
  find(text, at) {
    const before = text.charAt(at - 1);
    if (before === "+") return international(text, at);
    const start = before === "(" ? at - 1 : at;
    if (start > 0 && (isWordAt(text, start - 1) || isJoined(text, start))) return undefined;
    const end = Math.max(nationalEnd(text, start), abroadEnd(text, at));
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
    "call «0049 30 1234567», or «00 44 20 7946 0958»",
    "dial «011 49 89 1234 5678»",
    "«0033612345678»",
    "Tel. «(11) 98765-4321»",
    "«+49 (0)30 1234567»",
    "«(030) 1234567»",
    "call «0049301234567» now, or 12:30 at «0033612345678»",
    "call «+49\u00a030\u00a01234567» now, or «0917\u202f123\u202f4567»",
    "Tel.:\u00a0«(030)\u00a01234567»\u00a0(Ada), «+44\u201120\u20117946\u20110958»",
    "电话：«+86 138 0013 8000»。",
    "whois: «+49.301234567890» and «+1.4155552671»",
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
    "diff +120 -340 lines",
    "+200 -100 1000 files changed",
    "+1000000",
    "0012345678",
    "offsets 000000 123456",
    "f(12) 345 678",
    "081109 203518 143 INFO",
    "built on 09/30/2012 17:26 GMT",
    "dsl-082-083-227-067.example.net",
    "words 00481100 00000002",
    "at +48.8566 or +31.234567, +48.8566140 2.3522219",
    "lat=+48.85661400,+31.23456700 x",
    "+48.85661400 -122.41941500",
  ],
});

/** "00" and the country: at least nine digits, or the seven of small countries when they are grouped. */
function abroadEnd(text: string, at: number): number {
  const country = endOf(ABROAD, text, at);
  const end = country < 0 ? -1 : endOf(INTERNATIONAL, text, country);
  if (end < 0) return -1;
  const digits = text.slice(country, end).replace(/\D/g, "");
  const isGrouped = digits.length < end - country || country - at > 4;
  return digits.length >= (isGrouped ? 8 : 10) && digits.length <= 15 && COUNTRY.test(digits) ? end : -1;
}

function international(text: string, at: number): { start: number; end: number } | undefined {
  if (at > 1 && isWordAt(text, at - 2)) return undefined;
  if (text.charAt(at) === "0") return undefined;
  const end = endOf(INTERNATIONAL, text, at);
  if (end < 0) return undefined;
  const written = text.slice(at, end);
  if (SIGNED.test(written) || (DECIMAL.test(written) && isCoordinate(text, at, end))) return undefined;
  const digits = written.replace(/\D/g, "");
  const least = written.includes(" ") ? 7 : 6;
  return digits.length >= least && digits.length <= 15 && COUNTRY.test(digits)
    ? { start: at - 1, end }
    : undefined;
}

const DECIMAL = /^\d{1,3}\.\d+$/;

function isCoordinate(text: string, at: number, end: number): boolean {
  return (
    COORDINATES.test(text.slice(end, end + 8)) ||
    /\d\.\d{1,15}[,;/| ]{1,2}\+$/.test(text.slice(Math.max(0, at - 24), at))
  );
}

function nationalEnd(text: string, start: number): number {
  const american = endOf(NORTH_AMERICAN, text, start);
  if (american >= 0) return american;
  const area = endOf(AREA, text, start);
  if (area >= 0) return inRange(text, start, area, 9, 12);
  const service = endOf(SERVICE, text, start);
  if (service >= 0) return inRange(text, start, service, 8, 11);
  const end = endOf(NATIONAL, text, start);
  if (end < 0 || NO_PHONE.test(text.slice(start, end))) return -1;
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
