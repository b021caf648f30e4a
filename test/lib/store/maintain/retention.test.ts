import fc from "fast-check";
import { expect, test } from "vitest";
import { compactFiles } from "../../../../src/lib/store/maintain/compact.js";
import { applyRetention, cutoffMs } from "../../../../src/lib/store/maintain/retention.js";
import {
  changeRules,
  type RetentionRule,
  retentionRules,
  ruleName,
  withRule,
} from "../../../../src/lib/store/maintain/retention-rules.js";
import { lineFacts, readFacts, temporaryDirectory } from "../support.js";
import { type Bench, eventLine, openBench, storeBatches } from "./support.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 10, 20);

async function setRules(bench: Bench, rules: readonly RetentionRule[]): Promise<void> {
  await changeRules(bench.files, bench.log, bench.nowMs, () => rules);
}

test("an age is never shorter than the rule says, and at most a day longer", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 * DAY_MS }),
      fc.integer({ min: START_MS, max: 2 * START_MS }),
      (age, now) => {
        const cutoff = cutoffMs({ fields: {}, maxAgeMs: age }, now)!;
        expect(cutoff).toBeLessThanOrEqual(now - age);
        expect(cutoff).toBeGreaterThan(now - age - (age >= 2 * DAY_MS ? DAY_MS : HOUR_MS));
      },
    ),
  );
});

test("rules for services change what is kept, also of events that were there before", async () => {
  const directory = temporaryDirectory();
  const lines = Array.from({ length: 90 }, (_, i) =>
    eventLine(["web", "audit", "db"][i % 3]!, (i * HOUR_MS) / 1000, {
      level: i % 2 === 0 ? "debug" : "info",
    }),
  );
  await storeBatches(directory, [lines.slice(0, 30), lines.slice(30, 60), lines.slice(60)]);
  const nowMs = START_MS + 90 * HOUR_MS;
  const bench = { ...(await openBench(directory)), nowMs: () => nowMs };
  const stay = (isKept: (event: { service: string; level: string }, ageHours: number) => boolean) =>
    lines
      .filter((line, i) => isKept(JSON.parse(line), 90 - i))
      .map(lineFacts)
      .sort();
  await setRules(bench, [
    { fields: {}, maxAgeMs: 40 * HOUR_MS },
    { fields: { service: "audit" }, maxAgeMs: null },
    { fields: { service: "web", level: "debug" }, maxAgeMs: 10 * HOUR_MS },
  ]);
  const first = stay(({ service, level }, hours) =>
    service === "audit" ? true : service === "web" && level === "debug" ? hours <= 10 : hours <= 40,
  );
  await applyRetention(bench);
  expect(await readFacts(directory)).toEqual(first);
  const { version } = await bench.log.refresh();
  expect(await applyRetention(bench)).toMatchObject({ rows: 0 });
  expect((await bench.log.refresh()).version).toBe(version);
  await compactFiles({ ...bench, targetBytes: 1 << 28 });
  await changeRules(bench.files, bench.log, bench.nowMs, (rules) =>
    withRule(rules, { fields: { service: "audit" }, maxAgeMs: HOUR_MS * 5 }),
  );
  await applyRetention(bench);
  const second = stay(({ service, level }, hours) =>
    service === "audit" ? hours <= 5 : service === "web" && level === "debug" ? hours <= 10 : hours <= 40,
  );
  expect(await readFacts(directory)).toEqual(second);
});

test("days that are too old go without a file being read", async () => {
  const directory = temporaryDirectory();
  const lines = Array.from({ length: 10 }, (_, i) => eventLine("a", (i * DAY_MS) / 1000));
  await storeBatches(directory, [lines]);
  const bench = { ...(await openBench(directory)), nowMs: () => START_MS + 10 * DAY_MS + HOUR_MS };
  await setRules(bench, [{ fields: {}, maxAgeMs: 3 * DAY_MS }]);
  expect(await applyRetention(bench)).toMatchObject({ rows: 7, filesRemoved: 7, filesRewritten: 0 });
  expect(await readFacts(directory)).toHaveLength(3);
});

test("the oldest files go when the table has too many bytes", async () => {
  const directory = temporaryDirectory();
  const lines = Array.from({ length: 6 }, (_, i) => eventLine("a", (i * DAY_MS) / 1000));
  await storeBatches(directory, [lines]);
  const bench = await openBench(directory);
  const { files } = await bench.log.refresh();
  const largest = Math.max(...files.map((file) => file.bytes));
  await setRules(bench, [{ fields: {}, maxAgeMs: null, maxBytes: largest * 2 }]);
  await applyRetention(bench);
  expect(await readFacts(directory)).toEqual(lines.slice(4).map(lineFacts).sort());
});

test("values that are no text, and keys with values of several types", async () => {
  const directory = temporaryDirectory();
  const lines = [7, "7", 8, undefined].map((tenant, i) => eventLine("a", i, { tenant }));
  await storeBatches(directory, [lines]);
  const bench = { ...(await openBench(directory)), nowMs: () => START_MS + 100 * DAY_MS };
  await setRules(bench, [
    { fields: { tenant: "7" }, maxAgeMs: DAY_MS },
    { fields: { nothing: "here" }, maxAgeMs: 0 },
  ]);
  await applyRetention(bench);
  expect(await readFacts(directory)).toEqual(lines.slice(2).map(lineFacts).sort());
});

test("a rule for the same fields is replaced, and the narrowest comes first", () => {
  const wide = { fields: {}, maxAgeMs: 1 };
  const narrow = { fields: { a: "1", b: "2" }, maxAgeMs: 2 };
  const rules = withRule(withRule([wide], narrow), { fields: { b: "2", a: "1" }, maxAgeMs: 3 });
  expect(rules.map((rule) => [ruleName(rule), rule.maxAgeMs])).toEqual([
    ["a=1 b=2", 3],
    ["*", 1],
  ]);
});

test("rules of two who change them at once are both there", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [[eventLine("a", 1)]]);
  const benches = [await openBench(directory), await openBench(directory)];
  await Promise.all(
    benches.map(({ files, log, nowMs }, i) =>
      changeRules(files, log, nowMs, (rules) => withRule(rules, { fields: { n: String(i) }, maxAgeMs: 1 })),
    ),
  );
  const rules = retentionRules(await benches[0]!.log.refresh());
  expect(rules.map(ruleName).sort()).toEqual(["n=0", "n=1"]);
});
