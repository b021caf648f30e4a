/** The rows of a result on their way out, counted, for `--fail-if-rows`. */
import { countOf } from "../../base/size.js";
import type { Result, ResultRows } from "../result.js";

/** Cells of the first row that are shown. */
const CELLS_MAX = 6;
const CELL_CHARACTERS_MAX = 80;

export class SeenRows {
  count = 0;
  /** `name=value` of the first row; "" where rows were not seen as text. */
  private first = "";

  /** The result, whose rows are counted as they are read. */
  watched(result: Result): Result {
    const seeRows = (rows: ResultRows) => this.see(rows.count, () => firstOf(result, rows));
    const seeChunk = (rowCount: number) => this.see(rowCount, () => "");
    return {
      ...result,
      async *chunks() {
        for await (const chunk of result.chunks()) {
          seeChunk(chunk.rowCount);
          yield chunk;
        }
      },
      async *rows(form) {
        for await (const rows of result.rows(form)) {
          seeRows(rows);
          yield rows;
        }
      },
    };
  }

  /** In a line; undefined where there were none. */
  get text(): string | undefined {
    if (this.count === 0) return undefined;
    return `query --fail-if-rows: ${countOf(this.count, "row")}${this.first === "" ? "" : `, the first: ${this.first}`}`;
  }

  private see(count: number, first: () => string): void {
    if (this.count === 0 && count > 0) this.first = first();
    this.count += count;
  }
}

function firstOf({ columns }: Result, { cells }: ResultRows): string {
  const said = columns.map(({ name }, n) => `${name}=${(cells[n]?.[0] ?? "").slice(0, CELL_CHARACTERS_MAX)}`);
  return said.slice(0, CELLS_MAX).join(" ") + (said.length > CELLS_MAX ? " ..." : "");
}
