/**
 * A JavaScript regular expression on an engine whose time grows with the line and no faster, where both mean the same.
 */
import { createRequire } from "node:module";
import type { GroupTexts } from "./group-texts.js";
import { toRe2 } from "./to-re2.js";

export interface LinearPattern {
  /** Whether it finds in this line what JavaScript's engine would find. */
  canRead(line: string): boolean;
  groups(line: string): GroupTexts | undefined;
}

/** Cost: a millisecond to load the engine, and 11 us a line of 200 bytes, 45 times what JavaScript's own takes. */
export function linearPattern(regex: RegExp, names: readonly string[]): LinearPattern {
  const source = toRe2(regex);
  const compiled = source === undefined ? undefined : compile(source);
  if (compiled === undefined) return NOT_LINEAR;
  return {
    // Beyond these, engines differ in what a character is, or which letters are the same.
    canRead: (line) => !(regex.ignoreCase ? BEYOND_ASCII : SURROGATES).test(line),
    groups: (line) => {
      const matcher = compiled.matcher(line);
      if (!matcher.find()) return undefined;
      return names.map((name) => matcher.group(name) ?? undefined);
    },
  };
}

/** Reads no line. */
export const NOT_LINEAR: LinearPattern = { canRead: () => false, groups: () => undefined };
const BEYOND_ASCII = /[^\0-\x7f]/;
const SURROGATES = /[\ud800-\udfff]/;

function compile(source: string) {
  const { RE2JS } = createRequire(import.meta.url)("re2js") as typeof import("re2js");
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}
