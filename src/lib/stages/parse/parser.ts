// Enter here: blocks of raw lines to blocks of events.
/** The running half of `parse`: blocks of raw lines in, blocks of events out. */
import { isUtf8 } from "node:buffer";
import { type Assumed, assuming, type DateOrder } from "../../base/time/assumed.js";
import { Block, type Labels, type Origin } from "../../event/block.js";
import { EventWriter, quote } from "../../event/writer.js";
import type { NamedParser } from "../../format/detector.js";
import { BoundaryPace } from "../../pipeline/contract/boundary-pace.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { FormatTally } from "./format-tally.js";
import { type GuardedPiece, guardedEvents } from "./guarded-events.js";
import { HotLines } from "./hot-lines.js";
import { LineReader } from "./line-reader.js";
import type { LineReaderOptions } from "./line-reader-options.js";
import type { Memory } from "./memory/memory.js";
import { rowBoundary } from "./open-records.js";
import type { RawBlock } from "./raw-block.js";
import { pieceHoldMs, recordBoundary } from "./records/cut.js";

export type HotFormat = "combined" | "common" | "json";

export interface ParserOptions extends LineReaderOptions {
  /** Which of its formats the kernel may read ahead of `parser`. */
  readonly hotFormats: readonly HotFormat[];
  /**
   * What lines have said of those behind them: what `parser` reads by. Absent: nothing is remembered between blocks.
   */
  readonly memory?: Memory | undefined;
  /** The zone of times that name none; absent: UTC. */
  readonly zone?: string | undefined;
  /** Which number of a date is the day; absent: as scan/date-order.ts says. */
  readonly dateOrder?: DateOrder | undefined;
  /** The year of times without one; absent: by when the file was written. */
  readonly year?: number | undefined;
  /** How long lines of a record that may go on wait for more, when nothing comes; absent: until the engine says so. */
  readonly holdMs?: number | undefined;
}

interface Saved {
  readonly version: number;
  /** What the format knows from lines before: a table's header. */
  readonly format: string;
  /** base64. */
  readonly held: string | null;
  readonly source: string | null;
  /** What is known of streams, by name. */
  readonly known?: Readonly<Record<string, string>>;
}

const HOUR_MS = 3_600_000;
const STATE_VERSION = 1;
/** The text collected before it is turned into bytes. */
const FLUSH_CHARACTERS = 256 * 1024;
/** Of more streams the oldest are read as if nothing were known. */
const KNOWN_STREAMS_MAX = 1024;

export class Parser implements Transform {
  private readonly parser: NamedParser;
  private readonly context: StageContext;
  private readonly options: ParserOptions;
  /** What is known of streams, for `push`, which gets blocks that nobody has aligned. */
  private readonly known = new KnownStreams();
  /** Lines of a record that may go on, and the labels they came with. */
  private held: Block | undefined;
  private readonly pace = new BoundaryPace();
  private assumed: Assumed | undefined;
  private readonly tally = new FormatTally();
  /** When the last block came. */
  private lastMs = 0;

  constructor(parser: NamedParser, context: StageContext, options: ParserOptions) {
    this.parser = parser;
    this.context = context;
    this.options = options;
  }

  push(block: Block, emit: Emit): boolean {
    const { joinsLines, hasQuotedBreaks, containers, rules } = this.options;
    const isTable = hasQuotedBreaks === true && rules === undefined;
    if (!joinsLines && !isTable) return emit(this.eventsInTurn(block));
    this.lastMs = this.context.nowMs();
    let joined = block;
    if (this.held !== undefined) {
      if (!isOfSameInput(this.held, block)) emit(this.release());
      else {
        joined = withOrigin(new Block(Buffer.concat([this.held.bytes, block.bytes]), block.labels), block);
        this.held = undefined;
      }
    }
    const { bytes } = joined;
    const cut = this.pace.cut(bytes, (bytes, isThorough) =>
      isTable ? rowBoundary(bytes) : recordBoundary(bytes, containers, rules, isThorough),
    );
    if (cut < joined.bytes.length)
      this.held = withOrigin(new Block(joined.bytes.subarray(cut), joined.labels), block);
    if (cut === 0) return true;
    const whole = new Block(joined.bytes.subarray(0, cut), joined.labels);
    return emit(this.eventsInTurn(withOrigin(whole, block)));
  }

