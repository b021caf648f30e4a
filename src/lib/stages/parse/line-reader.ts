/** Raw lines to events, a record at a time: a line, the lines that belong to it, and everything that `parse` adds. */
import { assumedNow, assuming, type DateOrder, takeGuesses } from "../../base/time/assumed.js";
import { isStringTooLong } from "../../event/decode-line.js";
import { lineAt } from "../../event/lines.js";
import { EventWriter } from "../../event/writer.js";
import type { NamedParser } from "../../format/detector.js";
import { withoutColours } from "../../format/line/colours.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import type { LineReaderOptions } from "./line-reader-options.js";
import { assumedOf, sourceIn } from "./memory/carried.js";
import { isApartIn, isBlank, NEVER, recordLines } from "./multiline/following.js";
import { readRuled } from "./multiline/read-ruled.js";
import { splitRest } from "./multiline/syslog-split.js";
import { openRecords } from "./open-records.js";
import type { RawBlock } from "./raw-block.js";
import { type RawRecord, RecordWriter } from "./record-writer.js";
import {
  type Carrier,
  ENVELOPES_MAX,
  Envelopes,
  mayBeEnvelope,
  PlainLines,
  type RawLine,
} from "./records/carrier.js";
import { ContainedWriter } from "./records/contained.js";
import { type ContainerView, containerView } from "./records/container.js";
import { Guessed } from "./records/guessed.js";
import { type Joining, joiningBy } from "./records/joining.js";
import { Mixer } from "./records/mixer.js";
import { mayBeList, objectsIn } from "./records/objects.js";
import { outerOf } from "./records/outer.js";
import { isIndentedStart } from "./records/starts.js";
import { Trail } from "./records/trail.js";

export class LineReader {
  private readonly bytes: Buffer;
  private readonly plain: PlainLines;
  private readonly parser: NamedParser;
  private readonly writer: EventWriter;
  private readonly context: StageContext;
  private readonly options: LineReaderOptions;
  private readonly guessed = new Guessed();
  /** Where a line is tried that may continue the one before. */
  private readonly scratch = new EventWriter();
  private readonly envelopes = new Envelopes();
  private readonly contained: ContainedWriter;
  private readonly joining: Joining;
  readonly records: RecordWriter;

  constructor(
    block: RawBlock,
    parser: NamedParser,
    writer: EventWriter,
    context: StageContext,
    options: LineReaderOptions,
  ) {
    const { bytes, labels, isUtf8, dateOrder } = block;
    this.dateOrder = dateOrder;
    this.bytes = bytes;
    this.plain = new PlainLines(bytes, outerOf(labels, options.keepsRaw), isUtf8);
    this.parser = parser;
    this.writer = writer;
    this.context = context;
    this.options = options;
    this.records = new RecordWriter({ bytes, plain: this.plain }, parser, writer, context, options.keepsRaw);
    this.contained = new ContainedWriter(parser, writer, {
      readsText: options.containers.includes("prefix"),
      isWhole: options.rules !== undefined,
    });
    this.joining = joiningBy(options.rules, () => context.count("cut"));
  }

  private lastCarrier: Carrier | undefined;
  private readonly dateOrder: DateOrder | undefined;
  /** The format that read the record before, by name. */
  lastFormat: string | undefined;

  /**
   * Reads the record (of container logs: the records) that the line at `start` begins. Returns where the next one does.
   */
  read(start: number): number {
    this.lastFormat = undefined;
    try {
      return this.readFrom(this.plain, start, 0);
    } catch (error) {
      if (!isStringTooLong(error)) throw error;
      this.writer.reset();
      const { next } = this.plain.lineAt(start)!;
      this.context.reject({
        reason: "too long as JSON",
        raw: this.records.rawAt(start),
        line: lineAt(this.bytes, start),
        column: 0,
      });
      return next;
    }
  }

