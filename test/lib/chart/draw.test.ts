import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chartsOf } from "../../../src/lib/chart/chart.js";
import { type TimeChart, totalOf } from "../../../src/lib/chart/model.js";
import { RowCollector } from "../../../src/lib/chart/rows.js";
import { drawSvg } from "../../../src/lib/chart/svg/draw-svg.js";
import { drawText } from "../../../src/lib/chart/text/draw.js";
import { mergedSeries, mergedTo } from "../../../src/lib/chart/time-chart.js";
import { cellWidth } from "../../../src/lib/terminal/table/width.js";

type Row = Record<string, unknown>;

function rowsOf(rows: readonly Row[]) {
  const collector = new RowCollector();
  for (const row of rows) collector.addLine(JSON.stringify(row));
  return collector.rows();
}

const ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"];
const looks = { hasColour: false, isAscii: false, zone: "UTC", isLog: false };

/** Names as an attacker or a badly decoded log has them. */
const names = fc.oneof(
  fc.constantFrom(
    "error",
    "info",
    "a",
    "",
    "<b>&\"'",
    "\u001b[31mred",
    "日本語",
    "\u202eevil",
    "\ud800",
    "]]>",
    "\u0000",
  ),
  fc.string(),
);
const times = fc
  .integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2027, 0, 1) })
  .map((ms) => new Date(ms - (ms % 60_000)).toISOString());
const timeRows = fc.array(fc.record({ window_start: times, level: names, count: fc.nat(10_000) }), {
  minLength: 1,
  maxLength: 60,
});
const barRows = fc.array(fc.record({ path: names, level: names, count: fc.nat(1_000_000) }), {
  minLength: 1,
  maxLength: 40,
});
const measureRows = fc.array(
  fc.record({ window_start: times, p50_ms: fc.double({ noNaN: true }), p99_ms: fc.double({ noNaN: true }) }),
  { minLength: 1, maxLength: 40 },
);
const anyRows: fc.Arbitrary<Row[]> = fc.oneof(timeRows, barRows, measureRows);

/** Nothing that moves the cursor, turns text around or ends a line early. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe("charts", () => {
  it("have all that the rows count, however they are put together", () => {
    fc.assert(
      fc.property(
        fc.oneof(timeRows, barRows),
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom(...ZONES),
        (rows, most, zone) => {
          const sum = (rows as Row[]).reduce((total, row) => total + (row["count"] as number), 0);
          for (const chart of chartsOf(rowsOf(rows as Row[]), { zone, y: ["count"] })) {
            if (chart.kind === "heat") continue;
            expect(chart.series.reduce((total, one) => total + totalOf(one), 0)).toBe(sum);
            if (chart.kind !== "time") continue;
            const merged = mergedTo(chart, most, zone);
            expect(merged.starts.length).toBeLessThanOrEqual(most);
            const series = mergedSeries(chart, merged.into, merged.starts.length);
            expect(series.reduce((total, one) => total + totalOf(one), 0)).toBe(sum);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("fit every width, and nothing of the data leaves its place", () => {
    fc.assert(
      fc.property(
        anyRows,
        fc.integer({ min: 20, max: 300 }),
        fc.boolean(),
        fc.boolean(),
        (rows, columns, isAscii, isLog) => {
          const text = drawText(chartsOf(rowsOf(rows), { zone: "UTC" }), {
            ...looks,
            columns,
            isAscii,
            isLog,
          });
          for (const line of text.split("\n")) expect(cellWidth(line)).toBeLessThanOrEqual(columns);
          expect(text).not.toMatch(CONTROL);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("are well-formed XML as SVG, whatever the names", () => {
    const documents: string[] = [];
    fc.assert(
      fc.property(anyRows, fc.boolean(), (rows, isLog) => {
        const svg = drawSvg(chartsOf(rowsOf(rows), { zone: "UTC" }), { zone: "UTC", isLog });
        expect(svg).not.toMatch(CONTROL);
        expect(svg).not.toMatch(/NaN|Infinity"|undefined"/);
        documents.push(svg);
      }),
      { numRuns: 60 },
    );
    const check =
      "import json,sys,xml.etree.ElementTree as e\nfor d in json.load(sys.stdin): assert e.fromstring(d).tag.endswith('svg')";
    execFileSync("python3", ["-c", check], { input: JSON.stringify(documents) });
  });

  it("leave a gap open where a measure has no value, and fill it with 0 where rows are counted", () => {
    const at = (minute: number) => `2026-11-22T10:0${minute}:00Z`;
    const rows = rowsOf([
      { window_start: at(0), window_end: at(1), count: 2, p99_ms: 7 },
      { window_start: at(3), window_end: at(4), count: 1, p99_ms: 9 },
    ]);
    const [counts, measures] = chartsOf(rows, { zone: "UTC" });
    expect(counts).toMatchObject({ kind: "time", title: "count", isAdditive: true });
    expect([...(counts as TimeChart).series[0]!.values]).toEqual([2, 0, 0, 1]);
    expect(measures).toMatchObject({ kind: "time", title: "p99_ms", isAdditive: false });
    expect([...(measures as TimeChart).series[0]!.values]).toEqual([7, Number.NaN, Number.NaN, 9]);
  });

  it("count rows that are events, by level", () => {
    const [chart] = chartsOf(
      rowsOf([
        { timestamp: "2026-11-22T10:00:00Z", level: "info", message: "a", status: 200 },
        { timestamp: "2026-11-22T10:00:01Z", level: "error", message: "b", status: 500 },
      ]),
      { zone: "UTC" },
    );
    expect(chart).toMatchObject({ kind: "time", title: "count" });
    expect((chart as TimeChart).series.map(({ name }) => name)).toEqual(["error", "info"]);
  });

  it("refuse columns that are not there or hold no numbers", () => {
    const rows = rowsOf([{ path: "/a", hits: 1 }]);
    expect(() => chartsOf(rows, { zone: "UTC", x: "pth" })).toThrow(/no such column/);
    expect(() => chartsOf(rows, { zone: "UTC", y: ["path"] })).toThrow(/no numbers/);
  });
});
