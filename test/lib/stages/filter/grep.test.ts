import fc from "fast-check";
import { expect, it } from "vitest";
import { Grep } from "../../../../src/lib/stages/filter/grep.js";

interface Settings {
  readonly texts?: readonly string[];
  readonly patterns?: readonly string[];
  readonly ignoresCase?: boolean;
}

/** Which of the lines are found. */
function found(
  lines: readonly string[],
  { texts = [], patterns = [], ignoresCase = false }: Settings,
): number[] {
  const starts = lines.map((_, n) =>
    Buffer.byteLength(
      lines
        .slice(0, n)
        .map((line) => `${line}\n`)
        .join(""),
    ),
  );
  const spans = new Grep({ texts, patterns, ignoresCase }).find(
    Buffer.from(lines.map((line) => `${line}\n`).join("")),
  );
  return spans.filter((_, n) => n % 2 === 0).map((start) => starts.indexOf(start));
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
};

/** A character as a JSON string may have it: the ways there are, by number. */
function written(character: string, way: number): string {
  const code = [...character].length === 1 ? character : "";
  const units = Array.from({ length: character.length }, (_, n) => character.charCodeAt(n));
  const hex = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  if (way === 0) return hex;
  if (way === 1) return hex.toUpperCase().replaceAll("\\U", "\\u");
  if (way === 2 && SHORT[character] !== undefined) return SHORT[character];
  return /["\\\u0000-\u001f]/.test(code) ? (SHORT[character] ?? hex) : code;
}

const character = fc.constantFrom(
  "a",
  "b",
  "n",
  "u",
  "0",
  "é",
  "É",
  "😀",
  "/",
  '"',
  "\\",
  "<",
  "\n",
  "\t",
  " ",
  "ß",
);
const text = fc.array(character, { maxLength: 6 });
const line = fc.array(fc.tuple(character, fc.nat(5)), { maxLength: 8 }).map((all) => ({
  says: all.map(([one]) => one).join(""),
  json: all.map(([one, way]) => written(one, way)).join(""),
}));

it("finds what strings say, however they are escaped", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), text, fc.boolean(), (lines, wanted, ignoresCase) => {
      // A backslash may be meant as the JSON's own.
      const needle = wanted.join("").replaceAll("\\", "");
      fc.pre(needle !== "" && !'{"m":"'.includes(needle) && !'"}'.includes(needle));
      const cased = (of: string) => (ignoresCase ? of.toLowerCase() : of);
      const holding = [...lines.entries()].filter(([, { says }]) =>
        cased(`{"m":"${says}"}`).includes(cased(needle)),
      );
      expect(
        found(
          lines.map(({ json }) => `{"m":"${json}"}`),
          { texts: [needle], ignoresCase },
        ),
      ).toEqual(holding.map(([n]) => n));
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ["an escape of a letter", '{"m":"caf\\u00e9"}', { texts: ["café"] }, true],
  ["a pair of escapes", '{"m":"\\uD83D\\uDE00"}', { texts: ["😀"] }, true],
  ["an escaped slash", '{"m":"GET \\/a\\/b"}', { texts: ["/a/b"] }, true],
  ["quotes", '{"m":"say \\u0022hi\\""}', { texts: ['say "hi"'] }, true],
  ["a line break that is asked for", '{"m":"a\\nb"}', { texts: ["a\nb"] }, true],
  ["the letter of an escape, which is no letter", '{"m":"hello\\nice"}', { texts: ["nice"] }, false],
  ["digits of an escape, which are no digits", '{"m":"x\\u003cy"}', { texts: ["003c"] }, false],
  ["a backslash that is there", '{"m":"C:\\\\users"}', { texts: ["C:\\users"] }, true],
  ["a backslash before u, which is no escape", '{"m":"C:\\\\u00e9"}', { texts: ["é"] }, false],
  ["the JSON itself", '{"m":"a","n":5}', { texts: ['"n":5'] }, true],
  ["a pattern over an escape", '{"m":"x \\u003cb\\u003e"}', { patterns: ["<b>$|<b>"] }, true],
  ["a pattern over a line break", '{"m":"error\\nthen timeout"}', { patterns: ["error.*timeout"] }, true],
  ["a pattern of the JSON's own backslashes", '{"m":"C:\\\\users"}', { patterns: ["C:\\\\\\\\users"] }, true],
  ["a pattern, letters of an escape", '{"m":"hello\\nice"}', { patterns: ["\\bice"] }, true],
  ["capital letters behind an escape", '{"m":"CAF\\u00C9"}', { texts: ["café"], ignoresCase: true }, true],
])("%s", (_, json, settings, isThere) => {
  expect(found(['{"a":1}', json, '{"b":2}'], settings)).toEqual(isThere ? [1] : []);
});