  private readFrom(carrier: Carrier, start: number, depth: number): number {
    const line = carrier.lineAt(start)!;
    const { text } = line;
    if (isBlank(text)) {
      this.context.count("blank");
      return this.options.leavesUnread === true && carrier === this.plain
        ? this.records.leave(start, [line])
        : line.next;
    }
    const isEnvelope = depth < ENVELOPES_MAX && mayBeEnvelope(text);
    const envelope = isEnvelope ? this.envelopes.of(carrier, start, depth) : undefined;
    if (envelope !== undefined) return this.readFrom(envelope, start, depth + 1);
    const { containers } = this.options;
    const view = containers.length === 0 ? undefined : containerView(withoutColours(text), containers);
    if (view !== undefined) return this.readContainers(carrier, start, view);
    if (this.options.rules === undefined) return this.readRecord(carrier, start, line);
    return this.readRuled({ carrier, start, lines: this.ruledLines(carrier, line, depth) });
  }

  private readRecord(carrier: Carrier, start: number, line: RawLine): number {
    if (carrier !== this.lastCarrier) this.enter(carrier);
    const open = openRecords(carrier, line, this.options);
    if (
      open !== undefined &&
      this.records.writeOpen({ carrier, start, ...open }, (one) => this.readText(one))
    )
      return open.lines.at(-1)!.next;
    const text = withoutColours(line.text);
    if (this.options.readsJson === true && mayBeList(text)) {
      const next = this.readObjects(carrier, start, line);
      if (next !== undefined) return next;
    }
    const isRead = this.readOf(carrier, () => this.readText(text));
    if (isRead === "skip") {
      this.writer.reset();
      this.context.count("header");
      return line.next;
    }
    if (!isRead && this.options.readsJson === true && JSON_OPENING.test(text)) {
      const next = this.readObjects(carrier, start, line);
      if (next !== undefined) return next;
    }
    if (!isRead) this.writer.reset();
    const format = this.parser.lastFormat;
    const name = isRead ? format?.name : undefined;
    this.lastFormat = name;
    const head = isRead ? this.withOtherHalf(carrier, line, text) : [line];
    const goesOn =
      this.options.joinsLines &&
      (!isRead || format?.hasContinuations === true) &&
      !carrier.isApartAt(head.at(-1)!.next);
    const lines = goesOn ? this.withContinuations(carrier, head, new Trail(text, isRead)) : head;
    const record = { carrier, start, lines };
    if (isRead && lines.length === 1) {
      const isKept = this.options.keepsEvents === true && name === "json" && carrier === this.plain;
      if (isKept && line.isExact && line.text.startsWith("{")) {
        this.records.onRead("json");
        return this.records.leave(start, lines);
      }
      this.records.finish(record, isRead, name);
      return line.next;
    }
    const rest = lines.map(({ text }, n) => (n < head.length ? "" : `\n${text}`)).join("");
    const more = isRead ? withoutColours(rest) : rest;
    if (!isRead && this.options.leavesUnread === true && carrier === this.plain)
      return this.records.leave(start, lines);
    if (!isRead) return this.finished(record, isRead, this.records.unrecognised(line.text + more, record));
    if (format?.spansLines === true && this.readWhole(text, more)) return this.finished(record, isRead, name);
    const isWhole = more === "" || this.writer.extendMessage(more);
    return this.finished(isWhole ? record : { ...record, lines: head }, isRead, name);
  }

  /** Reads with what the carrier says of times. */
  private readOf(carrier: Carrier, read: () => boolean | "skip"): boolean | "skip" {
    const assumed = assumedOf(carrier, this.options.memory);
    return assumed === undefined ? read() : assuming({ ...assumedNow(), ...assumed }, read);
  }

  /** The record as one; what was written of its first line stays where that is refused. */
  private readWhole(first: string, more: string): boolean {
    this.writer.reset();
    if (this.parser.parse(first + more, this.writer) === true) return true;
    this.writer.reset();
    this.parser.parse(first, this.writer);
    return false;
  }

