// Enter here: pairs as firewalls write them.
import { PairFields } from "../../structured/pairs/pairs.js";

const KEY = /[A-Za-z_][\w.-]{0,63}(?==)/y;
const BARE = /[^\s",][^\s]*/y;
const GAP = /[\s,;]+/y;

/**
 * `key=value key="a value" key=` from end to end; in quotes `\"` is a quote, and so is one that no blank or end
 * follows. Undefined when there is anything else.
 */
export function readQuotedPairs(text: string, start = 0): PairFields | undefined {
  const fields = new PairFields();
  let at = start;
  while (at < text.length) {
    const key = endOf(KEY, text, at);
    if (key < 0) return undefined;
    const name = text.slice(at, key);
    at = key + 1;
    if (text.charCodeAt(at) === 0x22) {
      const end = endOfQuoted(text, at);
      if (end < 0) return undefined;
      fields.text(name, text.slice(at + 1, end).replace(/\\(["\\])/g, "$1"));
      at = end + 1;
    } else {
      const end = endOf(BARE, text, at);
      if (end > 0) fields.bare(name, text.slice(at, end).replace(/,$/, ""));
      at = end > 0 ? end : at;
    }
    const next = endOf(GAP, text, at);
    if (next < 0 && at < text.length) return undefined;
    at = next < 0 ? at : next;
  }
  return fields;
}

/** The closing quote of the value that opens at `at`: the first that a blank, a comma or the end follows. */
function endOfQuoted(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22 && isBehindValue(text.charCodeAt(i + 1))) return i;
  }
  return -1;
}

function isBehindValue(code: number): boolean {
  return Number.isNaN(code) || code <= 0x20 || code === 0x2c || code === 0x3b;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
