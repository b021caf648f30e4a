/** What stands around a plot of an SVG chart. */
import { axisNumber, groupedNumber } from "../numbers.js";
import type { Scale } from "../scale.js";
import { momentText, niceStepMs, stepStart, stepText, tickText, zoneText } from "../time-steps.js";
import { element, words } from "./element.js";
import { CHARACTER_WIDTH, coloursOf, fitted, LEFT, RIGHT, TOP, WIDTH } from "./looks.js";

export const PLOT_WIDTH = WIDTH - LEFT - RIGHT;

export function heading(title: string, detail: string): string {
  return (
    words(fitted(title, WIDTH - 32), { x: 16, y: 20, class: "title" }) +
    words(fitted(detail, WIDTH - 32), { x: 16, y: 36, class: "dim" })
  );
}

/** Lines across the plot at the ticks, with their values. */
export function valueAxis(scale: Scale, plotHeight: number): string {
  const least = 16 / plotHeight;
  let last = Number.NEGATIVE_INFINITY;
  return scale.ticks
    .filter((tick) => {
      const at = scale.at(tick);
      const isShown = at - last >= least;
      if (isShown) last = at;
      return isShown;
    })
    .map((tick) => {
      const y = TOP + plotHeight * (1 - scale.at(tick));
      return (
        element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y, class: "grid" }) +
        words(axisNumber(tick), { x: LEFT - 6, y: y + 4, "text-anchor": "end", class: "dim" })
      );
    })
    .join("");
}

export interface TimeAxis {
  readonly starts: readonly number[];
  readonly stepMs: number;
  readonly endMs: number;
}

/** Ticks below the plot, about one every 90 pixels. */
export function timeAxisMarkup({ starts, stepMs }: TimeAxis, plotHeight: number, zone: string): string {
  const place = PLOT_WIDTH / Math.max(starts.length, 1);
  const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  const perPixel = Math.max(starts.length > 1 ? span / (starts.length - 1) : stepMs, 1) / place;
  const every = niceStepMs(Math.max(perPixel * 80, stepMs), Number.isInteger(stepMs) ? stepMs : 1);
  const bottom = TOP + plotHeight;
  const ticks = starts.flatMap((ms, n) => {
    if (starts.length > 1 && stepStart(ms, every, zone) !== ms) return [];
    const x = LEFT + n * place;
    return [
      element("line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, class: "axis" }) +
        words(tickText(ms, every, zone), { x, y: bottom + 17, "text-anchor": "middle", class: "dim" }),
    ];
  });
  return (
    element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: bottom, y2: bottom, class: "axis" }) + ticks.join("")
  );
}

export function rangeDetail({ starts, stepMs, endMs }: TimeAxis, zone: string): string {
  const from = momentText(starts[0] ?? 0, stepMs, zone);
  return `${from} to ${momentText(endMs, stepMs, zone)} ${zoneText(zone)}, by ${stepText(stepMs)}`;
}

/** Names and colours, in as many lines as they need. `y` is that of the first. */
export function legendMarkup(
  names: readonly string[],
  totals: readonly (number | undefined)[],
  y: number,
): { readonly markup: string; readonly height: number } {
  const colours = coloursOf(names);
  let [x, top] = [LEFT, y];
  const entries = names.map((name, n) => {
    const total = totals[n];
    const text = fitted(total === undefined ? name : `${name} ${groupedNumber(total)}`, PLOT_WIDTH - 40);
    const width = 20 + [...text].length * CHARACTER_WIDTH + 16;
    if (x > LEFT && x + width > WIDTH - RIGHT) [x, top] = [LEFT, top + 18];
    const entry =
      element("rect", { x, y: top - 9, width: 10, height: 10, rx: 2, fill: colours[n] }) +
      words(text, { x: x + 15, y: top });
    x += width;
    return entry;
  });
  return { markup: entries.join(""), height: names.length === 0 ? 0 : top - y + 18 };
}
