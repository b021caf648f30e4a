import { expect, it } from "vitest";
import { BoundedPattern } from "../../../../src/lib/format/patterns/bounded-pattern.js";
import { within } from "../../../../src/lib/format/patterns/within.js";

const BUDGETS = { runMs: 40, lineMs: 20, hastyLineMs: 5 };
const HOSTILE = `${"a".repeat(60)}!`;

function read(pattern: BoundedPattern, lines: readonly string[]) {
  return pattern.watch.run(() =>
    lines.map((line) => {
      const groups = pattern.groups(line);
      return pattern.watch.hasGivenUp ? "given up" : groups?.[0];
    }),
  );
}

it("lines around one that hangs are read as ever, and it is judged by the linear engine", () => {
  const pattern = new BoundedPattern(/^(?<x>(?:a+)+)$/s, ["x"], undefined, BUDGETS);
  const lines = ["aaa", "b", HOSTILE, "aa", HOSTILE, "a"];
  expect(read(pattern, lines)).toEqual(["aaa", undefined, undefined, "aa", undefined, "a"]);
  // Read line by line now, and as before once that is over.
  for (let n = 0; n < 4; n++) expect(read(pattern, ["aaaa", "x"])).toEqual(["aaaa", undefined]);
});

it.each([
  ["a look ahead", /^(?=(?:a+)+b|x|aaa?$)(?<x>.*)$/s],
  ["a look behind", /^(?<x>(?:a+)+)(?<!z)$/s],
  ["a reference", /^(?<x>(?:(a)\2?)+(?:a+)+)$/s],
])("%s cannot be judged so: the line is given up", (_, regex) => {
  const pattern = new BoundedPattern(regex, ["x", "y"], undefined, BUDGETS);
  const [first, second, ...others] = read(pattern, [
    "aaa",
    HOSTILE,
    HOSTILE,
    "aaa",
    ...Array(12).fill(HOSTILE),
  ]);
  expect([first, second, ...others.slice(0, 2)]).toEqual(["aaa", "given up", "given up", "aaa"]);
  expect(new Set(others.slice(2))).toEqual(new Set(["given up"]));
});

it("a pattern of the third and fourth degree on a long line ends, too", () => {
  const pattern = new BoundedPattern(/(?<x>\S+)=(\S+)=(\S+)=(\S+) end/s, ["x"], undefined, BUDGETS);
  expect(read(pattern, ["k=".repeat(8000), "a=b=c=d end"])).toEqual([undefined, "a"]);
});

it("errors pass through, and one watch stands in another", () => {
  expect(() =>
    within(1000, () => {
      throw new RangeError("mine");
    }),
  ).toThrow("mine");
  const inner = within(10_000, () => [
    within(10, () => {
      for (;;);
    }),
    within(10_000, () => 1),
  ]);
  expect(inner).toEqual({ value: [undefined, { value: 1 }] });
});
