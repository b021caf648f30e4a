/** Events over time as a small plot. */
import type { Palette } from "./colours.js";
import { padCells } from "./table/width.js";

export interface HistogramBar {
  /** Where the bar begins, as it is to be shown: `10:05`. */
  readonly label: string;
  readonly count: number;
}

export interface HistogramOptions {
  /** Cells to draw in. */
  readonly columns: number;
  readonly palette: Palette;
  /** Terminals without Unicode get `#`. */
  readonly isAscii?: boolean;
}

/** Eighths of a cell: "▏" is one, "█" is eight. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/**
 * One bar a line, in the order given, as long as its count is high; a bar with events always shows.
 *
 * ```
 * 10:00  ████████████████████  1,204
 * 10:05  ███▌                    212
 * ```
 */
export function histogram(bars: readonly HistogramBar[], options: HistogramOptions): string {
  if (bars.length === 0) return "";
  const { columns, palette, isAscii = false } = options;
  const counts = bars.map(({ count }) => count.toLocaleString("en-US"));
  const labelWidth = Math.max(...bars.map(({ label }) => label.length));
  const countWidth = Math.max(...counts.map((count) => count.length));
  const room = Math.max(columns - labelWidth - countWidth - 4, 4);
  const most = Math.max(...bars.map(({ count }) => count), 1);
  return bars
    .map(({ label, count }, n) => {
      const bar = barOf((count / most) * room, count > 0, isAscii);
      const drawn = padCells(bar, room, "right").replace(bar, palette.good(bar));
      return `${padCells(label, labelWidth, "right")}  ${drawn}  ${padCells(counts[n]!, countWidth, "left")}\n`;
    })
    .join("");
}

function barOf(length: number, isSeen: boolean, isAscii: boolean): string {
  if (isAscii) return "#".repeat(Math.max(Math.round(length), isSeen ? 1 : 0));
  const eighths = Math.max(Math.round(length * 8), isSeen ? 1 : 0);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

const NICE_STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((s) => s * 1000),
  [1, 2, 5, 10, 15, 30].map((m) => m * 60_000),
  [1, 2, 3, 6, 12].map((h) => h * 3_600_000),
  [1, 2, 7, 14, 28].map((d) => d * 86_400_000),
);

/** The shortest round step, in milliseconds, that cuts a span into at most `most` bars. */
export function niceStepMs(spanMs: number, most: number): number {
  const day = 86_400_000;
  return NICE_STEPS_MS.find((step) => spanMs / step <= most) ?? Math.ceil(spanMs / most / day) * day;
}
