/** Values over time as columns, or as marks where several measures share the plot. */
import type { Paint } from "../../terminal/colours.js";
import { type Series, type TimeChart, totalOf } from "../model.js";
import { groupedNumber } from "../numbers.js";
import { linearScale, logScale, type Scale, tickLines } from "../scale.js";
import { lastEndMs, mergedSeries, mergedTo } from "../time-chart.js";
import { stepText } from "../time-steps.js";
import { framedPlot, legend, line, plotRoom, timeRangeText } from "./frame.js";
import { glyphsOf, paintsOf, printableText, type TextLooks } from "./looks.js";
import { stackCells } from "./stack.js";

/** A place takes at most so many cells. */
const CELLS_MAX = 6;

export function drawTime(chart: TimeChart, looks: TextLooks): string {
  const lines = looks.lines ?? (looks.columns < 50 ? 8 : 12);
  const widest = mergedTo(
    chart,
    plotRoom(labelsOf(chart.series, chart, looks, lines).values(), looks),
    looks.zone,
  );
  const merged = mergedSeries(chart, widest.into, widest.starts.length);
  const scale = scaleOf(merged, chart, looks, lines);
  const labels = tickLines(scale, lines);
  // Labels of sums are wider than those of what was added up.
  const room = plotRoom(labels.values(), looks);
  const fitted = widest.starts.length <= room ? widest : mergedTo(chart, room, looks.zone);
  const series = fitted === widest ? merged : mergedSeries(chart, fitted.into, fitted.starts.length);
  const cells = cellsFor(fitted.starts.length, room);
  const plot = { ...fitted, cells, endMs: lastEndMs(fitted, looks.zone) };
  const paints = paintsOf(
    series.map(({ name }) => name),
    looks.hasColour,
  );
  const isStacked = chart.isAdditive || series.length === 1;
  const rows = isStacked
    ? columnRows(series, scale, { lines, cells, paints, looks })
    : markRows(series, scale, { lines, cells, paints, looks });
  return (
    line(titleOf(chart, looks), looks) +
    line(timeRangeText(plot, looks.zone), looks) +
    framedPlot(rows, labels, plot, looks) +
    (chart.hasLegend ? legend(entriesOf(series, paints, isStacked, looks, chart.isAdditive), looks) : "") +
    noteOf(chart, fitted.stepMs, looks) +
    (chart.leftOut > 0 ? line(`rows without a time, left out: ${groupedNumber(chart.leftOut)}`, looks) : "")
  );
}

function titleOf({ title, series, isAdditive, starts }: TimeChart, { isLog }: TextLooks): string {
  const total = series.reduce((sum, one) => sum + totalOf(one), 0);
  const sum = isAdditive && starts.length > 0 ? `, ${groupedNumber(total)} in all` : "";
  return `${printableText(title)}${sum}${isLog ? " (logarithmic)" : ""}`;
}

/** Measures that did not fit one a column are not what each was. */
function noteOf({ isAdditive, stepMs }: TimeChart, shownMs: number, looks: TextLooks): string {
  if (shownMs <= stepMs) return "";
  const how = isAdditive ? "added up" : "of each column the highest";
  return line(`intervals of ${stepText(stepMs)} do not fit: ${how}`, looks);
}

function labelsOf(series: readonly Series[], chart: TimeChart, looks: TextLooks, lines: number) {
  return tickLines(scaleOf(series, chart, looks, lines), lines);
}

function scaleOf(series: readonly Series[], chart: TimeChart, { isLog }: TextLooks, lines: number): Scale {
  const tops = chart.isAdditive ? sums(series) : series.flatMap(({ values }) => [...values]);
  const there = tops.filter((value) => !Number.isNaN(value));
  if (isLog) return logScale(there);
  const most = there.reduce((a, b) => Math.max(a, b), 0);
  const least = there.reduce((a, b) => Math.min(a, b), 0);
  return linearScale(least, most, Math.max(Math.floor(lines / 3), 1), chart.isAdditive);
}

function sums(series: readonly Series[]): number[] {
  const count = series[0]?.values.length ?? 0;
  return Array.from({ length: count }, (_, n) => series.reduce((sum, { values }) => sum + values[n]!, 0));
}

function cellsFor(places: number, room: number): number {
  return Math.max(Math.min(Math.floor(room / Math.max(places, 1)), CELLS_MAX), 1);
}

interface Drawing {
  readonly lines: number;
  readonly cells: number;
  readonly paints: readonly Paint[];
  readonly looks: TextLooks;
}

/** Columns of series on one another; rows from above. */
function columnRows(series: readonly Series[], scale: Scale, drawing: Drawing): string[] {
  const { lines, cells, paints, looks } = drawing;
  const { rising, fills } = glyphsOf(looks);
  const isTold = looks.hasColour || series.length === 1;
  const places = series[0]?.values.length ?? 0;
  const bar = Math.max(cells > 2 ? cells - 1 : cells, 1);
  const rows = Array.from({ length: lines }, () => "");
  for (let place = 0; place < places; place++) {
    const parts = series.map(({ values }) => values[place]!);
    const stack = stackCells(parts, scale, lines, isTold ? rising.length : 1);
    for (let row = 0; row < lines; row++) {
      const cell = stack[row];
      const glyph =
        cell === undefined ? " " : isTold ? rising[cell.part - 1]! : fills[cell.series % fills.length]!;
      const text = glyph.repeat(bar);
      rows[row] += (cell === undefined ? text : paints[cell.series]!(text)) + " ".repeat(cells - bar);
    }
  }
  return rows.reverse();
}

/** A mark for each measure at its height; gaps are left open. */
function markRows(
  series: readonly Series[],
  scale: Scale,
  { lines, cells, paints, looks }: Drawing,
): string[] {
  const { marks } = glyphsOf(looks);
  const places = series[0]?.values.length ?? 0;
  const rows = Array.from({ length: lines }, () => Array.from({ length: places }, () => " ".repeat(cells)));
  for (const [n, { values }] of series.entries())
    for (let place = 0; place < places; place++) {
      const at = scale.at(values[place]!);
      if (Number.isNaN(at)) continue;
      const row = Math.min(Math.max(Math.round(at * (lines - 1)), 0), lines - 1);
      rows[row]![place] = paints[n]!(marks[n % marks.length]!).concat(" ".repeat(cells - 1));
    }
  return rows.map((row) => row.join("")).reverse();
}

function entriesOf(
  series: readonly Series[],
  paints: readonly Paint[],
  isStacked: boolean,
  looks: TextLooks,
  isAdditive: boolean,
) {
  const { rising, fills, marks } = glyphsOf(looks);
  const isTold = looks.hasColour || series.length === 1;
  return series.map((one, n) => ({
    name: one.name,
    paint: paints[n]!,
    glyph: !isStacked ? marks[n % marks.length]! : isTold ? rising.at(-1)! : fills[n % fills.length]!,
    detail: isAdditive ? groupedNumber(totalOf(one)) : undefined,
  }));
}
