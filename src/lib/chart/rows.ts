/** Rows of a result as columns of values that a chart can be made of. */
import { Event } from "../event/event.js";
import { JsonFault } from "../json/members.js";

/** What charts are drawn from at most: more is no picture any more, and would have to be kept. */
export const CHART_ROWS_MAX = 500_000;

export type ChartValue = string | number | boolean | null | object;

export interface ChartColumn {
  readonly name: string;
  readonly values: readonly ChartValue[];
}

export interface ChartRows {
  readonly columns: readonly ChartColumn[];
  readonly count: number;
}

/** Collects rows, which may come with keys that others had not. */
export class RowCollector {
  private readonly columns = new Map<string, ChartValue[]>();
  count = 0;

  /** A line of NDJSON. False when it is no event. */
  addLine(line: string): boolean {
    const event = Event.parse(line);
    if (event instanceof JsonFault) return false;
    for (const key of event.keys()) this.set(key, event.raw(key) ?? "null");
    this.count++;
    return true;
  }

  /** Cells as JSON, column by column. */
  addCells(names: readonly string[], cells: readonly (readonly (string | null)[])[], count: number): void {
    for (let row = 0; row < count; row++) {
      for (let k = 0; k < names.length; k++) this.set(names[k]!, cells[k]![row] ?? "null");
      this.count++;
    }
  }

  rows(): ChartRows {
    const { count } = this;
    const columns = [...this.columns].map(([name, values]) => {
      while (values.length < count) values.push(null);
      return { name, values };
    });
    return { columns, count };
  }

  private set(name: string, json: string): void {
    let values = this.columns.get(name);
    if (values === undefined) this.columns.set(name, (values = []));
    while (values.length < this.count) values.push(null);
    values[this.count] = JSON.parse(json) as ChartValue;
  }
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/** Milliseconds since the epoch of RFC 3339, of a date, or of a time without a zone, taken as UTC; else NaN. */
export function cellTimeMs(value: ChartValue): number {
  if (typeof value !== "string") return Number.NaN;
  const match = TIME.exec(value);
  if (match === null) return Number.NaN;
  return Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "Z"}`);
}

export type ColumnKind = "time" | "number" | "text" | "empty";

/** What all values that are there have in common. NaN and infinities, which results write as strings, are numbers. */
export function columnKind({ values }: ChartColumn): ColumnKind {
  let kind: ColumnKind = "empty";
  for (const value of values) {
    if (value === null) continue;
    const own = isNumber(value) ? "number" : Number.isNaN(cellTimeMs(value)) ? "text" : "time";
    if (kind !== "empty" && kind !== own) return "text";
    kind = own;
  }
  return kind;
}

function isNumber(value: ChartValue): boolean {
  return typeof value === "number" || (typeof value === "string" && /^(?:NaN|-?Infinity)$/.test(value));
}

/** NaN: there is none that can be drawn. */
export function numberOf(value: ChartValue): number {
  return typeof value === "number" && Number.isFinite(value) ? value : Number.NaN;
}

/** As a label. */
export function labelText(value: ChartValue): string {
  if (value === null) return "(none)";
  if (value === "") return "(empty)";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
