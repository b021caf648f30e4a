/** One line on stderr that says how far long work has come. Only on a terminal, only after a while. */
import type { Output, Terminal } from "../../pipeline/contract/terminal.js";
import { escapeControls } from "../escape.js";
import { fitCells } from "../table/width.js";

const FIRST_MS = 700;
const EVERY_MS = 200;
const CLEAR_LINE = "\r\x1b[2K";

export class Progress {
  private readonly output: Output | undefined;
  private readonly nowMs: () => number;
  private nextMs: number;
  private isShown = false;

  constructor(terminal: Pick<Terminal, "stderr" | "nowMs" | "verbosity">) {
    this.output = terminal.stderr.isTerminal && terminal.verbosity !== "quiet" ? terminal.stderr : undefined;
    this.nowMs = terminal.nowMs;
    this.nextMs = terminal.nowMs() + FIRST_MS;
  }

  /** Shows `text()` if it is time to; the text is made only then. */
  update(text: () => string): void {
    if (this.output === undefined || this.nowMs() < this.nextMs) return;
    this.nextMs = this.nowMs() + EVERY_MS;
    this.isShown = true;
    void this.output.write(CLEAR_LINE + fitCells(escapeControls(text()), this.output.columns - 1));
  }

  /** Takes the line away. */
  clear(): void {
    if (this.isShown) void this.output?.write(CLEAR_LINE);
    this.isShown = false;
  }
}
