/** What looks like a key: the one test for keys that are found in text. */

/**
 * Whether `text` from `start` to `end` looks like a key that a program gave a value, and not like a piece of text
 * before an equals sign: it begins with a letter, `_`, `@` or `$`; goes on with letters, digits and `_ - . / : @ $ + *
 * # %`; has at most 64 characters, no more than four digits in a row, and no hexadecimal id. A key made of such things
 * would be a new column a line.
 */
export function isKey(text: string, start: number, end: number): boolean {
  if (end <= start || end - start > KEY_CHARACTERS_MAX) return false;
  if (kindAt(text, start) !== LETTER && !isSigil(text.charCodeAt(start))) return false;
  let digits = 0;
  let digitsInRow = 0;
  for (let at = start; at < end; at++) {
    const kind = kindAt(text, at);
    if (kind === NONE) return false;
    digitsInRow = kind === DIGIT ? digitsInRow + 1 : 0;
    if (digitsInRow > DIGITS_IN_ROW_MAX) return false;
    if (kind === DIGIT) digits++;
  }
  return kindAt(text, end - 1) !== JOINER && (digits < 2 || !hasHexId(text, start, end));
}

/** Where the characters of a key that starts at `start` end: before the first that no key has. */
export function endOfKey(text: string, start: number): number {
  let end = start;
  while (end < text.length && kindAt(text, end) !== NONE) end++;
  return end;
}

const KEY_CHARACTERS_MAX = 64;
const DIGITS_IN_ROW_MAX = 4;
const HEX_ID_MIN = 8;

const NONE = 0;
const LETTER = 1;
const DIGIT = 2;
/** Joins words within a key and cannot end one. */
const JOINER = 3;
/** Joins and can end one. */
const MARK = 4;

const KINDS = new Uint8Array(128);
for (let code = 0x41; code <= 0x5a; code++) KINDS[code] = KINDS[code + 32] = LETTER;
for (let code = 0x30; code <= 0x39; code++) KINDS[code] = DIGIT;
for (const character of "-./:") KINDS[character.charCodeAt(0)] = JOINER;
for (const character of "_@$+*#%") KINDS[character.charCodeAt(0)] = MARK;

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return KINDS[code]!;
  return WORD_BEYOND_ASCII.test(text.charAt(at)) ? LETTER : NONE;
}

const WORD_BEYOND_ASCII = /^[\p{L}\p{M}]$/u;

function isSigil(code: number): boolean {
  return code === 0x5f || code === 0x40 || code === 0x24;
}

/** Whether a part of the key, between joiners and `_`, is a long run of hexadecimal digits with some of both kinds. */
function hasHexId(text: string, start: number, end: number): boolean {
  let length = 0;
  let digits = 0;
  for (let at = start; at <= end; at++) {
    const code = at < end ? text.charCodeAt(at) : 0x2e;
    const kind = code < 128 ? KINDS[code]! : NONE;
    if (kind === DIGIT || (kind === LETTER && (code | 32) <= 0x66)) {
      length++;
      if (kind === DIGIT) digits++;
    } else if (kind === LETTER) {
      // A further letter: this part is a word.
      while (at + 1 < end && KINDS[text.charCodeAt(at + 1)]! <= DIGIT && text.charCodeAt(at + 1) < 128) at++;
      length = digits = 0;
    } else {
      if (length >= HEX_ID_MIN && digits > 1) return true;
      length = digits = 0;
    }
  }
  return false;
}
