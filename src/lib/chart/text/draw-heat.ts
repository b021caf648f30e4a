/** Counts by time and value as shades. */
import type { HeatChart } from "../model.js";
import { axisNumber, groupedNumber } from "../numbers.js";
import { lastEndMs, mergedTo } from "../time-chart.js";
import { framedPlot, legend, line, plotRoom, timeRangeText } from "./frame.js";
import { glyphsOf, paintsOf, type TextLooks } from "./looks.js";

/** More rows than fit a screen are put together. */
const LINES_MAX = 20;

export function drawHeat(chart: HeatChart, looks: TextLooks): string {
  const { labels, counts } = fewerRows(chart);
  const room = plotRoom(labels, looks);
  const merged = mergedTo(chart, room, looks.zone);
  const places = merged.starts.length;
  const rows = counts.map((row) => {
    const sums = new Float64Array(places);
    for (let n = 0; n < row.length; n++) sums[merged.into[n]!]! += row[n]!;
    return sums;
  });
  const most = rows.reduce((top, row) => row.reduce((a, b) => Math.max(a, b), top), 0);
  const total = rows.reduce((sum, row) => row.reduce((a, b) => a + b, sum), 0);
  const { shades } = glyphsOf(looks);
  const [paint] = paintsOf(["heat"], looks.hasColour) as [(text: string) => string];
  const cells = Math.max(Math.min(Math.floor(room / Math.max(places, 1)), 6), 1);
  const drawn = rows.map((row) =>
    paint(Array.from(row, (count) => shadeOf(count, most, shades).repeat(cells)).join("")),
  );
  const plot = { ...merged, cells, endMs: lastEndMs(merged, looks.zone) };
  const steps = shades.map((glyph, n) => ({
    name: `${n === 0 ? "1" : axisNumber(Math.floor(boundOf(n - 1, most, shades.length)) + 1)}+`,
    glyph,
    paint,
  }));
  return (
    line(`${chart.title}, ${groupedNumber(total)} in all`, looks) +
    line(timeRangeText(plot, looks.zone), looks) +
    framedPlot(drawn.reverse(), new Map(labels.entries()), plot, looks) +
    legend(distinctSteps(steps), looks)
  );
}

/** Few are far apart from none, and many from most: shades go by the square root. */
function shadeOf(count: number, most: number, shades: readonly string[]): string {
  if (count <= 0) return " ";
  const n = shades.findIndex((_, k) => count <= boundOf(k, most, shades.length));
  return shades[n < 0 ? shades.length - 1 : n]!;
}

/** The highest count of a shade. */
function boundOf(shade: number, most: number, count: number): number {
  return Math.max(((shade + 1) / count) ** 2 * most, shade + 1 === count ? most : 1);
}

function distinctSteps<T extends { readonly name: string }>(steps: readonly T[]): T[] {
  return steps.filter(({ name }, n) => steps.findIndex((other) => other.name === name) === n);
}

function fewerRows({ labels, counts }: HeatChart): Pick<HeatChart, "labels" | "counts"> {
  const each = Math.ceil(labels.length / LINES_MAX);
  if (each <= 1) return { labels, counts };
  const rows: Float64Array[] = [];
  const names: string[] = [];
  for (let n = 0; n < labels.length; n += each) {
    names.push(labels[n]!);
    const sums = new Float64Array(counts[n]!.length);
    for (const row of counts.slice(n, n + each)) for (let k = 0; k < sums.length; k++) sums[k]! += row[k]!;
    rows.push(sums);
  }
  return { labels: names, counts: rows };
}
