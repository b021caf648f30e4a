/** A bar a line. */
import { cellWidth, fitCells, padCells } from "../../terminal/table/width.js";
import { type BarChart, type Series, totalOf } from "../model.js";
import { groupedNumber } from "../numbers.js";
import { logScale, type Scale } from "../scale.js";
import { legend, line } from "./frame.js";
import { type Glyphs, glyphsOf, paintsOf, printableText, type TextLooks } from "./looks.js";
import { type StackCell, stackCells } from "./stack.js";

/** Bars beyond are only counted. */
const BARS_MAX = 1000;

/**
 * One bar a line, as long as its value is high, with the value behind it.
 *
 * ```
 * /cart      ████████████████████  1,204
 * /checkout  ███▌                    212
 * ```
 */
export function drawBars(chart: BarChart, looks: TextLooks): string {
  const count = Math.min(chart.labels.length, BARS_MAX);
  const total = chart.series.reduce((sum, one) => sum + totalOf(one), 0);
  const title = `${printableText(chart.title)}${chart.isAdditive ? `, ${groupedNumber(total)} in all` : ""}${looks.isLog ? " (logarithmic)" : ""}`;
  const paints = paintsOf(
    chart.series.map(({ name }) => name),
    looks.hasColour,
  );
  const isStacked = chart.isAdditive || chart.series.length === 1;
  const glyphs = glyphsOf(looks);
  const body = isStacked ? stackedBars(chart, count, looks) : besideBars(chart, count, looks);
  const isTold = looks.hasColour || chart.series.length === 1;
  const entries = chart.series.map((one, n) => ({
    name: one.name,
    glyph: isStacked && !isTold ? glyphs.fills[n % glyphs.fills.length]! : glyphs.growing.at(-1)!,
    paint: paints[n]!,
    detail: chart.isAdditive ? groupedNumber(totalOf(one)) : undefined,
  }));
  const more = chart.labels.length - count;
  return (
    line(title, looks) +
    body +
    (more > 0 ? line(`and ${groupedNumber(more)} more`, looks) : "") +
    (chart.hasLegend && isStacked ? legend(entries, looks) : "")
  );
}

function stackedBars({ labels, series }: BarChart, count: number, looks: TextLooks): string {
  const sums = labels.slice(0, count).map((_, n) => sumAt(series, n));
  const texts = sums.map((value) => (Number.isNaN(value) ? "" : groupedNumber(value)));
  const layout = layoutOf(labels.slice(0, count), texts, looks);
  const scale = scaleOf(sums, layout.room, looks);
  const paints = paintsOf(
    series.map(({ name }) => name),
    looks.hasColour,
  );
  const glyphs = glyphsOf(looks);
  const isTold = looks.hasColour || series.length === 1;
  return sums
    .map((_, n) => {
      const parts = series.map(({ values }) => values[n]!);
      const paint = ({ series: k, part }: StackCell) =>
        paints[k]!(isTold ? glyphs.growing[part - 1]! : glyphs.fills[k % glyphs.fills.length]!);
      return layout.line(n, ...barOf(parts, scale, isTold ? glyphs.growing.length : 1, paint));
    })
    .join("");
}

/** Measures of one name are bars below one another. */
function besideBars({ labels, series }: BarChart, count: number, looks: TextLooks): string {
  const shownSeries = series;
  const all = shownSeries.flatMap(({ values }) => [...values.subarray(0, count)]);
  const names = labels
    .slice(0, count)
    .flatMap((label) => shownSeries.map(({ name }, k) => (k === 0 ? `${label} ${name}` : `  ${name}`)));
  const values = labels.slice(0, count).flatMap((_, n) => shownSeries.map((one) => one.values[n]!));
  const texts = values.map((value) => (Number.isNaN(value) ? "" : groupedNumber(value)));
  const layout = layoutOf(names, texts, looks);
  const scale = scaleOf(all, layout.room, looks);
  const paints = paintsOf(
    series.map(({ name }) => name),
    looks.hasColour,
  );
  const glyphs: Glyphs = glyphsOf(looks);
  return values
    .map((value, n) => {
      const paint = ({ part }: StackCell) => paints[n % series.length]!(glyphs.growing[part - 1]!);
      return layout.line(n, ...barOf([value], scale, glyphs.growing.length, paint));
    })
    .join("");
}

