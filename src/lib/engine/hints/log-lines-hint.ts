/** Says that lines which are set aside are log lines that `parse` should have seen first. */
import { Block } from "../../event/block.js";
import type { Source } from "../../stage/source.js";
import type { Terminal } from "../../stage/terminal.js";

export class LogLinesHint {
  private readonly reader: string;
  private readonly terminal: Pick<Terminal, "notice">;
  /** It takes raw lines in events for events, which would not be told otherwise. */
  private readonly keepsRaw: boolean;
  private first: Block | undefined;
  private saying: Promise<void> | undefined;

  /** `reader`: the stage or sink that lines come to first. `keepsRaw`: the raw lines of `ingest` would be stored as they are. */
  constructor(reader: string, keepsRaw: boolean, terminal: Pick<Terminal, "notice">) {
    this.reader = reader;
    this.keepsRaw = keepsRaw;
    this.terminal = terminal;
  }

  /** Keeps the first block that the source reads, until it is known whether its lines are set aside. */
  watch(source: Source): void {
    const read = source.read;
    source.read = async () => {
      const block = await read.call(source);
      if (block !== undefined && block.bytes.length === 0) return block;
      source.read = read;
      // A copy: the block's own memory may go to another thread.
      if (block !== undefined) this.first = copyOf(block);
      if (this.keepsRaw && this.first !== undefined) this.saying = this.sayOfRaw(this.first);
      return block;
    };
  }

  /** Lines were set aside. Resolves once what is to be said of it has been. */
  say(): Promise<void> {
    this.saying ??= this.first && this.sayOf(this.first);
    return this.saying ?? Promise.resolve();
  }

  /** Resolves once nothing is about to be said. */
  async settle(): Promise<void> {
    await this.saying;
  }

  private async sayOfRaw(first: Block): Promise<void> {
    const { logLinesOf } = await import("../../parse/forgotten/log-lines.js");
    const found = logLinesOf(first.bytes, first.labels !== undefined);
    if (found?.isRaw === true)
      this.terminal.notice(
        `raw lines (${found.format}) are stored as they are, in one field: put parse before ${this.reader} to have theirs`,
      );
  }

  private async sayOf(first: Block): Promise<void> {
    const { reader } = this;
    const { logLinesOf } = await import("../../parse/forgotten/log-lines.js");
    const found = logLinesOf(first.bytes, first.labels !== undefined);
    if (found === undefined || (found.isJson && !found.isRaw)) return;
    if (found.isRaw) {
      this.terminal.notice(
        `these are raw lines (${found.format}), and ${reader} reads fields: put parse before it`,
      );
      return;
    }
    const name = first.origin?.name ?? "standard input";
    const isFile = first.origin !== undefined && name !== "<stdin>";
    const from = isFile ? `logpipe parse ${name}` : "... | logpipe parse";
    this.terminal.notice(
      `${isFile ? name : "standard input"} has log lines (${found.format}), and ${reader} reads events: ${from} | logpipe ${reader} ...`,
    );
  }
}

const KEPT_BYTES = 8 * 1024;

function copyOf({ bytes, labels, origin }: Block): Block {
  const end = bytes.length <= KEPT_BYTES ? bytes.length : bytes.lastIndexOf(0x0a, KEPT_BYTES) + 1;
  const copy = Buffer.from(bytes.subarray(0, end === 0 ? KEPT_BYTES : end));
  const kept = new Block(copy, labels);
  kept.origin = origin;
  return kept;
}
