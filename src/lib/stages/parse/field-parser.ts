/** `parse --field NAME`: reads a text in one member of each event, and keeps the others. */
import { type Assumed, assuming, type DateOrder, takeGuesses } from "../../base/time/assumed.js";
import { Block } from "../../event/block.js";
import { Event } from "../../event/event.js";
import { lineAt } from "../../event/lines.js";
import { EventWriter } from "../../event/writer.js";
import type { NamedParser } from "../../format/detector.js";
import { quote } from "../../json/quote.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { guardedEvents } from "./guarded-events.js";
import { Guessed } from "./records/guessed.js";

export interface FieldParserOptions {
  /** The member whose text is read. */
  readonly field: string;
  /** Whether the text stays, as `raw`. */
  readonly keepsRaw: boolean;
  readonly zone?: string | undefined;
  readonly dateOrder?: DateOrder | undefined;
  readonly year?: number | undefined;
}

interface Saved {
  readonly version: number;
  /** What the format knows from texts before: a table's header. */
  readonly format: string;
}

const NEWLINE = 0x0a;
const HOUR_MS = 3_600_000;
const STATE_VERSION = 1;

export class FieldParser implements Transform {
  private readonly parser: NamedParser;
  private readonly context: StageContext;
  private readonly options: FieldParserOptions;
  private assumed: Assumed | undefined;

  constructor(parser: NamedParser, context: StageContext, options: FieldParserOptions) {
    this.parser = parser;
    this.context = context;
    this.options = options;
  }

  push(block: Block, emit: Emit): boolean {
    const { bytes } = block;
    const { guard } = this.parser;
    const read = (context: StageContext, from: number, to: number) =>
      new FieldPass(bytes, this.parser, context, this.options).run(from, to);
    const events = assuming(this.assumedNow(), () =>
      guard === undefined
        ? read(this.context, 0, bytes.length).events
        : guardedEvents(guard, this.context, bytes.length, read),
    );
    return emit(new Block(events, block.labels));
  }

  save(): State {
    const saved: Saved = { version: STATE_VERSION, format: this.parser.save?.() ?? "" };
    return saved;
  }

  load(state: State): void {
    const { version, format } = state as Saved;
    checkStateVersion("parse", version, STATE_VERSION);
    this.parser.load?.(format);
  }

  /** The same object within an hour, so that readers of times keep what they remember. */
  private assumedNow(): Assumed {
    const nowMs = Math.floor(this.context.nowMs() / HOUR_MS) * HOUR_MS;
    const { zone, dateOrder, year } = this.options;
    if (this.assumed?.nowMs !== nowMs) this.assumed = { zone, dateOrder, year, nowMs };
    return this.assumed;
  }
}

/** Some lines of one block. */
class FieldPass {
  private readonly bytes: Buffer;
  private readonly parser: NamedParser;
  private readonly context: StageContext;
  private readonly options: FieldParserOptions;
  private readonly writer = new EventWriter();
  private readonly guessed = new Guessed();
  private lines = "";

  constructor(bytes: Buffer, parser: NamedParser, context: StageContext, options: FieldParserOptions) {
    this.bytes = bytes;
    this.parser = parser;
    this.context = context;
    this.options = options;
  }

  /** The events of the lines that begin in a range. */
  run(from: number, to: number): { events: Buffer; end: number } {
    let start = from;
    while (start < to) {
      const found = this.bytes.indexOf(NEWLINE, start);
      const end = found === -1 ? this.bytes.length : found;
      if (end > start) this.read(start, end);
      start = end + 1;
    }
    this.guessed.count(this.context);
    return { events: Buffer.from(this.lines), end: Math.min(start, this.bytes.length) };
  }

  private read(start: number, end: number): void {
    const text = this.bytes.utf8Slice(start, end);
    const event = Event.parse(text);
    if (!(event instanceof Event)) {
      const raw = Buffer.from(this.bytes.subarray(start, end));
      this.context.reject({
        reason: event.reason,
        raw,
        line: lineAt(this.bytes, start),
        column: event.offset,
      });
      return;
    }
    const value = event.get(this.options.field);
    if (typeof value !== "string") {
      this.context.count("without_field");
      this.lines += `${text}\n`;
    } else if (this.readText(value)) this.write(event, value);
    else this.pass(text, start, end);
  }

  /** A text of several lines is read as one, or else by its first line, with the others in its `message`. */
  private readText(value: string): boolean {
    takeGuesses();
    this.writer.reset();
    let isRead = this.parser.parse(value, this.writer);
    const lineEnd = value.indexOf("\n");
    if (isRead === false && lineEnd !== -1) {
      this.writer.reset();
      isRead = this.parser.parse(value.slice(0, lineEnd), this.writer);
      if (isRead === true && !this.writer.extendMessage(value.slice(lineEnd))) isRead = false;
    }
    if (isRead === true) this.guessed.note();
    return isRead === true;
  }

  /**
   * What was read wins over members of the event that have the same name and another value: they are kept as
   * `event.NAME`.
   */
  private write(event: Event, value: string): void {
    const { field, keepsRaw } = this.options;
    const { writer } = this;
    const names = event.keys();
    const isTwice = names.some((name) => name !== field && writer.mayHave(name));
    const read = isTwice ? writer.written() : undefined;
    for (const name of new Set(names)) {
      if (name === field || name === "unparsed") continue;
      const json = event.raw(name)!;
      if (read?.has(name) !== true) writer.json(name, json);
      else if (read.raw(name) !== json) writer.json(`event.${name}`, json);
    }
    if (keepsRaw) writer.json("raw", quote(value));
    writer.end();
    this.lines += writer.take();
  }

  /** No format reads the text: the event passes as it is. */
  private pass(text: string, start: number, end: number): void {
    this.writer.reset();
    this.lines += `${text}\n`;
    const hasGivenUp = this.parser.guard?.hasGivenUp === true;
    if (hasGivenUp) this.context.count("took_too_long");
    this.context.count("unrecognised");
    this.context.doubt?.(() => ({
      reason: hasGivenUp ? "the pattern took too long" : `no format reads "${this.options.field}"`,
      raw: Buffer.from(this.bytes.subarray(start, end)),
      line: lineAt(this.bytes, start),
      column: 0,
    }));
  }
}