  /** What lines of a stream that are not read here have said of those that come. Before its first block. */
  knows(stream: string, text: string): void {
    this.known.load({ [stream]: text });
  }

  /** Bytes of lines that wait for what may belong to them. */
  get heldBytes(): number {
    return this.held?.bytes.length ?? 0;
  }

  pushWhole(block: Block, emit: Emit): boolean {
    this.letGo(emit);
    return emit(this.events(block));
  }

  idle(emit: Emit): void {
    if (this.held === undefined) return;
    const { holdMs: givenMs = 0, containers } = this.options;
    const holdMs = Math.max(givenMs, pieceHoldMs(this.held.bytes, containers));
    if (holdMs === 0 || this.context.nowMs() - this.lastMs >= holdMs) this.letGo(emit);
  }

  end(emit: Emit): void {
    this.letGo(emit);
  }

  private letGo(emit: Emit): void {
    if (this.held !== undefined) emit(this.release());
  }

  save(): State {
    const saved: Saved = {
      version: STATE_VERSION,
      format: this.parser.save?.() ?? "",
      held: this.held?.bytes.toString("base64") ?? null,
      source: this.held?.labels?.source ?? null,
      ...this.known.save(),
    };
    return saved;
  }

  load(state: State): void {
    const { version, format, held, source, known } = state as Saved;
    checkStateVersion("parse", version, STATE_VERSION);
    this.parser.load?.(format);
    this.known.load(known);
    if (held !== null)
      this.held = new Block(Buffer.from(held, "base64"), source === null ? undefined : { source });
  }

  /** The same object for the same input, so that readers of times keep what they remember. */
  private assumedFor(origin: Origin | undefined): Assumed {
    const latestMs = origin?.writtenMs;
    const nowMs = Math.floor(this.context.nowMs() / HOUR_MS) * HOUR_MS;
    const dateOrder = this.options.dateOrder ?? origin?.dateOrder ?? this.options.memory?.dateOrder;
    const { assumed } = this;
    if (assumed?.latestMs !== latestMs || assumed?.nowMs !== nowMs || assumed?.dateOrder !== dateOrder) {
      const { zone, year } = this.options;
      this.assumed = { zone, year, dateOrder, latestMs, nowMs };
    }
    return this.assumed!;
  }

  private release(): Block {
    const held = this.held!;
    this.held = undefined;
    this.pace.reset();
    return this.eventsInTurn(held);
  }

  /** As `events`, of a block before which what is known is what those before it in its stream have left. */
  private eventsInTurn(block: Block): Block {
    const { memory } = this.options;
    block.known = this.known.of(block);
    const events = this.events(block);
    if (memory !== undefined) this.known.set(block, memory.save());
    return events;
  }

  private events(block: Block): Block {
    const { guard } = this.parser;
    const { bytes, labels, origin } = block;
    const { memory } = this.options;
    const events = (context: StageContext, from: number, to: number) =>
      new Pass(
        { bytes, labels, dateOrder: this.options.dateOrder ?? origin?.dateOrder },
        this.parser,
        context,
        this.options,
        this.tally,
      ).run(from, to);
    memory?.load(block.known);
    const all = assuming(this.assumedFor(origin), () =>
      guard === undefined
        ? events(this.context, 0, bytes.length).events
        : guardedEvents(guard, this.context, bytes.length, events),
    );
    this.tally.count(this.context);
    return new Block(all);
  }
}

/** What is known of streams behind their last block. */
class KnownStreams {
  private readonly known = new Map<string, string>();

  of(block: Block): string | undefined {
    return this.known.get(nameOf(block));
  }

  set(block: Block, text: string): void {
    if (text === this.of(block)) return;
    const name = nameOf(block);
    this.known.delete(name);
    this.known.set(name, text);
    if (this.known.size > KNOWN_STREAMS_MAX) this.known.delete(this.known.keys().next().value!);
  }

  save(): Pick<Saved, "known"> {
    return this.known.size === 0 ? {} : { known: Object.fromEntries(this.known) };
  }

  load(known: Saved["known"]): void {
    for (const [name, text] of Object.entries(known ?? {})) this.known.set(name, text);
  }
}

