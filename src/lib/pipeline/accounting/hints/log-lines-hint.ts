/** Says what lines are that are set aside, or that `parse` cannot read, and what makes events of them. */
import { countOf } from "../../../base/size.js";
import { Block } from "../../../event/block.js";
import type { Host } from "../../contract/host.js";
import type { Source } from "../../contract/source.js";

export class LogLinesHint {
  private readonly reader: string;
  private readonly source: string;
  private readonly host: Pick<Host, "log" | "isOfProgram">;
  /** It takes raw lines in events for events, which would not be told otherwise. */
  private readonly keepsRaw: boolean;
  private first: Block | undefined;
  private saying: Promise<void> | undefined;
  private hasSaid = false;

  /**
   * `reader`: the stage or sink that lines come to first. `keepsRaw`: the raw lines of `ingest` would be stored as they
   * are. `source`: its name, where there are several.
   */
  constructor(
    reader: string,
    keepsRaw: boolean,
    host: Pick<Host, "log" | "isOfProgram">,
    source = "the input",
  ) {
    this.source = source;
    this.reader = reader;
    this.keepsRaw = keepsRaw;
    this.host = host;
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
  async say(): Promise<void> {
    const { first } = this;
    if (this.hasSaid || first === undefined) return;
    this.hasSaid = true;
    const before = this.saying;
    this.saying = (async () => {
      await before;
      await this.sayOf(first);
    })();
    await this.saying;
  }

  /** `parse` has read none of so many lines. `formats`: those that it was told, and files of them. */
  async sayUnparsed(
    lines: number,
    formats: readonly string[],
    counts: Readonly<Record<string, number>>,
  ): Promise<void> {
    const { known, help } = await this.otherWays(formats, counts);
    const none = lines === 1 ? "the only line is not" : `none of ${countOf(lines, "line")} is`;
    this.host.log("info", `${this.reader}: ${none} in ${known}; ${help}`);
  }

  /** The same of one of several sources, where what was kept of it is in no format that is known. */
  async sayUnknown(formats: readonly string[], counts: Readonly<Record<string, number>>): Promise<void> {
    if (this.first === undefined) return;
    const { logLinesOf } = await import("../../../stages/parse/unparsed/log-lines.js");
    const { bytes, labels } = this.first;
    if (logLinesOf(bytes, labels !== undefined) !== undefined || isJsonLine(bytes)) return;
    const { known, help } = await this.otherWays(formats, counts);
    this.host.log("info", `${this.reader}: what ${this.source} begins with is not in ${known}; ${help}`);
  }

  /** What `parse` was told to read, and what would read it. */
  private async otherWays(
    formats: readonly string[],
    counts: Readonly<Record<string, number>>,
  ): Promise<{ readonly known: string; readonly help: string }> {
    const { commandsFor } = await import("../../../stages/parse/unparsed/unread.js");
    const [command] = commandsFor(counts);
    const { otherTextOf } = await import("../../../stages/parse/unparsed/other-text.js");
    const other = this.first && otherTextOf(this.first.bytes);
    const known = formats.every((format) => format === "auto")
      ? "a format that it knows"
      : formats.length === 1
        ? `the format ${formats[0]}`
        : "any of the formats named";
    const help =
      other === undefined || other.parse === "parse"
        ? `--format names another, or a pattern of its own: logpipe ${command ?? "help parse"}`
        : `${nameOf(this.first)} looks like ${other.name}: ${other.parse} reads it`;
    return { known, help };
  }

  /** Resolves once nothing is about to be said. */
  async settle(): Promise<void> {
    await this.saying;
  }

  private async sayOfRaw(first: Block): Promise<void> {
    const { logLinesOf } = await import("../../../stages/parse/unparsed/log-lines.js");
    const found = logLinesOf(first.bytes, first.labels !== undefined);
    if (found?.isRaw === true)
      this.host.log(
        "info",
        `raw lines (${found.format}) are stored as they are, in one field: put parse before ${this.reader} to have theirs`,
      );
  }

  private async sayOf(first: Block): Promise<void> {
    const { reader } = this;
    const { logLinesOf } = await import("../../../stages/parse/unparsed/log-lines.js");
    const found = logLinesOf(first.bytes, first.labels !== undefined);
    if (found === undefined && first.labels === undefined) {
      const { otherTextOf } = await import("../../../stages/parse/unparsed/other-text.js");
      const other = otherTextOf(first.bytes);
      if (other !== undefined) this.host.log("info", this.putBefore(first, `is ${other.name}`, other.parse));
      return;
    }
    if (found === undefined || (found.isJson && !found.isRaw)) return;
    if (found.isRaw) {
      this.host.log(
        "info",
        `these are raw lines (${found.format}), and ${reader} reads fields: put parse before it`,
      );
      return;
    }
    this.host.log("info", this.putBefore(first, `has log lines (${found.format})`, "parse"));
  }

  private putBefore(first: Pick<Block, "origin">, what: string, parse: string): string {
    const { reader, host } = this;
    const name = nameOf(first);
    if (host.isOfProgram === true)
      return `${name} ${what}, and ${reader} reads events: put ${callOf(parse)} before it`;
    return inShell(name, what, parse, reader);
  }
}

/** `parse --format csv` as a call. */
function callOf(parse: string): string {
  const [, , format] = parse.split(" ");
  return format === undefined ? "parse()" : `parse({ format: "${format}" })`;
}

function inShell(name: string, what: string, parse: string, reader: string): string {
  const from = name === STDIN ? `... | logpipe ${parse}` : `logpipe ${parse} ${name}`;
  return `${name} ${what}, and ${reader} reads events: ${from} | logpipe ${reader} ...`;
}

const STDIN = "standard input";

function nameOf(first: Pick<Block, "origin"> | undefined): string {
  const name = first?.origin?.name ?? "<stdin>";
  if (name === "<input>") return "the input";
  return name === "<stdin>" ? STDIN : name;
}

const KEPT_BYTES = 8 * 1024;

/** Events need no format. */
function isJsonLine(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString("utf8");
  try {
    const value: unknown = JSON.parse(text.slice(0, (text.indexOf("\n") + 1 || text.length + 1) - 1));
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

function copyOf({ bytes, labels, origin }: Block): Block {
  const end = bytes.length <= KEPT_BYTES ? bytes.length : bytes.lastIndexOf(0x0a, KEPT_BYTES) + 1;
  const copy = Buffer.from(bytes.subarray(0, end === 0 ? KEPT_BYTES : end));
  const kept = new Block(copy, labels);
  kept.origin = origin;
  return kept;
}
