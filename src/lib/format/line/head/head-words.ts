/** Words that stand in a head before what tells what they are. */
import { quote } from "../../../event/writer.js";
import { closeOf, takeBracketed } from "../bracket.js";
import { areDigits, endOfToken, isBlank } from "../chars.js";
import type { LineParts } from "../line-parts.js";
import { colonOfPlace, isName, isProse } from "../names.js";
import { addPair } from "../pairs.js";

/** Whether what stands at `start` is a word of a sentence, as far as it tells. */
export function isWordOfText(line: string, start: number, end: number): boolean {
  const first = line.charCodeAt(start);
  return first !== 0x5b && first !== 0x7b && isProse(line, start, end) && !ALONE.test(line.slice(start, end));
}

/** Behind a word, or behind the bracket that closes one. */
export function endOfPart(line: string, at: number): number {
  const isBracketed = line.charCodeAt(at) === 0x5b || line.charCodeAt(at) === 0x7b;
  const close = isBracketed ? closeOf(line, at) : -1;
  if (close < 0) return endOfToken(line, at);
  const after = line.charCodeAt(close + 1);
  return after === 0x3a || after === 0x2c ? close + 2 : close + 1;
}

export function endBefore(line: string, close: number): number {
  let end = close;
  while (isBlank(line.charCodeAt(end - 1))) end--;
  return end;
}

/** A part that stood before the level. */
export function addPart(line: string, start: number, end: number, parts: LineParts, nowMs: number): void {
  const isBraced = line.charCodeAt(start) === 0x7b;
  const isBracketed = isBraced || line.charCodeAt(start) === 0x5b;
  const last = line.charCodeAt(end - 1);
  const wordEnd = last === 0x3a || last === 0x2c ? end - 1 : end;
  if (isBracketed && !isBraced && takeBracketed(line, start, wordEnd - 1, parts, nowMs)) return;
  if (!isBracketed && addPair(line, start, wordEnd, parts) === wordEnd) return;
  const colon = colonOfPlace(line, start, wordEnd);
  if (colon > 0 && parts.file === undefined) {
    parts.file = line.slice(start, colon);
    parts.line = line.slice(colon + 1, wordEnd);
  } else if (AT_DATABASE.test(line.slice(start, wordEnd))) {
    const at = line.indexOf("@", start);
    parts.add("user", quote(line.slice(start, at)));
    parts.add("database", quote(line.slice(at + 1, wordEnd)));
  } else if (areDigits(line, start, wordEnd) && wordEnd - start < 20)
    parts.addNumber(line.slice(start, wordEnd));
  else if (isName(line, start, wordEnd)) parts.names.push(line.slice(start, wordEnd));
  else if (!isBracketed || wordEnd - start > 2)
    parts.tags.push(isBracketed ? line.slice(start + 1, wordEnd - 1) : line.slice(start, wordEnd));
}

/** PostgreSQL and its poolers. */
const AT_DATABASE = /^[\w.-]{1,64}@[\w.-]{1,64}$/;
/** Names of threads and programs that are words. */
const ALONE =
  /^(?:main|root|master|worker|kernel|agent|server|daemon|app|api|web|db|http|core|system|[a-z]{2,32}d):?$/;

/** Whether a name is that of an exception, which belongs to the text. */
export function isFault(line: string, start: number, end: number): boolean {
  return /(?:Exception|Error|Failure|Warning)$/.test(line.slice(start, end));
}

/** Whether a name is that of a host with its port: `localhost:8080`. */
export function isPort(line: string, start: number, end: number): boolean {
  const colon = line.indexOf(":", start);
  return colon > start && colon < end && areDigits(line, colon + 1, end) && end - colon < 7;
}
