/** What log data, file names and arguments must not do to a terminal. */
import { table } from "../table.js";

/**
 * C0 controls, DEL, C1 controls (CSI is one), and the marks that turn the direction of text around: those make a line
 * read as something it is not. And the bytes of file names that are no characters (`nameOf`), each a lone surrogate.
 */
const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?<![\ud800-\udbff])[\udc80-\udcff]/g;
const HAS_DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\udc80-\udcff]/;

/** `text` with each control character written as an escape: `\x1b`, `\n`, `\u202e`. */
export function escapeControls(text: string): string {
  return HAS_DANGEROUS.test(text) ? text.replace(DANGEROUS, escapeOf) : text;
}

/** The same, but line ends and tabs stay: for text that is laid out over several lines. */
export function escapeControlsInLines(text: string): string {
  if (!HAS_DANGEROUS.test(text)) return text;
  return text
    .replaceAll("\r\n", "\n")
    .replace(DANGEROUS, (c) => (c === "\n" || c === "\t" ? c : escapeOf(c)));
}

const NAMED: Readonly<Record<string, string>> = table({ "\n": "\\n", "\r": "\\r", "\t": "\\t" });

function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code > 0xff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return NAMED[character] ?? `\\x${code.toString(16).padStart(2, "0")}`;
}
