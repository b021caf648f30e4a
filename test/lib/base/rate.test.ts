import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRate, parseRate, tryRate } from "../../../src/lib/base/rate.js";

describe("parseRate", () => {
  it("reads events and bytes in an interval", () => {
    const read = (text: string) => {
      const { amount, intervalMs, unit } = parseRate(text, "--throttle");
      return [amount, intervalMs, unit];
    };
    expect(read("100/s")).toEqual([100, 1000, "events"]);
    expect(read("5k/m")).toEqual([5000, 60_000, "events"]);
    expect(read(" 1.5M per hour ")).toEqual([1_500_000, 3_600_000, "events"]);
    expect(read("3/10s")).toEqual([3, 10_000, "events"]);
    expect(read("10MB/s")).toEqual([10_000_000, 1000, "bytes"]);
    expect(read("4 KiB / min")).toEqual([4096, 60_000, "bytes"]);
    expect(read("7b/ms")).toEqual([7, 1, "bytes"]);
    expect(read("1/1h30m")).toEqual([1, 5_400_000, "events"]);
  });

  it("says what is wrong", () => {
    expect(tryRate("100")).toEqual({ reason: "not a rate" });
    expect(tryRate("")).toEqual({ reason: "not a rate" });
    expect(tryRate("-1/s")).toEqual({ reason: "not a rate" });
    expect(tryRate("5q/s")).toEqual({ reason: 'unknown unit "q"' });
    expect(tryRate("5/")).toEqual({ reason: "no unit of time behind the /" });
    expect(tryRate("5/fortnight")).toEqual({ reason: 'unknown unit "fortnight"' });
    expect(tryRate("5/10")).toEqual({ reason: '"10" has no unit' });
    expect(tryRate("0/s")).toEqual({ reason: "it must be more than 0" });
    expect(tryRate("5/0s")).toEqual({ reason: "it must be more than 0" });
    expect(() => parseRate("many", "--throttle")).toThrow(/cannot read --throttle "many": not a rate/);
  });
});

describe("formatRate", () => {
  it("prints what parseRate reads", () => {
    for (const text of ["100/s", "5k/m", "1.5M/h", "3/10s", "10 MB/s", "500 B/s"])
      expect(formatRate(parseRate(text, "--rate"))).toBe(text);
  });

  it("keeps two digits at least when read again", () => {
    const units = fc.constantFrom("events" as const, "bytes" as const);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9e11 }),
        fc.integer({ min: 1, max: 999 }),
        units,
        (n, s, unit) => {
          const back = parseRate(formatRate({ amount: n, intervalMs: s * 1000, unit }), "--rate");
          expect(back.intervalMs).toBe(s * 1000);
          expect(back.unit).toBe(unit);
          expect(Math.abs(back.amount / n - 1)).toBeLessThan(0.051);
        },
      ),
    );
  });
});
