/** Small steps through bytes that are known to be valid JSON. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** `at` is behind the opening quote; where the closing one is. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    const end = bytes.indexOf(QUOTE, at);
    let before = end - 1;
    while (before >= at && bytes[before] === BACKSLASH) before--;
    if (((end - 1 - before) & 1) === 0) return end;
    at = end + 1;
  }
}

/** Whether the string whose closing quote is at `close` is a key. */
export function isKeyAt(bytes: Uint8Array, close: number): boolean {
  let at = close + 1;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at++;
  return bytes[at] === 0x3a;
}

/** Behind the value that begins at `at`. */
export function skipValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (;;) {
    const c = bytes[at]!;
    if (c === QUOTE) at = stringEnd(bytes, at + 1) + 1;
    else if (c === 0x7b || c === 0x5b) {
      depth++;
      at++;
    } else if (c === 0x7d || c === 0x5d) {
      depth--;
      at++;
    } else if (depth > 0 && isBetween(c)) {
      at++;
      continue;
    } else while (!isEndOfWord(bytes[at]!)) at++;
    if (depth === 0) return at;
  }
}

/** The number that the digit at `at` is of. */
export function numberAround(bytes: Uint8Array, at: number): { start: number; end: number } {
  let start = at;
  while (start > 0 && isOfNumber(bytes[start - 1]!)) start--;
  let end = at;
  while (end < bytes.length && isOfNumber(bytes[end]!)) end++;
  return { start, end };
}

function isBetween(c: number): boolean {
  return c === 0x2c || c === 0x3a || c === 0x20 || c === 0x09 || c === 0x0d;
}

function isEndOfWord(c: number): boolean {
  return isBetween(c) || c === 0x7d || c === 0x5d || c === 0x0a;
}

/** Digits, and "+", "-", ".", "e", "E". */
function isOfNumber(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || c === 0x2b || c === 0x2d || c === 0x2e || c === 0x65 || c === 0x45;
}
