// Enter here: log lines that came where events were expected.
/** A source of events that parses by itself what turns out to be log lines. */

import type { Block } from "../../../event/block.js";
import { Block as EventBlock } from "../../../event/block.js";
import { Owed } from "../../../event/delivery/owed.js";
import { type TimeCounts, TimeTally } from "../../../event/time/remarks.js";
import { formatNamed } from "../../../format/registry.js";
import type { Source } from "../../../pipeline/contract/source.js";
import { Memory } from "../memory/memory.js";
import { Parser } from "../parser.js";
import { parserSettings } from "../settings.js";
import type { LeftLines } from "./left-lines.js";
import { type LogLines, logLinesOf } from "./log-lines.js";
import { otherTextOf } from "./other-text.js";

/** What may go on is let go after so long without input. */
const IDLE_MS = 250;

export class ParsedSource implements Source {
  readonly replay: Source["replay"];
  onOversized?: NonNullable<Source["onOversized"]>;
  /** Whether JSON that is not one object a line is parsed, too; set before the first read. */
  parsesJson = false;
  /** Whether text of no known format is parsed, too, so that it comes out as events; set before the first read. */
  parsesText = false;
  /** Is told of lines that are left as they are and that `parse` would make events of, or better ones. */
  onLeft?: (left: LeftLines) => void;
  private readonly source: Source;
  private readonly readsJson: boolean;
  private readonly nowMs: () => number;
  private readonly times = new TimeTally();
  private parser: Parser | undefined;
  private isKnown = false;
  private isOver = false;
  private reading: Promise<Block | undefined> | undefined;
  private readonly ready: Block[] = [];
  private readonly owed = new Owed();

  /** `readsJson`: log lines that stand in JSON, as `ingest` and container runtimes put them there, are parsed, too. */
  constructor(source: Source, nowMs: () => number, readsJson = false) {
    this.source = source;
    this.readsJson = readsJson;
    this.nowMs = nowMs;
    this.replay = source.replay;
  }

  async read(): Promise<Block | undefined> {
    if (this.onOversized !== undefined) this.source.onOversized = this.onOversized;
    for (;;) {
      const ready = this.ready.shift();
      if (ready !== undefined) return ready;
      if (this.isOver) return undefined;
      const block = await this.next();
      if (block === "idle") this.through((parser) => parser.idle(this.emit));
      else if (block === undefined) this.finish();
      else this.take(block);
    }
  }

  stop(): void {
    this.source.stop();
  }

  close(): Promise<void> {
    return this.source.close();
  }

  amount(): ReturnType<NonNullable<Source["amount"]>> {
    return this.source.amount?.();
  }

  timeCounts(): TimeCounts {
    return this.times.counts;
  }

  private readonly emit = (block: Block): boolean => {
    if (block.bytes.length > 0) this.ready.push(block);
    return true;
  };

  private async next(): Promise<Block | undefined | "idle"> {
    this.reading ??= this.source.read();
    const { reading } = this;
    if (this.parser === undefined) return this.settled(reading);
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<"idle">((resolve) => (timer = setTimeout(resolve, IDLE_MS, "idle")));
    const first = await Promise.race([reading.then(() => "read" as const), idle]);
    clearTimeout(timer);
    if (first === "read") return this.settled(reading);
    return this.parser.heldBytes > 0 ? "idle" : this.settled(reading);
  }

  private async settled(reading: Promise<Block | undefined>): Promise<Block | undefined> {
    const block = await reading;
    this.reading = undefined;
    return block;
  }

  private take(block: Block): void {
    if (!this.isKnown && block.bytes.length > 0) {
      this.isKnown = true;
      const found = logLinesOf(block.bytes, block.labels !== undefined);
      const isLog = found !== undefined && (this.readsJson || !found.isJson);
      if (isLog || (this.parsesText && !isOfEvents(block.bytes))) this.parser = this.newParser();
      else this.leave(block, found);
    }
    if (this.parser === undefined) return void this.ready.push(block);
    this.owed.add(block.delivery, block.bytes.length);
    this.through((parser) => parser.push(block, this.emit));
  }

  private leave({ bytes, labels, origin }: Block, found: LogLines | undefined): void {
    const other = found === undefined && labels === undefined ? otherTextOf(bytes) : undefined;
    if (other?.isJson === true && this.parsesJson) this.parser = this.newParser();
    const what = found === undefined ? other && `is ${other.name}` : `has lines of ${found.format} in JSON`;
    if (what === undefined || this.parser !== undefined) return;
    const name = origin === undefined || origin.name === "<stdin>" ? "standard input" : origin.name;
    this.onLeft?.({ name, what, parse: other?.parse ?? "parse", areEvents: found !== undefined });
  }

  private finish(): void {
    this.isOver = true;
    this.through((parser) => parser.end(this.emit));
  }

  /** Has the parser work, and puts on what came out whose lines it is made of. */
  private through(work: (parser: Parser) => void): void {
    const { parser, ready } = this;
    if (parser === undefined) return;
    const before = ready.length;
    work(parser);
    const delivery = this.owed.allBut(parser.heldBytes);
    if (delivery === undefined) return;
    if (ready.length === before) ready.push(new EventBlock(Buffer.alloc(0)));
    const last = ready.length - 1;
    for (const block of ready.slice(before, last)) block.delivery = delivery.share();
    ready[last]!.delivery = delivery;
  }

  private newParser(): Parser {
    const context = { nowMs: this.nowMs, reject: () => {}, count: this.times.count };
    const memory = new Memory();
    const parser = formatNamed("auto", { nowMs: this.nowMs, memory });
    return new Parser(parser, context, { keepsRaw: false, memory, ...parserSettings("auto") });
  }
}

/** Whether every line is an object, as far as its first character tells. */
function isOfEvents(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; start = bytes.indexOf(NEWLINE, start) + 1 || bytes.length)
    if (bytes[start] !== OPEN && bytes[start] !== NEWLINE) return false;
  return true;
}

const NEWLINE = 0x0a;
const OPEN = 0x7b;
