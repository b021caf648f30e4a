/** Rows drawn as a chart, once all of them have come. */

import { failure } from "../../base/errors/index.js";
import type { PictureFormat, PictureOptions } from "../../chart/picture.js";
import { pictureOf } from "../../chart/picture.js";
import { CHART_ROWS_MAX, RowCollector } from "../../chart/rows.js";
import type { Block } from "../../event/block.js";
import { type Delivery, STORED } from "../../event/delivery/delivery.js";
import type { Sink } from "../../pipeline/contract/sink.js";
import type { Output } from "../../pipeline/contract/terminal.js";

export class ChartView implements Sink {
  private readonly output: Output;
  private readonly format: PictureFormat;
  private readonly options: PictureOptions;
  private readonly rows = new RowCollector();
  private readonly taken = new Set<Delivery>();

  constructor(output: Output, format: PictureFormat, options: PictureOptions) {
    this.output = output;
    this.format = format;
    this.options = options;
  }

  /** Throws query.refused for more rows than a chart is drawn from. */
  async write({ bytes, delivery }: Block): Promise<boolean> {
    for (const line of bytes.toString("utf8").split("\n")) if (line !== "") this.rows.addLine(line);
    if (delivery !== undefined) this.taken.add(delivery);
    if (this.rows.count <= CHART_ROWS_MAX) return true;
    throw failure("query.refused", {
      reason: `there are more than ${CHART_ROWS_MAX.toLocaleString("en-US")} rows, too many for a chart`,
      help: "count them first: `logpipe histogram` draws events over time, however many; `window 1m` makes rows of them",
    });
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    const text = pictureOf(this.rows.rows(), this.format, this.options, this.output);
    if (!(await this.output.write(text))) return;
    for (const delivery of this.taken) delivery.settle(STORED);
  }
}
