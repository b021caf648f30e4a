import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  axisNumber,
  groupedNumber,
  niceNumber,
  shortNumber,
  valueTicks,
} from "../../../src/lib/chart/numbers.js";
import { sparkline, sparklineOf } from "../../../src/lib/chart/sparkline.js";
import { niceStepMs, stepStart, stepStarts, stepText } from "../../../src/lib/chart/time-steps.js";

describe("numbers for people", () => {
  it.each([
    [0.1 + 0.2, "0.3"],
    [1234567.891, "1234568"],
    [19.92, "19.92"],
    [12.345678912, "12.3457"],
    [0.000012345678, "0.0000123457"],
    [0.00123456789, "0.00123457"],
    [9007199254740991, "9007199254740991"],
    [-0.5, "-0.5"],
    [1e300, "1e+300"],
  ])("%f is %s", (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });

  it("differ from the value in the sixth digit at most", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const error = Math.abs(Number(shortNumber(value)) - value);
        expect(error).toBeLessThanOrEqual(Math.max(Math.abs(value) * 1e-5, Number.MIN_VALUE));
      }),
    );
  });

  it("has commas and units", () => {
    expect(groupedNumber(1234567)).toBe("1,234,567");
    expect(groupedNumber(-1234.5)).toBe("-1,234.5");
    expect([999, 12_000, 1.5e6, 2e9].map(axisNumber)).toEqual(["999", "12k", "1.5M", "2G"]);
  });

  it("finds round numbers and ticks around all values", () => {
    expect([3, 0.011, 1, 60].map(niceNumber)).toEqual([5, 0.02, 1, 100]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        (a, b) => {
          const ticks = valueTicks(Math.min(a, b), Math.max(a, b), 5);
          expect(ticks.length).toBeGreaterThan(1);
          expect(ticks.length).toBeLessThan(20);
          if (Math.abs(a) + Math.abs(b) < 1e-9) return;
          // What is a billionth of the range is no place on an axis.
          const slack = (Math.abs(a) + Math.abs(b)) * 1e-9;
          expect(ticks[0]!).toBeLessThanOrEqual(Math.min(a, b, 0) + slack);
          expect(ticks.at(-1)! + slack).toBeGreaterThanOrEqual(Math.max(a, b, 0));
        },
      ),
    );
  });
});

describe("sparklines", () => {
  it("draw lists of numbers and nothing else", () => {
    expect(sparklineOf("[0,1,2,3,4,5,6,7]")).toBe("▁▂▃▄▅▆▇█");
    expect(sparklineOf("[1, null, 8]")).toBe("▂ █");
    expect(sparklineOf("[3,3,3]")).toBe("███");
    expect(sparklineOf("[1,2]")).toBeUndefined();
    expect(sparklineOf('["a",1,2]')).toBeUndefined();
    expect(sparklineOf("[[1],2,3]")).toBeUndefined();
    expect(sparkline([1, 2, 3], true)).toMatch(/^[\x20-\x7e]{3}$/);
    expect([...sparkline(Array.from({ length: 1000 }, (_, n) => n))].length).toBeLessThanOrEqual(40);
  });
});

describe("steps of time", () => {
  it.each([
    [50_000, 1, 60_000],
    [60_001, 1, 120_000],
    [3_600_000, 60_000, 3_600_000],
    [400 * 86_400_000, 1, 420 * 86_400_000],
  ])("the step of at least %i ms by %i ms is %i ms", (least, unit, step) => {
    expect(niceStepMs(least, unit)).toBe(step);
  });

  it("is named by its largest unit", () => {
    expect([90_000, 3_600_000, 500, 86_400_000 * 7, 61_000].map(stepText)).toEqual([
      "1.5m",
      "1h",
      "500ms",
      "7d",
      "61s",
    ]);
  });

  it("puts every moment into one place, by the clocks of the zone", () => {
    const steps = [1000, 60_000, 900_000, 3_600_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom(...steps),
        fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
        (ms, count, step, zone) => {
          const last = ms + count * step;
          const starts = stepStarts(ms, last, step, zone);
          expect(starts[0]!).toBeLessThanOrEqual(ms);
          expect(starts).toContain(stepStart(last, step, zone));
          for (let n = 1; n < starts.length; n++) {
            expect(starts[n]! - starts[n - 1]!).toBeGreaterThan(0);
            expect(stepStart(starts[n]!, step, zone)).toBe(starts[n]);
          }
        },
      ),
    );
  });
});
