/** What stands around a plot over time: title, legend, axes. */
import type { Paint } from "../../terminal/colours.js";
import { cellWidth, fitCells, padCells } from "../../terminal/table/width.js";
import { momentText, niceStepMs, stepStart, stepText, tickText, zoneText } from "../time-steps.js";
import { glyphsOf, printableText, type TextLooks } from "./looks.js";

/** A line that fits. */
export function line(text: string, { columns, isAscii }: TextLooks): string {
  return `${fitCells(text, columns, isAscii ? "~" : "…").trimEnd()}\n`;
}

export interface LegendEntry {
  readonly name: string;
  readonly glyph: string;
  readonly paint: Paint;
  /** Behind the name: a total. */
  readonly detail?: string | undefined;
}

/** As many lines as the entries need. */
export function legend(entries: readonly LegendEntry[], { columns, isAscii }: TextLooks): string {
  const mark = isAscii ? "~" : "…";
  let text = "";
  let width = 0;
  for (const { name, glyph, paint, detail } of entries) {
    const words = fitCells(
      detail === undefined ? printableText(name) : `${printableText(name)} ${detail}`,
      columns - 2,
      mark,
    );
    const cells = 2 + cellWidth(words);
    if (width > 0 && width + 2 + cells > columns) {
      text += "\n";
      width = 0;
    }
    text += `${width > 0 ? "  " : ""}${paint(glyph)} ${words}`;
    width += (width > 0 ? 2 : 0) + cells;
  }
  return text === "" ? "" : `${text}\n`;
}

export interface TimePlot {
  readonly starts: readonly number[];
  readonly stepMs: number;
  readonly endMs: number;
  /** Cells that a place takes. */
  readonly cells: number;
}

/** The plot from above, each line behind its label, then the axis with its times. `rows` are from above, painted. */
export function framedPlot(
  rows: readonly string[],
  labels: ReadonlyMap<number, string>,
  plot: TimePlot,
  looks: TextLooks,
): string {
  const { axis } = glyphsOf(looks);
  const width = Math.max(...[...labels.values()].map(cellWidth), 1);
  const body = rows.map((row, n) => {
    const label = labels.get(rows.length - 1 - n) ?? "";
    return `${padCells(label, width, "left")} ${axis.side}${row.trimEnd()}\n`;
  });
  const { ruler, times } = timeAxis(plot, looks, Math.max(looks.columns - width - 2, 1));
  const indent = " ".repeat(width + 1);
  return `${body.join("")}${indent}${axis.corner}${ruler}\n${indent} ${times}`.trimEnd().concat("\n");
}

/** Cells left for a plot beside labels of these. */
export function plotRoom(labels: Iterable<string>, { columns }: TextLooks): number {
  return Math.max(columns - Math.max(1, ...[...labels].map(cellWidth)) - 2, 1);
}

function timeAxis(
  { starts, stepMs, cells }: TimePlot,
  looks: TextLooks,
  room: number,
): { ruler: string; times: string } {
  const { axis } = glyphsOf(looks);
  const length = Math.min(starts.length * cells, room);
  const ruler = Array.from({ length }, () => axis.line);
  const every = tickStep(starts, stepMs, cells);
  let times = "";
  for (const [n, ms] of starts.entries()) {
    if (stepStart(ms, every, looks.zone) !== ms && starts.length > 1) continue;
    const text = tickText(ms, every, looks.zone);
    const at = n * cells;
    if (at + text.length > room || (times !== "" && at < times.length + 1) || at >= length) continue;
    ruler[at] = axis.tick;
    times = times.padEnd(at) + text;
  }
  if (times === "") {
    const text = tickText(starts[0]!, stepMs, looks.zone);
    if (text.length <= room) times = text;
  }
  return { ruler: ruler.join(""), times };
}

/** A round step that leaves room for the times. */
function tickStep(starts: readonly number[], stepMs: number, cells: number): number {
  const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  const perCell = Math.max(starts.length > 1 ? span / (starts.length - 1) : stepMs, 1) / cells;
  return niceStepMs(Math.max(perCell * 9, stepMs), Number.isInteger(stepMs) ? stepMs : 1);
}

/** `1m a column, 2026-11-22 10:00 to 11:00 UTC`: what must not be cut first. */
export function timeRangeText({ starts, stepMs, endMs }: TimePlot, zone: string): string {
  const from = momentText(starts[0] ?? 0, stepMs, zone);
  const to = momentText(endMs, stepMs, zone);
  const isSameDay = from.slice(0, 10) === to.slice(0, 10) && to.length > 10;
  return `${stepText(stepMs)} a column, ${from} to ${isSameDay ? to.slice(11) : to} ${zoneText(zone)}`;
}
