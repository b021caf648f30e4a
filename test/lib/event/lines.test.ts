import { expect, it } from "vitest";
import { LineCounter, lineAt } from "../../../src/lib/event/lines.js";

it("numbers the lines at offsets in any order", () => {
  const bytes = Buffer.from("a\nbb\n\nccc\n");
  const starts = [0, 2, 5, 6];
  const counter = new LineCounter(bytes);
  for (const order of [starts, starts.toReversed(), starts, [6, 0, 5, 5, 2]])
    for (const start of order) expect(counter.lineOf(start)).toBe(starts.indexOf(start));
  expect(starts.map((start) => lineAt(bytes, start))).toEqual([0, 1, 2, 3]);
});
