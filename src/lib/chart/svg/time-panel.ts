/** Values over time: columns of counts on one another, lines of measures. */
import { type Series, type TimeChart, totalOf } from "../model.js";
import { groupedNumber } from "../numbers.js";
import { linearScale, logScale, type Scale } from "../scale.js";
import { lastEndMs, mergedSeries, mergedTo } from "../time-chart.js";
import { heading, legendMarkup, PLOT_WIDTH, rangeDetail, timeAxisMarkup, valueAxis } from "./axes.js";
import { element } from "./element.js";
import { coloursOf, LEFT, type Panel, type SvgLooks, TOP } from "./looks.js";

const HEIGHT = 240;
/** Narrower columns run into each other. */
const COLUMNS_MAX = 390;

export function timePanel(chart: TimeChart, { zone, isLog }: SvgLooks): Panel {
  const merged = mergedTo(chart, COLUMNS_MAX, zone);
  const series = mergedSeries(chart, merged.into, merged.starts.length);
  const axis = { ...merged, endMs: lastEndMs(merged, zone) };
  const isStacked = chart.isAdditive || series.length === 1;
  const scale = scaleOf(series, chart.isAdditive, isLog);
  const colours = coloursOf(series.map(({ name }) => name));
  const marks = isStacked ? columns(series, scale, colours) : lines(series, scale, colours);
  const total = series.reduce((sum, one) => sum + totalOf(one), 0);
  const title = `${chart.title}${chart.isAdditive ? `, ${groupedNumber(total)} in all` : ""}${isLog ? " (logarithmic)" : ""}`;
  const totals = series.map((one) => (chart.isAdditive ? totalOf(one) : undefined));
  const bottom = TOP + HEIGHT + 44;
  const legend = chart.hasLegend
    ? legendMarkup(
        series.map(({ name }) => name),
        totals,
        bottom,
      )
    : { markup: "", height: 0 };
  return {
    markup:
      heading(title, rangeDetail(axis, zone)) +
      valueAxis(scale, HEIGHT) +
      marks +
      timeAxisMarkup(axis, HEIGHT, zone) +
      legend.markup,
    height: TOP + HEIGHT + 32 + legend.height,
  };
}

function scaleOf(series: readonly Series[], isAdditive: boolean, isLog: boolean): Scale {
  const count = series[0]?.values.length ?? 0;
  const tops = isAdditive
    ? Array.from({ length: count }, (_, n) => series.reduce((sum, { values }) => sum + values[n]!, 0))
    : series.flatMap(({ values }) => [...values].filter((value) => !Number.isNaN(value)));
  if (isLog) return logScale(tops);
  return linearScale(
    tops.reduce((a, b) => Math.min(a, b), 0),
    tops.reduce((a, b) => Math.max(a, b), 0),
    5,
    isAdditive,
  );
}

function columns(series: readonly Series[], scale: Scale, colours: readonly string[]): string {
  const count = series[0]?.values.length ?? 0;
  const place = PLOT_WIDTH / Math.max(count, 1);
  const width = Math.min(place > 4 ? place - 1 : place, 60);
  const rects: string[] = [];
  const zero = Math.max(scale.at(0), 0) || 0;
  for (let n = 0; n < count; n++) {
    const sizes = series.map(({ values }) => values[n]!);
    const sum = sizes.reduce((a, b) => a + (Number.isNaN(b) ? 0 : b), 0);
    if (sum === 0) continue;
    const at = scale.at(sum);
    const full = (Number.isNaN(at) ? 0 : at - zero) * HEIGHT;
    const height = Math.max(Math.abs(full), 1);
    let y = TOP + HEIGHT * (1 - zero) + (full < 0 ? height : 0);
    for (const [k, size] of sizes.entries()) {
      if (Number.isNaN(size) || size === 0) continue;
      const part = (size / sum) * height;
      y -= part;
      rects.push(element("rect", { x: LEFT + n * place, y, width, height: part, fill: colours[k] }));
    }
  }
  return rects.join("");
}

/** A line for each measure, broken where it has no value; a value between two gaps is a dot. */
function lines(series: readonly Series[], scale: Scale, colours: readonly string[]): string {
  const count = series[0]?.values.length ?? 0;
  const place = PLOT_WIDTH / Math.max(count, 1);
  const pointAt = (value: number, n: number) => ({
    x: LEFT + (n + 0.5) * place,
    y: TOP + HEIGHT * (1 - scale.at(value)),
  });
  return series
    .map(({ values }, k) => {
      const runs: { x: number; y: number }[][] = [[]];
      for (let n = 0; n < count; n++) {
        const point = pointAt(values[n]!, n);
        if (Number.isNaN(point.y)) runs.push([]);
        else runs.at(-1)!.push(point);
      }
      return runs
        .filter((run) => run.length > 0)
        .map((run) => runMarkup(run, colours[k]!))
        .join("");
    })
    .join("");
}

function runMarkup(run: readonly { readonly x: number; readonly y: number }[], colour: string): string {
  const [first] = run;
  if (run.length === 1) return element("circle", { cx: first!.x, cy: first!.y, r: 2.5, fill: colour });
  const points = run.map(({ x, y }) => `${Number(x.toFixed(2))},${Number(y.toFixed(2))}`).join(" ");
  return element("polyline", {
    points,
    fill: "none",
    stroke: colour,
    "stroke-width": 1.8,
    "stroke-linejoin": "round",
  });
}
