/** Ends the events that `parse` makes: what every one gets, and what is counted of those that nobody understood. */
import type { DeadLetter } from "../../event/dead-letter.js";
import { lineAt } from "../../event/lines.js";
import type { EventWriter } from "../../event/writer.js";
import type { NamedParser } from "../../format/detector.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import { levelOfTrace } from "./multiline/trace-level.js";
import type { OpenRecords } from "./open-records.js";
import { base64Of, type Carrier, type PlainLines, type RawLine } from "./records/carrier.js";
import { writeOuter } from "./records/outer.js";

/** The lines of one record, as they were. */
export interface RawRecord {
  readonly carrier: Carrier;
  /** Where the first line stands in the block. */
  readonly start: number;
  readonly lines: readonly RawLine[];
}

export class RecordWriter {
  private readonly bytes: Buffer;
  private readonly plain: PlainLines;
  private readonly parser: NamedParser;
  private readonly writer: EventWriter;
  private readonly context: StageContext;
  private readonly keepsRaw: boolean;
  /** Takes the name of the format that has read an event. */
  onRead: (format: string) => void = () => {};
  /** Takes a range of the block that is left as it is, once all before it has been written. */
  onLeft: (start: number, end: number) => void = () => {};
  /** Takes what no format reads. */
  onUnread: (text: string) => void = () => {};

  constructor(
    block: { readonly bytes: Buffer; readonly plain: PlainLines },
    parser: NamedParser,
    writer: EventWriter,
    context: StageContext,
    keepsRaw: boolean,
  ) {
    this.bytes = block.bytes;
    this.plain = block.plain;
    this.parser = parser;
    this.writer = writer;
    this.context = context;
    this.keepsRaw = keepsRaw;
  }

  rawAt(start: number): Buffer {
    return Buffer.from(this.plain.lineAt(start)!.bytes());
  }

  /** Lines that are in the event of a line before them. */
  countJoined(lines: number): void {
    if (lines > 1) this.context.count("joined", lines - 1);
  }

  /** Writes the events that the texts of some lines are; false where `read` does not take one. */
  writeOpen(record: RawRecord & OpenRecords, read: (text: string) => boolean | "skip"): boolean {
    for (const text of record.texts) {
      if (read(text) !== true) {
        this.writer.reset();
        return false;
      }
      this.finish(record, true, this.parser.lastFormat?.name);
    }
    this.countJoined(record.lines.length);
    return true;
  }

  /**
   * Writes the event of a record that no format reads. A trace says all the same that something went wrong: then
   * `OF_TRACES` is what has read it, else nothing has.
   */
  unrecognised(text: string, { start }: RawRecord): string | undefined {
    this.writer.reset();
    const level = levelOfTrace(text);
    if (level !== undefined) this.writer.text("level", level);
    this.writer.text("message", text);
    if (level !== undefined) return OF_TRACES;
    this.onUnread(text);
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
    return undefined;
  }

  /** Has lines of the block stand as they are, in place of what was written of them. Returns where the next begins. */
  leave(start: number, lines: readonly RawLine[]): number {
    const { next } = lines.at(-1)!;
    this.writer.reset();
    this.onLeft(start, next);
    return next;
  }

  /** Ends the event that was written of a record; `format`: what has read it, by name. */
  finish({ carrier, lines }: RawRecord, isRead: boolean, format: string | undefined): void {
    if (format !== undefined) this.onRead(format);
    const { writer } = this;
    const { outer } = carrier;
    const isExact = lines.every(isExactLine);
    if (outer.length > 0) writeOuter(writer, outer, lines, isRead, this.keepsRaw);
    if (!isExact) writer.text("raw_base64", base64Of(lines));
    if (!isExact && carrier === this.plain) this.context.count("invalid_utf8");
    writer.end();
  }
}

/** The format, so to say, of a trace that no line introduces. */
export const OF_TRACES = "trace";

const isExactLine = ({ isExact }: RawLine) => isExact;
