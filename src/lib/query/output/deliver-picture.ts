/** A result drawn. */
import { failure } from "../../base/errors/index.js";
import { type PictureFormat, type PictureOptions, pictureOf } from "../../chart/picture.js";
import { CHART_ROWS_MAX, RowCollector } from "../../chart/rows.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import type { Result } from "../result.js";
import type { Write } from "./deliver.js";
import { uniqueNames } from "./text-format.js";

type Screen = Pick<Output, "isTerminal" | "hasColour" | "columns">;

/** Throws query.refused for a result of more rows than a picture can show. */
export async function deliverPicture(
  result: Result,
  format: PictureFormat,
  options: PictureOptions,
  { write, screen }: { readonly write: Write; readonly screen: Screen },
): Promise<boolean> {
  const names = uniqueNames(result.columns);
  const collector = new RowCollector();
  for await (const { cells, count } of result.rows("json")) {
    collector.addCells(names, cells, count);
    if (collector.count > CHART_ROWS_MAX) throw tooManyRows();
  }
  return write(pictureOf(collector.rows(), format, options, screen));
}

/** Rows as NDJSON on their way to a picture, in pieces cut anywhere. */
export class PictureRows {
  private readonly collector = new RowCollector();
  private rest = "";

  /** Throws query.refused. */
  add(data: string | Uint8Array): void {
    const lines = (this.rest + (typeof data === "string" ? data : Buffer.from(data).toString("utf8"))).split(
      "\n",
    );
    this.rest = lines.pop()!;
    for (const line of lines) if (line !== "") this.collector.addLine(line);
    if (this.collector.count > CHART_ROWS_MAX) throw tooManyRows();
  }

  picture(format: PictureFormat, options: PictureOptions, screen: Screen): string {
    if (this.rest !== "") this.collector.addLine(this.rest);
    return pictureOf(this.collector.rows(), format, options, screen);
  }
}

function tooManyRows() {
  const most = CHART_ROWS_MAX.toLocaleString("en-US");
  return failure("query.refused", {
    reason: `there are more than ${most} rows, too many for a chart`,
    help: "count or average first: GROUP BY time_bucket(INTERVAL 1 MINUTE, timestamp), `window 1m`, or `histogram` for events",
  });
}
