/**
 * Writes the events of lines that stood in something: what a runtime or a tool has put around each is kept beside what
 * it says.
 */

import { Guess, noteGuess, takeGuesses } from "../../../base/time/assumed.js";
import { isCanonicalTime } from "../../../event/time/read.js";
import { type EventWriter, quote } from "../../../event/writer.js";
import type { NamedParser } from "../../../format/detector.js";
import { withoutColours } from "../../../format/line/colours.js";
import { kindOfOther } from "../multiline/record-kind.js";
import { levelOfTrace } from "../multiline/trace-level.js";
import { CONTAINER_TIME, type ContainerView, runtimeMembers, writeObject, writeView } from "./container.js";
import { isStart } from "./starts.js";

export interface ContainedManner {
  /** A program's text is read by the format that it is in, as a line on its own would be. */
  readonly readsText: boolean;
  /** A record is one event, even where its first line's format has no message. */
  readonly isWhole: boolean;
}

export class ContainedWriter {
  private readonly parser: NamedParser;
  private readonly writer: EventWriter;
  private readonly manner: ContainedManner;
  private isAlone = false;
  /** What has read the record that `write` has written, by name. */
  format: string | undefined;

  constructor(parser: NamedParser, writer: EventWriter, manner: ContainedManner) {
    this.parser = parser;
    this.writer = writer;
    this.manner = manner;
  }

  /**
   * Writes the event of a record; false when nothing is known of it but its text, and nothing is written then. "alone":
   * the format of its first line has no message that the others could go on with, and nothing is written either.
   */
  write(head: ContainerView, text: string, isPartial: boolean): boolean | "alone" {
    this.isAlone = false;
    const isRead = this.writeText(head, text, isPartial);
    if (this.isAlone) {
      this.writer.reset();
      return "alone";
    }
    if (isRead && head.kind === "prefix") this.writeFields(head);
    return isRead;
  }

  /** Writes what stood before the line, where it has no fields of these names itself. */
  writeFields({ around }: ContainerView): void {
    if (!("prefix" in around)) return;
    const fields = new Map<string, string>();
    // The program says best who it is.
    for (const [name, value] of around.prefix.fields)
      if (name !== "service" || !this.writer.mayHave(name)) fields.set(name, quote(value));
    this.writeBeside(fields);
  }

  private writeText(head: ContainerView, text: string, isPartial: boolean): boolean {
    const { kind } = head;
    if (!isPartial && text.charCodeAt(0) === 0x7b) {
      const runtime = runtimeMembers(head);
      if (runtime !== undefined && writeObject(text, runtime, this.writer)) {
        this.format = "json";
        return true;
      }
    }
    if (kind === "prefix") return this.writePrefixed(head, text);
    if (this.manner.readsText && !isPartial && this.readText(text)) {
      const runtime = runtimeMembers(head);
      if (runtime !== undefined) {
        this.addRuntime(runtime);
        return true;
      }
    }
    this.writer.reset();
    if (!writeView(head, text, isPartial, this.writer)) return false;
    this.format = kind;
    const level = levelOfTrace(text);
    if (level !== undefined) this.writer.text("level", level);
    return true;
  }

  private writePrefixed(head: ContainerView, text: string): boolean {
    const { time } = "prefix" in head.around ? head.around.prefix : { time: undefined };
    if (time === undefined) return this.readText(text);
    // A line that begins as records do has a time of its own, or fields.
    if ((isStart(text) || FIELD.test(text)) && this.readText(text) && this.isMore()) {
      this.addRuntime(runtimeMembers(head)!);
      return true;
    }
    this.writer.reset();
    const level = beginsTrace(text) ? levelOfTrace(text) : undefined;
    if (level === undefined) return this.readText(`${time} ${text}`);
    this.format = "trace";
    this.writeBeside(runtimeMembers(head)!);
    this.writer.text("level", level);
    this.writer.text("message", text);
    return true;
  }

