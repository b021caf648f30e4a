import { expect, test } from "vitest";
import { Trail } from "../../../../../src/lib/stages/parse/records/trail.js";

test("elements that are opened and never closed are given up after a few lines: each line would be asked with all that follow", () => {
  const trail = new Trail("<a>", false);
  const verdicts = Array.from({ length: 100 }, () => trail.accept("<b>"));
  expect(verdicts.indexOf("ends")).toBeGreaterThan(16);
  expect(verdicts.indexOf("ends")).toBeLessThan(64);
});

test("a document of many lines is one record, to the end of its first element", () => {
  const trail = new Trail("<log>", false);
  for (let n = 0; n < 1000; n++)
    expect(trail.accept(`  <entry id="${n}"><text>x</text></entry>`)).toBe("maybe");
  expect(trail.accept("</log>")).toBe("joins");
  expect(trail.accept("<log>")).toBe("ends");
});

test.each(["<a><![CDATA[", "<a><!--", "<a", "<a><?x", "<a></b"])(
  "%s over and over is no document",
  (line) => {
    const trail = new Trail(line, false);
    const verdicts = Array.from({ length: 100 }, () => trail.accept(line));
    expect(verdicts.indexOf("ends")).toBeGreaterThanOrEqual(0);
    expect(verdicts.indexOf("ends")).toBeLessThan(64);
  },
);
