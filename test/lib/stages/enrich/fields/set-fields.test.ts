import { describe, expect, it } from "vitest";
import { readSetFields } from "../../../../../src/lib/stages/enrich/fields/set-fields.js";

describe("readSettings", () => {
  it.each([
    ["prod", '"prod"'],
    ["", '""'],
    ["3", "3"],
    ["1.0", "1.0"],
    ['"a < b"', '"a < b"'],
    ["true", "true"],
    [' {"a":[1, 2]} ', '{"a":[1, 2]}'],
    ["eu-west-1", '"eu-west-1"'],
    ["a=b", '"a=b"'],
    ["1.2.3", '"1.2.3"'],
    ["https://example.com/?q=1&r=%20", '"https://example.com/?q=1&r=%20"'],
    ["other_field", '"other_field"'],
    ["event.other", '"event.other"'],
    ["made in France", '"made in France"'],
    ["Hello (you)", '"Hello (you)"'],
    ['say "a > b"', '"say \\"a > b\\""'],
    ["a-b", '"a-b"'],
    ["10%", '"10%"'],
    ["what?", '"what?"'],
    ["'quoted'", "\"'quoted'\""],
  ])("%s is the constant %s", (value, json) => {
    expect(readSetFields([`x=${value}`])).toEqual([{ name: "x", kind: "constant", json }]);
  });

  it.each([
    "latency_ms > 500",
    "latency_ms>500",
    'level == "error"',
    'env=="prod"',
    "a + b",
    "bytes / 1024",
    "!isOk && x",
    "lower(level)",
    'message.contains("timeout")',
    'status >= 500 ? "bad" : "good"',
    "(other_field)",
    '("text")',
  ])("%s is an expression", (value) => {
    expect(readSetFields([`x=${value}`])).toEqual([{ name: "x", kind: "computed", expression: value }]);
  });
});
