import { describe, expect, test } from "vitest";
import {
  AnomalyFinding,
  type Method,
  scoreOf,
  surpriseOf,
} from "../../../../src/lib/stages/detect/method.js";
import { METHODS } from "../../../../src/lib/stages/detect/methods/index.js";
import { uniform } from "../../../support/random.js";

const START_MS = Date.UTC(2026, 10, 2);
const methods = Object.values(METHODS) as readonly Method[];

/** The surprise of each value. */
function surprises(method: Method, values: readonly number[], stepMs = 60_000): number[] {
  const memory = new Float64Array(method.size);
  const finding = new AnomalyFinding();
  return values.map((value, n) => {
    method.observe(memory, 0, START_MS + n * stepMs, value, finding);
    return finding.surprise;
  });
}

function normal(seed: number, count: number): number[] {
  const next = uniform(seed);
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()),
  );
}

const alarms = (found: readonly number[]) => found.filter((surprise) => surprise >= 1).length;

describe.each(methods)("$name", (method) => {
  test("finds a spike", () => {
    const values = normal(1, 2000).map((z) => 100 + 5 * z);
    values[1500] = 200;
    expect(surprises(method, values)[1500]).toBeGreaterThan(1);
  });

  test("leaves steady noise alone, of whatever shape: at most four alarms in a thousand values", () => {
    const next = uniform(8);
    const noises: Record<string, number[]> = {
      normal: normal(2, 20_000).map((z) => 100 + 10 * z),
      uniform: Array.from({ length: 20_000 }, () => 5 + next()),
      negative: normal(4, 20_000).map((z) => -3000 + z),
    };
    for (const [shape, values] of Object.entries(noises)) {
      const found = surprises(method, values);
      expect([shape, alarms(found.slice(200)) <= 0.004 * values.length]).toEqual([shape, true]);
    }
  });

  test("does not care for the unit", () => {
    const values = normal(5, 1500).map((z) => 100 + 10 * z);
    const one = surprises(method, values);
    const other = surprises(
      method,
      values.map((value) => value * 1024),
    );
    one.forEach((surprise, n) => {
      expect(other[n]).toBeCloseTo(surprise, 6);
    });
  });

  test("knows nothing of later values, and all of its past is in its numbers", () => {
    const values = normal(6, 900);
    const whole = surprises(method, values);
    expect(surprises(method, values.slice(0, 500))).toEqual(whole.slice(0, 500));
    let memory = new Float64Array(method.size);
    const finding = new AnomalyFinding();
    values.forEach((value, n) => {
      memory = memory.slice();
      method.observe(memory, 0, START_MS + n * 60_000, value, finding);
      expect(finding.surprise).toBe(whole[n]);
    });
  });

  test("a series that never changes is no anomaly, its first change is one", () => {
    const values = Array.from({ length: 400 }, () => 5);
    values[300] = 6;
    const found = surprises(method, values);
    expect(alarms(found.slice(0, 300))).toBe(0);
    expect(found[300]).toBeGreaterThan(1);
  });

  test("is finite for the largest values, zeros and values without a time", () => {
    const memory = new Float64Array(method.size);
    const finding = new AnomalyFinding();
    const odd = [0, -0, 1e150, -1e150, 5e-324, 0, 1, 1e150];
    for (let n = 0; n < 400; n++) {
      method.observe(memory, 0, n % 3 === 0 ? Number.NaN : n * 1e9, odd[n % odd.length]!, finding);
      expect(Number.isNaN(finding.surprise)).toBe(false);
      expect(method.explain(finding, "x", 1)).toMatch(/^x /);
    }
    expect(memory.every(Number.isFinite)).toBe(true);
  });
});

describe("auto", () => {
  const { auto } = METHODS;

  test("finds a level that stays inside the range", () => {
    const values = normal(7, 3000).map((z, n) => {
      const spike = n % 97 === 0 ? 60 : 0;
      return 100 + 4 * z + spike + (n >= 2000 ? 8 : 0);
    });
    const found = surprises(auto, values, 600_000);
    expect(alarms(found.slice(2000, 2100))).toBeGreaterThan(0);
    expect(alarms(found.slice(1000, 2000))).toBeLessThanOrEqual(2);
  });

  test("finds a night that looks like a day", () => {
    const noise = normal(9, 14 * 288);
    const values = noise.map((z, n) => {
      const hour = (n / 12) % 24;
      const isDay = hour >= 9 && hour < 18;
      const isOdd = n >= 10 * 288 + 12 && n < 10 * 288 + 60;
      return (isDay || isOdd ? 80 : 20) + z;
    });
    const found = surprises(auto, values, 300_000);
    expect(alarms(found.slice(10 * 288 + 12, 10 * 288 + 60))).toBeGreaterThan(0);
    expect(alarms(found.slice(4 * 288, 10 * 288))).toBeLessThanOrEqual(4);
    const finding = new AnomalyFinding();
    const memory = new Float64Array(auto.size);
    values.slice(0, 10 * 288 + 13).forEach((value, n) => {
      auto.observe(memory, 0, START_MS + n * 300_000, value, finding);
    });
    expect(finding.expected).toBeCloseTo(20, 0);
    expect(auto.explain(finding, "load", values[10 * 288 + 12]!)).toContain("for this hour of the day");
  });
});

describe("seasonal", () => {
  test("knows Mondays from Sundays after two weeks", () => {
    const { seasonal } = METHODS;
    const memory = new Float64Array(seasonal.size);
    const finding = new AnomalyFinding();
    const noise = normal(10, 4 * 168);
    noise.forEach((z, n) => {
      const isSunday = Math.floor(n / 24) % 7 === 6;
      seasonal.observe(memory, 0, START_MS + n * 3_600_000, (isSunday ? 10 : 100) + z, finding);
    });
    seasonal.observe(memory, 0, START_MS + (4 * 168 + 6 * 24 + 5) * 3_600_000, 100, finding);
    expect(finding.expected).toBeCloseTo(10, -1);
    expect(finding.surprise).toBeGreaterThan(1);
    expect(seasonal.explain(finding, "visits", 100)).toMatch(
      /^visits is 100, [\d.]+ deviations above the usual [\d.]+ for this hour of the week$/,
    );
  });
});

describe("mad", () => {
  test("agrees with a median worked out again for every value", () => {
    const { mad } = METHODS;
    const memory = new Float64Array(mad.size);
    const finding = new AnomalyFinding();
    const next = uniform(11);
    const values = Array.from({ length: 1000 }, () => Math.floor(next() * 40));
    const middle = (sorted: number[]) => sorted[sorted.length >> 1]!;
    values.forEach((value, n) => {
      mad.observe(memory, 0, Number.NaN, value, finding);
      const window = values.slice(Math.max(0, n - 127), n).sort((a, b) => a - b);
      if (window.length < 20) return;
      const median = middle(window);
      const spread = 1.4826 * middle(window.map((one) => Math.abs(one - median)).sort((a, b) => a - b));
      expect(finding.expected).toBe(median);
      expect(finding.detail).toBeCloseTo((value - median) / spread, 9);
    });
  });
});

test("a surprise of 1 is a score of one half, and back", () => {
  expect(scoreOf(1)).toBe(0.5);
  expect(surpriseOf(scoreOf(2.5))).toBeCloseTo(2.5, 9);
});