function sumAt(series: readonly Series[], n: number): number {
  const there = series.map(({ values }) => values[n]!).filter((value) => !Number.isNaN(value));
  return there.length === 0 ? Number.NaN : there.reduce((a, b) => a + b, 0);
}

/** Cells on both sides of 0, and the length of a value beside them. */
interface BarScale {
  readonly below: number;
  readonly above: number;
  readonly of: Scale;
}

/** The longest bars take all the room; 0 stands in it where there is something below. */
function scaleOf(values: readonly number[], room: number, { isLog }: TextLooks): BarScale {
  const there = values.filter((value) => !Number.isNaN(value));
  if (isLog) return { below: 0, above: room, of: logScale(there) };
  const most = there.reduce((a, b) => Math.max(a, b), 0);
  const least = there.reduce((a, b) => Math.min(a, b), 0);
  // Halves: the largest numbers have no sum.
  const share = least < 0 ? least / 2 / (least / 2 - most / 2) : 0;
  const isSplit = least < 0 && most > 0;
  const below = isSplit ? Math.min(Math.max(Math.round(room * share), 1), room - 1) : least < 0 ? room : 0;
  // A cell of one side is worth as much as one of the other.
  const unit = Math.max(below > 0 ? -least / below : 0, room > below ? most / (room - below) : 0);
  const at = (value: number) => (unit > 0 ? value / unit / (value < 0 ? below : room - below) : 0);
  return { below, above: room - below, of: { at: (value) => Math.abs(at(value)), ticks: [] } };
}

/** What is above 0 goes to the right of it, what is below to the left, in whole cells. */
function barOf(
  values: readonly number[],
  { below, above, of }: BarScale,
  parts: number,
  paint: (cell: StackCell) => string,
): readonly [bar: string, cells: number] {
  const sum = values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
  if (sum >= 0 || below === 0) {
    const cells = stackCells(values, of, above, parts);
    return [" ".repeat(below) + cells.map(paint).join(""), below + cells.length];
  }
  const sizes = values.map((value) => (value < 0 ? -value : 0));
  const scale = { ...of, at: () => of.at(sum) };
  const cells = stackCells(sizes, scale, below, 1).map((cell) => ({ ...cell, part: parts }));
  return [" ".repeat(below - cells.length) + cells.reverse().map(paint).join(""), below];
}

interface Layout {
  readonly room: number;
  readonly line: (n: number, bar: string, cells: number) => string;
}

/** Names at the left, at most two fifths; values at the right; bars between them. */
function layoutOf(
  labels: readonly string[],
  texts: readonly string[],
  { columns, isAscii }: TextLooks,
): Layout {
  const mark = isAscii ? "~" : "…";
  const most = Math.max(Math.floor(columns * 0.4), 6);
  const names = labels.map((label) => fitCells(printableText(label), most, mark));
  const nameWidth = names.reduce((width, name) => Math.max(width, cellWidth(name)), 0);
  const textWidth = texts.reduce((width, text) => Math.max(width, text.length), 0);
  const room = Math.max(columns - nameWidth - textWidth - 4, 1);
  return {
    room,
    line: (n, bar, cells) => {
      const name = padCells(names[n]!, nameWidth, "right");
      const text = padCells(texts[n]!, textWidth, "left");
      const body = `${name}  ${bar}${" ".repeat(Math.max(room - cells, 0))}  ${text}`;
      return nameWidth + textWidth + 4 + room > columns
        ? `${fitCells(`${name} ${text}`, columns, mark)}\n`
        : `${body}\n`;
    },
  };
}
