import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TopK } from "../../../src/lib/sketch/top-k.js";
import { zipf } from "../../support/random.js";

function of(values: readonly string[], capacity = 100): TopK {
  const made = new TopK(capacity);
  for (const value of values) made.add(value);
  return made;
}

function exact(values: readonly string[]): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

const words = fc.array(fc.constantFrom(..."abcdefghijklm"), { maxLength: 200 });

describe("TopK", () => {
  it("is exact up to its capacity", () => {
    fc.assert(
      fc.property(words, (values) => {
        expect(of(values, 13).top(13)).toEqual(exact(values).map((entry) => ({ ...entry, error: 0 })));
      }),
    );
  });

  it("names the true first ten of Zipf values, in order, with their counts", () => {
    for (const seed of [1, 2, 3]) {
      const values = zipf(200_000, 50_000, 1.1, seed).map((n) => `/path/${n}`);
      const top = of(values, 1000).top(10);
      expect(top.map(({ value }) => value)).toEqual(
        exact(values)
          .slice(0, 10)
          .map(({ value }) => value),
      );
      expect(top.map(({ count }) => count)).toEqual(
        exact(values)
          .slice(0, 10)
          .map(({ count }) => count),
      );
    }
  });

  it("keeps its promise about errors, also merged", () => {
    fc.assert(
      fc.property(words, words, (one, two) => {
        const merged = of(one, 5);
        merged.merge(of(two, 5));
        const truth = new Map(exact([...one, ...two]).map(({ value, count }) => [value, count]));
        for (const { value, count, error } of merged.top(5)) {
          expect(truth.get(value) ?? 0).toBeLessThanOrEqual(count);
          expect(truth.get(value) ?? 0).toBeGreaterThanOrEqual(count - error);
          expect(error).toBeLessThanOrEqual((one.length + two.length) / 5);
        }
      }),
    );
  });

  it("goes on after save and load as if nothing had been", () => {
    fc.assert(
      fc.property(words, words, (one, two) => {
        const whole = of(one, 5);
        const resumed = TopK.load(structuredClone(whole.save()));
        for (const value of two) {
          whole.add(value);
          resumed.add(value);
        }
        expect(resumed.save()).toEqual(whole.save());
      }),
    );
  });

  it("goes through JSON, and refuses what is none", () => {
    const sketch = of(["a", "b", "a"]);
    expect(sketch.toJson()).toBe('[{"value":"a","count":2,"error":0},{"value":"b","count":1,"error":0}]');
    expect(TopK.fromJson(sketch.toJson(), 100)!.top(9)).toEqual(sketch.top(9));
    for (const text of ["{}", "[1]", '[{"value":1,"count":1,"error":0}]', "x", "[null]"])
      expect(TopK.fromJson(text, 5)).toBeUndefined();
  });
});
