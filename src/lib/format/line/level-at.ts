/** Levels where they stand in a line of text. */

import { table } from "../../base/table.js";
import { type Level, levelOfWord } from "../../event/level-words.js";

export interface LevelAt {
  readonly level: Level;
  /** Behind the word and what sets it apart: its brackets, a colon. */
  readonly end: number;
}

/**
 * The level that stands alone between `start` and `end`, as in a column, in brackets or before a colon: a level word of
 * several letters in any case, or one capital letter of those that loggers use. Undefined for any other text.
 */
export function levelOfCell(text: string, start: number, end: number): Level | undefined {
  const length = end - start;
  if (length < 1 || length > LONGEST_WORD) return undefined;
  if (length === 1) return LETTERS[text.charAt(start)];
  const word = text.slice(start, end);
  let level = known.get(word);
  if (level === undefined) {
    level = (isDoubtful(word) ? undefined : levelOfWord(word)) ?? null;
    if (known.size < KNOWN_MAX) known.set(word, level);
  }
  return level ?? undefined;
}

/** Words that were asked for, null where they are no levels: most lines have those of the lines before. */
const known = new Map<string, Level | null>();
const KNOWN_MAX = 1024;

/**
 * The level word that begins at `start` and is followed by a blank. Words that begin sentences ("Warning threshold
 * set") are none; a word in lower case is one only where `isColumn`: right behind the time, where programs write
 * levels.
 */
export function levelOfBareWord(
  text: string,
  start: number,
  end: number,
  isColumn: boolean,
): Level | undefined {
  const length = end - start;
  if (length < 3 || length > LONGEST_WORD) return undefined;
  const second = text.charCodeAt(start + 1);
  const isUpper = isUpperAt(text, start);
  if (isUpper && isUpperCode(second)) {
    const word = text.slice(start, end);
    return isDoubtful(word) || !isCapitals(word) ? undefined : levelOfWord(word);
  }
  if (!isColumn) return undefined;
  if (isUpper && isSentence(text, end)) return undefined;
  const word = text.slice(start, end);
  return COLUMN_WORDS.has(word.toLowerCase()) ? levelOfWord(word) : undefined;
}

/** Where the letters (and digits behind them, as of `DEBUG5`) end that start at `start`. */
export function endOfWord(text: string, start: number): number {
  let end = start;
  while (end < text.length && isLetterCode(text.charCodeAt(end))) end++;
  const last = text.charCodeAt(end);
  return end > start && last >= 0x31 && last <= 0x35 ? end + 1 : end;
}

/** One blank and a small letter behind a word: prose rather than columns. */
function isSentence(text: string, end: number): boolean {
  const next = text.charCodeAt(end + 1);
  return text.charCodeAt(end) === 0x20 && next >= 0x61 && next <= 0x7a;
}

/** Words that are levels in some programs and things said in most. */
function isDoubtful(word: string): boolean {
  return DOUBTFUL.has(word.toLowerCase());
}

const LONGEST_WORD = 13;
const LETTERS: Readonly<Record<string, Level>> = table({
  T: "trace",
  D: "debug",
  I: "info",
  W: "warn",
  E: "error",
  F: "fatal",
});

const DOUBTFUL = new Set(
  "all any off ok log success failure fail note statement detail hint fine config".split(" "),
);
/** Levels that programs write in lower case or capitalised in a column behind the time. */
const COLUMN_WORDS = new Set(
  (
    "trace debug dbg info information notice warn warning err error crit critical fatal emerg alert panic verbose " +
    "trc inf wrn ftl vrb severe"
  ).split(" "),
);

function isCapitals(word: string): boolean {
  for (let at = 2; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) return false;
  }
  return true;
}

function isUpperAt(text: string, at: number): boolean {
  return isUpperCode(text.charCodeAt(at));
}

function isUpperCode(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isLetterCode(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}