function nameOf({ labels, origin }: Block): string {
  return labels?.source ?? origin?.name ?? "";
}

function isOfSameInput(a: Block, b: Block): boolean {
  return a.labels?.source === b.labels?.source && a.origin?.writtenMs === b.origin?.writtenMs;
}

function withOrigin(block: Block, from: Block): Block {
  block.origin = from.origin;
  return block;
}

/** One block on its way through. */
class Pass {
  private readonly bytes: Buffer;
  private readonly labels: Labels | undefined;
  private readonly options: ParserOptions;
  private readonly writer = new EventWriter();
  private readonly reader: LineReader;
  private readonly hot: HotLines | undefined;
  /** The access log format that is read ahead: the one seen last. */
  private access: HotFormat | undefined;
  private readonly isUtf8: boolean;
  private readonly parts: Buffer[] = [];
  private readonly tally: FormatTally;

  constructor(
    block: Omit<RawBlock, "isUtf8">,
    parser: NamedParser,
    context: StageContext,
    options: ParserOptions,
    tally: FormatTally,
  ) {
    this.tally = tally;
    this.bytes = block.bytes;
    this.labels = block.labels;
    this.options = options;
    this.isUtf8 = isUtf8(this.bytes);
    const { isUtf8: isKnown } = this;
    this.reader = new LineReader({ ...block, isUtf8: isKnown }, parser, this.writer, context, options);
    this.reader.records.onUnread = tally.onUnread;
    this.reader.records.onRead = tally.onRead;
    this.reader.records.onLeft = (start, end) => this.add(this.bytes.subarray(start, end));
    if (options.hotFormats.length === 0 || options.keepsRaw) return;
    const { source } = this.labels ?? {};
    const hot = new HotLines(source === undefined ? "" : `,"source":${quote(source)}`);
    if (hot.isUsable) this.hot = hot;
  }

  /** The events of the records that begin in [from, to), and where the next one begins. */
  run(from: number, to: number): GuardedPiece {
    const { bytes, parts } = this;
    this.hot?.load(bytes);
    this.access = this.options.hotFormats.find((name) => name !== "json");
    let at = from;
    while (at < to) {
      at = this.readHot(at);
      if (at < to) at = this.readLine(at);
    }
    this.flush();
    const pinoLevels = this.hot?.takePinoLevels() ?? 0;
    this.reader.countGuessed(this.options.keepsEvents === true ? 0 : pinoLevels);
    return { events: parts.length === 1 ? parts[0]! : Buffer.concat(parts), end: at };
  }

  /** Lets the kernel read as far as it can. */
  private readHot(at: number): number {
    const { hot, access } = this;
    if (hot === undefined || this.options.memory?.looksAtLines === true) return at;
    const isObject = this.bytes[at] === 0x7b;
    if (isObject && (!this.isUtf8 || !this.options.hotFormats.includes("json"))) return at;
    if (!isObject && access === undefined) return at;
    const { events, count, stopped } = isObject
      ? hot.readJson(at)
      : hot.readAccess(at, this.isUtf8, access === "common");
    if (stopped > at) {
      this.add(
        isObject && this.labels === undefined && this.options.keepsEvents === true
          ? this.bytes.subarray(at, stopped)
          : events,
      );
      this.tally.read(isObject ? "json" : access!, count);
    }
    return stopped;
  }

  private readLine(start: number): number {
    const { memory } = this.options;
    if (memory?.looksAtLines !== true) return this.readRecord(start);
    memory.lookAt(this.bytes, start, start + 1);
    const next = this.readRecord(start);
    memory.lookAt(this.bytes, start, next);
    memory.isAtStart = false;
    return next;
  }

  private readRecord(start: number): number {
    const next = this.reader.read(start);
    if (this.writer.length > FLUSH_CHARACTERS) this.flush();
    const { lastFormat } = this.reader;
    if (lastFormat !== "json") this.access = this.options.hotFormats.find((name) => name === lastFormat);
    return next;
  }

  private add(events: Buffer): void {
    this.flush();
    this.parts.push(events);
  }

  private flush(): void {
    if (this.writer.length > 0) this.parts.push(Buffer.from(this.writer.take()));
  }
}
