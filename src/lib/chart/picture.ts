/** Rows to a picture, as text or SVG. */
import type { Output } from "../pipeline/contract/terminal.js";
import { type ChartSpec, chartsOf } from "./chart.js";
import type { Chart } from "./model.js";
import type { ChartRows } from "./rows.js";
import { drawSvg } from "./svg/draw-svg.js";
import { drawText } from "./text/draw.js";
import { isAsciiOnly } from "./text/looks.js";

/** What is asked of a picture, as the options have it. */
export interface PictureOptions {
  readonly x?: string | undefined;
  readonly y?: readonly string[] | undefined;
  readonly by?: readonly string[] | undefined;
  readonly log?: boolean | undefined;
  readonly ascii?: boolean | undefined;
  /** What the values of ranges are of, for titles. */
  readonly measured?: string | undefined;
  /** A name that src/lib/base/time/zone.ts knows; absent: local. */
  readonly zone?: string | undefined;
  /** For whether the reader takes Unicode. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Screen = Pick<Output, "isTerminal" | "hasColour" | "columns">;

export type PictureFormat = "chart" | "svg";

/** Throws usage.bad-value for columns that are not there. */
export function pictureOf(
  rows: ChartRows,
  format: PictureFormat,
  options: PictureOptions,
  screen: Screen,
): string {
  const { measured } = options;
  const charts = chartsOf(rows, specOf(options));
  const named =
    measured === undefined ? charts : charts.map((one) => ({ ...one, title: `count by ${measured}` }));
  return drawn(named, format, options, screen);
}

export function drawn(
  charts: readonly Chart[],
  format: PictureFormat,
  options: PictureOptions,
  screen: Screen,
): string {
  const { zone = "local", log: isLog = false, ascii = false, env } = options;
  if (format === "svg") return drawSvg(charts, { zone, isLog });
  const isAscii = ascii || isAsciiOnly(env, screen.isTerminal);
  // A terminal wraps a line that reaches its last cell and is followed by its end.
  const columns = Math.max(screen.columns, 20);
  return drawText(charts, { columns, hasColour: screen.hasColour, isAscii, zone, isLog });
}

function specOf({ x, y = [], by = [], zone = "local" }: PictureOptions): ChartSpec {
  return {
    x,
    zone,
    ...(y.length === 0 ? {} : { y }),
    ...(by.length === 0 ? {} : { by }),
  };
}
