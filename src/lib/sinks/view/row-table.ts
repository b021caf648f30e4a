/** Rows of results for people: one table at the end, numbers at the right. */
import { shortNumber } from "../../chart/numbers.js";
import type { Block } from "../../event/block.js";
import { type Delivery, STORED } from "../../event/delivery/delivery.js";
import { decodeString, JsonFault, scanMembers } from "../../json/members.js";
import type { Sink } from "../../pipeline/contract/sink.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { paletteOf } from "../../terminal/colours.js";
import { Table } from "../../terminal/table/table.js";

/** Takes rows as NDJSON, and prints them as one table when they have all come. */
export class RowTable implements Sink {
  private readonly output: Output;
  private readonly rows: string[] = [];
  private readonly taken = new Set<Delivery>();

  constructor(output: Output) {
    this.output = output;
  }

  async write({ bytes, delivery }: Block): Promise<boolean> {
    for (const line of bytes.toString("utf8").split("\n")) if (line !== "") this.rows.push(line);
    if (delivery !== undefined) this.taken.add(delivery);
    return true;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    if (this.rows.length > 0 && !(await this.output.write(tableOf(this.rows, this.output)))) return;
    for (const delivery of this.taken) delivery.settle(STORED);
  }
}

/** The table of rows of NDJSON: a column for each key, in the order in which they come up. */
export function tableOf(rows: readonly string[], output: Output): string {
  const cells = new Map<string, (string | null)[]>();
  for (const [row, line] of rows.entries())
    for (const [key, json] of membersOf(line)) {
      const column = cells.get(key) ?? new Array<string | null>(rows.length).fill(null);
      column[row] = json === "null" ? null : json;
      cells.set(key, column);
    }
  const shape = [...cells].map(([name, column]) => ({ name, isNumeric: column.every(isNumber) }));
  const shown = [...cells].map(([name, column]) => column.map((json) => shownOf(name, json)));
  const columns = output.isTerminal ? output.columns : undefined;
  const table = new Table(shape, { columns, palette: paletteOf(output) });
  return (
    table.head(shown) + table.rows(shown, rows.length) + (output.isTerminal ? table.foot(rows.length) : "")
  );
}

function membersOf(line: string): readonly (readonly [string, string])[] {
  const members = scanMembers(line);
  if (members instanceof JsonFault) return [];
  const { names, valueStarts, valueEnds } = members;
  return names.map((name, n) => [name, line.slice(valueStarts[n], valueEnds[n])]);
}

function isNumber(json: string | null): boolean {
  return json === null || /^-?\d/.test(json);
}

/**
 * Shares as per cent, fractions with the digits that mean something, texts without quotes, other values as their JSON.
 */
function shownOf(name: string, json: string | null): string | null {
  if (json === null) return null;
  if (name === "share" && isNumber(json)) return `${(Number(json) * 100).toFixed(1)}%`;
  if (/^-?\d+[.eE]/.test(json)) return shortNumber(Number(json));
  return json.startsWith('"') ? decodeString(json, 0, json.length) : json;
}
