/** Bars by name. */
import { type BarChart, totalOf } from "../model.js";
import { groupedNumber } from "../numbers.js";
import { logScale } from "../scale.js";
import { heading, legendMarkup } from "./axes.js";
import { element, words } from "./element.js";
import { CHARACTER_WIDTH, coloursOf, fitted, type Panel, RIGHT, type SvgLooks, TOP, WIDTH } from "./looks.js";

const ROW = 22;
/** More make no picture. */
const BARS_MAX = 200;

export function barPanel(chart: BarChart, { isLog }: SvgLooks): Panel {
  const isStacked = chart.isAdditive || chart.series.length === 1;
  const bars = chart.labels.slice(0, BARS_MAX).flatMap((label, n) => {
    const sizes = chart.series.map(({ values }) => values[n]!);
    if (isStacked) return [{ label, sizes }];
    return sizes.map((size, k) => ({
      label: k === 0 ? label : "",
      sizes: sizes.map((_, other) => (other === k ? size : Number.NaN)),
    }));
  });
  const sums = bars.map(({ sizes }) => sizes.reduce((sum, size) => sum + (Number.isNaN(size) ? 0 : size), 0));
  const most = Math.max(...sums, 0);
  const scale = isLog ? logScale(sums) : undefined;
  const least = Math.min(...sums, 0);
  // Halves: the largest numbers have no sum. Bars begin at 0, and go to its left where they are below.
  const span = most / 2 - (isLog ? 0 : least / 2);
  const at = (value: number) => scale?.at(value) ?? (span > 0 ? Math.abs(value / 2 / span) : 0);
  const zero = isLog || span === 0 ? 0 : -least / 2 / span;
  const texts = bars.map(({ sizes }, n) => (sizes.every(Number.isNaN) ? "" : groupedNumber(sums[n]!)));
  const longest = Math.max(...bars.map(({ label }) => [...label].length), 1);
  const left = Math.min(longest * CHARACTER_WIDTH, WIDTH * 0.35) + 24;
  const right = Math.max(...texts.map((text) => text.length), 1) * CHARACTER_WIDTH + RIGHT + 8;
  const room = WIDTH - left - right;
  const colours = coloursOf(chart.series.map(({ name }) => name));
  const rows = bars.map(({ label, sizes }, n) => {
    const y = TOP + n * ROW;
    const sum = sums[n]!;
    const width = sum === 0 ? 0 : Math.max((Number.isNaN(at(sum)) ? 0 : at(sum)) * room, 1);
    const from = left + zero * room;
    let x = sum < 0 ? from - width : from;
    const parts = sizes.map((size, k) => {
      if (Number.isNaN(size) || size === 0) return "";
      const part = Math.max((size / sum) * width, 0);
      const rect = element("rect", { x, y: y + 3, width: part, height: ROW - 6, fill: colours[k] });
      x += part;
      return rect;
    });
    return (
      words(fitted(label, left - 20), { x: left - 8, y: y + 15, "text-anchor": "end" }) +
      parts.join("") +
      words(texts[n]!, { x: (sum < 0 ? from : from + width) + 6, y: y + 15, class: "dim" })
    );
  });
  const bottom = TOP + bars.length * ROW + 20;
  const totals = chart.series.map((one) => (chart.isAdditive ? totalOf(one) : undefined));
  const legend = chart.hasLegend
    ? legendMarkup(
        chart.series.map(({ name }) => name),
        totals,
        bottom,
      )
    : { markup: "", height: 0 };
  const total = chart.series.reduce((sum, one) => sum + totalOf(one), 0);
  const more = chart.labels.length - BARS_MAX;
  const detail = [
    ...(chart.isAdditive ? [`${groupedNumber(total)} in all`] : []),
    ...(isLog ? ["logarithmic"] : []),
    ...(more > 0 ? [`and ${groupedNumber(more)} more`] : []),
  ].join(", ");
  return {
    markup: heading(chart.title, detail) + rows.join("") + legend.markup,
    height: TOP + bars.length * ROW + 12 + legend.height,
  };
}
