import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FieldSet, Projector } from "../../../../src/lib/event/rows/rows.js";
import { textMs, timeMs } from "../../../../src/lib/event/time/instant.js";

function timeOf(json: string): number {
  const fields = new FieldSet();
  const field = fields.add("timestamp");
  const { rows } = new Projector(fields).apply(Buffer.from(`{"timestamp":${json}}\n`));
  return timeMs(rows, field, 0);
}

describe("timeMs", () => {
  it("is what Date says of RFC 3339 text", () => {
    const date = fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(date, (d) => {
        expect(timeOf(JSON.stringify(d))).toBe(d.getTime());
      }),
    );
  });

  it("keeps what float64 holds of a fraction, reads zones and epoch numbers", () => {
    const base = Date.UTC(2026, 10, 21, 10);
    expect(timeOf('"2026-11-21T10:00:00Z"')).toBe(base);
    expect(timeOf('"2026-11-21T10:00:00.123456789Z"')).toBeCloseTo(base + 123.456789, 3);
    expect(timeOf('"2026-11-21T12:00:00+02:00"')).toBe(base);
    expect(timeOf(`${base / 1000}`)).toBe(base);
    expect(timeOf(`${base}`)).toBe(base);
    expect(textMs("2026-11-21 10:00:00")).toBe(base);
  });

  it("stays in its millisecond, however close the next one is", () => {
    const second = fc.integer({ min: -30_000_000_000, max: 200_000_000_000 });
    const nanoseconds = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(second, fc.integer({ min: 0, max: 999 }), nanoseconds, (at, ms, below) => {
        const whole = new Date(at * 1000 + ms);
        const text = whole.toISOString().replace("Z", `${999_999 - below + 1}Z`);
        expect(Math.floor(timeOf(JSON.stringify(text)))).toBe(whole.getTime());
      }),
    );
  });

  it("is NaN for what is no time", () => {
    for (const json of [
      '"2026-02-30T10:00:00Z"',
      '"2026-11-21T25:00:00Z"',
      '"x"',
      "5",
      "null",
      "{}",
      '""',
      '"2026-11-21T10:00:00.Z"',
    ])
      expect([json, timeOf(json)]).toEqual([json, Number.NaN]);
  });
});
