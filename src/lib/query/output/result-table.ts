/** A result as a table for people: numbers with the digits that mean something, lists as sparklines, short times. */
import { shortNumber } from "../../chart/numbers.js";
import { sparklineOf } from "../../chart/sparkline.js";
import { Table, type TableOptions } from "../../terminal/table/table.js";
import type { ResultColumn, ResultRows } from "../result.js";
import type { TableText } from "./deliver.js";

type Cells = ResultRows["cells"];
type Column = Pick<ResultColumn, "name" | "type" | "isNumeric">;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

export class ResultTable implements TableText {
  private readonly columns: readonly Column[];
  private readonly options: TableOptions;
  private readonly isAscii: boolean;
  private readonly table: Table;
  /** The date that the times of a column share, where they are shown without it. */
  private readonly dates = new Map<number, string>();

  constructor(columns: readonly Column[], options: TableOptions & { readonly isAscii: boolean }) {
    this.columns = columns;
    this.options = options;
    this.isAscii = options.isAscii;
    const shape = columns.map(({ name, type, isNumeric }) => ({
      name,
      isNumeric,
      isWhole: isTimeType(type),
    }));
    this.table = new Table(shape, options);
  }

  head(cells: Cells): string {
    if (this.options.columns !== undefined) this.findDates(cells);
    return this.table.head(this.shown(cells));
  }

  rows(cells: Cells, count: number): string {
    return this.table.rows(this.shown(cells), count);
  }

  foot(rowCount: number): string {
    const [date] = this.dates.values();
    return this.table.foot(rowCount, date === undefined ? [] : [`times of ${date}, UTC`]);
  }

  /** One date for all columns, so that the foot can say which. */
  private findDates(cells: Cells): void {
    const times = this.columns.flatMap(({ type }, k) => (isTimeType(type) && type !== "DATE" ? [k] : []));
    const dates = new Set(
      times.flatMap((k) => (cells[k] ?? []).flatMap((cell) => (cell === null ? [] : [cell.slice(0, 10)]))),
    );
    const [date] = dates;
    if (date === undefined || dates.size > 1) return;
    for (const k of times) this.dates.set(k, date);
  }

  private shown(cells: Cells): Cells {
    return cells.map((column, k) => {
      const change = this.changeOf(k);
      return change === undefined ? column : column.map((cell) => (cell === null ? null : change(cell)));
    });
  }

  private changeOf(k: number): ((cell: string) => string) | undefined {
    const { type } = this.columns[k]!;
    const date = this.dates.get(k);
    if (date !== undefined)
      return (cell) => (cell.startsWith(date) && TIME.test(cell) ? cell.slice(11).replace(/Z$/, "") : cell);
    if (type === "DOUBLE" || type === "FLOAT") return shortCell;
    if (/\[\d*\]$/.test(type) || type === "JSON") return (cell) => sparklineOf(cell, this.isAscii) ?? cell;
    return undefined;
  }
}

function isTimeType(type: string): boolean {
  return /^(?:TIMESTAMP|DATE$)/.test(type);
}

function shortCell(cell: string): string {
  const value = Number(cell);
  return Number.isFinite(value) ? shortNumber(value) : cell;
}
