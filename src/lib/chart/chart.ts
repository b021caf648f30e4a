// Enter here: rows of a result become charts, which text/ and svg/ draw.
/** From rows to charts: which column is what, told by names and types where nobody says. */
import { failure } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import { isAdditive } from "./additive.js";
import { barChart } from "./bars.js";
import { heatChart, isHeat } from "./heat.js";
import type { Chart } from "./model.js";
import { axisNumber } from "./numbers.js";
import { type ChartColumn, type ChartRows, type ChartValue, type ColumnKind, columnKind } from "./rows.js";
import { windowStepMs } from "./step.js";
import { timeChart } from "./time-chart.js";

/** What the user says of the columns; the rest is told by their types. */
export interface ChartSpec {
  /** The column along the axis: times, or names of bars. */
  readonly x?: string | undefined;
  /** The columns of numbers to draw. */
  readonly y?: readonly string[] | undefined;
  /** The columns whose values make a series each. */
  readonly by?: readonly string[] | undefined;
  /** Of the time axis. */
  readonly zone: string;
}

export interface Typed extends ChartColumn {
  readonly kind: ColumnKind;
}

/** Columns that say which window a row is of, and no more. */
const WINDOW_NAMES = new Set(["window_end", "window", "partial", "late", "groups_dropped", "missed_max"]);
const TIME_NAMES = ["window_start", "timestamp", "time"];

/**
 * One chart for each column of numbers that is not of the kind of the first; percentiles share one. Throws
 * usage.bad-value for a column that is not there or is no number.
 */
export function chartsOf(rows: ChartRows, spec: ChartSpec): readonly Chart[] {
  if (rows.count === 0) return [];
  const columns = withRanges(rows.columns.map((column): Typed => ({ ...column, kind: columnKind(column) })));
  if (spec.x === undefined && spec.y === undefined && isHeat(columns)) return [heatChart(columns, spec.zone)];
  const named = (name: string, option: string) => columnNamed(columns, name, option);
  const by = (spec.by ?? []).map((name) => named(name, "--by"));
  const x = spec.x === undefined ? guessX(columns, by) : named(spec.x, "--x");
  const y =
    spec.y?.map((name) => numeric(named(name, "--y"))) ??
    (areEvents(columns, x, by) ? [] : guessY(columns, [x, ...by]));
  const groups = spec.by === undefined ? guessBy(columns, x, y) : by;
  const panels = panelsOf(y);
  return panels.map((panel) =>
    x?.kind === "time"
      ? timeChart({ x, y: panel, by: groups, stepMs: windowMs(columns, x, spec.zone), zone: spec.zone })
      : barChart({ x, y: panel, by: groups, count: rows.count }),
  );
}

/** Counts by ranges of values have names that say the ranges. */
function withRanges(columns: readonly Typed[]): readonly Typed[] {
  const of = (name: string) => columns.find((column) => column.name === name && column.kind === "number");
  const [from, to] = [of("value_from"), of("value_to")];
  if (from === undefined || to === undefined || columns.some(({ name }) => name === "window_start"))
    return columns;
  const values = from.values.map((low, row) => rangeName(low, to.values[row] ?? null));
  const name: Typed = { name: "value", kind: "text", values };
  return [name, ...columns.filter((column) => column !== from && column !== to)];
}

function rangeName(low: ChartValue, high: ChartValue): string {
  const text = (value: ChartValue) => (typeof value === "number" ? axisNumber(value) : "");
  return low === null ? `up to ${text(high)}` : `${text(low)} to ${text(high)}`;
}

/** No column of numbers: rows are counted. */
function panelsOf(y: readonly Typed[]): readonly (readonly Typed[])[] {
  if (y.length === 0) return [[]];
  const measures = y.filter((column) => !isAdditive(column));
  const counts = y.filter((column) => isAdditive(column));
  return [...counts.map((column) => [column]), ...(measures.length > 0 ? [measures] : [])];
}

function columnNamed(columns: readonly Typed[], name: string, option: string): Typed {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  throw failure("usage.bad-value", {
    option,
    value: name,
    reason: "the result has no such column",
    suggestion: suggest(name, names),
    hint: `it has ${names.slice(0, 12).join(", ")}`,
  });
}

function numeric(column: Typed): Typed {
  if (column.kind === "number" || column.kind === "empty") return column;
  throw failure("usage.bad-value", {
    option: "--y",
    value: column.name,
    reason: "it has values that are no numbers",
  });
}

function guessX(columns: readonly Typed[], by: readonly Typed[]): Typed | undefined {
  const free = columns.filter((column) => !by.includes(column) && !WINDOW_NAMES.has(column.name));
  const times = free.filter(({ kind }) => kind === "time");
  const named = TIME_NAMES.map((name) => times.find((column) => column.name === name));
  const time = named.find((column) => column !== undefined) ?? times[0];
  if (time !== undefined) return time;
  const text = free.find(({ kind }) => kind === "text");
  if (text !== undefined) return text;
  return free.length > 1 ? free[0] : undefined;
}

function guessY(columns: readonly Typed[], taken: readonly (Typed | undefined)[]): Typed[] {
  return columns.filter(
    (column) => column.kind === "number" && !taken.includes(column) && !WINDOW_NAMES.has(column.name),
  );
}

/** Other columns of texts: what tells apart rows of one x. Raw events have too many of them. */
function guessBy(columns: readonly Typed[], x: Typed | undefined, y: readonly Typed[]): readonly Typed[] {
  if (x === undefined) return [];
  const texts = columns.filter(
    (column) =>
      column.kind === "text" && column !== x && !y.includes(column) && !WINDOW_NAMES.has(column.name),
  );
  const level = texts.filter(({ name }) => name === "level");
  if (y.length === 0 || texts.length > 3) return level;
  const names = new Set(x.values.map((_, row) => texts.map(({ values }) => values[row]).join("\n")));
  return x.kind === "time"
    ? names.size <= NAMES_MAX
      ? texts
      : level
    : new Set(x.values).size < x.values.length
      ? texts
      : [];
}

/** Rows that nobody has put together: they are counted, whatever numbers they hold. */
function areEvents(columns: readonly Typed[], x: Typed | undefined, by: readonly Typed[]): boolean {
  if (x?.kind !== "time" || x.name === "window_start") return false;
  if (columns.some(({ name }) => name === "message")) return true;
  const apart = by.length > 0 ? by : columns.filter(({ kind }) => kind === "text");
  const keys = new Set(
    x.values.map((value, row) => [value, ...apart.map(({ values }) => values[row])].join("\n")),
  );
  return keys.size < x.values.length;
}

/** Texts of more values name single rows, and no series. */
const NAMES_MAX = 200;

/** How long the windows of a result are. */
function windowMs(columns: readonly Typed[], x: Typed, zone: string): number | undefined {
  if (x.name !== "window_start") return undefined;
  const end = columns.find(({ name, kind }) => name === "window_end" && kind === "time");
  return end === undefined ? undefined : windowStepMs(x, end, zone);
}
