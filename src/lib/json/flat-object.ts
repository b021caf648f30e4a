import { BACKSLASH, CLOSING_BRACE, COMMA, decodeString, type Members, QUOTE, SPACE } from "./json-text.js";

/** Whether `text` is a valid JSON object of the common shape that `flatMembers` reads. */
export function isFlatObject(text: string): boolean {
  return text.length < FLAT_MAX && FLAT.test(text);
}

/** The members of a text that `isFlatObject`: only the places are still to be found. */
export function flatMembers(text: string): Members {
  const close = text.length - 1;
  const members: Members = { names: [], keyStarts: [], valueStarts: [], valueEnds: [], open: 0, close };
  for (let at = 1; at < close; ) {
    const keyEnd = endOfString(text, at);
    const start = text.charCodeAt(keyEnd + 1) === SPACE ? keyEnd + 2 : keyEnd + 1;
    const end = text.charCodeAt(start) === QUOTE ? endOfString(text, start) : endOfBareValue(text, start);
    members.names.push(decodeString(text, at, keyEnd));
    members.keyStarts.push(at);
    members.valueStarts.push(start);
    members.valueEnds.push(end);
    at = end < close && text.charCodeAt(end + 1) === SPACE ? end + 2 : end + 1;
  }
  return members;
}

/**
 * The shape of most lines: no nesting, at most one blank after a colon or comma. The native expression checks it
 * several times faster than a loop could; linear, since every repeated part ends at a character that cannot be inside
 * it.
 */
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/.source;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/.source;
const FLAT = new RegExp(
  `^\\{(?:${STRING}: ?(?:${STRING}|${NUMBER}|true|false|null)(?:, ?(?=")|(?=\\}$)))*\\}$`,
);

/** The expression's stack grows with the number of escapes: longer texts go the slower way. */
const FLAT_MAX = 1 << 16;

/** The index after the closing quote of the valid string that opens at `from`. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (text.charCodeAt(end - 1) === BACKSLASH && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

/** Whether the backslashes before `at` are of an odd number. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function endOfBareValue(text: string, from: number): number {
  let at = from;
  let code = text.charCodeAt(at);
  while (code !== COMMA && code !== CLOSING_BRACE) code = text.charCodeAt(++at);
  return at;
}
