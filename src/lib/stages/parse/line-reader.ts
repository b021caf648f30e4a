/** Raw lines to events, a record at a time: a line, the lines that belong to it, and everything that `parse` adds. */
import { assumedNow, assuming, takeGuesses } from "../../base/time/assumed.js";
import { type Labels, WRITTEN } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";
import { isStringTooLong } from "../../event/decode-line.js";
import { lineAt } from "../../event/lines.js";
import { EventWriter } from "../../event/writer.js";
import type { NamedParser } from "../../format/detector.js";
import { withoutColours } from "../../format/line/colours.js";
import { beginsOtlp, otlpEvents } from "../../format/structured/otlp/otlp.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import type { Memory } from "./memory/memory.js";
import {
  base64Of,
  type Carrier,
  ENVELOPES_MAX,
  EnvelopeLines,
  Envelopes,
  mayBeEnvelope,
  PlainLines,
  type RawLine,
} from "./records/carrier.js";
import { ContainedWriter } from "./records/contained.js";
import { type ContainerKind, type ContainerView, containerView } from "./records/container.js";
import { Guessed } from "./records/guessed.js";
import { Mixer } from "./records/mixer.js";
import { objectsIn } from "./records/objects.js";
import { entryFrom, rowFrom } from "./records/open.js";
import { outerOf, ownSource, writeOuter } from "./records/outer.js";
import { isIndentedStart } from "./records/starts.js";
import { Trail } from "./records/trail.js";

export interface LineReaderOptions {
  readonly keepsRaw: boolean;
  /** Whether lines may belong to the line before. */
  readonly joinsLines: boolean;
  /** Whether JSON objects over several lines and several on one are read. */
  readonly readsJson?: boolean;
  /** Whether rows of a table have line breaks within quotes. */
  readonly hasQuotedBreaks?: boolean;
  /** The wrapping of container runtimes that is taken off before lines are joined. */
  readonly containers: readonly ContainerKind[];
  readonly memory?: Memory | undefined;
}

