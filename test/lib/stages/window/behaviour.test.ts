/** What `window` does with time that misbehaves, with too many groups, and how near its estimates are. */
import { describe, expect, it } from "vitest";
import { at, NOW, run } from "./harness.js";

const event = (seconds: number, rest: Record<string, unknown> = {}) =>
  JSON.stringify({ timestamp: at(seconds), ...rest });
const pairs = (rows: readonly Record<string, unknown>[], ...names: string[]) =>
  rows.map((row) => names.map((name) => row[name]));

describe("event time", () => {
  it("closes nothing for one event far ahead, which gets its window at the end", () => {
    const lines = [event(0), event(86_400 * 400), event(30), event(61), event(90), event(200)];
    const { rows, rejected, counts } = run("1m", {}, lines);
    expect(rejected).toEqual([]);
    expect(counts["far_ahead"]).toBe(1);
    expect(rows.map((row) => row["count"])).toEqual([2, 2, 1, 1]);
  });

  it("believes a jump when events keep coming from there, but never one out of the past into the future", () => {
    const day = 86_400;
    const past = Array.from({ length: 10 }, (_, n) => event(-100 * day + n));
    const jumped = run("1m", {}, [event(-200 * day), ...past, event(-200 * day)]);
    expect(jumped.rejected).toHaveLength(1);
    const future = Array.from({ length: 10 }, (_, n) => event(100 * day + n));
    const held = run("1m", {}, [event(0), ...future, event(1)]);
    expect(held.rejected).toEqual([]);
    expect(held.rows[0]).toMatchObject({ count: 2 });
  });

  it("sets late events aside, drops them, or gives results of their own", () => {
    const lines = [event(0), event(65), event(75), event(10, { late: true }), event(20), event(300)];
    const rejecting = run("1m", { lateness: 5000 }, lines);
    expect(rejecting.rejected).toEqual([
      `too late for its window: ${lines[3]}`,
      `too late for its window: ${lines[4]}`,
    ]);
    expect(run("1m", { lateness: 5000, late: "drop" }, lines)).toMatchObject({
      rejected: [],
      counts: { late: 2 },
    });
    const emitting = run("1m", { lateness: 5000, late: "emit" }, lines);
    expect(pairs(emitting.rows, "window_start", "count", "late")).toEqual([
      [at(0).replace(".000", ""), 1, undefined],
      [at(0).replace(".000", ""), 2, true],
      [at(60).replace(".000", ""), 2, undefined],
      [at(300).replace(".000", ""), 1, undefined],
    ]);
  });

  it("sets events without a usable time aside, drops them or takes them as of now", () => {
    const lines = ['{"a":1}', '{"timestamp":"soon"}', '{"timestamp":null}', event(0)];
    expect(run("1h", {}, lines).rejected).toHaveLength(3);
    expect(run("1h", { untimed: "drop" }, lines)).toMatchObject({
      rejected: [],
      counts: { without_time: 3 },
    });
    const now = run("1h", { untimed: "now", lateness: 1e9 }, lines);
    expect(pairs(now.rows, "window_start", "count")).toEqual([
      ["2026-11-21T10:00:00Z", 1],
      [new Date(NOW).toISOString().replace(".000", ""), 3],
    ]);
  });

  it("completes windows when input is idle, once", () => {
    let nowMs = NOW;
    let seen = "";
    const lines = [event(0), event(1), event(2)];
    const ran = run("1m", { idleTimeout: 60_000 }, lines, {
      cuts: [1, 1, 1],
      nowMs: () => nowMs,
      between: (transform, emit) => {
        nowMs += 30_000;
        transform.idle!(emit);
        if (seen !== "") return;
        nowMs += 30_000;
        transform.idle!((block) => {
          seen += block.bytes.toString();
          return emit(block);
        });
        transform.idle!(emit);
      },
    });
    expect(JSON.parse(seen)).toMatchObject({ count: 1 });
    expect(ran.counts["late"]).toBe(2);
    expect(ran.rows).toHaveLength(1);
  });

  it("takes the clock for the time when asked", () => {
    let nowMs = NOW;
    const ran = run("1m", { processingTime: true }, [event(0), event(9e5), '{"no":"time"}'], {
      cuts: [2, 1],
      nowMs: () => nowMs,
      between: (transform, emit) => {
        nowMs += 60_000;
        transform.idle!(emit);
      },
    });
    expect(pairs(ran.rows, "window_start", "count")).toEqual([
      ["2026-11-22T00:00:00Z", 2],
      ["2026-11-22T00:01:00Z", 1],
    ]);
    expect(ran.rejected).toEqual([]);
  });

  it("has days of 23 and 25 hours where clocks change, and windows of hours that fill them", () => {
    const hours = (from: string, count: number) =>
      Array.from({ length: count }, (_, n) =>
        JSON.stringify({ timestamp: new Date(Date.parse(from) + n * 3_600_000).toISOString() }),
      );
    const tz = "Europe/Berlin";
    const autumn = run("1d", { tz }, hours("2026-10-24T20:00:00Z", 30));
    expect(pairs(autumn.rows, "window_start", "window_end", "count")).toEqual([
      ["2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", 2],
      ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25],
      ["2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z", 3],
    ]);
    const spring = run("1d", { tz }, hours("2026-03-28T23:00:00Z", 23));
    expect(spring.rows.map((row) => row["count"])).toEqual([23]);
    const sixes = run("6h", { tz }, hours("2026-10-24T22:00:00Z", 25));
    expect(sixes.rows.map((row) => row["count"])).toEqual([6, 6, 6, 6, 1]);
    const kolkata = run("1h", { tz: "Asia/Kolkata" }, [event(0), event(1799), event(1800)]);
    expect(kolkata.rows.map((row) => row["window_start"])).toEqual([
      "2026-11-21T09:30:00Z",
      "2026-11-21T10:30:00Z",
    ]);
  });

  it("has weeks from Monday, months and years", () => {
    const starts = (size: string) =>
      run(size, {}, [event(0)]).rows.map((row) => [row["window_start"], row["window_end"]]);
    expect(starts("1w")).toEqual([["2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"]]);
    expect(starts("1mo")).toEqual([["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"]]);
    expect(starts("3mo")).toEqual([["2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"]]);
    expect(starts("1y")).toEqual([["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]]);
  });

  it("gives early results of the groups that changed, by event time", () => {
    const lines = [
      event(0, { g: 1 }),
      event(1, { g: 2 }),
      event(12, { g: 1 }),
      event(25, { g: 2 }),
      event(90, { g: 1 }),
    ];
    const { rows } = run("1m", { by: ["g"], every: 10_000 }, lines);
    expect(pairs(rows, "g", "count", "partial")).toEqual([
      [1, 1, true],
      [2, 1, true],
      [1, 2, true],
      [1, 2, undefined],
      [2, 2, undefined],
      [1, 1, undefined],
    ]);
  });
});

describe("groups", () => {
  it("keeps the heaviest: one that comes late and is heavy wins over the light ones before it", () => {
    const lines: string[] = [];
    for (let n = 0; n < 5000; n++) lines.push(event(0, { g: `light-${n}`, v: 1 }));
    for (let n = 0; n < 3000; n++) {
      lines.push(event(1, { g: "heavy", v: 2 }));
      lines.push(event(1, { g: `other-${n}`, v: 1 }));
    }
    const { rows, counts } = run(
      "1m",
      { by: ["g"], agg: "count, sum(v), distinct(g)", maxGroups: 20 },
      lines,
    );
    expect(rows).toHaveLength(21);
    const heavy = rows.find(({ g }) => g === "heavy")!;
    expect(Number(heavy["count"]) + Number(heavy["missed_max"] ?? 0)).toBeGreaterThanOrEqual(3000);
    expect(heavy["count"]).toBeGreaterThan(2800);
    const other = rows.at(-1)!;
    expect(other["g"]).toBe("__other__");
    const sum = (name: string) => rows.reduce((all, row) => all + Number(row[name]), 0);
    expect([sum("count"), sum("sum_v")]).toEqual([11_000, 14_000]);
    expect(Math.abs(Number(other["groups_dropped"]) - 7981)).toBeLessThan(160);
    expect(Math.abs(Number(other["distinct_g"]) - 7981)).toBeLessThan(160);
    expect(counts["groups_dropped"]).toBe(other["groups_dropped"]);
  });

  it("counts exactly how many were given up at one time", () => {
    const lines = Array.from({ length: 60 }, (_, n) => event(0, { g: n % 25 }));
    const { rows } = run("1m", { by: ["g"], maxGroups: 20 }, lines);
    expect(rows).toHaveLength(21);
    expect(rows.at(-1)).toMatchObject({ g: "__other__", count: 10, groups_dropped: 5 });
  });

  it("obeys the budget of memory", () => {
    const lines = Array.from({ length: 140_000 }, (_, n) => event(0, { g: n, v: n % 7 }));
    const { rows, counts } = run(
      "1m",
      { by: ["g"], agg: "count, p99(v)", maxGroups: 1e6, memory: 4e6 },
      lines,
    );
    expect(counts["memory_limits"]).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(100_000);
    expect(rows.reduce((all, row) => all + Number(row["count"]), 0)).toBe(140_000);
  });

  it("is null for a field that is not there, one group for one text however escaped, apart for 1 and 1.0", () => {
    const lines = [
      "{}",
      '{"g":null}',
      '{"g":"\\u0061"}',
      '{"g":"a"}',
      '{"g":1}',
      '{"g":1.0}',
      '{"g":[1]}',
    ].map((text) => text.replace("{", `{"timestamp":"${at(0)}"${text === "{}" ? "" : ","}`));
    const { text } = run("1m", { by: ["g"] }, lines);
    expect(text.match(/"g":[^}]*/g)).toEqual([
      '"g":"a","count":2',
      '"g":1,"count":1',
      '"g":1.0,"count":1',
      '"g":[1],"count":1',
      '"g":null,"count":2',
    ]);
  });
});

describe("aggregates", () => {
  it("add 64-bit whole numbers exactly, and others the same in any order", () => {
    const values = [
      "9223372036854775807",
      "9007199254740993",
      "1",
      "-9223372036854775808",
      "9223372036854775807",
    ];
    const lines = values.map((v) => `{"timestamp":"${at(0)}","v":${v}}`);
    const { text } = run("1m", { agg: "sum(v), min(v), max(v)" }, lines);
    const sum = values.reduce((all, v) => all + BigInt(v), 0n);
    expect(text).toContain(`"sum_v":${sum},"min_v":-9223372036854775808,"max_v":9223372036854775807}`);
    const floats = Array.from({ length: 2000 }, (_, n) => event(0, { v: Math.sin(n) * 10 ** (n % 12) }));
    const ordered = run("1m", { agg: "sum(v)" }, floats).text;
    expect(run("1m", { agg: "sum(v)" }, [...floats].reverse()).text).toBe(ordered);
  });

  it("are null or zero without numbers, and count what is no number", () => {
    const agg =
      "sum(v), avg(v), min(v), p99(v), stddev(v), count(v), distinct(v), topk(v), histogram(v), first(v), ratio(v > 1)";
    const ran = run("1m", { agg }, [
      event(0),
      event(0, { v: null }),
      '{"timestamp":"2026-11-21T10:00:00Z","v":1e999}',
    ]);
    expect(ran.rows[0]).toMatchObject({
      sum_v: null,
      avg_v: null,
      min_v: null,
      p99_v: null,
      stddev_v: null,
      count_v: 1,
    });
    expect(ran.counts["not_a_number"]).toBe(1);
    expect(run("1m", { agg: "sum(v)" }, [event(0, { v: "7" })]).counts["not_a_number"]).toBe(1);
  });

  it("are near: p99 of log-normal values within 0.5 %, distinct within 2 %, topk exact on Zipf", () => {
    let seed = 42;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return (seed + 0.5) / 2 ** 32;
    };
    const count = 60_000;
    const values = Array.from({ length: count }, () =>
      Math.exp(Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())),
    );
    const zipf = Array.from({ length: count }, () => Math.floor(20_000 ** random()));
    const lines = values.map((v, n) => event(0, { v, u: `user-${n % 30_000}`, z: `k${zipf[n]}` }));
    const [row] = run("1m", { agg: "p99(v), distinct(u), topk(z, 10)" }, lines, { cuts: [4096] }).rows;
    const exact = [...values].sort((a, b) => a - b)[Math.round(0.99 * (count - 1))]!;
    expect(Math.abs(Number(row!["p99_v"]) / exact - 1)).toBeLessThan(0.005);
    expect(Math.abs(Number(row!["distinct_u"]) / 30_000 - 1)).toBeLessThan(0.02);
    const tally = new Map<string, number>();
    for (const z of zipf) tally.set(`k${z}`, (tally.get(`k${z}`) ?? 0) + 1);
    const best = [...tally].sort((a, b) => b[1] - a[1]).slice(0, 10);
    expect((row!["topk_z"] as { value: string }[]).map(({ value }) => value)).toEqual(best.map(([z]) => z));
  });

  it("put histograms into round buckets, on both sides of zero", () => {
    const lines = [-7, -1, -0.3, 0, 0.001, 1, 1.5, 2, 3, 100, 101].map((v) => event(0, { v }));
    const [row] = run("1m", { agg: "histogram(v), histogram(v, 0, 10) as two" }, lines).rows;
    expect(row!["histogram_v"]).toEqual([
      { le: -5, count: 1 },
      { le: -1, count: 1 },
      { le: -0.2, count: 1 },
      { le: 0, count: 1 },
      { le: 0.001, count: 1 },
      { le: 1, count: 1 },
      { le: 2, count: 2 },
      { le: 5, count: 1 },
      { le: 100, count: 1 },
      { le: 200, count: 1 },
    ]);
    expect(row!["two"]).toEqual([
      { le: 0, count: 4 },
      { le: 10, count: 5 },
      { le: null, count: 2 },
    ]);
  });
});
