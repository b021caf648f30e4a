import fc from "fast-check";
import { RE2JS } from "re2js";
import { expect, it } from "vitest";
import { linearPattern } from "../../../../src/lib/format/patterns/linear-pattern.js";
import { toRe2 } from "../../../../src/lib/format/patterns/to-re2.js";
import { within } from "../../../../src/lib/format/patterns/within.js";
import { runs } from "../../../support/runs.js";

const LETTERS = fc.constantFrom(..."aab b1-_. \t/é\u00a0");
const CHARACTERS = fc.oneof(
  LETTERS.map((c) => c.replace(/[./-]/, "\\$&")),
  fc.constantFrom(
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    ".",
    "[ab]",
    "[^a ]",
    "[\\d\\s-]",
    "[^\\]x]",
    "\\x61",
    "\\u0062",
  ),
);
const QUANTIFIERS = fc.constantFrom(
  "",
  "",
  "",
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{1,3}",
  "{0,2}?",
  "{2,}",
);

const PATTERNS: fc.Arbitrary<string> = fc.letrec<{ all: string; sequence: string; part: string }>((tie) => ({
  all: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("|")),
  sequence: fc.array(tie("part"), { minLength: 0, maxLength: 4 }).map((parts) => parts.join("")),
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.tuple(CHARACTERS, QUANTIFIERS).map(([c, q]) => c + q),
    fc.constantFrom("^", "$", "\\b", "\\B"),
    fc
      .tuple(fc.constantFrom("(", "(?:", "(?<name>"), tie("all"), QUANTIFIERS)
      .map(([o, a, q]) => `${o}${a})${q}`),
  ),
})).all;

it("what is translated finds the same groups in any line", { timeout: 3_600_000 }, () => {
  let translated = 0;
  fc.assert(
    fc.property(
      PATTERNS,
      fc.array(LETTERS, { maxLength: 20 }),
      fc.constantFrom("s", "is", ""),
      (source, letters, flags) => {
        const regex = compiled(`(?<all>${rename(source)})`, flags);
        const names = Object.keys(compiled(`(?<all>${rename(source)})|`, flags)?.exec("")?.groups ?? {});
        const line = letters.join("");
        if (regex === undefined) return;
        const pattern = linearPattern(regex, names);
        const found = within(200, () => regex.exec(line));
        if (found === undefined || !pattern.canRead(line)) return;
        translated++;
        const { groups } = found.value ?? {};
        const expected = found.value === null ? undefined : names.map((name) => groups?.[name]);
        expect(pattern.groups(line), `${regex} on ${JSON.stringify(line)}`).toEqual(expected);
      },
    ),
    { numRuns: runs(3000) },
  );
  expect(translated).toBeGreaterThan(runs(300));
});

it.each([
  "(?=a)b",
  "(?!a)b",
  "(?<=a)b",
  "(?<!a)b",
  "(a)\\1",
  "(?<n>a)\\k<n>",
  "[^]",
  "[]",
  "\\p{L}",
  "(a|b*)*",
  "(|a)+",
  "(?:(?<n>a)|b)*",
  "[\\S]",
  "\\ud83d",
  "\\cA",
  "a**",
])("%s is left to JavaScript", (source) => {
  expect(toRe2({ source, flags: "s", ignoreCase: false } as RegExp)).toBeUndefined();
});

it.each(['^(?<ip>\\S+) - \\[(?<t>[^\\]]+)\\] "(?<m>\\w+)"$', "(?<k>[^=]+)=(?<v>.*)", "^(?<x>(a+)+)$"])(
  "%s is translated",
  (source) => {
    expect(() => RE2JS.compile(toRe2(new RegExp(source, "s")) ?? "(")).not.toThrow();
  },
);

/** Each name once. */
function rename(source: string): string {
  let n = 0;
  return source.replace(/\(\?<name>/g, () => `(?<n${n++}>`);
}

function compiled(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
