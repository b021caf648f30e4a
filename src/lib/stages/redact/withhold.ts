/** `redact --fail-closed`: what could not be looked through does not go out. */

import { isKeyAt, stringEnd } from "../../json/byte-steps.js";
import { escapeBytes, unescaped } from "../../json/escapes.js";
import type { RedactRule } from "./find/rule.js";
import { isPlainLine, isPlainString, mayHide } from "./find/unreadable.js";
import { visible } from "./find/visible.js";

/** What stands in its place. */
export const WITHHELD = "[WITHHELD]";

export interface Withheld {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The strings of redacted events, keys too, that go. Whole lines, each a valid JSON object. */
export function unreadableStrings(bytes: Buffer, hunters: readonly RedactRule[]): readonly Withheld[] {
  const found: Withheld[] = [];
  const text = escapeBytes(WITHHELD);
  for (let open = bytes.indexOf(0x22); open >= 0; ) {
    const close = stringEnd(bytes, open + 1);
    const raw = bytes.latin1Slice(open + 1, close);
    const said = raw.includes("\\") ? unescaped(raw).text : raw;
    const seen = visible(said)?.text ?? said;
    const mayGo = isPlainString(said) && (isKeyAt(bytes, close) || !mayHide(seen, hunters));
    if (!mayGo) found.push({ start: open + 1, end: close, text });
    open = bytes.indexOf(0x22, close + 1);
  }
  return found;
}

/** The lines of redacted text that go, without their line ends. */
export function unreadableLines(bytes: Buffer, hunters: readonly RedactRule[]): readonly Withheld[] {
  const found: Withheld[] = [];
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(0x0a, start);
    const end = next < 0 ? bytes.length : next;
    const line = bytes.subarray(start, end);
    if (!isPlainLine(line) || mayHide(line.latin1Slice(), hunters))
      found.push({ start, end, text: WITHHELD });
    start = end + 1;
  }
  return found;
}
