// Enter here: keys and tokens with a text of their own at their beginning.
import { type Detector, endOf, isWordAt } from "../detector.js";
import { entropyBits } from "../likely-secret.js";

/** Tokens that begin with a text of their own: `ghp_` and 36 letters and digits. */
export interface Family {
  /** What the tokens begin with, three bytes or more. */
  readonly prefix: string;
  /** A regular expression of what follows, without groups that repeat. */
  readonly body: string;
  /** How many of the bytes before the prefix belong to the token, as a sticky expression of them and the rest. */
  readonly before?: number;
  /** Least entropy of the body in bits a character; 3 unless told. */
  readonly bits?: number;
}

/** A detector of several families. */
export function familyDetector(
  declared: Omit<Detector, "find" | "literals" | "prefixes" | "isDefault" | "group">,
  families: readonly Family[],
): Detector {
  const compiled = families.map(({ prefix, body, before = 0, bits = 3 }) => ({
    prefix,
    before,
    bits,
    pattern: new RegExp(`${body}(?![\\w\\x80-\\xff])`, "y"),
  }));
  return {
    ...declared,
    isDefault: true,
    group: "secrets",
    literals: textsOf(families.filter(({ before }) => before !== undefined)),
    prefixes: textsOf(families.filter(({ before }) => before === undefined)),
    find(text, at) {
      for (const { prefix, before, bits, pattern } of compiled) {
        if (!text.startsWith(prefix, at) || at < before) continue;
        const start = at - before;
        if (start > 0 && isInside(text, start)) continue;
        const end = endOf(pattern, text, before > 0 ? start : at + prefix.length);
        if (end >= 0 && entropyBits(text.slice(at + prefix.length, end)) >= bits) return { start, end };
      }
      return undefined;
    },
  };
}

function textsOf(families: readonly Family[]): readonly string[] {
  return [...new Set(families.map(({ prefix }) => prefix))];
}

/** A word goes on here; "-", "+" and ".." between it and a token are of a longer text. */
function isInside(text: string, start: number): boolean {
  return isWordAt(text, start - 1) || (/[-+.]/.test(text.charAt(start - 1)) && isWordAt(text, start - 2));
}
