/** The level that a text says first: `error: ...`, `[WARN] ...`, `ERROR ...`. */

import { type Level, levelOfWord } from "../../../event/level-words.js";

const WORD =
  /\s{0,4}(?:[[<(]\s{0,3}([A-Za-z]{3,11})\s{0,3}[\])>]|([A-Za-z]{3,11})(?=[:!]| -|\s*\[|\s*\()|([A-Z]{4,9}|ERR|WRN|INF|DBG|FTL) )/y;
const WORDS =
  /^(?:trace|debug|info|information|notice|warn|warning|error|err|crit|critical|alert|emerg|emergency|fatal|severe|panic|wrn|inf|dbg|ftl)$/i;

/** Undefined where the text does not begin with a level that is marked as one. */
export function levelOfText(text: string): Level | undefined {
  const first = text.charCodeAt(0);
  // Most texts begin with a word in small letters that is no level.
  if (first >= 97 && first <= 122 && !MAY_BEGIN[first - 97]) return undefined;
  WORD.lastIndex = 0;
  const match = WORD.exec(text);
  const word = match?.[1] ?? match?.[2] ?? match?.[3];
  return word === undefined || !WORDS.test(word) ? undefined : levelOfWord(word);
}

const MAY_BEGIN = [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => "tdinwecafsp".includes(letter));
