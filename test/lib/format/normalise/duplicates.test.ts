import { expect, it } from "vitest";
import { json } from "../../../../src/lib/format/structured/json.js";
import { read } from "../examples.js";

it.each([
  ["two levels", '{"level":"warn","n":1,"level":"fatal"}', '{"level":"warn","n":1,"level":"fatal"}'],
  ["two levels of old", '{"level":"WARN","level":"Crit"}', '{"level":"WARN","level":"fatal"}'],
  ["two levels of another name", '{"lvl":"info","lvl":"err"}', '{"lvl":"info","level":"error"}'],
  ["a word and a number twice", '{"level":"error","level":30}', '{"level":"error","level":"info"}'],
  [
    "two in an opened object",
    '{"log":{"level":"error","level":"info"}}',
    '{"log.level":"error","level":"info"}',
  ],
  [
    "two and another",
    '{"severity":"DEBUG","level":"info","level":"warn"}',
    '{"severity":"DEBUG","level":"info","level":"warn"}',
  ],
  ["a duplicate that is none", '{"severity":"ERROR","severity":{}}', '{"level":"error","severity":{}}'],
])("of a level that is there twice the last counts: %s", (_, line, event) => {
  expect(read(json, line)).toBe(event);
});
