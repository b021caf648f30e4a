// Enter here: log lines that came where events were expected.
/** A source of events that parses by itself what turns out to be log lines. */

import type { Block } from "../../../event/block.js";
import { Block as EventBlock } from "../../../event/block.js";
import { Owed } from "../../../event/delivery/owed.js";
import { Event } from "../../../event/event.js";
import { type TimeCounts, TimeTally } from "../../../event/time/remarks.js";
import { formatNamed } from "../../../format/registry.js";
import type { Source } from "../../../pipeline/contract/source.js";
import { Memory } from "../memory/memory.js";
import { Parser } from "../parser.js";
import { parserSettings } from "../settings.js";
import type { LeftLines } from "./left-lines.js";
import { hasLogLines, type LogLines, logLinesOf } from "./log-lines.js";
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
  /** Among events, and no log line was seen: what no format reads is no log line either. */
  private readonly mode: { leavesUnread: boolean } = { leavesUnread: false };
  private isKnown = false;
  /** The lines are events, so far: those that are not are parsed, and no event is touched. */
  private isOfEvents = false;
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
    const { bytes } = block;
    if (!this.isKnown && bytes.length > 0) this.decide(block);
    if (this.isOfEvents) {
      const isPassed = this.parser === undefined ? !this.hasOthers(bytes) : this.isBesideParser(bytes);
      if (isPassed) return void this.ready.push(block);
      this.enter(bytes, true);
    }
    if (this.parser === undefined) return void this.ready.push(block);
    this.owed.add(block.delivery, block.bytes.length);
    this.through((parser) => parser.push(block, this.emit));
  }

  private decide(block: Block): void {
    const { bytes, labels } = block;
    this.isKnown = true;
    const found = logLinesOf(bytes, labels !== undefined);
    const isLog = found !== undefined && (this.readsJson || !found.isJson);
    this.isOfEvents = !isLog && hasEvents(bytes) && !this.hasOthers(bytes);
    if (isLog || (!this.isOfEvents && this.parsesText)) this.parser = this.newParser(!this.readsJson);
    else if (!this.isOfEvents && hasEvents(bytes)) this.enter(bytes, !this.readsJson);
    else this.leave(block, found);
    this.isOfEvents &&= this.parser === undefined;
  }

  /** Whether there are lines to be parsed. What no format reads is left among events, for the stage to set aside. */
  private hasOthers(bytes: Buffer): boolean {
    return !areEvents(bytes) && (this.parsesText || hasLogLines(bytes));
  }

  /** Nothing waits in the parser, and nothing is for it. */
  private isBesideParser(bytes: Buffer): boolean {
    return this.parser?.heldBytes === 0 && areEvents(bytes);
  }

  /** Lines that are no events, among those that are. */
  private enter(bytes: Buffer, keepsEvents: boolean): void {
    const isFirst = this.parser === undefined;
    if (isFirst || this.mode.leavesUnread) this.mode.leavesUnread = !this.parsesText && !hasLogLines(bytes);
    this.parser ??= this.newParser(keepsEvents);
  }

  private leave({ bytes, labels, origin }: Block, found: LogLines | undefined): void {
    const other = found === undefined && labels === undefined ? otherTextOf(bytes) : undefined;
    if (other?.isJson === true && this.parsesJson) this.parser = this.newParser(false);
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

  private newParser(keepsEvents: boolean): Parser {
    const context = { nowMs: this.nowMs, reject: () => {}, count: this.times.count };
    const memory = new Memory();
    const parser = formatNamed("auto", { nowMs: this.nowMs, memory });
    const settings = { keepsRaw: false, keepsEvents, memory, ...parserSettings("auto") };
    return new Parser(parser, context, Object.assign(this.mode, settings));
  }
}

/** Whether every line is an object, as far as its first character tells. Cost: half a millisecond a MiB. */
export function areEvents(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; start = bytes.indexOf(NEWLINE, start) + 1 || bytes.length)
    if (bytes[start] !== OPEN && bytes[start] !== NEWLINE && !isBlankOrObject(bytes, start)) return false;
  return true;
}

/** Behind white space and a byte order mark. */
function isBlankOrObject(bytes: Buffer, start: number): boolean {
  let at = start;
  while (SKIPPED.has(bytes[at]!)) at++;
  return at >= bytes.length || bytes[at] === OPEN || bytes[at] === NEWLINE;
}

/** Whether one of the lines is an object. */
export function hasEvents(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; start = bytes.indexOf(NEWLINE, start) + 1 || bytes.length) {
    if (bytes[start] !== OPEN) continue;
    const end = bytes.indexOf(NEWLINE, start);
    if (Event.parse(bytes.utf8Slice(start, end < 0 ? bytes.length : end)) instanceof Event) return true;
  }
  return false;
}

const NEWLINE = 0x0a;
const OPEN = 0x7b;
const SKIPPED: ReadonlySet<number> = new Set([0x09, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);
