/** English names of months and days, in any case, found by their first three letters. */
import { endOfWord } from "./chars.js";

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
/** Shorter than in full and longer than three letters. */
const SHORTENED = new Map([
  ["sept", 9],
  ["tues", 0],
  ["thur", 0],
  ["thurs", 0],
]);

const key = (name: string) => packed(name, 0);
const numbers = new Map(MONTHS.map((name, n) => [key(name), n + 1] as const));
const days = new Set(DAYS.map(key));
const inFull = new Map([
  ...MONTHS.map((name, n) => [name, n + 1] as const),
  ...DAYS.map((name) => [name, 0] as const),
  ...SHORTENED,
]);

/** Where the name found last ends. */
export let nameEnd = 0;

/** The month whose name stands at `at`, 1-12; 0 for the name of a day, -1 for any other word. Sets `nameEnd`. */
export function nameAt(line: string, at: number): number {
  const packedName = packed(line, at);
  const month = numbers.get(packedName) ?? (days.has(packedName) ? 0 : -1);
  if (month < 0) return -1;
  nameEnd = endOfWord(line, at, 9);
  if (nameEnd === at + 3) return month;
  return inFull.get(line.slice(at, nameEnd).toLowerCase()) ?? -1;
}

function packed(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) | 32) << 16) |
    ((text.charCodeAt(at + 1) | 32) << 8) |
    (text.charCodeAt(at + 2) | 32)
  );
}
