import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { Histogram } from "../../../../src/lib/stages/histogram/histogram.js";
import type { HistogramSettings } from "../../../../src/lib/stages/histogram/settings.js";

const context = { nowMs: () => 0, reject: () => {}, count: () => {} };
const plain: HistogramSettings = {
  ...{ intervalMs: undefined, by: [], field: undefined, isHeatMap: false, isLog: false, where: undefined },
  ...{ timeField: "timestamp", sinceMs: undefined, untilMs: undefined, zone: "UTC" },
};

interface Line {
  readonly window_start?: string;
  readonly window_end?: string;
  readonly value_from?: number | null;
  readonly value_to?: number;
  readonly level?: string;
  readonly count: number;
}

function counted(
  events: readonly object[],
  settings: Partial<HistogramSettings>,
  cut = events.length,
): Line[] {
  let stage = new Histogram({ ...plain, ...settings }, context as never);
  const push = (some: readonly object[]) =>
    stage.push(new Block(Buffer.from(some.map((event) => `${JSON.stringify(event)}\n`).join(""))));
  push(events.slice(0, cut));
  if (cut < events.length) {
    const state = structuredClone(stage.save());
    stage = new Histogram({ ...plain, ...settings }, context as never);
    stage.load(state);
    push(events.slice(cut));
  }
  let text = "";
  stage.end((block) => {
    text += block.bytes.toString("utf8");
    return true;
  });
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line]));
}

const sum = (lines: readonly Line[]) => lines.reduce((total, { count }) => total + count, 0);

const moments = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2030, 0, 1) });
const events = fc.array(
  fc.record({
    timestamp: moments.map((ms) => new Date(ms).toISOString()),
    level: fc.constantFrom("info", "error", "warn"),
    ms: fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.integer({ min: 0, max: 500 }),
      fc.constantFrom(0, 1e300, -1e-300),
    ),
  }),
  { minLength: 1, maxLength: 200 },
);
const settings = fc.record({
  isLog: fc.boolean(),
  isHeatMap: fc.boolean(),
  field: fc.constantFrom(undefined, "ms"),
  by: fc.constantFrom<readonly string[]>([], ["level"]),
  zone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata"),
  intervalMs: fc.constantFrom(undefined, 3_600_000, 86_400_000),
});

describe("histogram", () => {
  it("counts every event once, wherever the stream is cut and saved", () => {
    fc.assert(
      fc.property(events, settings, fc.nat(), (all, how, at) => {
        const isHeatMap = how.isHeatMap && how.field !== undefined;
        const given = { ...how, isHeatMap };
        const lines = counted(all, given);
        expect(sum(lines)).toBe(all.length);
        expect(counted(all, given, at % all.length)).toEqual(lines);
      }),
      { numRuns: 40 },
    );
  });

  it("has the events of each interval, and no more", () => {
    fc.assert(
      fc.property(events, fc.constantFrom("UTC", "Asia/Kolkata", "America/New_York"), (all, zone) => {
        const times = all.map(({ timestamp }) => Date.parse(timestamp));
        for (const { window_start: from, window_end: to, count } of counted(all, { zone })) {
          const inside = times.filter((ms) => ms >= Date.parse(from!) && ms < Date.parse(to!));
          expect(inside.length).toBe(count);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("has the values of each range, and no more", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.integer({ min: -500, max: 5000 }),
            fc.integer({ min: 0, max: 9999 }).map((n) => n / 100),
          ),
          { minLength: 1, maxLength: 300 },
        ),
        fc.boolean(),
        (values, isLog) => {
          const lines = counted(
            values.map((ms) => ({ ms })),
            { field: "ms", isLog },
          );
          for (const { value_from: from, value_to: to, count } of lines) {
            const inside = values.filter((value) =>
              from === null ? value <= 0 : value >= from! && value < to!,
            );
            expect(inside.length).toBe(count);
          }
          expect(lines.length).toBeLessThan(80);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("takes more intervals and values than it keeps", () => {
    const many = Array.from({ length: 80_000 }, (_, n) => ({
      timestamp: new Date(Date.UTC(2026, 0, 1) + n * 61_003).toISOString(),
      ms: ((n * 7919) % 1_000_003) / 7,
    }));
    const overTime = counted(many, {});
    expect(sum(overTime)).toBe(many.length);
    expect(overTime.length).toBeLessThanOrEqual(70);
    const values = counted(many, { field: "ms" });
    expect(sum(values)).toBe(many.length);
    for (const { value_from: from, value_to: to, count } of values)
      expect(many.filter(({ ms }) => ms >= from! && ms < to!).length).toBe(count);
    expect(sum(counted(many, { field: "ms", isHeatMap: true }))).toBe(many.length);
    expect(sum(counted(many, { field: "ms", isHeatMap: true, isLog: true }))).toBe(many.length);
  });

  it("counts what happens between --since and --until where --where holds", () => {
    const at = (hour: number, level: string) => ({ timestamp: `2026-11-22T${hour}:00:00Z`, level });
    const lines = counted([at(10, "error"), at(11, "info"), at(12, "error"), at(13, "error")], {
      sinceMs: Date.UTC(2026, 10, 22, 11),
      untilMs: Date.UTC(2026, 10, 22, 13),
      where: 'level == "error"',
    });
    expect(sum(lines)).toBe(1);
  });

  it("is nothing without an event", () => {
    expect(counted([], {})).toEqual([]);
    expect(counted([{ a: 1 }], { field: "ms" })).toEqual([]);
  });

  it("keeps a bounded number of groups", () => {
    const many = Array.from({ length: 1000 }, (_, n) => ({
      timestamp: "2026-11-22T10:00:00Z",
      level: `l${n}`,
    }));
    const lines = counted(many, { by: ["level"] });
    expect(sum(lines)).toBe(1000);
    expect(lines.length).toBeLessThanOrEqual(65);
  });
});

describe("what cannot be kept", () => {
  const at = (seconds: number) => ({
    timestamp: new Date(Date.UTC(2024, 0, 1) + seconds * 1000).toISOString(),
  });

  function said(events: readonly object[], settings: Partial<HistogramSettings>): [number, string[]] {
    const counts: string[] = [];
    const stage = new Histogram({ ...plain, ...settings }, {
      ...context,
      count: (name: string) => void counts.push(name),
    } as never);
    stage.push(new Block(Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""))));
    let lines = 0;
    stage.end((block) => {
      lines += block.bytes.toString("latin1").split("\n").length - 1;
      return true;
    });
    return [lines, counts];
  }

  it("intervals without an event have a line, up to half a million; beyond it says so", () => {
    expect(said([at(0), at(20_000)], { intervalMs: 1000 })).toEqual([20_001, []]);
    expect(said([at(0), at(499_999)], { intervalMs: 1000 })).toEqual([500_000, []]);
    expect(said([at(0), at(500_000)], { intervalMs: 1000 })).toEqual([2, ["intervals_not_filled"]]);
    expect(said([at(0), at(500_000)], { intervalMs: 1000, by: ["level"] })).toEqual([2, []]);
  });

  it("values of --by beyond the first 64 are one, and it says so", () => {
    const some = (count: number) => Array.from({ length: count }, (_, n) => ({ ...at(0), user: n }));
    expect(said(some(64), { intervalMs: 1000, by: ["user"] })).toEqual([64, []]);
    expect(said(some(66), { intervalMs: 1000, by: ["user"] })).toEqual([65, ["groups_put_together"]]);
  });
});
