import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Distinct } from "../../../src/lib/sketch/distinct.js";

function of(from: number, to: number, prefix = "user-"): Distinct {
  const made = new Distinct();
  for (let i = from; i < to; i++) made.addText(`${prefix}${i}`);
  return made;
}

describe("Distinct", () => {
  it("is within 2 % from nothing to a million", () => {
    for (const count of [0, 1, 2, 9, 100, 1000, 5000, 20_000, 100_000, 1_000_000]) {
      const off = Math.abs(of(0, count).estimate() - count);
      expect([count, off <= 0.02 * count + 1e-9]).toEqual([count, true]);
    }
  });

  it("counts a value once however often and in whatever order it comes", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 60 }), (values) => {
        const one = new Distinct();
        const two = new Distinct();
        for (const value of values) one.addText(value);
        for (const value of [...values, ...values].reverse()) {
          const bytes = Buffer.from(`<${value}>`);
          two.addBytes(bytes, 1, bytes.length - 1);
        }
        expect(two.save()).toEqual(one.save());
        expect(Math.round(one.estimate())).toBe(new Set(values.map((v) => Buffer.from(v).toString())).size);
      }),
    );
  });

  it("merges to what one sketch of all would be, in every pair of forms, also through JSON", () => {
    const sizes = [0, 5, 300, 1500, 5000];
    for (const a of sizes)
      for (const b of sizes) {
        const merged = Distinct.fromJson(of(0, a).toJson())!;
        merged.merge(Distinct.fromJson(of(a >> 1, (a >> 1) + b).toJson())!);
        const whole = of(0, a);
        whole.merge(of(a >> 1, (a >> 1) + b));
        expect(merged.save()).toEqual(of(0, Math.max(a, (a >> 1) + b * Number(b > 0))).save());
        expect(Distinct.load(whole.save()).toJson()).toBe(merged.toJson());
      }
  });

  it("refuses what is no sketch", () => {
    for (const json of ["5", '"x"', '"s1,x"', '"s64"', '"s-1"', '"d00"', "[]", `"d${"~".repeat(16_384)}"`])
      expect(Distinct.fromJson(json)).toBeUndefined();
  });

  it("takes little room for few values and at most 17 KB", () => {
    expect(of(0, 4).memoryBytes).toBeLessThan(200);
    expect(of(0, 200_000).memoryBytes).toBeLessThan(17_000);
  });
});
