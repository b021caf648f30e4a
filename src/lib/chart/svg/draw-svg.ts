// Enter here: charts as one SVG picture.
import type { BarChart, Chart, HeatChart, TimeChart } from "../model.js";
import { barPanel } from "./bar-panel.js";
import { element, words } from "./element.js";
import { heatPanel } from "./heat-panel.js";
import { type Panel, STYLE, type SvgLooks, WIDTH } from "./looks.js";
import { timePanel } from "./time-panel.js";

const GAP = 24;

/** A whole SVG document, legible on light and dark ground. It holds no script and refers to nothing outside. */
export function drawSvg(charts: readonly Chart[], looks: SvgLooks): string {
  const panels = charts.length === 0 ? [emptyPanel()] : charts.map((chart) => panelOf(chart, looks));
  let top = 0;
  const placed = panels.map(({ markup, height }) => {
    const group = element("g", { transform: `translate(0 ${top})` }, markup);
    top += height + GAP;
    return group;
  });
  const height = top - GAP;
  const title = charts.map((chart) => chart.title).join("; ");
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: "img",
      "aria-label": title === "" ? "no rows" : title,
    },
    `\n<style>${STYLE}</style>\n${element("rect", { class: "ground", width: "100%", height: "100%" })}\n${placed.join("\n")}\n`,
  )}\n`;
}

function panelOf(chart: Chart, looks: SvgLooks): Panel {
  switch (chart.kind) {
    case "time":
      return timePanel(chart satisfies TimeChart, looks);
    case "bars":
      return barPanel(chart satisfies BarChart, looks);
    case "heat":
      return heatPanel(chart satisfies HeatChart, looks);
  }
}

function emptyPanel(): Panel {
  return { markup: words("nothing to draw: no rows", { x: 16, y: 28, class: "title" }), height: 48 };
}
