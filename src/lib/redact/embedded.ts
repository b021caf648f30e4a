/** JSON as text inside of a string: `"body":"{\\"password\\":[\\"...\\"]}"`. */

import { isJson } from "../event/json-text.js";
import type { Finding } from "./finding.js";
import type { Passage } from "./passages.js";

/** [start, end) of a text. */
export interface JsonPart {
  readonly start: number;
  readonly end: number;
}

/** What is longer is read as text only. */
const BYTES_MAX = 1 << 20;

/** The object or array of `text`, which may have words around it; undefined: there is none. */
export function jsonIn(text: string): JsonPart | undefined {
  const start = text.search(/\{|\[\s*[{["]/);
  if (start < 0) return undefined;
  const end = text.lastIndexOf(text.charAt(start) === "{" ? "}" : "]") + 1;
  if (end <= start || end - start > BYTES_MAX) return undefined;
  return isJson(text.slice(start, end)) ? { start, end } : undefined;
}

/** Whether the whole of `text`, but for blanks and a byte order mark, is one JSON value. */
export function isJsonText(text: string): boolean {
  return text.length <= BYTES_MAX && isJson(text.replace(/^\xef\xbb\xbf/, ""));
}

/** What was found in `json`, which begins at `at` of the passage, as something found in the block. Of a string what is inside goes. */
export function outerFinding(
  finding: Finding,
  { from, places, ends = places }: Passage,
  at: number,
  json: string,
): Finding {
  const { hunter, isToken, value } = finding;
  const isString = isToken && json.charCodeAt(finding.start) === 0x22;
  const start = at + finding.start + (isString ? 1 : 0);
  const end = at + finding.end - (isString ? 1 : 0);
  return {
    start: from + (places?.[start] ?? start),
    end: from + (ends?.[end] ?? end),
    hunter,
    isToken: false,
    value: value ?? json.slice(finding.start, finding.end),
    // Deeper inside quotes would need more escapes than one: a label without them hides as well.
    ...(isToken && !isString && { isInnerToken: true }),
  };
}
