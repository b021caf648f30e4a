/** One raw line (and the lines that continue it) to one event, with everything that `parse` adds. */
import { assumedNow, assuming, Guess, takeGuesses } from "../base/times/assumed.js";
import { type Labels, WRITTEN } from "../event/block.js";
import { Event } from "../event/event.js";
import { lineAt } from "../event/lines.js";
import { decodeLine, isStringTooLong } from "../event/text.js";
import { EventWriter } from "../event/writer.js";
import type { NamedParser } from "../format/detector.js";
import type { DeadLetter, StageContext } from "../stage/stage.js";

export interface LineReaderOptions {
  readonly keepsRaw: boolean;
}

/** What to say of a line that is not understood, for the reason given. */
type Doubt = (reason: string) => () => DeadLetter;

const NEWLINE = 0x0a;
/** Where an event's own `source` goes when there is a label of that name: the label says where the line was read. */
const OWN_SOURCE = "event.source";

export class LineReader {
  private readonly parser: NamedParser;
  private readonly writer: EventWriter;
  private readonly context: StageContext;
  private readonly options: LineReaderOptions;
  private zoneAssumed = 0;
  private zoneUnread = 0;
  private yearAssumed = 0;
  /** Where a line is tried that may continue the one before. */
  private readonly scratch = new EventWriter();

  constructor(parser: NamedParser, writer: EventWriter, context: StageContext, options: LineReaderOptions) {
    this.parser = parser;
    this.writer = writer;
    this.context = context;
    this.options = options;
  }

  /** The format that read the line before, by name. */
  get lastFormat(): string | undefined {
    return this.parser.lastFormat?.name;
  }

  /**
   * Reads the record of `bytes` from `start`: the line there, and the `continuations` behind it as far as they belong to
   * it. `end` is where the line's "\n" is. Returns how many of the continuation lines were used.
   */
  read(
    bytes: Buffer,
    start: number,
    end: number,
    labels: Labels | undefined,
    continuations: readonly Buffer[],
  ): number {
    try {
      return this.readRecord(bytes, start, end, labels, continuations);
    } catch (error) {
      if (!isStringTooLong(error)) throw error;
      this.writer.reset();
      const raw = Buffer.from(bytes.subarray(start, end));
      this.context.reject({ reason: "too long as JSON", raw, line: lineAt(bytes, start), column: 0 });
      return 0;
    }
  }

  private readRecord(
    bytes: Buffer,
    start: number,
    end: number,
    labels: Labels | undefined,
    continuations: readonly Buffer[],
  ): number {
    const line = bytes.subarray(start, end);
    const { text, isExact } = decodeLine(line);
    if (isBlank(text)) {
      this.context.count("blank");
      return 0;
    }
    const doubt = (reason: string) => () => ({
      reason,
      raw: Buffer.from(line),
      line: lineAt(bytes, start),
      column: 0,
    });
    if (text.startsWith("{") && text.includes('"raw":') && this.readEnvelope(text, doubt)) return 0;
    const isRead = this.readText(text);
    if (isRead === "skip") return this.skip();
    let used = 0;
    if (isRead) used = this.readContinuations(continuations);
    else this.writeUnrecognised(text, doubt);
    this.finish(
      labels,
      used === 0 ? line : bytes.subarray(start, end + spanOf(continuations, used)),
      isExact,
    );
    return used;
  }

  /** Counts what had to be guessed of the time. */
  private readText(text: string): boolean | "skip" {
    takeGuesses();
    const isRead = this.parser.parse(text, this.writer);
    const guesses = takeGuesses();
    if (guesses !== 0 && isRead === true) this.countGuesses(guesses);
    return isRead;
  }

  private countGuesses(guesses: number): void {
    if ((guesses & Guess.unreadZone) !== 0) this.zoneUnread++;
    else {
      if ((guesses & Guess.zone) !== 0) this.zoneAssumed++;
      if ((guesses & Guess.year) !== 0) this.yearAssumed++;
    }
  }

  /** Counts what had to be guessed of the times of a block: once a line would cost. */
  countAllGuesses(): void {
    const { context, zoneAssumed, zoneUnread, yearAssumed } = this;
    if (zoneAssumed > 0) context.count("zone_assumed", zoneAssumed);
    if (zoneUnread > 0) context.count("zone_unread", zoneUnread);
    if (yearAssumed > 0) context.count("year_assumed", yearAssumed);
    this.zoneAssumed = this.zoneUnread = this.yearAssumed = 0;
  }

