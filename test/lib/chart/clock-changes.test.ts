import { describe, expect, it } from "vitest";
import { chartsOf } from "../../../src/lib/chart/chart.js";
import type { HeatChart, TimeChart } from "../../../src/lib/chart/model.js";
import { RowCollector } from "../../../src/lib/chart/rows.js";
import { lastEndMs, mergedSeries, mergedTo } from "../../../src/lib/chart/time-chart.js";
import { nextStart, stepStart, stepStarts } from "../../../src/lib/chart/time-steps.js";

const [HOUR, DAY] = [3_600_000, 86_400_000];
const iso = (ms: number) => new Date(ms).toISOString();

function rowsOf(rows: readonly Record<string, unknown>[]) {
  const collector = new RowCollector();
  for (const row of rows) collector.addLine(JSON.stringify(row));
  return collector.rows();
}

/** A row a step from the one that holds `from`. */
function windows(from: number, count: number, stepMs: number, zone: string, more = {}) {
  const starts: number[] = [];
  for (let ms = stepStart(from, stepMs, zone); starts.length < count; ms = nextStart(ms, stepMs, zone))
    starts.push(ms);
  return starts.map((ms) => ({
    window_start: iso(ms),
    window_end: iso(nextStart(ms, stepMs, zone)),
    ...more,
    count: 1,
  }));
}

const CHANGES: readonly (readonly [zone: string, at: number])[] = [
  ["Europe/Berlin", Date.UTC(2024, 9, 27, 12)],
  ["Europe/Berlin", Date.UTC(2025, 2, 30, 12)],
  ["America/New_York", Date.UTC(2024, 10, 3, 18)],
  ["Australia/Lord_Howe", Date.UTC(2025, 3, 6, 6)],
  ["Pacific/Apia", Date.UTC(2011, 11, 29, 12)],
];

describe("charts from the day on which the clocks change", () => {
  for (const [zone, at] of CHANGES)
    for (const count of [1, 2, 3, 30, 200])
      it(`${zone} ${iso(at).slice(0, 10)}: ${count} days`, () => {
        const rows = rowsOf(windows(at, count, DAY, zone));
        const chart = chartsOf(rows, { zone, y: ["count"] })[0] as TimeChart;
        expect(chart.stepMs).toBe(DAY);
        expect(chart.starts[0]).toBe(stepStart(at, DAY, zone));
        expect([...chart.series[0]!.values]).toEqual(chart.starts.map(() => 1));
        const merged = mergedTo(chart, 72, zone);
        expect(merged.stepMs % DAY).toBe(0);
        const [sums] = mergedSeries(chart, merged.into, merged.starts.length);
        const inner = [...sums!.values].slice(1, -1);
        // The island that left out a day has one week of six.
        for (const sum of inner) if (zone !== "Pacific/Apia") expect(sum).toBe(merged.stepMs / DAY);
        expect(lastEndMs(merged, zone)).toBe(stepStart(lastEndMs(merged, zone), DAY, zone));
      });

  it("days without a row are places at midnight", () => {
    const [first, , , last] = windows(Date.UTC(2024, 9, 26, 12), 4, DAY, "Europe/Berlin");
    const [chart] = chartsOf(rowsOf([first!, last!]), { zone: "Europe/Berlin" }) as [TimeChart];
    expect(chart.starts.map(iso).map((text) => text.slice(5, 13))).toEqual([
      "10-25T22",
      "10-26T22",
      "10-27T23",
      "10-28T23",
    ]);
  });

  it("rows that only have a time", () => {
    const days = windows(Date.UTC(2025, 2, 29, 12), 3, DAY, "Europe/Berlin");
    const rows = days.map(({ window_start: day, count: n }) => ({ day, n }));
    const [chart] = chartsOf(rowsOf(rows), { zone: "Europe/Berlin", y: ["n"] }) as [TimeChart];
    expect([chart.stepMs, chart.starts.length]).toEqual([DAY, 3]);
    const [inUtc] = chartsOf(rowsOf([0, 1, 2].map((n) => ({ day: iso(Date.UTC(2025, 2, 29 + n)), n }))), {
      zone: "Europe/Berlin",
      y: ["n"],
    }) as [TimeChart];
    expect([inUtc.stepMs, inUtc.starts.length]).toEqual([DAY, 3]);
  });

  it("heat maps", () => {
    const rows = windows(Date.UTC(2024, 9, 27, 12), 3, DAY, "Europe/Berlin", { value_from: 0, value_to: 1 });
    const [chart] = chartsOf(rowsOf(rows), { zone: "Europe/Berlin" }) as [HeatChart];
    expect([chart.kind, chart.stepMs, chart.starts.length]).toEqual(["heat", DAY, 3]);
  });

  it("steps of hours begin on the clock's even hours again behind the hour that comes twice", () => {
    for (const hours of [2, 3, 6, 12]) {
      const step = hours * HOUR;
      const starts = stepStarts(Date.UTC(2024, 9, 26, 22), Date.UTC(2024, 9, 28), step, "Europe/Berlin");
      for (const ms of starts) expect(stepStart(ms, step, "Europe/Berlin")).toBe(ms);
    }
  });
});
