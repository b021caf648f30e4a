/**
 * Texts that came within something else: what a program gave to syslog, to a container's runtime, as `message` of an
 * object.
 */
import type { Level } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import { closeOf } from "./bracket.js";
import { endOfBlanks, endOfToken, isBlank, isLower, isUpper } from "./chars.js";
import { endOfWord, levelOfBareWord, levelOfCell } from "./level-at.js";
import { LineParts } from "./line-parts.js";
import { isName, isProse } from "./names.js";
import { endOfQuoted, unquote } from "./pair-value.js";
import { addTrailingPairs } from "./pairs.js";
import { LineText } from "./text-parts.js";

export interface BodyLevel {
  readonly level: Level;
  /** Where the text behind the level begins. */
  readonly end: number;
}

/**
 * The level that the text from `start` on begins with, perhaps behind the name of a part of the program: `error: PAM
 * ...`, `ERROR out of stock`, `[warn] low`, `<info> up`, `cart: ERROR: none left`, `level=error ...`. Undefined where
 * it begins as a sentence.
 *
 * ```ts
 * levelOfBody("error: PAM: no such user", 0); // { level: "error", end: 7 }
 * levelOfBody("no errors found", 0);          // undefined
 * ```
 */
export function levelOfBody(text: string, start: number): BodyLevel | undefined {
  const at = endOfBlanks(text, start);
  const found = levelHere(text, at);
  if (found !== undefined) return found;
  const name = endOfName(text, at);
  return name < 0 ? undefined : levelHere(text, endOfBlanks(text, name));
}

/**
 * Writes the fields of a text from `start` on to an event that has others already: the level it begins with where
 * `hasLevel` is false, the pairs and the JSON object it ends with, and the rest as `message`. A key that the event has
 * is written as `event.KEY`. `isPaired`: the program writes pairs behind its texts, so that one alone is no part of a
 * sentence.
 */
export function writeBody(
  text: string,
  start: number,
  hasLevel: boolean,
  event: EventWriter,
  isPaired = false,
): void {
  parts.reset();
  const found = hasLevel ? undefined : levelHere(text, endOfBlanks(text, start));
  const level = found ?? (hasLevel ? undefined : levelOfBody(text, start));
  if (level !== undefined) event.text("level", level.level);
  body.take(text, found?.end ?? start, isPaired);
  parts.write(body.message, event);
}

/**
 * Writes a text in Go's quotes at `start` as the message, and the pairs behind it as fields, as structured loggers
 * write them. False where there is anything else: then nothing was written.
 */
export function writeQuoted(text: string, start: number, event: EventWriter): boolean {
  const end = endOfQuoted(text, start);
  if (end < 0 || (end < text.length && text.charCodeAt(end) !== 0x20)) return false;
  parts.reset();
  const pairs = endOfBlanks(text, end);
  const limit = text.trimEnd().length;
  if (pairs < limit && addTrailingPairs(text, pairs, limit, parts, true) !== pairs) return false;
  parts.write(JSON.parse(unquote(text.slice(start, end))) as string, event);
  return true;
}

const parts = new LineParts();
const body = new LineText(parts);

function levelHere(text: string, at: number): BodyLevel | undefined {
  const code = text.charCodeAt(at);
  if (code === 0x5b || code === 0x3c) return bracketedLevel(text, at);
  const end = endOfWord(text, at);
  if (end === at) return undefined;
  const next = text.charCodeAt(end);
  if (next === 0x3d) return pairedLevel(text, at, end);
  const isWide = end - at > 2;
  let level: Level | undefined;
  if (next === 0x3a && (isWide || isBlank(text.charCodeAt(end + 1)))) {
    const isException =
      isUpper(code) && isLower(text.charCodeAt(at + 1)) && text.charCodeAt(end + 1) !== 0x20;
    level = isException ? undefined : levelOfCell(text, at, end);
  } else if (isBlank(next) || next === 0x5b || next === 0x7c) level = levelOfBareWord(text, at, end, false);
  return level === undefined ? undefined : { level, end: behindMark(text, end) };
}

/** `[ERROR]`, `<warn>`. */
function bracketedLevel(text: string, at: number): BodyLevel | undefined {
  const close = closeOf(text, at);
  if (close < 0 || close - at > 16) return undefined;
  let end = close;
  while (isBlank(text.charCodeAt(end - 1))) end--;
  const level = levelOfCell(text, endOfBlanks(text, at + 1), end);
  return level === undefined ? undefined : { level, end: behindMark(text, close + 1) };
}

/** `level=error`: the pair stays with the text. */
function pairedLevel(text: string, at: number, equals: number): BodyLevel | undefined {
  if (!LEVEL_KEYS.has(text.slice(at, equals))) return undefined;
  const isQuoted = text.charCodeAt(equals + 1) === 0x22;
  const start = equals + (isQuoted ? 2 : 1);
  const level = levelOfCell(text, start, endOfWord(text, start));
  return level === undefined ? undefined : { level, end: at };
}

/**
 * The level of the pair `level=error` that the text at `at` begins with: others behind it may have blanks in their
 * values.
 */
export function pairedLevelAt(text: string, at: number): Level | undefined {
  const code = text.charCodeAt(at);
  if (code !== 0x6c && code !== 0x73) return undefined;
  const end = endOfWord(text, at);
  return text.charCodeAt(end) === 0x3d ? pairedLevel(text, at, end)?.level : undefined;
}

const LEVEL_KEYS = new Set(["level", "lvl", "severity", "loglevel"]);

/** Behind `name:` or `[name]`; -1 where there is none. */
function endOfName(text: string, at: number): number {
  if (text.charCodeAt(at) === 0x5b) {
    const close = closeOf(text, at);
    return close > 0 && isName(text, at + 1, close) ? close + 1 : -1;
  }
  const end = endOfToken(text, at);
  if (text.charCodeAt(end - 1) !== 0x3a || !isName(text, at, end - 1)) return -1;
  const isException = text.includes(".") && /(?:Exception|Error)$/.test(text.slice(at, end - 1));
  return isException || (isProse(text, at, end - 1) && isUpper(text.charCodeAt(at))) ? -1 : end;
}

/** Behind a colon, bar or dash, and blanks. */
function behindMark(text: string, at: number): number {
  const next = endOfBlanks(text, at);
  const code = text.charCodeAt(next);
  const isMark =
    (code === 0x3a && next === at) || code === 0x7c || (code === 0x2d && isBlank(text.charCodeAt(next + 1)));
  return isMark ? endOfBlanks(text, next + 1) : next;
}
