/** Whatever is written as a pattern, and whatever is read with it: an event, a refusal or a sentence, and an end. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { Event } from "../../../../src/lib/event/event.js";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { BoundedPattern } from "../../../../src/lib/format/patterns/bounded-pattern.js";
import { patternFormat } from "../../../../src/lib/format/patterns/user-patterns.js";
import { PatternWatch } from "../../../../src/lib/format/patterns/watch.js";
import { NOW_MS } from "../examples.js";

const RUNS = Number(process.env["LOGPIPE_TEST_RUNS"] ?? 500);
const LINES = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.stringMatching(/^[ab:=1 \t.{}"[\]-]{0,30}$/),
  fc.constantFrom("2026-11-21 10:00:00 WARN [a] b", "1.2.3.4 GET /x 200", "\ud800 \u2028", '"a" \\ "b'),
);
const TEXTS = {
  template: fc.stringMatching(/^[{}a-c: \t\-[\]]{0,24}$/),
  dissect: fc.stringMatching(/^(?:%\{[a-c+?&*/1|>-]{0,4}\}|[ab,: ]){0,6}$/),
  grok: fc.stringMatching(/^(?:%\{(?:WORD|INT|IP|DATA|X)(?::[ab[\]@:]{0,4})?\}|[a-c ()|*+?^$\\.]){0,6}$/),
  regex: fc.stringMatching(/^(?:\(\?<[ab]>|[a-c ()|*+?^$\\.[\]]){0,10}$/),
};

it.each(Object.entries(TEXTS))(
  "%s:",
  (kind, texts) => {
    fc.assert(
      fc.property(texts, fc.array(LINES, { maxLength: 4 }), (text, lines) => {
        const event = new EventWriter();
        try {
          const parser = patternFormat({ spec: `${kind}:${text}`, what: "--format" }, undefined)!.create(
            { nowMs: () => NOW_MS },
            new PatternWatch({ runMs: 50, lineMs: 5, hastyLineMs: 5 }),
          );
          for (const line of lines) {
            event.reset();
            if (parser.parse(line, event) !== true) continue;
            event.end();
            for (const written of event.take().trimEnd().split("\n"))
              expect(Event.parse(written), written).toBeInstanceOf(Event);
          }
        } catch (error) {
          if (!(error instanceof LogpipeError)) throw error;
          expect(error.exitCode).toBe(2);
        }
      }),
      { numRuns: RUNS },
    );
  },
  3_600_000,
);

it("expressions that repeat repeats come to an end on lines that nearly match", {
  timeout: 3_600_000,
}, () => {
  const part = fc.constantFrom(
    "a",
    "[ab]",
    "(?:a|a)",
    "\\w",
    ".",
    "(?:a?b?)",
    "(?=a)a",
    "(?<!c)a",
    "(?:ab?)(?=\\w|!)",
  );
  const repeated = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom("+", "*", "{1,9}", "+?"))
    .map(([parts, quantifier]) => `(?:${parts.map((p) => `(?:${p})+`).join("")})${quantifier}`);
  fc.assert(
    fc.property(
      fc.array(repeated, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 20, max: 4000 }),
      (parts, n) => {
        const watch = new PatternWatch({ runMs: 20, lineMs: 4, hastyLineMs: 2 });
        const pattern = new BoundedPattern(new RegExp(`^(?<x>${parts.join("")})!$`, "s"), ["x"], watch);
        const lines = ["a!", "a".repeat(n), `${"ab".repeat(n)}?`, "b"];
        expect(watch.run(() => lines.map((line) => pattern.groups(line)?.[0]?.length ?? -1))).toHaveLength(4);
      },
    ),
    { numRuns: Math.min(RUNS, 30) },
  );
});
