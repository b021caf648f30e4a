import fc from "fast-check";
import { expect, it } from "vitest";
import { LogpipeError } from "../../../src/lib/base/errors/index.js";
import { FieldSet, Projector } from "../../../src/lib/event/rows/rows.js";
import { compileExpression } from "../../../src/lib/expression/expression.js";
import { FUNCTIONS } from "../../../src/lib/expression/functions/index.js";
import { resultsOf } from "./support.js";

const words = [
  ..."a x n level user.id event timestamp e 1 2.5 -3 0x1F 9007199254740993 1e308 'a' \"b\" r'\\d' '' true false null".split(
    " ",
  ),
  ..."( ) [ ] { } , . : ? ! - + * / % == != < <= > >= && || in ` @ # \\ = '''".split(" "),
  ...[...FUNCTIONS.keys()].map((name) => `${name}(`),
  ".exists(e,",
  ".map(e,",
  'event["odd key"]',
  'timestamp("2026-11-21T10:00:00Z")',
  'duration("1h")',
  "'(a+)+$'",
  "\u0000",
  "🙂",
  "\ud800",
];
const events = [
  "{}",
  '{"a":1,"x":"x","n":null,"level":"error","user":{"id":"u1"},"timestamp":"2026-11-21T10:00:00Z","odd key":[1,"a",{"b":2}]}',
  '{"a":"\\ud800","x":[[[[]]]],"n":1e400,"level":7,"user":[{"id":1}],"timestamp":1700000000,"odd key":{}}',
  `{"a":${"[".repeat(500)}${"]".repeat(500)},"x":-0,"n":9007199254740993,"level":"LOUD","user":"u","timestamp":"soon"}`,
  '{"a":{"__proto__":1,"constructor":2,"toString":3},"x":true,"n":0.1,"timestamp":"9999-12-31T23:59:59.999999999Z"}',
];
const input = Buffer.from(events.map((event) => `${event}\n`).join(""));

function attempt(text: string): void {
  const fields = new FieldSet();
  try {
    const { evaluate, test, jsonText } = compileExpression(text, fields, "EXPR", { nowMs: () => 0 });
    const { rows } = new Projector(fields).apply(input);
    for (let row = 0; row < rows.count; row++) {
      expect(test(rows, row)).toBe(evaluate(rows, row) === true);
      const json = jsonText(rows, row);
      if (json !== undefined) JSON.parse(json);
    }
  } catch (error) {
    if (!(error instanceof LogpipeError))
      throw new Error(`${JSON.stringify(text)}: ${String(error)}`, { cause: error });
    expect(error.code).toBe("usage.bad-expression");
    const [, shown = "", caret = ""] = error.message.split("\n");
    expect(caret.trim()).toBe("^");
    expect(caret.length).toBeLessThanOrEqual(shown.length + 1);
  }
}

it("any words in any order give a value, none, or an error with a place", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 12 }), (parts) => {
      attempt(parts.join(" "));
    }),
    { numRuns: 3000 },
  );
});

it("any text does, too", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), attempt), { numRuns: 1000 });
});

it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s is a name like any other", (name) => {
  expect(resultsOf(name, ["{}", `{"${name}":1}`])).toEqual([undefined, "1"]);
  expect(resultsOf(`a.${name} == 1`, ['{"a":{}}', `{"a":{"${name}":1}}`])).toEqual([undefined, "true"]);
  expect(resultsOf(`[a].exists(e, e.${name} == 1)`, ['{"a":{}}', `{"a":{"${name}":1}}`])).toEqual([
    undefined,
    "true",
  ]);
  expect(resultsOf(`"${name}" in a`, ['{"a":{}}', `{"a":{"${name}":1}}`])).toEqual(["false", "true"]);
});

it("patterns that make others backtrack for ever end", () => {
  const event = JSON.stringify({ s: `${"a".repeat(200_000)}!` });
  expect(resultsOf('s.matches("^(a+)+$")', [event])).toEqual(["false"]);
  expect(resultsOf('s.matches("(a|a)*b")', [event])).toEqual(["false"]);
  expect(resultsOf('s.matches("(.*)(.*)(.*)(.*)x")', [event])).toEqual(["false"]);
});

it("reads long texts of digits in time that grows with their length", () => {
  const fields = new FieldSet();
  const asked = ["double", "int", "duration", "timestamp"].map((name) =>
    compileExpression(`${name}(a)`, fields, "EXPR", { nowMs: () => 0 }),
  );
  const line = (a: string) => `${JSON.stringify({ a })}\n`;
  const long = "1".repeat(1_000_000);
  const text = Buffer.from(line(`${long}x`) + line(`.${long}.`) + line(`${long}.${long}s`));
  const { rows } = new Projector(fields).apply(text);
  for (const { evaluate } of asked)
    for (let row = 0; row < rows.count; row++) expect(evaluate(rows, row)).toBeUndefined();
});
