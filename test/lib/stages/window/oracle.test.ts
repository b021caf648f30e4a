/** Windows against plain loops over all events, however the input is cut, saved, prepared and mixed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { at, type Ran, run, type Way } from "./harness.js";

interface Happening {
  readonly t: number;
  readonly g: string | null;
  readonly v: number | null;
  readonly u: string;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  t: fc.integer({ min: 0, max: 400 }),
  g: fc.constantFrom("a", "b", 'q"\n', "ü", null),
  v: fc.option(
    fc.oneof(
      fc.integer({ min: -1000, max: 1000 }),
      fc.double({ min: -5, max: 5, noNaN: true }).map((v) => v + 0),
    ),
  ),
  u: fc.constantFrom("x", "y", "z"),
});
const happenings = fc.array(happening, { maxLength: 60 });
const way: fc.Arbitrary<Way> = fc.record({
  cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
  isSaved: fc.boolean(),
  isPrepared: fc.boolean(),
});
const AGG =
  "count, count(v) as n, sum(v), avg(v), min(v), max(v), median(v), distinct(u), topk(u, 3), ratio(v > 0) as up, count(where v > 0) as ups, stddev(v), histogram(v), first(u), last(u), rate";

const line = ({ t, g, v, u }: Happening) =>
  JSON.stringify({ timestamp: at(t), ...(g === null ? {} : { g }), ...(v === null ? {} : { v }), u });

/** By time, each up to `most` seconds late. */
function mixed(events: readonly Happening[], most: number): readonly Happening[] {
  const delayed = events.map((event, n) => ({ event, when: event.t + ((n * 7919) % (most + 1)) }));
  return delayed.sort((a, b) => a.when - b.when).map(({ event }) => event);
}

