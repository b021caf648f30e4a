/** Runs of `key=value` in text. */
import { TEXT_KEYS } from "../normalise/well-known.js";
import { endOfBlanks, isBlank } from "./chars.js";
import { endOfKey, isKey } from "./key.js";
import type { LineParts } from "./line-parts.js";
import { pairValueAt } from "./pair-value.js";

/** What programs write for nothing. */
const NOTHING = '"-"';
const KEY_LOOK_MAX = 64;
/** More pairs than any program writes on a line: what follows stays text. */
const PAIRS_MAX = 128;

/** Adds the pair at `start`, and says where it ends; -1 when there is none before `limit`. */
export function addPair(line: string, start: number, limit: number, parts: LineParts): number {
  const keyEnd = endOfKey(line, start);
  if (line.charCodeAt(keyEnd) !== 0x3d || keyEnd >= limit || !isKey(line, start, keyEnd)) return -1;
  const key = line.slice(start, keyEnd);
  if (isBlank(line.charCodeAt(keyEnd + 1)) || keyEnd + 1 >= limit) {
    // A key whose value is empty.
    return line.charCodeAt(keyEnd + 2) === 0x3d ? -1 : keyEnd + 1;
  }
  const value = pairValueAt(line, keyEnd + 1, limit, TEXT_KEYS.has(key));
  if (value === undefined || value.end > limit || line.charCodeAt(keyEnd + 1) === 0x3d) return -1;
  if (value.json !== NOTHING) parts.add(key, value.json);
  return value.end;
}

/**
 * Adds the run of pairs that begins at `start`: where it ends, blanks and commas behind it included; `start` when it
 * has fewer than two, or when more follow further on: then values have blanks in them, and where they end cannot be
 * told.
 */
export function addRun(line: string, start: number, limit: number, parts: LineParts): number {
  const keys = parts.keys.length;
  let count = 0;
  let end = start;
  while (end < limit && count < PAIRS_MAX) {
    const before = parts.keys.length;
    const next = addPair(line, end, limit, parts);
    if (next < 0) break;
    const after = endOfSeparator(line, next);
    if (after === next && next < limit) {
      parts.dropKeys(before);
      break;
    }
    count++;
    end = after;
  }
  if (count > 1 && !hasPair(line, end, limit)) return end;
  parts.dropKeys(keys);
  return start;
}

/**
 * Adds the pairs that the text from `start` to `limit` ends with. Returns where they begin; `limit` when there are
 * none. One pair alone must be set apart from the text before it, or `isPaired`: `the value is x=1` is a sentence.
 */
export function addTrailingPairs(
  line: string,
  start: number,
  limit: number,
  parts: LineParts,
  isPaired = false,
): number {
  const equals = line.indexOf("=", start);
  if (equals < 0 || equals >= limit) return limit;
  const keys = parts.keys.length;
  let runStart = -1;
  let count = 0;
  let at = firstToken(line, start, equals);
  while (at < limit) {
    const end = count < PAIRS_MAX ? addPair(line, at, limit, parts) : -1;
    const after = end < 0 ? -1 : endOfSeparator(line, end);
    if (after < 0 || (after === end && end < limit)) {
      parts.dropKeys(keys);
      runStart = -1;
      count = 0;
      at = endOfBlanks(line, nextBlank(line, at, limit));
      continue;
    }
    if (runStart < 0) runStart = at;
    count++;
    at = after;
  }
  if (runStart < 0) return limit;
  if (count === 1 && !isPaired && !isSetApart(line, start, runStart)) {
    parts.dropKeys(keys);
    return limit;
  }
  return runStart;
}

/** Whether the text from `start` to `limit` has a pair in it. */
function hasPair(line: string, start: number, limit: number): boolean {
  for (let at = line.indexOf("=", start); at >= 0 && at < limit; at = line.indexOf("=", at + 1)) {
    let key = at;
    while (key > start && at - key <= KEY_LOOK_MAX && !isBlank(line.charCodeAt(key - 1))) key--;
    if (isKey(line, key, at)) return true;
  }
  return false;
}

/** Behind blanks, or a comma, semicolon or bar and blanks. */
function endOfSeparator(line: string, at: number): number {
  const code = line.charCodeAt(at);
  const isMark = code === 0x2c || code === 0x3b;
  return endOfBlanks(line, isMark ? at + 1 : at);
}

/** Where the token begins that holds `at`, no earlier than `start`. */
function firstToken(line: string, start: number, at: number): number {
  let first = at;
  while (first > start && !isBlank(line.charCodeAt(first - 1))) first--;
  return endOfBlanks(line, first);
}

function nextBlank(line: string, at: number, limit: number): number {
  let end = at;
  while (end < limit && !isBlank(line.charCodeAt(end))) end++;
  return end;
}

/**
 * Whether what begins at `at` is set apart from the text before it: by a mark, a tab or two blanks; or there is none.
 */
function isSetApart(line: string, start: number, at: number): boolean {
  if (at <= start) return true;
  if (line.charCodeAt(at - 1) === 0x09 || isBlank(line.charCodeAt(at - 2))) return true;
  return MARKS.includes(line.charAt(at - 2));
}

const MARKS = ".,;:|-!?)]";