  /** What is remembered is that of the file which an envelope names; of lines in other wrapping nothing is. */
  private enter(carrier: Carrier | undefined): void {
    this.lastCarrier = carrier;
    this.options.memory?.use(sourceIn(carrier, this.plain));
  }

  private finished(record: RawRecord, isRead: boolean, format: string | undefined): number {
    this.records.countJoined(record.lines.length);
    this.records.finish(record, isRead, format);
    return record.lines.at(-1)!.next;
  }

  /** Counts what had to be guessed since the last call; `pinoLevels`: levels that another has read from numbers. */
  countGuessed(pinoLevels: number): void {
    this.guessed.notePinoLevels(pinoLevels);
    this.guessed.count(this.context);
  }

  /** Counts what had to be guessed of the time. */
  private readText(text: string): boolean | "skip" {
    takeGuesses();
    const isRead = this.parser.parse(text, this.writer) || this.readBehindBlanks(text);
    if (this.options.memory !== undefined) this.options.memory.isAtStart = false;
    if (isRead === true) this.guessed.note();
    return isRead;
  }

  private readBehindBlanks(text: string): boolean | "skip" {
    if (!this.options.joinsLines || !isIndentedStart(text)) return false;
    this.writer.reset();
    return this.parser.parse(text.trimStart(), this.writer);
  }

  /** The lines that are one record by rules. */
  private ruledLines(carrier: Carrier, line: RawLine, depth: number): readonly RawLine[] {
    const trail = this.joining.trail(line.text);
    const isEnvelope = (text: string, at: number) =>
      depth < ENVELOPES_MAX && mayBeEnvelope(text) && this.envelopes.of(carrier, at, depth) !== undefined;
    return recordLines(carrier, [line], NEVER, (text, at) =>
      this.isContained(text) || isEnvelope(text, at) ? "ends" : trail.accept(text),
    );
  }

  /** Reads a record by rules: the whole of it is one event, whatever its format is. */
  private readRuled(record: RawRecord): number {
    const { carrier, lines } = record;
    if (carrier !== this.lastCarrier) this.enter(carrier);
    const text = lines.map((line) => line.text).join("\n");
    const { writer, options } = this;
    const read = () =>
      readRuled(text, lines[0]!.text, (text) => this.readText(text), writer, options.readsRecords === true);
    const isRead = this.readOf(carrier, read);
    this.lastFormat = undefined;
    if (isRead !== "skip") {
      const format = isRead ? this.parser.lastFormat?.name : this.records.unrecognised(text, record);
      return this.finished(record, isRead, format);
    }
    this.writer.reset();
    this.context.count("header");
    return lines.at(-1)!.next;
  }

  /**
   * The line, which was read; and the next one, where its format says that this completes it: then both have been read
   * as one.
   */
  private withOtherHalf(carrier: Carrier, line: RawLine, text: string): readonly RawLine[] {
    const pieces = this.options.joinsLines && text.includes("]: [") ? splitRest(carrier, line) : undefined;
    if (pieces !== undefined && this.readWhole(text, pieces.text)) return [line, ...pieces.lines];
    const isCompletedBy = this.options.joinsLines ? this.parser.lastFormat?.isCompletedBy : undefined;
    const next = isCompletedBy === undefined ? undefined : carrier.lineAt(line.next);
    if (next === undefined || !isCompletedBy!(text, withoutColours(next.text))) return [line];
    this.writer.reset();
    if (this.readText(`${text}\n${withoutColours(next.text)}`) === true) return [line, next];
    this.writer.reset();
    this.readText(text);
    return [line];
  }

  /** The lines of a record whose first one `trail` knows. */
  private withContinuations(carrier: Carrier, head: readonly RawLine[], trail: Trail): readonly RawLine[] {
    if (trail.isSingle) return head;
    return recordLines(carrier, head, isApartIn(carrier), (own) => {
      const text = withoutColours(own);
      if (isIndentedStart(text) || this.isContained(text)) return "ends";
      const verdict = trail.accept(text);
      if (verdict === "ends" || trail.isSure || isBlank(text)) return verdict;
      return this.isReadAlone(text) ? "ends" : verdict;
    });
  }