/** What a row must say of its events. */
function summary(events: readonly Happening[]): Record<string, unknown> {
  const v = events.flatMap((event) => (event.v === null ? [] : [event.v])).sort((a, b) => a - b);
  const sum = v.reduce((total, value) => total + value, 0);
  const middle = (v.length - 1) / 2;
  const median = v.length === 0 ? null : (v[Math.floor(middle)]! + v[Math.ceil(middle)]!) / 2;
  const users = [...new Set(events.map(({ u }) => u))];
  return {
    count: events.length,
    n: v.length,
    sum_v: v.length === 0 ? null : expect.closeTo(sum, 8),
    avg_v: v.length === 0 ? null : expect.closeTo(sum / v.length, 8),
    min_v: v[0] ?? null,
    max_v: v.at(-1) ?? null,
    median_v: median === null ? null : expect.closeTo(median, 8),
    distinct_u: users.length,
    topk_u: users
      .map((value) => ({ value, count: events.filter(({ u }) => u === value).length }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    ups: v.filter((value) => value > 0).length,
    up: expect.closeTo(v.filter((value) => value > 0).length / events.length, 8),
  };
}

interface Expected {
  readonly start: number;
  readonly end: number;
  readonly g: string | null;
  readonly events: readonly Happening[];
}

function compare(ran: Ran, expected: readonly Expected[]): void {
  const key = (g: string | null) => Buffer.from(g === null ? "null" : JSON.stringify(g));
  const sorted = [...expected].sort(
    (a, b) => a.end - b.end || a.start - b.start || Buffer.compare(key(a.g), key(b.g)),
  );
  expect(ran.rows.map(({ window_start, window_end, g }) => [window_start, window_end, g])).toEqual(
    sorted.map(({ start, end, g }) => [iso(start), iso(end), g]),
  );
  ran.rows.forEach((row, n) => {
    expect(row).toMatchObject(summary(sorted[n]!.events));
  });
}

const iso = (seconds: number) => at(seconds).replace(".000Z", "Z");

function grouped(
  events: readonly Happening[],
  windows: (t: number) => readonly [number, number][],
): Expected[] {
  const byKey = new Map<string, { start: number; end: number; g: string | null; events: Happening[] }>();
  for (const event of events) {
    for (const [start, end] of windows(event.t)) {
      const key = `${start} ${JSON.stringify(event.g)}`;
      const known = byKey.get(key);
      if (known !== undefined) known.events.push(event);
      else byKey.set(key, { start, end, g: event.g, events: [event] });
    }
  }
  return [...byKey.values()];
}

function sessions(events: readonly Happening[], gap: number): Expected[] {
  const made: { start: number; end: number; g: string | null; events: Happening[] }[] = [];
  for (const event of [...events].sort((a, b) => a.t - b.t)) {
    const open = made.find(({ g, end }) => g === event.g && event.t < end);
    if (open === undefined) made.push({ start: event.t, end: event.t + gap, g: event.g, events: [event] });
    else {
      open.events.push(event);
      open.end = event.t + gap;
    }
  }
  return made;
}

describe("window", () => {
  it("tumbles", () => {
    fc.assert(
      fc.property(happenings, way, (events, how) => {
        const input = mixed(events, 20).map(line);
        const ran = run("1m", { by: ["g"], agg: AGG, lateness: 20_000 }, input, how);
        compare(
          ran,
          grouped(events, (t) => [[Math.floor(t / 60) * 60, Math.floor(t / 60) * 60 + 60]]),
        );
        expect(ran.rejected).toEqual([]);
        expect(run("1m", { by: ["g"], agg: AGG, lateness: 20_000 }, input).text).toBe(ran.text);
      }),
    );
  });

  it("slides", () => {
    const steps = fc.constantFrom([60, 20], [60, 60], [50, 20], [45, 30], [20, 30]);
    fc.assert(
      fc.property(happenings, way, steps, (events, how, [size = 0, slide = 0]) => {
        const input = mixed(events, 20).map(line);
        const ran = run(
          `${size}s`,
          { slide: slide * 1000, by: ["g"], agg: AGG, lateness: 20_000 },
          input,
          how,
        );
        // 10:00 is no multiple of every slide since 1970: count from there.
        const base = Date.parse(at(0)) / 1000;
        const windows = (t: number): [number, number][] => {
          const all: [number, number][] = [];
          for (let start = Math.floor((base + t) / slide) * slide; start > base + t - size; start -= slide)
            all.push([start - base, start - base + size]);
          return all;
        };
        compare(ran, grouped(events, windows));
      }),
    );
  });

  it("follows sessions", () => {
    fc.assert(
      fc.property(happenings, way, fc.integer({ min: 1, max: 60 }), (events, how, gap) => {
        const input = mixed(events, 20).map(line);
        const options = { session: gap * 1000, by: ["g"], agg: AGG, lateness: 20_000 };
        compare(run(undefined, options, input, how), sessions(events, gap));
      }),
    );
  });

  it("counts", () => {
    fc.assert(
      fc.property(happenings, way, fc.integer({ min: 1, max: 5 }), (events, how, size) => {
        const ran = run(undefined, { count: size, by: ["g"], agg: AGG }, events.map(line), how);
        const expected: Record<string, unknown>[] = [];
        const waiting = new Map<string | null, Happening[]>();
        for (const event of events) {
          const own = [...(waiting.get(event.g) ?? []), event];
          waiting.set(event.g, own.length === size ? [] : own);
          if (own.length === size) expected.push({ g: event.g, ...summary(own) });
        }
        const isFull = (row: Record<string, unknown>) => row["partial"] === undefined;
        const full = ran.rows.filter(isFull);
        expect(full).toHaveLength(expected.length);
        full.forEach((row, n) => {
          expect(row).toMatchObject(expected[n]!);
        });
        const left = [...waiting].filter(([, own]) => own.length > 0);
        expect(ran.rows.length - full.length).toBe(left.length);
      }),
    );
  });

  it("gives the same at any cut, with early results, late events, several windows and few groups", () => {
    const options = fc.record({
      lateness: fc.constantFrom(0, 5000, 60_000),
      every: fc.constantFrom(undefined, 7000),
      late: fc.constantFrom("reject" as const, "emit" as const, "drop" as const),
      maxGroups: fc.constantFrom(1, 2, 100),
      session: fc.constantFrom(undefined, undefined, 15_000),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), way, options, (events, how, given) => {
        const size = given.session === undefined ? "1m,20s,1h" : undefined;
        const options = { ...given, by: ["g", "v"], agg: AGG, sketches: true };
        const whole = run(size, options, events.map(line));
        const cut = run(size, options, events.map(line), how);
        expect(cut.text).toBe(whole.text);
        expect(cut.rejected).toEqual(whole.rejected);
        expect(cut.counts).toEqual(whole.counts);
      }),
      { numRuns: 120 },
    );
  });
});
