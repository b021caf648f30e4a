// Enter here: charts as text that fits the screen.
import type { Chart } from "../model.js";
import { drawBars } from "./draw-bars.js";
import { drawHeat } from "./draw-heat.js";
import { drawTime } from "./draw-time.js";
import type { TextLooks } from "./looks.js";

/** Lines, each ended by "\n", none wider than `looks.columns`. Nothing of the data can leave its place. */
export function drawText(charts: readonly Chart[], looks: TextLooks): string {
  if (charts.length === 0) return "(nothing to draw: no rows)\n";
  return charts.map((chart) => drawOne(chart, looks)).join("\n");
}

function drawOne(chart: Chart, looks: TextLooks): string {
  switch (chart.kind) {
    case "time":
      return drawTime(chart, looks);
    case "bars":
      return drawBars(chart, looks);
    case "heat":
      return drawHeat(chart, looks);
  }
}
