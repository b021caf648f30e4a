/** Lines of more streams than can have anything open: nothing is lost, nothing comes twice, no cut changes anything. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Grouper, type View } from "../../../../../src/lib/stages/parse/records/grouper.js";
import { parsedApart, parsedInTurn } from "./support.js";

const TEXTS = [
  ...["java.lang.IllegalStateException: boom", "\tat a.B.c(B.java:1)", "Caused by: x.Y: no", "words", "{"],
  ...[
    "2026-11-21 10:00:00 INFO next",
    "level=info msg=up",
    "Traceback (most recent call last):",
    "",
    "panic: no",
  ],
];

const line = fc.record({
  name: fc.oneof(fc.nat(3), fc.nat(300)),
  text: fc.constantFrom(...TEXTS),
  isPartial: fc.nat(9).map((n) => n === 0),
  /** Seconds since the line before. */
  behind: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 6, -3),
  times: fc.constantFrom(1, 1, 1, 1, 1, 70),
});
const lines = fc.array(line, { maxLength: 150, size: "max" });

it("gives every line once, records in the order of their first lines", () => {
  fc.assert(
    fc.property(lines, fc.boolean(), (all, isTimed) => {
      const grouper = new Grouper<View & { readonly index: number }>();
      let seconds = 1000;
      const views = all.flatMap(({ name, text, isPartial, behind, times }) => {
        seconds += behind;
        return Array.from({ length: times }, () => ({ name, text, isPartial, seconds }));
      });
      const groups = views.flatMap(({ name, ...view }, index) => {
        grouper.push({ ...view, index, stream: `${name}`, seconds: isTimed ? view.seconds : 0 });
        return grouper.take();
      });
      groups.push(...grouper.end());
      const given = groups.flatMap((group) => group.views.map(({ index }) => index));
      expect([...given].sort((a, b) => a - b)).toEqual(views.map((_, index) => index));
      const firsts = groups.map(({ index }) => index);
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    }),
    { numRuns: 60 },
  );
});

it("reads names before lines the same wherever the input is cut", () => {
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.boolean()), (all, cuts) => {
      const written = all.map(({ name, text }) => `[pod/shop-${name}/app] ${text}\n`);
      const whole = parsedInTurn([written.join("")]);
      expect(parsedApart(written)).toBe(whole);
      const pieces = [""];
      for (const one of written) {
        if (cuts.next().value === true) pieces.push("");
        pieces[pieces.length - 1] += one;
      }
      expect(parsedApart(pieces)).toBe(whole);
    }),
    { numRuns: 30 },
  );
});

it("joins a trace that has lines of sixty other names within, and not behind more", () => {
  const others = (count: number) =>
    Array.from({ length: count }, (_, n) => `[pod/p${n}/app] level=info msg=x`);
  const trace = (between: number) =>
    parsedApart([
      [
        "[pod/shop/app] java.lang.Error: no",
        ...others(between),
        "[pod/shop/app] \tat a.B.c(B.java:1)",
        "",
      ].join("\n"),
    ])
      .trimEnd()
      .split("\n")
      .map((event) => JSON.parse(event).message);
  expect(trace(60)[0]).toBe("java.lang.Error: no\n\tat a.B.c(B.java:1)");
  expect(trace(60)).toHaveLength(61);
  expect(trace(70)[0]).toBe("java.lang.Error: no");
  expect(trace(70).at(-1)).toBe("\tat a.B.c(B.java:1)");
});
