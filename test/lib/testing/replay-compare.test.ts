/** Two versions of a pipeline compared: every event of both sides is told once, whatever parts they come in. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplayComparison } from "../../../src/lib/testing/replay/compare.js";

const line = fc
  .record({ t: fc.nat({ max: 3 }), m: fc.constantFrom("x", "y"), n: fc.nat({ max: 2 }) })
  .map((one) => JSON.stringify(one));
const output = fc.tuple(fc.constantFrom("store", "file"), line);
const part = fc.record({
  before: fc.array(output, { maxLength: 6 }),
  after: fc.array(output, { maxLength: 6 }),
});

type Output = readonly [string, string];

function bySink(outputs: readonly Output[]): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const [sink, text] of outputs) lines.set(sink, [...(lines.get(sink) ?? []), text]);
  return lines;
}

function compared(
  parts: readonly { before: readonly Output[]; after: readonly Output[] }[],
  isLate: boolean,
) {
  const comparison = new ReplayComparison(10);
  for (const { before, after } of parts) comparison.add(bySink(before), bySink(after), isLate);
  comparison.end();
  const count = (kind: string) =>
    comparison.changes.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.count, 0);
  const kinds = { moved: count("moved"), changed: count("changed"), appeared: count("appeared") };
  return { ...kinds, vanished: count("vanished"), unchanged: comparison.unchanged };
}

describe.each([{ isLate: true }, { isLate: false }])("late $isLate", ({ isLate }) => {
  it("counts each event of both sides once", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const { moved, changed, appeared, vanished, unchanged } = compared(parts, isLate);
        const both = moved + changed + unchanged;
        expect(both + vanished).toBe(parts.reduce((sum, { before }) => sum + before.length, 0));
        expect(both + appeared).toBe(parts.reduce((sum, { after }) => sum + after.length, 0));
      }),
    );
  });

  it("finds nothing between equal sides", () => {
    fc.assert(
      fc.property(fc.array(fc.array(output, { maxLength: 6 }), { maxLength: 6 }), (parts) => {
        const same = parts.map((outputs) => ({ before: outputs, after: outputs }));
        const { unchanged, ...others } = compared(same, isLate);
        expect(others).toEqual({ moved: 0, changed: 0, appeared: 0, vanished: 0 });
        expect(unchanged).toBe(parts.flat().length);
      }),
    );
  });
});

it("what comes in another order is the same", () => {
  const [a, b] = ['{"n":1}', '{"n":2}'];
  const parts = [
    { before: [["s", a] as const, ["s", b] as const], after: [["s", b] as const, ["s", a] as const] },
  ];
  expect(compared(parts, false).unchanged).toBe(2);
});

it("what comes later is waited for, where something may", () => {
  const parts = [
    { before: [["s", '{"n":1}'] as const], after: [] },
    { before: [], after: [["s", '{"n":1}'] as const] },
  ];
  expect(compared(parts, true)).toMatchObject({ unchanged: 1, vanished: 0 });
});