  /** Whether what was read says more than the line with its time before it would. */
  private isMore(): boolean {
    const { lastFormat } = this.parser;
    return lastFormat?.name === "json" || lastFormat?.name === "logfmt" || this.writer.mayHave("timestamp");
  }

  /**
   * Reads the first line by its format, and gives its message those that follow; writes nothing and is false where none
   * reads it.
   */
  private readText(own: string): boolean {
    const text = withoutColours(own);
    const end = text.indexOf("\n");
    const before = takeGuesses();
    const first = end === -1 ? text : text.slice(0, end);
    let isRead = this.parser.parse(first, this.writer) === true;
    // An element of XML says nothing by its first line.
    const isElement = !isRead && end !== -1 && text.charCodeAt(0) === 0x3c;
    if (isElement) {
      this.writer.reset();
      isRead = this.parser.parse(text, this.writer) === true;
    }
    this.format = isRead ? this.parser.lastFormat?.name : undefined;
    if (isRead && end !== -1 && !isElement) {
      const more = text.slice(this.endOfHead(text, end));
      if (more !== "" && !this.writer.extendMessage(more)) {
        if (this.manner.isWhole) this.writer.text("message", text);
        else this.isAlone = true;
      }
    }
    if (!isRead) {
      takeGuesses();
      this.writer.reset();
    }
    noteGuess(before);
    return isRead;
  }

  /** Reads further what is one with the first line, which was read and ends at `end`; where that ends. */
  private endOfHead(text: string, end: number): number {
    const format = this.parser.lastFormat;
    if (format?.spansLines !== true && format?.isCompletedBy === undefined) return end;
    const second = text.indexOf("\n", end + 1);
    const half = second === -1 ? text.length : second;
    const isHalf = format.isCompletedBy?.(text.slice(0, end), text.slice(end + 1, half)) === true;
    const whole = format.spansLines === true ? text.length : isHalf ? half : end;
    for (const length of [whole, end]) {
      this.writer.reset();
      if (this.parser.parse(text.slice(0, length), this.writer) === true) return length;
    }
    return end;
  }

  /**
   * The line's own time counts, and that of the runtime is kept; but one whose zone is not known gives way where the
   * two do not agree: the runtime knows what time it is.
   */
  private addRuntime(runtime: Map<string, string>): void {
    const inner = this.writer.mayHave("timestamp") ? this.writer.written()?.raw("timestamp") : undefined;
    if (inner !== undefined && isCanonicalTime(inner) && this.isTrusted(inner, runtime.get("timestamp")!)) {
      runtime.set(CONTAINER_TIME, runtime.get("timestamp")!);
      runtime.delete("timestamp");
    }
    this.writeBeside(runtime);
  }

  private isTrusted(inner: string, outer: string): boolean {
    const guesses = takeGuesses();
    const isAssumed = (guesses & Guess.zone) !== 0;
    const apartMs = Math.abs(Date.parse(inner.slice(1, -1)) - Date.parse(outer.slice(1, -1)));
    const isTrusted = !isAssumed || apartMs <= ZONE_MS_MIN / 2;
    // What is not used was not guessed; what agrees was no guess either.
    noteGuess(isAssumed ? guesses & ~(Guess.zone | Guess.year) : guesses);
    return isTrusted;
  }

  private writeBeside(members: ReadonlyMap<string, string>): void {
    const { writer } = this;
    const isTwice = [...members.keys()].some((name) => writer.mayHave(name));
    const same = isTwice ? writer.makeRoomFor(members) : NONE;
    for (const [name, raw] of members) if (!same.has(name)) writer.json(name, raw);
  }
}

/** Whether the first of several lines opens a trace by itself. */
function beginsTrace(text: string): boolean {
  const end = text.indexOf("\n");
  return end !== -1 && kindOfOther(text.slice(0, end)) !== "single";
}

const NONE: ReadonlySet<string> = new Set();
/** Zones differ by so much at least. */
const ZONE_MS_MIN = 900_000;
/** `level=info`: a line of fields. */
const FIELD = /^[A-Za-z_][\w.-]{0,63}=/;
