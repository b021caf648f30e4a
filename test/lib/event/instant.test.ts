import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textMs, timeMs } from "../../../src/lib/event/instant.js";
import { FieldSet, Projector } from "../../../src/lib/event/rows.js";

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
