/** Values that are known by their form, in the shape of a text (templates-shape.ts). */
import { HEX_MARK, ID_MARK, NUMBER_MARK } from "./shape.js";

const N = NUMBER_MARK;
const X = `[${NUMBER_MARK}${HEX_MARK}a-fA-F]`;
/** Characters of words and numbers, for character classes. */
const WORD_CLASS = `A-Za-z0-9_\\u0080-\\uffff${NUMBER_MARK}${HEX_MARK}${ID_MARK}`;
/** Not in the middle of something longer. */
const STOP = `(?![${WORD_CLASS}]|[-.@:][${WORD_CLASS}])`;
/** The same where a port may follow. */
const HOST_STOP = `(?![${WORD_CLASS}]|[-.@][${WORD_CLASS}])`;
const CLOCK = `${N}:${N}(?::${N})?(?:[.,]${N})?(?: ?[AaPp][Mm]\\b)?`;
const ZONE = `(?:Z\\b| ?[-+]${N}(?::?${N})?| (?:UTC|GMT|CES?T|[ECMP][SD]T)\\b)`;
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*";
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*";
const DURATION =
  "(?:ns|nsecs?|nanoseconds?|us|µs|usecs?|microseconds?|ms|msecs?|millis|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)";
const SIZE = "(?:bytes?|[KMGTP]i?[Bb]?|kB|B|KBytes?|MBytes?)";
const AMOUNT = `[-+]?${N}(?:[.,]${N}){0,8}`;
const LABEL = `[\\w${N}${HEX_MARK}-]+`;
const URL_CLASS = "\\s\"'<>,;(){}|";
const PATH_CLASS = "\\s,;:()'\"\\[\\]{}<>|=";

/** In order of trial. */
const FORMS: readonly (readonly [type: string, pattern: string])[] = [
  ["time", `(?:${DAY},? +)?${MONTH},? +${N}(?:,? +${CLOCK}(?:${ZONE})?)?(?:,? +${N})?${STOP}`],
  ["time", `(?:${DAY},? +)?${N}[-/ ]${MONTH}[-/ ]${N}(?:[ :]${CLOCK}(?:${ZONE})?)?${STOP}`],
  ["time", `${N}(?:-${N}-|/${N}/)${N}(?:[T ]${CLOCK}(?:${ZONE})?)?${STOP}`],
  ["time", `${CLOCK}(?:${ZONE})?${STOP}`],
  ["uuid", `${X}+-${X}+-${X}+-${X}+-${X}+${STOP}`],
  ["mac", `${X}{1,2}(?::${X}{1,2}){5}${STOP}`],
  ["ip", `${N}\\.${N}\\.${N}\\.${N}${HOST_STOP}`],
  ["ip", `(?<![${WORD_CLASS}])(?:${X}{0,4}:){2,7}${X}{1,4}${HOST_STOP}`],
  ["id", `(?=[a-fA-F:-]*[${N}${HEX_MARK}])${X}+(?:[-:]${X}+){2,64}${STOP}`],
  ["url", `[a-z][a-z0-9+.-]{0,31}://[^${URL_CLASS}]*[^${URL_CLASS}.:!?\\]]`],
  ["email", `[\\w.+${N}${HEX_MARK}-]{1,64}@${LABEL}(?:\\.${LABEL})+${STOP}`],
  ["path", `(?:[A-Za-z]:\\\\|~?/|\\.{1,2}/)[^${PATH_CLASS}]*[^${PATH_CLASS}.]`],
  ["duration", `<? ?${AMOUNT} ?${DURATION}(?: ?${N}(?:\\.${N})? ?${DURATION}){0,8}${STOP}`],
  ["size", `${AMOUNT} ?${SIZE}(?:/s)?${STOP}(?: \\(${AMOUNT} ?${SIZE}\\))?`],
  ["num", `${AMOUNT}(?:[eE][-+]?${N})?%?${STOP}`],
  ["hex", `${HEX_MARK}${STOP}`],
  ["id", `${ID_MARK}${STOP}`],
];
const ANY_FORM = new RegExp(FORMS.map(([, pattern]) => `(${pattern})`).join("|"), "uy");

/** The value that begins at `at` of a shape, undefined when none does. */
export function valueAt(
  shape: string,
  at: number,
): { readonly type: string; readonly end: number } | undefined {
  ANY_FORM.lastIndex = at;
  const match = ANY_FORM.exec(shape);
  if (match === null) return undefined;
  let form = 0;
  while (match[form + 1] === undefined) form++;
  return { type: FORMS[form]![0], end: ANY_FORM.lastIndex };
}

/** What a place holds that has held values of both types. */
export function commonType(a: string, b: string): string {
  if (a === b) return a;
  const pair = a < b ? `${a} ${b}` : `${b} ${a}`;
  return pair === "hex num" || pair === "hex id" || pair === "id num"
    ? pair === "hex num"
      ? "hex"
      : "id"
    : "*";
}
