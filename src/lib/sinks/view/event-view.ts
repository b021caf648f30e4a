// Enter here: events and tables for people.
/** The sink behind `view`: blocks of NDJSON in, readable text out. */
import { isUtf8 } from "node:buffer";
import type { Block } from "../../event/block.js";
import { STORED } from "../../event/delivery/delivery.js";
import type { TimeCounts } from "../../event/time/remarks.js";
import type { Sink } from "../../pipeline/contract/sink.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { escapeControls } from "../../terminal/escape.js";
import { type EventLooks, EventText } from "./event-text.js";

export class EventView implements Sink {
  private readonly output: Output;
  private readonly events: EventText;
  /** Whether lines that are no events could reach a terminal. */
  private readonly isGuarded: boolean;

  constructor(output: Output, looks: EventLooks) {
    this.output = output;
    this.events = new EventText(looks);
    this.isGuarded = output.isTerminal || output.hasColour;
  }

  /** What is shown is done with: a source that remembers goes on behind it. */
  async write({ bytes, delivery }: Block): Promise<boolean> {
    const isWanted = await this.output.write(this.textOf(bytes));
    if (isWanted) delivery?.settle(STORED);
    return isWanted;
  }

  timeCounts(): TimeCounts {
    return this.events.times.counts;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  private textOf(bytes: Buffer): Buffer | string {
    if (!this.isGuarded && !isUtf8(bytes)) return this.exact(bytes);
    let text = "";
    for (const line of linesOf(bytes.toString("utf8")))
      text += this.eventText(line) ?? `${this.guarded(line)}\n`;
    return text;
  }

  private eventText(line: string): string | undefined {
    return line.startsWith("{") ? this.events.format(line) : undefined;
  }

  private guarded(line: string): string {
    return this.isGuarded ? escapeControls(line) : line;
  }

  /** Lines that are not UTF-8 keep their bytes. */
  private exact(bytes: Buffer): Buffer {
    const pieces: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(0x0a, start);
      const end = newline < 0 ? bytes.length : newline;
      const line = bytes.subarray(start, end);
      const text = isUtf8(line) ? this.eventText(line.toString("utf8")) : undefined;
      pieces.push(text === undefined ? bytes.subarray(start, end + 1) : Buffer.from(text));
      start = end + 1;
    }
    return Buffer.concat(pieces);
  }
}

/** Without the empty one after the last line end, and without carriage returns before line ends. */
function linesOf(text: string): string[] {
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  return text === "" ? [] : lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}
