/** The summary of `patterns` for people. */
import type { Block } from "../../event/block.js";
import { type Delivery, STORED } from "../../event/delivery/delivery.js";
import type { Sink } from "../../pipeline/contract/sink.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { paletteOf } from "../../terminal/colours.js";
import { Table, type TableColumn } from "../../terminal/table/table.js";

interface Row {
  readonly pattern_id: string;
  readonly pattern: string;
  readonly count: number;
  readonly share: number;
  readonly new?: boolean;
  readonly first_seen?: string;
  readonly last_seen?: string;
  readonly levels?: Readonly<Record<string, number>>;
}

/** Takes the records that a summary is made of, and prints them as one table at the end. */
export class SummaryTable implements Sink {
  private readonly output: Output;
  private readonly rows: Row[] = [];
  private readonly taken = new Set<Delivery>();

  constructor(output: Output) {
    this.output = output;
  }

  async write({ bytes, delivery }: Block): Promise<boolean> {
    for (const line of bytes.toString("utf8").split("\n")) if (line !== "") this.rows.push(JSON.parse(line));
    if (delivery !== undefined) this.taken.add(delivery);
    return true;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    if (this.rows.length > 0 && !(await this.output.write(this.text()))) return;
    for (const delivery of this.taken) delivery.settle(STORED);
  }

  private text(): string {
    const shown = COLUMNS.filter(({ cell }) => this.rows.some((row) => cell(row) !== ""));
    const cells = shown.map(({ cell }) => this.rows.map(cell));
    const columns = this.output.isTerminal ? this.output.columns : undefined;
    const table = new Table(shown, { columns, palette: paletteOf(this.output) });
    const text = table.head(cells) + table.rows(cells, this.rows.length);
    return table.leftOut === undefined ? text : text + table.foot(this.rows.length);
  }
}

/** Columns that are empty in every row are left out. */
const COLUMNS: readonly (TableColumn & { readonly cell: (row: Row) => string })[] = [
  { name: "count", isNumeric: true, cell: ({ count }) => String(count) },
  { name: "share", isNumeric: true, cell: ({ share }) => `${(share * 100).toFixed(1)}%` },
  { name: "new", isNumeric: false, cell: (row) => (row.new === true ? "new" : "") },
  { name: "level", isNumeric: false, cell: ({ levels }) => levelsOf(levels ?? {}) },
  { name: "first seen", isNumeric: false, cell: (row) => shortTime(row.first_seen) },
  { name: "last seen", isNumeric: false, cell: (row) => shortTime(row.last_seen) },
  { name: "pattern", isNumeric: false, cell: ({ pattern }) => pattern },
];

/** The most frequent level, and a mark when there are others. */
function levelsOf(levels: Readonly<Record<string, number>>): string {
  const [[most = ""] = [], ...others] = Object.entries(levels).sort(([, a], [, b]) => b - a);
  return others.length === 0 ? most : `${most} +${others.length}`;
}

function shortTime(time: string | undefined): string {
  return time === undefined ? "" : time.slice(0, 19).replace("T", " ");
}
