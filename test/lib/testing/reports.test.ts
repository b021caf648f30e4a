/** Reports are what their readers' own parsers read: TAP 14, JUnit's XML, JSON; whatever stands in names and events. */
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { Parser } from "tap-parser";
import { describe, expect, it } from "vitest";
import { jsonReport } from "../../../src/lib/testing/report/json.js";
import { junitReport } from "../../../src/lib/testing/report/junit.js";
import type { CaseResult, TestResults } from "../../../src/lib/testing/report/results.js";
import { tapReport } from "../../../src/lib/testing/report/tap.js";
import { textReport } from "../../../src/lib/testing/report/text.js";

const HOSTILE = [
  "one # SKIP later",
  "ok 1 - two # SKIP",
  "back\\slash \\# sharp",
  "]]> <![CDATA[ & \"quotes\" 'single'",
  "\u001b[31mred\u0007\u0000",
  "lines\nnot ok 7\r\n1..0",
  "half \ud800 pair \udc00",
  "\ufffe\uffff\u2028\u0085",
  "Bail out! no",
  "  leading, and trailing  ",
  "...",
  "---",
  "кошка 猫 🐈",
];
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }), fc.string());

const failing = fc.record({
  at: text,
  place: text,
  differences: fc.array(
    fc.record({
      what: text,
      expected: fc.option(text, { nil: undefined }),
      actual: fc.option(text, { nil: undefined }),
      fields: fc.array(fc.record({ path: text, expected: text, actual: text }), { maxLength: 2 }),
      hint: fc.option(text, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

const result: fc.Arbitrary<CaseResult> = fc
  .record({
    name: text,
    file: text,
    failings: fc.array(failing, { minLength: 1, maxLength: 2 }),
    isOk: fc.boolean(),
  })
  .map(({ name, file, failings, isOk }) => ({
    ...{
      name,
      file,
      pipeline: file,
      isOfSeveral: false,
      place: `${file}:1:1`,
      durationMs: 1,
      written: new Map(),
    },
    state: isOk ? ("ok" as const) : ("failed" as const),
    failings: isOk ? [] : failings,
  }));

const results: fc.Arbitrary<TestResults> = fc.record({
  cases: fc.array(result, { minLength: 1, maxLength: 6 }),
  coverage: fc.array(
    fc.record({
      file: text,
      gaps: fc.array(fc.record({ name: text, place: fc.constant(undefined), reason: text }), {
        maxLength: 2,
      }),
    }),
    { maxLength: 2 },
  ),
  skipped: fc.nat({ max: 2 }),
});

function counts({ cases, skipped }: TestResults) {
  const failed = cases.filter(({ state }) => state === "failed").length;
  return { tests: cases.length + skipped, failed, skipped };
}

describe("TAP", () => {
  it("has each test once, with its outcome", () => {
    fc.assert(
      fc.property(results, (all) => {
        const parser = new Parser({ strict: true });
        const seen: { ok: boolean; skip?: boolean | string; todo?: boolean | string }[] = [];
        const extra: string[] = [];
        parser.on("assert", (one) => void seen.push(one));
        parser.on("extra", (line) => void extra.push(line));
        let version = 0;
        parser.on("version", (number) => void (version = Number(number)));
        parser.end(tapReport(all));
        expect(version).toBe(14);
        expect(extra).toEqual([]);
        expect(seen.length).toBe(counts(all).tests);
        expect(seen.filter(({ ok }) => !ok).length).toBe(counts(all).failed);
        expect(seen.filter(({ skip, todo }) => skip || todo).length).toBe(all.skipped);
        expect(parser.results?.failures.filter(({ tapError }) => tapError)).toEqual([]);
      }),
    );
  });
});

describe("JUnit", () => {
  it("is XML with each test once, and its failure", () => {
    fc.assert(
      fc.property(results, (all) => {
        const names: string[] = [];
        let failures = 0;
        const parser = new SaxesParser();
        parser.on("error", (error) => {
          throw error;
        });
        parser.on("opentag", ({ name, attributes }) => {
          if (name === "testcase") names.push(String(attributes["name"]));
          if (name === "failure") failures++;
        });
        parser.write(junitReport(all)).close();
        expect(names.length).toBe(all.cases.length);
        expect(failures).toBe(counts(all).failed);
      }),
    );
  });

  it("keeps names as they are where XML can", () => {
    const names: string[] = [];
    const parser = new SaxesParser();
    parser.on("opentag", ({ name, attributes }) => {
      if (name === "testcase") names.push(String(attributes["name"]));
    });
    const one = {
      file: "a.yaml",
      pipeline: "a.yaml",
      isOfSeveral: false,
      place: "a.yaml:1:1",
      durationMs: 0,
      written: new Map(),
    };
    const cases = ["<a> & \"b\" 'c'\n\td", "猫 🐈"].map((name) => ({
      ...one,
      name,
      state: "ok" as const,
      failings: [],
    }));
    parser.write(junitReport({ cases, coverage: [], skipped: 0 })).close();
    expect(names).toEqual(cases.map(({ name }) => name));
  });
});

it("JSON can be read", () => {
  fc.assert(
    fc.property(results, (all) => {
      const read = JSON.parse(jsonReport(all)) as { cases: { name: string }[]; failed: number };
      expect(read.cases.length).toBe(all.cases.length);
      expect(read.failed).toBe(counts(all).failed);
    }),
  );
});

it("what a terminal obeys is not printed", () => {
  fc.assert(
    fc.property(results, (all) => {
      expect(textReport(all, { hasColour: false }, true)).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
      );
    }),
  );
});
