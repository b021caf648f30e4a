import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkJson, JsonFault, MAX_DEPTH, scanMembers } from "../../../src/lib/json/members.js";
import { JsonScanner } from "../../../src/lib/json/scanner.js";

const isAcceptedByNode = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON texts with one character changed, removed or put in: near misses. */
const nearJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.constantFrom(
      "",
      "\\",
      '"',
      ",",
      ":",
      "{",
      "}",
      "[",
      "]",
      "0",
      "-",
      ".",
      "e",
      " ",
      "\t",
      "\u0001",
      "u",
      "é",
      "\ud800",
      "\n",
    ),
    fc.nat(2),
  )
  .map(([json, at, insert, cut]) => {
    const i = json.length === 0 ? 0 : at % json.length;
    return json.slice(0, i) + insert + json.slice(i + cut);
  });

describe("the JSON reader", () => {
  test("accepts what JSON.parse accepts and refuses what it refuses", () => {
    fc.assert(
      fc.property(nearJson, (text) => (checkJson(text) === undefined) === isAcceptedByNode(text)),
      { numRuns: 3000 },
    );
  });

  test("does so inside objects too, where the common shape has a path of its own", () => {
    const near = fc.tuple(fc.string(), nearJson).map(([key, json]) => `{${JSON.stringify(key)}:${json}}`);
    fc.assert(
      fc.property(near, (text) => !(scanMembers(text) instanceof JsonFault) === isAcceptedByNode(text)),
      { numRuns: 3000 },
    );
  });

  test("reads the common shape as it reads everything else", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\\"a]{0,6}$/));
    const scalar = fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null));
    const spaced = fc.constantFrom([":", ","], [": ", ", "], [":", ", "], [" :", ","]);
    const damage = fc.tuple(fc.nat(400), fc.constantFrom("", "", "", "\\", '"', ",", " ", "}"));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, scalar)), spaced, damage, (pairs, [colon, comma], [at, junk]) => {
        const members = pairs.map(([name, value]) => JSON.stringify(name) + colon + JSON.stringify(value));
        const whole = `{${members.join(comma)}}`;
        const line = junk === "" ? whole : whole.slice(0, at) + junk + whole.slice(at);
        expect(scanMembers(line)).toEqual(new JsonScanner(line).document());
      }),
      { numRuns: 3000 },
    );
  });

  test("finds names and values as JSON.parse does, with any white space", () => {
    const object = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 1, "\t", " \r\n"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent?.toString().replaceAll("1", " "));
        const members = scanMembers(text);
        if (members instanceof JsonFault) throw new Error(members.reason);
        expect(members.names).toEqual(Object.keys(value));
        for (const [i, name] of members.names.entries()) {
          const raw = text.slice(members.valueStarts[i], members.valueEnds[i]);
          expect(JSON.parse(raw)).toEqual(JSON.parse(JSON.stringify(value[name])));
        }
      }),
    );
  });

  test.each([
    ["", "not a JSON object", 0],
    ["  [1]", "not a JSON object", 2],
    ["{", "the text ends too early", 1],
    ['{"a"', "the text ends too early", 4],
    ['{"a" 1}', "the colon after a key is missing", 5],
    ['{"a":}', "not a JSON value", 5],
    ['{"a":1,}', "a key in double quotes is missing", 7],
    ['{"a":1 "b":2}', "a comma or closing brace is missing", 7],
    ['{"a":[1 2]}', "a comma or closing bracket is missing", 8],
    ['{"a":01}', "a number with a leading zero", 5],
    ['{"a":1.}', "a number without digits after its point", 5],
    ['{"a":1e+}', "a number without digits in its exponent", 5],
    ['{"a":"b', "unterminated string", 5],
    ['{"a":"\\x"}', "unknown escape in a string", 6],
    ['{"a":"\\u12g4"}', "unknown escape in a string", 6],
    ['{"a":"\t"}', "unescaped control character in a string", 6],
    ['{"a":1}x', "text after the end of the JSON value", 7],
    ["{a:1}", "a key in double quotes is missing", 1],
    ['{"a":nul}', "not a JSON value", 5],
    ['\ufeff{"a":1}', "not a JSON object", 0],
    ['{"a":1}\u00a0', "text after the end of the JSON value", 7],
  ])("says what is wrong with %j", (text, reason, offset) => {
    expect(scanMembers(text)).toEqual(new JsonFault(reason, offset));
  });

  test("nests as deep as the limit and no deeper", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(checkJson(nested(MAX_DEPTH))).toBeUndefined();
    expect(checkJson(nested(MAX_DEPTH + 1))).toEqual(new JsonFault("nested too deeply", MAX_DEPTH));
    expect(checkJson("[".repeat(1_000_000))).toEqual(new JsonFault("nested too deeply", MAX_DEPTH));
    const inObject = `{"a":${nested(MAX_DEPTH - 1)}}`;
    expect(scanMembers(inObject)).not.toBeInstanceOf(JsonFault);
    expect(scanMembers(`{"a":${nested(MAX_DEPTH)}}`)).toBeInstanceOf(JsonFault);
  });

  test("never throws on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        scanMembers(text);
        scanMembers(`{${text}`);
        checkJson(text);
      }),
    );
  });
});