/** The lines of one record, as they were. */
interface RawRecord {
  readonly carrier: Carrier;
  /** Where the first line stands in the block. */
  readonly start: number;
  readonly lines: readonly RawLine[];
}

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

  constructor(
    block: { readonly bytes: Buffer; readonly labels: Labels | undefined; readonly isUtf8: boolean },
    parser: NamedParser,
    writer: EventWriter,
    context: StageContext,
    options: LineReaderOptions,
  ) {
    const { bytes, labels, isUtf8 } = block;
    this.bytes = bytes;
    this.plain = new PlainLines(bytes, outerOf(labels, options.keepsRaw), isUtf8);
    this.parser = parser;
    this.writer = writer;
    this.context = context;
    this.options = options;
    this.contained = new ContainedWriter(parser, writer, options.containers.includes("prefix"));
  }

  private lastCarrier: Carrier | undefined;
  /** The format that read the record before, by name. */
  lastFormat: string | undefined;

  /** Reads the record (of container logs: the records) that the line at `start` begins. Returns where the next one does. */
  read(start: number): number {
    try {
      return this.readFrom(this.plain, start, 0);
    } catch (error) {
      if (!isStringTooLong(error)) throw error;
      this.writer.reset();
      const { next } = this.plain.lineAt(start)!;
      this.context.reject({
        reason: "too long as JSON",
        raw: this.rawAt(start),
        line: lineAt(this.bytes, start),
        column: 0,
      });
      return next;
    }
  }

  private rawAt(start: number): Buffer {
    return Buffer.from(this.plain.lineAt(start)!.bytes());
  }

  private readFrom(carrier: Carrier, start: number, depth: number): number {
    const line = carrier.lineAt(start)!;
    const { text } = line;
    if (isBlank(text)) {
      this.context.count("blank");
      return line.next;
    }
    const isEnvelope = depth < ENVELOPES_MAX && mayBeEnvelope(text);
    const envelope = isEnvelope ? this.envelopes.of(carrier, start, depth) : undefined;
    if (envelope !== undefined) return this.readFrom(envelope, start, depth + 1);
    const { containers } = this.options;
    const view = containers.length === 0 ? undefined : containerView(withoutColours(text), containers);
    if (view !== undefined) return this.readContainers(carrier, start, view);
    return this.readRecord(carrier, start, line);
  }

  private readRecord(carrier: Carrier, start: number, line: RawLine): number {
    if (carrier !== this.lastCarrier) this.enter(carrier);
    const next = this.readOpen(carrier, start, line);
    if (next !== undefined) return next;
    const text = withoutColours(line.text);
    const latestMs = writtenMsOf(carrier);
    const isRead =
      latestMs === undefined
        ? this.readText(text)
        : assuming({ ...assumedNow(), latestMs }, () => this.readText(text));
    if (isRead === "skip") {
      this.writer.reset();
      return line.next;
    }
    if (!isRead && this.options.readsJson === true && JSON_OPENING.test(text)) {
      const next = this.readObjects(carrier, start, line);
      if (next !== undefined) return next;
    }
    if (!isRead) this.writer.reset();
    const format = this.parser.lastFormat;
    this.lastFormat = isRead ? format?.name : undefined;
    const head = isRead ? this.withOtherHalf(carrier, line, text) : [line];
    const goesOn =
      this.options.joinsLines &&
      (!isRead || format?.hasContinuations === true) &&
      !carrier.isApartAt(head.at(-1)!.next);
    const lines = goesOn ? this.withContinuations(carrier, head, new Trail(text, isRead)) : head;
    const record = { carrier, start, lines };
    if (isRead && lines.length === 1) {
      this.finish(record, isRead);
      return line.next;
    }
    const more = lines.map(({ text }, n) => (n < head.length ? "" : `\n${text}`)).join("");
    if (!isRead) this.writeUnrecognised(line.text + more, record);
    else if (more !== "" && !this.writer.extendMessage(more))
      return this.finished({ ...record, lines: head }, isRead);
    return this.finished(record, isRead);
  }

  /** Records that say themselves where they end, and lines of many. Undefined when the line begins none of these. */
  private readOpen(carrier: Carrier, start: number, line: RawLine): number | undefined {
    const { hasQuotedBreaks, readsJson, joinsLines } = this.options;
    if (readsJson === true && beginsOtlp(line.text)) {
      const events = otlpEvents(line.text);
      if (events === undefined) return undefined;
      for (const event of events) this.writeWhole(event, { carrier, start, lines: [line] });
      return line.next;
    }
    let record = hasQuotedBreaks === true ? rowFrom(carrier, line) : undefined;
    if (joinsLines) record ??= entryFrom(carrier, line);
    if (record === undefined || !this.writeWhole(record.text, { carrier, start, lines: record.lines }))
      return undefined;
    this.countJoined(record.lines.length);
    return record.lines.at(-1)!.next;
  }

  private writeWhole(text: string, record: RawRecord): boolean {
    const isRead = this.readText(text) === true;
    if (isRead) this.finish(record, true);
    else this.writer.reset();
    return isRead;
  }

  /** What is remembered is that of the file which an envelope names; of lines in other wrapping nothing is. */
  private enter(carrier: Carrier | undefined): void {
    const { memory } = this.options;
    this.lastCarrier = carrier;
    if (carrier === this.plain) memory?.use("");
    else if (carrier instanceof EnvelopeLines && carrier.isWithin(this.plain))
      memory?.use(ownSource(carrier.outer, this.plain.outer));
    else memory?.use(undefined);
  }

  private finished(record: RawRecord, isRead: boolean): number {
    this.countJoined(record.lines.length);
    this.finish(record, isRead);
    return record.lines.at(-1)!.next;
  }

  /** Lines that are in the event of a line before them. */
  private countJoined(lines: number): void {
    if (lines > 1) this.context.count("joined", lines - 1);
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

  /** The line, which was read; and the next one, where its format says that this completes it: then both have been read as one. */
  private withOtherHalf(carrier: Carrier, line: RawLine, text: string): readonly RawLine[] {
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
    const lines = [...head];
    if (trail.isSingle) return lines;
    let used = lines.length;
    for (let at = lines.at(-1)!.next; !carrier.isApartAt(at); at = lines.at(-1)!.next) {
      const next = carrier.lineAt(at)!;
      const text = withoutColours(next.text);
      if (isIndentedStart(text) || this.isContained(text)) break;
      const verdict = trail.accept(text);
      if (verdict === "ends" || (!isBlank(text) && this.isReadAlone(text))) break;
      lines.push(next);
      if (verdict === "joins") used = lines.length;
    }
    return lines.slice(0, used);
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
      this.finish({ carrier, start, lines }, true);
    }
    this.countJoined(lines.length);
    return lines.at(-1)!.next;
  }

  private jsonLines(carrier: Carrier, line: RawLine): readonly RawLine[] {
    const trail = new Trail(line.text, false);
    const lines = [line];
    let used = 1;
    for (let at = line.next; !carrier.isApartAt(at); at = lines.at(-1)!.next) {
      const next = carrier.lineAt(at)!;
      const verdict = trail.accept(next.text);
      if (verdict === "ends" || this.isContained(next.text)) break;
      lines.push(next);
      if (verdict === "joins") used = lines.length;
    }
    return lines.slice(0, used);
  }

  /** Lines of container logs from `start` on, as far as they are of the same kind. */
  private readContainers(carrier: Carrier, start: number, first: ContainerView): number {
    this.enter(undefined);
    const mixer = new Mixer<ContainerView>((views, text, isPartial) =>
      this.writeContained(carrier, views, text, isPartial),
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
    this.countJoined(views.length);
    if (!isRead) {
      const isOwn = head.kind !== "prefix";
      this.writeUnrecognised(isOwn ? record.lines.map((line) => line.text).join("\n") : text, record);
      this.contained.writeFields(head);
    }
    this.finish(record, isRead);
  }

  private writeUnrecognised(text: string, { start }: RawRecord): void {
    this.writer.reset();
    this.writer.text("message", text);
    this.writer.boolean("unparsed", true);
    const hasGivenUp = this.parser.guard?.hasGivenUp === true;
    if (hasGivenUp) this.context.count("took_too_long");
    this.context.count("unrecognised");
    this.context.doubt?.(
      (): DeadLetter => ({
        reason: hasGivenUp ? "the pattern took too long" : "no format reads this line",
        raw: this.rawAt(start),
        line: lineAt(this.bytes, start),
        column: 0,
      }),
    );
  }

  private finish({ carrier, lines }: RawRecord, isRead: boolean): void {
    const { writer } = this;
    const { outer } = carrier;
    const isExact = lines.every(isExactLine);
    if (outer.length > 0) writeOuter(writer, outer, lines, isRead, this.options.keepsRaw);
    if (!isExact) writer.text("raw_base64", base64Of(lines));
    if (!isExact && carrier === this.plain) this.context.count("invalid_utf8");
    writer.end();
  }
}

const isExactLine = ({ isExact }: RawLine) => isExact;

/** An object, an array of them, or what begins a text in a sequence of JSON texts. */
const JSON_OPENING = /^[\s\u001e]*[{[\]]/;

function isBlank(text: string): boolean {
  return text === "" || text.trim() === "";
}

/** When the file of the line was last written, as `ingest` says. */
function writtenMsOf({ outer }: Carrier): number | undefined {
  const json = outer.find(([name]) => name === WRITTEN)?.[1];
  const ms = json === undefined ? Number.NaN : Date.parse(json.slice(1, -1));
  return Number.isNaN(ms) ? undefined : ms;
}
