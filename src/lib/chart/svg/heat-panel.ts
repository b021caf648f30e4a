/** Counts by time and value as cells, the darker the more. */
import type { HeatChart } from "../model.js";
import { groupedNumber } from "../numbers.js";
import { lastEndMs, mergedTo } from "../time-chart.js";
import { heading, PLOT_WIDTH, rangeDetail, timeAxisMarkup } from "./axes.js";
import { element, words } from "./element.js";
import { LEFT, type Panel, type SvgLooks, TOP } from "./looks.js";

const COLUMNS_MAX = 390;
const HEIGHT = 240;

export function heatPanel(chart: HeatChart, { zone }: SvgLooks): Panel {
  const merged = mergedTo(chart, COLUMNS_MAX, zone);
  const places = merged.starts.length;
  const rows = chart.counts.map((row) => {
    const sums = new Float64Array(places);
    for (let n = 0; n < row.length; n++) sums[merged.into[n]!]! += row[n]!;
    return sums;
  });
  const most = rows.reduce((top, row) => row.reduce((a, b) => Math.max(a, b), top), 0);
  const total = rows.reduce((sum, row) => row.reduce((a, b) => a + b, sum), 0);
  const width = PLOT_WIDTH / Math.max(places, 1);
  const height = HEIGHT / Math.max(rows.length, 1);
  const cells = rows.flatMap((row, k) =>
    Array.from(row, (count, n) =>
      count === 0
        ? ""
        : element("rect", {
            x: LEFT + n * width,
            y: TOP + HEIGHT - (k + 1) * height,
            width: width + 0.2,
            height: height + 0.2,
            fill: "#d63a34",
            "fill-opacity": 0.12 + 0.88 * Math.sqrt(count / most),
          }),
    ),
  );
  const every = Math.max(Math.ceil(16 / height), 1);
  const labels = chart.labels.map((label, k) =>
    k % every === 0
      ? words(label, { x: LEFT - 6, y: TOP + HEIGHT - k * height, "text-anchor": "end", class: "dim" })
      : "",
  );
  const axis = { ...merged, endMs: lastEndMs(merged, zone) };
  const title = `${chart.title}, ${groupedNumber(total)} in all, at most ${groupedNumber(most)} in a cell`;
  return {
    markup:
      heading(title, rangeDetail(axis, zone)) +
      cells.join("") +
      labels.join("") +
      timeAxisMarkup(axis, HEIGHT, zone),
    height: TOP + HEIGHT + 32,
  };
}
