/** JSON as text inside of a string: `"body":"{\\"password\\":[\\"...\\"]}"`. */

import { isJson } from "../../../json/json-text.js";
import type { Finding } from "./finding.js";
import type { Passage } from "./passages.js";

/** [start, end) of a text. */
export interface JsonPart {
  readonly start: number;
  readonly end: number;
}

/** What is longer is read as text only. */
const BYTES_MAX = 1 << 20;

/** How many beginnings that lead to nothing are followed to the end of a text: the time stays in proportion to it. */
const FAILURES_MAX = 32;
/** What an object or array of objects, arrays or strings begins with. */
const BEGIN = /\{\s*["}]|\[\s*[{["]/g;

/** The objects and arrays of `text`, which may have words, and braces that are no JSON, around them. */
export function jsonPartsOf(text: string): readonly JsonPart[] {
  const start = text.search(BEGIN);
  if (start < 0) return [];
  const end = text.lastIndexOf(text.charAt(start) === "{" ? "}" : "]") + 1;
  if (end > start && end - start <= BYTES_MAX && isJson(text.slice(start, end))) return [{ start, end }];
  return severalParts(text, start);
}

function severalParts(text: string, first: number): readonly JsonPart[] {
  const parts: JsonPart[] = [];
  let failures = 0;
  for (let start = first; start >= 0 && failures < FAILURES_MAX; ) {
    const end = closeOf(text, start);
    const isPart = end > 0 && isJson(text.slice(start, end));
    if (isPart) parts.push({ start, end });
    else failures++;
    BEGIN.lastIndex = isPart ? end : start + 1;
    start = BEGIN.exec(text)?.index ?? -1;
  }
  return parts;
}

/** Behind the bracket that closes the one at `start`; 0: none does. Strings are skipped. */
function closeOf(text: string, start: number): number {
  MARKS.lastIndex = start;
  const last = Math.min(text.length, start + BYTES_MAX);
  let depth = 0;
  for (let found = MARKS.exec(text); found !== null && found.index < last; found = MARKS.exec(text)) {
    const mark = found[0];
    if (mark === "{" || mark === "[") depth++;
    else if ((mark === "}" || mark === "]") && --depth === 0) return found.index + 1;
  }
  return 0;
}

const MARKS = /[{}[\]]|"[^"\\]*(?:\\[\s\S][^"\\]*)*"?/g;

/** Whether the whole of `text`, but for blanks and a byte order mark, is one JSON value. */
export function isJsonText(text: string): boolean {
  return text.length <= BYTES_MAX && isJson(text.replace(/^\xef\xbb\xbf/, ""));
}

/**
 * What was found in `json`, which begins at `at` of the passage, as something found in the block. Of a string what is
 * inside goes.
 */
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
