/** Strings of JSON that are written with escapes: what they say, and where each byte of that is written. */
import { table } from "../base/table.js";

export interface UnescapedText {
  /** The bytes, one a character. */
  readonly text: string;
  /** By byte of `text`: where in the raw text its writing begins; one more for the end. */
  readonly places: Uint32Array;
}

const SHORT: Readonly<Record<string, string>> = table({
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
});

/**
 * `raw`: the inside of a valid JSON string, as bytes (one a character). A lone surrogate is taken as the three bytes it
 * would be.
 */
export function unescaped(raw: string): UnescapedText {
  const places = new Uint32Array(raw.length + 1);
  let text = "";
  let count = 0;
  let from = 0;
  for (let at = raw.indexOf("\\"); at >= 0; at = raw.indexOf("\\", from)) {
    for (let i = from; i < at; i++) places[count++] = i;
    const letter = raw.charAt(at + 1);
    let said = SHORT[letter] ?? letter;
    let width = 2;
    if (letter === "u") ({ said, width } = character(raw, at));
    text += raw.slice(from, at) + said;
    for (let i = 0; i < said.length; i++) places[count++] = at;
    from = at + width;
  }
  for (let i = from; i < raw.length; i++) places[count++] = i;
  places[count++] = raw.length;
  return { text: text + raw.slice(from), places: places.subarray(0, count) };
}

function character(raw: string, at: number): { said: string; width: number } {
  const unit = Number.parseInt(raw.slice(at + 2, at + 6), 16);
  const next = raw.startsWith("\\u", at + 6) ? Number.parseInt(raw.slice(at + 8, at + 12), 16) : 0;
  const isPair = unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000;
  if (isPair) {
    const point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
    return { said: Buffer.from(String.fromCodePoint(point)).toString("latin1"), width: 12 };
  }
  if (unit < 0x80) return { said: String.fromCharCode(unit), width: 6 };
  if (unit >= 0xd800 && unit < 0xe000) {
    return {
      said: String.fromCharCode(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63)),
      width: 6,
    };
  }
  return { said: Buffer.from(String.fromCharCode(unit)).toString("latin1"), width: 6 };
}

/** Bytes, one a character, as the inside of a JSON string. */
export function escapeBytes(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

const NEEDS_ESCAPE = /["\\\u0000-\u001f]/;
