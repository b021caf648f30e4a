/** String literals as CEL has them: "..." '...' """...""" and raw ones, r"...", whose backslashes mean nothing. */

import { table } from "../../base/table.js";
import { ExpressionFault } from "./fault.js";

const SIMPLE: Readonly<Record<string, string>> = table({
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "`": "`",
  "?": "?",
  "/": "/",
});

/** The literal that begins at `start`: its text without quotes and escapes, and where it ends. */
export function readString(text: string, start: number): { text: string; end: number } {
  const isRaw = /[rR]/.test(text[start]!);
  const open = isRaw ? start + 1 : start;
  const mark = text[open]!;
  const quote = text.startsWith(mark.repeat(3), open) ? mark.repeat(3) : mark;
  let out = "";
  for (let at = open + quote.length; at < text.length; ) {
    if (text.startsWith(quote, at)) return { text: out, end: at + quote.length };
    const char = text[at]!;
    if (char === "\n" && quote.length === 1) break;
    if (char !== "\\" || isRaw) {
      out += char;
      at++;
    } else {
      const [decoded, end] = readEscape(text, at);
      out += decoded;
      at = end;
    }
  }
  throw new ExpressionFault(start, "this string is not closed", { hint: `end it with ${quote}` });
}

function readEscape(text: string, at: number): [string, number] {
  const letter = text[at + 1] ?? "";
  const simple = SIMPLE[letter];
  if (simple !== undefined) return [simple, at + 2];
  const digits = /^\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(
    text.slice(at, at + 10),
  );
  const octal = /^\\([0-3][0-7]{2})/.exec(text.slice(at, at + 4));
  const code =
    digits !== null
      ? Number.parseInt(digits[1] ?? digits[2] ?? digits[3]!, 16)
      : octal !== null
        ? Number.parseInt(octal[1]!, 8)
        : Number.NaN;
  if (code <= 0x10ffff) return [String.fromCodePoint(code), at + (digits ?? octal)![0].length];
  throw new ExpressionFault(at, `"\\${letter}" is no escape in a string`, {
    hint: 'a backslash itself is \\\\; in r"..." backslashes mean nothing, which suits patterns',
  });
}