  private skip(): number {
    this.writer.reset();
    return 0;
  }

  private readContinuations(continuations: readonly Buffer[]): number {
    if (continuations.length === 0 || this.parser.lastFormat?.hasContinuations !== true) return 0;
    const texts = continuations.map((line) => decodeLine(line).text);
    const firstRead = texts.findIndex((text) => this.isReadAlone(text));
    const used = firstRead === -1 ? texts.length : firstRead;
    const more = texts
      .slice(0, used)
      .map((text) => `\n${text}`)
      .join("");
    return used > 0 && this.writer.extendMessage(more) ? used : 0;
  }

  private isReadAlone(text: string): boolean {
    const isRead = this.parser.parse(text, this.scratch) !== false;
    this.scratch.reset();
    return isRead;
  }

  private writeUnrecognised(text: string, doubt: Doubt): void {
    this.writer.reset();
    this.writer.text("message", text);
    this.writer.boolean("unparsed", true);
    const hasGivenUp = this.parser.guard?.hasGivenUp === true;
    if (hasGivenUp) this.context.count("took_too_long");
    this.context.count("unrecognised");
    this.context.doubt?.(doubt(hasGivenUp ? "the pattern took too long" : "no format reads this line"));
  }

  private finish(labels: Labels | undefined, record: Buffer, isExact: boolean): void {
    if (labels?.source !== undefined) {
      this.writer.rename("source", OWN_SOURCE);
      this.writer.text("source", labels.source);
    }
    if (this.options.keepsRaw) this.writer.text("raw", decodeLine(record).text);
    if (!isExact) {
      this.writer.text("raw_base64", record.toString("base64"));
      this.context.count("invalid_utf8");
    }
    this.writer.end();
  }

  /**
   * An event with a `raw` line, made by `ingest` or by `--keep-raw`: the line is parsed, the other fields are kept, and a
   * field of the line that one of them contradicts is kept under `event.NAME`.
   */
  private readEnvelope(text: string, doubt: Doubt): boolean {
    const event = Event.parse(text);
    if (!(event instanceof Event)) return false;
    const raw = event.get("raw");
    if (typeof raw !== "string") return false;
    const written = event.get(WRITTEN);
    const latestMs = typeof written === "string" ? Date.parse(written) : Number.NaN;
    const isRead = Number.isNaN(latestMs)
      ? this.readText(raw)
      : assuming({ ...assumedNow(), latestMs }, () => this.readText(raw));
    if (isRead === "skip") {
      this.writer.reset();
      return true;
    }
    if (!isRead) this.writeUnrecognised(raw, doubt);
    if (event.has("source")) this.writer.rename("source", OWN_SOURCE);
    const kept = new Map<string, string>();
    for (const name of event.keys()) {
      if (name === WRITTEN && !Number.isNaN(latestMs)) continue;
      // Whether an earlier reading understood the line says nothing now.
      if (name === "unparsed" || (name === "message" && !isRead)) continue;
      if (name !== "raw" || this.options.keepsRaw) kept.set(name, event.raw(name)!);
    }
    // What the envelope says counts, as the last of two does.
    const isTwice = [...kept.keys()].some((name) => this.writer.mayHave(name));
    const same = isTwice ? this.writer.makeRoomFor(kept) : NONE;
    for (const [name, json] of kept) if (!same.has(name)) this.writer.json(name, json);
    this.writer.end();
    return true;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Bytes that the first `used` continuation lines take, their line ends before them counted. */
function spanOf(continuations: readonly Buffer[], used: number): number {
  return continuations.slice(0, used).reduce((sum, line) => sum + line.length + 1, 0);
}

function isBlank(text: string): boolean {
  return text === "" || text.trim() === "";
}

/** Lines of `bytes` from `start` on, as long as `isMore` says so. */
export function linesWhile(bytes: Buffer, start: number, isMore: (line: Buffer) => boolean): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = start; at < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at);
    const line = bytes.subarray(at, end);
    if (!isMore(line)) break;
    lines.push(line);
    at = end + 1;
  }
  return lines;
}
