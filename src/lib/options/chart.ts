/** Options of whatever draws a result, declared once. */
import { flag, text } from "./options.js";
import { fieldList } from "./stream.js";

export const chartOptions = {
  x: text({
    fromProject: "free",
    metavar: "COLUMN",
    summary: "of a chart, the column along the axis: times, or names of bars; default by the columns' types",
  }),
  y: fieldList({ metavar: "COLUMNS", summary: "of a chart, the columns of numbers to draw" }),
  by: fieldList({ metavar: "COLUMNS", summary: "of a chart, the columns whose values make a series each" }),
  log: flag({ fromProject: "free", summary: "of a chart, a logarithmic axis" }),
  ascii: flag({ fromProject: "free", summary: "of a chart, no characters but those of ASCII" }),
} as const;

/** By name: what has no effect where nothing is drawn. */
export const CHART_OPTION_NAMES = Object.keys(chartOptions) as (keyof typeof chartOptions)[];
