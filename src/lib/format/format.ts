// Enter here: the contract of a log format; registry.ts lists all formats, detector.ts tells them apart.
/**
 * The contract of a log format: how one line becomes an event. One file a format; the `registry.ts` of its room
 * lists it, and `registry.ts` here says in which order `auto` tries the rooms (most particular first).
 */
import type { EventWriter } from "../event/writer.js";
import type { Opening } from "./opening.js";

/** What a parser may need to know of the world. Handed in: formats read no clock and no environment. */
export interface FormatContext {
  /** Now, in milliseconds since the epoch: RFC 3164 and glog lines carry no year. */
  readonly nowMs: () => number;
  /** What lines of the stream before have said of those behind them; absent: a parser remembers by itself. */
  readonly memory?: StreamMemory | undefined;
}

/** Of the stream whose lines are read. Formats with `isHeaded` read and set it. */
export interface StreamMemory {
  /** The header lines that count, as `headerBehind` of tables/header.ts puts them together; "" for none. */
  header: string;
  /** Whether the next line is the first of its stream; absent: that is not known. */
  readonly isAtStart?: boolean;
}

/** Reads lines of one format. May hold state that lines before have set (a CSV header). */
export interface LineParser {
  /**
   * Writes the fields of `line` (decoded, without its line end) and returns true. Returns false when the line is not of
   * this format; what was written until then is forgotten by the caller. Does not call `end()`. Must never throw and
   * must take time linear in the line. A header line that makes no event returns "skip".
   */
  parse(line: string, event: EventWriter): boolean | "skip";
  /** What lines before have set, as text; for another instance that goes on from there. */
  save?(): string;
  load?(saved: string): void;
  /** Of a parser that keeps the promise of linear time only under it: a pattern of the user's. */
  readonly guard?: BlockGuard | undefined;
}

/** Bounds the time that lines take. */
export interface BlockGuard {
  /**
   * What `read` returns, which reads some lines with the parser. It may be cut off and run once more: it must do
   * nothing else.
   */
  run<T>(read: () => T): T;
  /** Whether the line before was given up because it took too long. */
  readonly hasGivenUp: boolean;
}

export interface FormatExample {
  /** Lines that came before it (a CSV header). */
  readonly before?: readonly string[];
  readonly line: string;
  /** The event, as JSON text; key order and number text count. Undefined: this line must be refused. */
  readonly event: string | undefined;
}

export interface Format {
  /** As in `--format NAME`. */
  readonly name: string;
  /** Other names it answers to. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** At least two that are read and two that are refused. Tests run them; the docs show the first. */
  readonly examples: readonly FormatExample[];
  /** Whether `auto` considers it. CSV and the like cannot be told from one line. */
  readonly auto: boolean;
  /** The characters an `auto` line of this format can start with (a cheap gate); absent: any. */
  readonly starts?: string;
  /**
   * How an `auto` line of this format can begin; absent: in any way. `auto` tries a line only on formats of its
   * opening.
   */
  readonly openings?: readonly Opening[];
  /** Of lines that open as `iso`: what can stand behind the time, as `behindIsoTime` has it; absent: anything. */
  readonly behindIsoTime?: readonly string[];
  /** Whether lines depend on earlier ones (CSV header): such a format is not spread over workers. */
  readonly isStateful?: boolean;
  /**
   * Whether lines are read by header lines before them, which `FormatContext.memory` has: `auto` tries it first where
   * there are any. Its `openings` are those of lines that it reads without; absent: it reads none.
   */
  readonly isHeaded?: boolean;
  /**
   * Whether `parse` appends a following line that no format reads, and that `src/lib/stages/parse/records` says belongs
   * to the line before, to the `message` of this format's event, with "\n" between.
   */
  readonly hasContinuations?: boolean;
  /** Whether a record of several lines is read as a whole, with "\n" between, by the same `parse`. */
  readonly spansLines?: boolean;
  /**
   * Whether `next`, the line behind `line`, is the other half of its head: then both are read as one, with "\n"
   * between. Asked only of a line that this format has read.
   */
  readonly isCompletedBy?: (line: string, next: string) => boolean;
  /** Where the rules come from: RFC, manual, source. */
  readonly reference: string;
  create(context: FormatContext): LineParser;
}
