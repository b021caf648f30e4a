/** Alarms about what is no value: intervals, new and vanished values, silence. */
import { describe, expect, test } from "vitest";
import { uniform } from "../../../support/random.js";
import { at, Detection, START_MS } from "./harness.js";

/** An event of each host in every second of [from, to). */
const ticks = (from: number, to: number, ...hosts: string[]) =>
  Array.from({ length: to - from }, (_, n) =>
    hosts.map((host) => ({ timestamp: at(from + n), host })),
  ).flat();

describe("silence", () => {
  const options = { silence: true, by: ["host"], only: true, warmup: 20 };

  test("is told once, before the event that shows it", () => {
    const events = [...ticks(0, 60, "a", "b"), ...ticks(60, 200, "a")];
    const detection = new Detection({ ...options, only: false }).pushEvents(events);
    expect(detection.found).toEqual([
      {
        timestamp: at(62),
        host: "b",
        anomaly: {
          score: 0.5,
          expected: 1,
          observed: 3,
          reason: "no events for 3s, where one usually comes every 1s and the longest gap was 1s",
        },
      },
    ]);
    const lines = detection.output.trimEnd().split("\n");
    expect(JSON.parse(lines[lines.findIndex((line) => line.includes("anomaly")) + 1]!)).toEqual({
      timestamp: at(63),
      host: "a",
    });
  });

  test("of what comes again and stops again is told again, once it is regular", () => {
    const events = [
      ...ticks(0, 60, "a", "b"),
      ...ticks(60, 100, "a"),
      ...ticks(100, 103, "a", "b"),
      ...ticks(103, 150, "a"),
      ...ticks(150, 200, "a", "b"),
      ...ticks(200, 300, "a"),
    ];
    const found = new Detection(options).pushEvents(events).found;
    expect(found.map(({ host }) => host)).toEqual(["b", "b"]);
    expect((found[1]!["timestamp"] as string) > at(200)).toBe(true);
  });

  test("of a source without regularity is longer", () => {
    const next = uniform(3);
    let seconds = 0;
    const events = Array.from({ length: 2000 }, () => {
      seconds -= 5 * Math.log(next());
      return { timestamp: at(seconds), host: "a" };
    });
    const clock = ticks(0, Math.floor(seconds), "clock");
    const merged = [...events, ...clock].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
    expect(new Detection(options).pushEvents(merged).found).toEqual([]);
  });

  test("goes by the clock only when asked, as far behind it as the events are", () => {
    const events = ticks(0, 60, "a");
    const still = new Detection(options).pushEvents(events).idle(START_MS + 600_000);
    expect(still.found).toEqual([]);
    const live = new Detection({ ...options, live: true });
    live.nowMs = START_MS + 500_000;
    live.pushEvents(events);
    live.load(live.save());
    expect(live.idle(START_MS + 502_000).found).toEqual([]);
    expect(live.idle(START_MS + 504_000).found).toMatchObject([{ timestamp: at(62), host: "a" }]);
    expect(live.idle(START_MS + 700_000).found).toHaveLength(1);
  });

  test("one event from the far future silences nobody", () => {
    const events = [
      ...ticks(0, 60, "a"),
      { timestamp: "2099-01-01T00:00:00Z", host: "x" },
      ...ticks(60, 120, "a"),
    ];
    const detection = new Detection(options).pushEvents(events);
    expect(detection.found).toEqual([]);
    expect(detection.counts["far_ahead"]).toBe(1);
  });
});

describe("new values", () => {
  test("where they are rare", () => {
    const events = Array.from({ length: 2000 }, (_, n) => ({ pattern: n === 1798 ? "zz" : `p${n % 5}` }));
    const [found, ...others] = new Detection({ new: "pattern" }).pushEvents(events).found;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ pattern: "zz", anomaly: { observed: "zz" } });
    expect(found!.anomaly.reason).toBe(
      'pattern is "zz", never seen in the 1798 events before, where one event in 300 has a new one',
    );
  });

  test("not where every event has one", () => {
    const events = Array.from({ length: 5000 }, (_, n) => ({ id: n }));
    const detection = new Detection({ new: "id", maxGroups: 1000 }).pushEvents(events);
    expect(detection.found).toEqual([]);
    expect(detection.counts["forgotten_values"]).toBeGreaterThan(3900);
  });

  test("for each group", () => {
    const events = Array.from({ length: 4000 }, (_, n) => ({
      host: n % 2,
      pattern: n === 3001 ? "p0" : `p${n % 2}`,
    }));
    expect(new Detection({ new: "pattern", by: ["host"] }).pushEvents(events).found).toHaveLength(1);
    expect(new Detection({ new: "pattern" }).pushEvents(events).found).toEqual([]);
  });
});

test("a vanished value is named", () => {
  const events = ticks(0, 300, "a").map((event, n) => ({
    ...event,
    job: n < 200 || n % 2 === 0 ? `j${n % 2}` : "j0",
  }));
  const { found } = new Detection({ vanished: "job", by: ["host"], warmup: 50 }).pushEvents(events);
  expect(found).toMatchObject([{ host: "a", job: "j1" }]);
  expect(found[0]!.anomaly.reason).toMatch(
    /^no event whose job is "j1" for [\d.]+s, where one usually comes every 2s/,
  );
});

describe("intervals", () => {
  /** Ten events a second but for the seconds of `fewer`, which have one. */
  const stream = (fewer: (second: number) => boolean) =>
    Array.from({ length: 600 }, (_, second) =>
      Array.from({ length: fewer(second) ? 1 : 9 + ((second * 7) % 3) }, (_, n) => ({
        timestamp: at(second + n / 20),
        user: `u${n % 4}`,
      })),
    ).flat();

  test("with too few events become events", () => {
    const events = stream((second) => second >= 400 && second < 410);
    const { found } = new Detection({ every: 1000, only: true }).pushEvents(events);
    expect(found).toMatchObject([{ timestamp: at(400), count: 1, anomaly: { observed: 1 } }]);
    expect(found[0]!.anomaly.reason).toMatch(
      /^the number of events in 1s is 1, where 10 is usual: lower than any/,
    );
  });

  test("without any event count as zero, and a long gap ends", () => {
    const events = stream(() => false).filter(({ timestamp }) => timestamp < at(300) || timestamp >= at(560));
    const detection = new Detection({ every: 1000, only: true }).pushEvents(events);
    expect(detection.found).toMatchObject([{ timestamp: at(300), count: 0 }]);
    expect(detection.counts["passed_over"]).toBe(160);
  });

  test("a jump of different values", () => {
    const events = stream(() => false).map((event, n) =>
      event.timestamp >= at(450) && event.timestamp < at(460) ? { ...event, user: n } : event,
    );
    const { found } = new Detection({
      distinct: "user",
      every: 10_000,
      only: true,
      warmup: 20,
      method: "ewma",
    }).pushEvents(events);
    expect(found).toMatchObject([{ timestamp: at(450), anomaly: { expected: 4 } }]);
    expect(found[0]!["distinct_user"]).toBeGreaterThan(90);
  });

  test("late events are counted and change nothing", () => {
    const events = stream(() => false);
    const detection = new Detection({ every: 1000 }).pushEvents([...events, ...events.slice(0, 7)]);
    expect(detection.counts["late"]).toBe(7);
  });
});
