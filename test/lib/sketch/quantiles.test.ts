import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Quantiles } from "../../../src/lib/sketch/quantiles.js";
import { logNormal } from "../../support/random.js";

function exact(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = q * (sorted.length - 1);
  const below = Math.floor(rank);
  return sorted[below]! + ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!) * (rank - below);
}

function of(values: Iterable<number>): Quantiles {
  const made = new Quantiles();
  for (const value of values) made.add(value);
  return made;
}

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
  minLength: 1,
  maxLength: 100,
});

describe("Quantiles", () => {
  it("is exact for few values", () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        expect(of(values).quantile(q)).toBeCloseTo(exact(values, q), 3);
      }),
    );
  });

  it("is within 0.5 % at p50 to p99 of log-normal values, within 2 % at p99.9", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const values = logNormal(100_000, seed);
      const sketch = of(values);
      const off = (q: number) => Math.abs(sketch.quantile(q) / exact(values, q) - 1);
      for (const q of [0.5, 0.9, 0.95, 0.99]) expect(off(q)).toBeLessThan(0.005);
      expect(off(0.999)).toBeLessThan(0.02);
      expect(sketch.min).toBe(exact(values, 0));
      expect(sketch.quantile(1)).toBe(exact(values, 1));
      expect(sketch.max).toBe(exact(values, 1));
    }
  });

  it("stays as good through JSON and merges of a hundred parts", () => {
    const values = logNormal(100_000, 7);
    const parts = Array.from({ length: 100 }, (_, part) => of(values.filter((_v, i) => i % 100 === part)));
    const merged = new Quantiles();
    for (const part of parts) merged.merge(Quantiles.fromJson(part.toJson())!);
    const again = Quantiles.fromJson(merged.toJson())!;
    expect(again.count).toBe(100_000);
    for (const q of [0.5, 0.9, 0.99])
      expect(Math.abs(again.quantile(q) / exact(values, q) - 1)).toBeLessThan(0.015);
  });

  it("goes on after save and load as if nothing had been", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.boolean(), (cut, isWeighted) => {
        const values = logNormal(3000, 3);
        const whole = new Quantiles();
        let resumed = new Quantiles();
        values.forEach((value, i) => {
          if (i === cut) resumed = Quantiles.load(structuredClone(resumed.save()));
          const weight = isWeighted ? (i % 3) + 1 : 1;
          whole.add(value, weight);
          resumed.add(value, weight);
        });
        expect(resumed.save()).toEqual(whole.save());
        expect(resumed.count).toBe(whole.count);
      }),
      { numRuns: 20 },
    );
  });

  it("leaves out what is no number, and is NaN when empty", () => {
    const sketch = of([Number.NaN, Infinity, -Infinity]);
    sketch.add(1, 0);
    sketch.add(1, Number.NaN);
    expect([sketch.count, sketch.quantile(0.5), sketch.min, sketch.max]).toEqual([
      0,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(sketch.toJson()).toBe("[]");
    expect(Quantiles.fromJson('{"a":1}')).toBeUndefined();
    expect(Quantiles.fromJson("[[1]]")).toBeUndefined();
    expect(Quantiles.fromJson("oops")).toBeUndefined();
  });

  it("takes little room however many values come, sorted or all the same", () => {
    for (const next of [(i: number) => i, (i: number) => -i, () => 5]) {
      const sketch = new Quantiles();
      for (let i = 0; i < 200_000; i++) sketch.add(next(i));
      expect(sketch.memoryBytes).toBeLessThan(20_000);
      expect(Math.abs(sketch.quantile(0.5) - next(100_000))).toBeLessThanOrEqual(2_000);
    }
  });
});