  /** Whether a line stands in something, apart from those that do not. */
  private isContained(text: string): boolean {
    const { containers } = this.options;
    return containers.length > 0 && containerView(text, containers) !== undefined;
  }

  private isReadAlone(text: string): boolean {
    const isRead = this.parser.parse(text, this.scratch) !== false;
    this.scratch.reset();
    return isRead;
  }

  /** JSON objects over several lines, or side by side. Undefined when the lines are none. */
  private readObjects(carrier: Carrier, start: number, line: RawLine): number | undefined {
    const lines = this.options.joinsLines ? this.jsonLines(carrier, line) : [line];
    const objects = objectsIn(lines.map(({ text }) => text).join(" "));
    if (objects === undefined) return undefined;
    if (objects.length === 0) this.context.count("brackets");
    if (!objects.every((object) => this.isReadAlone(object))) return undefined;
    for (const object of objects) {
      this.writer.reset();
      this.readText(object);
      this.records.finish({ carrier, start, lines }, true, this.parser.lastFormat?.name);
    }
    this.records.countJoined(lines.length);
    return lines.at(-1)!.next;
  }

  private jsonLines(carrier: Carrier, line: RawLine): readonly RawLine[] {
    const trail = new Trail(line.text, false);
    return recordLines(carrier, [line], isApartIn(carrier), (text) =>
      this.isContained(text) ? "ends" : trail.accept(text),
    );
  }

  /** Lines of container logs from `start` on, as far as they are of the same kind. */
  private readContainers(carrier: Carrier, start: number, first: ContainerView): number {
    this.enter(undefined);
    const { dateOrder } = this;
    // What lines in wrapping say of dates is known only behind all of them: it does not count, wherever they are cut.
    if (assumedNow().dateOrder === dateOrder) return this.readWrapped(carrier, start, first);
    return assuming({ ...assumedNow(), dateOrder }, () => this.readWrapped(carrier, start, first));
  }

  private readWrapped(carrier: Carrier, start: number, first: ContainerView): number {
    const mixer = new Mixer<ContainerView>(
      (views, text, isPartial) => this.writeContained(carrier, views, text, isPartial),
      this.joining,
    );
    let at = start;
    for (;;) {
      const line = carrier.lineAt(at);
      const view = line && containerView(withoutColours(line.text), this.options.containers);
      if (view?.kind !== first.kind) break;
      view.raw = line!;
      view.start = at;
      mixer.push(view);
      at = line!.next;
    }
    mixer.end();
    return at;
  }

  private writeContained(
    carrier: Carrier,
    views: readonly ContainerView[],
    text: string,
    isPartial: boolean,
  ): void {
    const head = views[0]!;
    this.lastFormat = undefined;
    takeGuesses();
    const isRead = this.contained.write(head, text, isPartial);
    if (isRead === "alone") {
      const end = text.indexOf("\n");
      // Pieces of the first line come first; where they end is not known any more.
      const pieces = views.length - text.split("\n").length + 1;
      this.writeContained(carrier, views.slice(0, pieces), text.slice(0, end), false);
      this.writeContained(carrier, views.slice(pieces), text.slice(end + 1), isPartial);
      return;
    }
    if (isRead) this.guessed.note();
    else if (head.kind === "prefix" && isBlank(text)) {
      this.context.count("blank");
      return;
    }
    const record = { carrier, start: head.start!, lines: views.map((view) => view.raw!) };
    this.records.countJoined(views.length);
    let { format } = this.contained;
    if (!isRead) {
      const isOwn = head.kind !== "prefix";
      format = this.records.unrecognised(
        isOwn ? record.lines.map((line) => line.text).join("\n") : text,
        record,
      );
      this.contained.writeFields(head);
    }
    this.records.finish(record, isRead, format);
  }
}

/** An object, an array of them, or what begins a text in a sequence of JSON texts. */
const JSON_OPENING = /^[\s\u001e]*[{[\]]/;
