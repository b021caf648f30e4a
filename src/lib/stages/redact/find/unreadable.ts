/**
 * What cannot be looked through: what the detectors would not see, or what is left that only decoding, or the structure
 * of an event, would show to be a secret. The dead letters of `redact` keep nothing of such lines; with `--fail-closed`
 * nothing of it goes out.
 */
import { isUtf8 } from "node:buffer";
import { isJsonText } from "./embedded.js";
import type { RedactRule } from "./rule.js";
import { visible } from "./visible.js";

/** Longer text is not looked through. */
const TEXT_BYTES_MAX = 64 * 1024;

/** Valid UTF-8 of one line, not too long, that is no try at JSON and has no escapes. */
export function isPlainLine(line: Buffer): boolean {
  if (line.length > TEXT_BYTES_MAX || !isUtf8(line)) return false;
  return !UNREADABLE_LINE.test(line.latin1Slice());
}

/**
 * The same of what a string of an event says (bytes, one a character), which may have line ends, colours, and JSON in
 * it: all of those are looked through.
 */
export function isPlainString(text: string): boolean {
  if (text.length > TEXT_BYTES_MAX) return false;
  const seen = visible(text)?.text ?? text;
  return !UNREADABLE_STRING.test(seen) && (!TRIES_JSON.test(seen) || isJsonText(seen));
}

/** Whether something is left in a redacted text that may be a secret. */
export function mayHide(text: string, hunters: readonly RedactRule[]): boolean {
  const rest = text.replace(LABELS, "[]");
  for (const [run] of rest.matchAll(LONG_RUNS))
    if (/[0-9]/.test(run) && /[A-Z]/.test(run) && /[a-z]/.test(run)) return true;
  const fields = hunters.find(({ isFieldRule }) => isFieldRule);
  if (fields === undefined) return false;
  for (const { index, 0: sign } of rest.matchAll(SIGNS)) {
    if (NOTHING.test(rest.slice(index + sign.length, index + sign.length + 16))) continue;
    if (namesBefore(rest, index).some((name) => fields.matchesName?.(name) === true)) return true;
  }
  return false;
}

/**
 * What stands before a sign as a name, in quotes or not: its last word, and its last two. At most 80 bytes are looked
 * at.
 */
function namesBefore(text: string, at: number): string[] {
  const [, before = "", name = ""] = NAME_END.exec(text.slice(Math.max(0, at - NAME_BYTES_MAX), at)) ?? [];
  return name === "" ? [] : [name, `${before}${name}`];
}

/**
 * A control character, an escape that stands for a character, or what begins like JSON (behind a byte order mark, too).
 */
const UNREADABLE_LINE =
  /[\x00-\x08\x0a-\x1f\x7f]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|^(?:\xef\xbb\xbf)?\s*[{[]/;
/**
 * Of what is visible: characters that none should see are left out there, and a text that had some is no longer this
 * text.
 */
const UNREADABLE_STRING = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}/;
const TRIES_JSON = /^(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*[{["])/;
/** What redacting leaves. */
const LABELS =
  /\[(?:[A-Z][A-Z0-9_-]{0,40}(?::[\w-]{1,32}:[0-9a-f]{32})?|enc:[\w-]{1,32}:[\w-]{22,4096})\]|\*\*\*[^\s"'&;,]{0,4}/g;
/** Between a name and its value. */
const SIGNS = /=>|[:=]/g;
/** No value behind the sign, or a label. */
const NOTHING = /^[ \t]{0,8}\\?["'`]?(?:\[\]|$)/;
const NAME_BYTES_MAX = 80;
const NAME_END = /([\w.-]{1,32} )?([\w.-]{1,64})\\?["'`]?[ \t]{0,8}$/;
/** Base64 and the like may be anything: a line of a private key, a token of no known kind. */
const LONG_RUNS = /[A-Za-z0-9+/_-]{40,}/g;
