import { seesPlainMarks } from "../../text/typography.js";
import { endOf, isDigitAt, isWordAt } from "../detector.js";

const WRITTEN = /(?!000|666|9)\d{3}([ -])(?!00)\d\d\1(?!0000)\d{4}(?![\w\x80-\xff]|[-.]\d)/y;
const PLAIN = /(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}(?![\w\x80-\xff]|[-.]\d)/y;
/** Nine digits alone are anything; with these words close before them they are what the words say. */
const SAYS_SO = /(?:\bssn|social.?security|\bss#)[^0-9]{0,24}$/i;

export const ssn = seesPlainMarks({
  name: "ssn",
  summary: "US social security numbers, as 123-45-6789, or nine digits that the words before them call one",
  label: "SSN",
  isDefault: true,
  group: "personal",
  shapes: ["number"],
  find(text, at) {
    if (at > 0 && (isWordAt(text, at - 1) || (/[-.]/.test(text.charAt(at - 1)) && isDigitAt(text, at - 2)))) {
      return undefined;
    }
    const written = endOf(WRITTEN, text, at);
    if (written >= 0) return { start: at, end: written };
    const plain = endOf(PLAIN, text, at);
    if (plain < 0 || !SAYS_SO.test(text.slice(Math.max(0, at - 48), at))) return undefined;
    return { start: at, end: plain };
  },
  normal: (value) => value.replace(/[^0-9]/g, ""),
  positives: [
    "ssn «123-45-6789»",
    "«078 05 1120»,",
    "social security number: «078051120»",
    "ssn=«219099999»",
    "«123\u201145\u20116789»,\u00a0«078\u00a005\u00a01120»",
  ],
  negatives: [
    "000-12-3456",
    "666-12-3456",
    "912-34-5678",
    "123-00-4567",
    "123-45-0000",
    "123-45-67890",
    "1-123-45-6789",
    "123456789",
    "078 00 1123",
    "2026-11-22 10",
  ],
});
