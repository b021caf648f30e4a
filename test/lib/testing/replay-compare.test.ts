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

type Lines = readonly (readonly [sink: string, line: string])[];
interface UnitLines {
  readonly before: Lines;
  readonly after: Lines;
}

/** `lengths`: of how many units each part is; one each where there are none. */
function compared(units: readonly UnitLines[], isLate: boolean, lengths: readonly number[] = []) {
  const comparison = new ReplayComparison(10);
  const outputs = (side: keyof UnitLines, from: number, to: number) =>
    units
      .slice(from, to)
      .flatMap((one, n) => one[side].map(([sink, line]) => ({ sink, line, unit: from + n })));
  for (let at = 0, part = 0; at < units.length; part++) {
    const end = at + (lengths[part] ?? 1);
    comparison.add(outputs("before", at, end), outputs("after", at, end), isLate);
    at = end;
  }
  comparison.end();
  const count = (kind: string) =>
    comparison.changes.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.count, 0);
  const kinds = { moved: count("moved"), changed: count("changed"), appeared: count("appeared") };
  const groups = comparison.changes.map(({ kind, from, to, count }) => ({ kind, from, to, count }));
  return { ...kinds, vanished: count("vanished"), unchanged: comparison.unchanged, groups };
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
        const { unchanged, groups } = compared(same, isLate);
        expect(groups).toEqual([]);
        expect(unchanged).toBe(parts.flat().length);
      }),
    );
  });
});

it("what comes in another order of one line is the same", () => {
  const [a, b] = ['{"n":1}', '{"n":2}'];
  const units = [
    { before: [["s", a] as const, ["s", b] as const], after: [["s", b] as const, ["s", a] as const] },
  ];
  expect(compared(units, false).unchanged).toBe(2);
});

it("what comes later is waited for, where something may", () => {
  const units = [
    { before: [["s", '{"n":1}'] as const], after: [] },
    { before: [], after: [["s", '{"n":1}'] as const] },
  ];
  expect(compared(units, true)).toMatchObject({ unchanged: 1, vanished: 0 });
});

/** What each of two pipelines without state makes of an event at a sink: nothing, the event, or the event changed. */
const MADE = ["none", "as it is", "field added", "all replaced"] as const;
type Made = (typeof MADE)[number];
const SINKS = ["all", "bad", "rest"] as const;
const made = fc.constantFrom(...MADE);
const sides = fc.record({ before: made, after: made });
const event = fc.record({ all: sides, bad: sides, rest: sides });

function lineOf(made: Exclude<Made, "none">, n: number, sink: string): string {
  // Every third event is a copy of another: only the line of the input tells them apart.
  const fields = { level: "info", host: "a", n: Math.floor(n / 3) };
  if (made === "as it is") return JSON.stringify(fields);
  return JSON.stringify(made === "field added" ? { ...fields, slow: true } : { other: sink });
}

/** By the definition: at each sink for itself, then what is left of one event between two sinks, if they are alike. */
function expectedOf(
  events: readonly Readonly<Record<(typeof SINKS)[number], Record<keyof UnitLines, Made>>>[],
) {
  const groups = new Map<string, number>();
  let unchanged = 0;
  const note = (...key: unknown[]) => {
    const text = JSON.stringify(key);
    groups.set(text, (groups.get(text) ?? 0) + 1);
  };
  for (const one of events) {
    const left: Record<keyof UnitLines, [string, Made][]> = { before: [], after: [] };
    for (const sink of SINKS) {
      const { before, after } = one[sink];
      if (before !== "none" && before === after) unchanged++;
      else if (before !== "none" && after !== "none") note("changed", sink, sink);
      else if (before !== "none") left.before.push([sink, before]);
      else if (after !== "none") left.after.push([sink, after]);
    }
    const isAlike = (a: Made, b: Made) =>
      (a === "all replaced") === (b === "all replaced") && a !== "all replaced";
    for (const isSame of [true, false])
      for (const was of [...left.before]) {
        const is = left.after.find(([, made]) =>
          isSame ? made === was[1] && made !== "all replaced" : isAlike(was[1], made),
        );
        if (is === undefined) continue;
        note(isSame ? "moved" : "changed", was[0], is[0]);
        left.before.splice(left.before.indexOf(was), 1);
        left.after.splice(left.after.indexOf(is), 1);
      }
    for (const [sink] of left.before) note("vanished", sink, undefined);
    for (const [sink] of left.after) note("appeared", undefined, sink);
  }
  return { unchanged, groups: [...groups].sort() };
}

it("pairs what came of one line of the input, at each sink and then between sinks, in parts of any size", () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }),
      (events, lengths) => {
        const linesOf = (one: (typeof events)[number], n: number, side: keyof UnitLines): Lines =>
          SINKS.flatMap((sink) => {
            const made = one[sink][side];
            return made === "none" ? [] : [[sink, lineOf(made, n, sink)] as const];
          });
        const units = events.map((one, n) => ({
          before: linesOf(one, n, "before"),
          after: linesOf(one, n, "after"),
        }));
        const { unchanged, groups } = compared(units, false, lengths);
        const counts = new Map<string, number>();
        for (const { kind, from, to, count } of groups) {
          const key = JSON.stringify([kind, from, to]);
          counts.set(key, (counts.get(key) ?? 0) + count);
        }
        expect({ unchanged, groups: [...counts].sort() }).toEqual(expectedOf(events));
      },
    ),
    { numRuns: 500 },
  );
});
