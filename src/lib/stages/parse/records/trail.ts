/**
 * Follows one record line by line and says of each next line whether it belongs to it: the rest of a stack trace, of a
 * statement, of JSON over lines, of a message with line breaks. What it says depends on the record's lines only, so any
 * cutting of the input gives the same. A line that `isStart` takes never belongs to the record before; the caller asks
 * that first.
 */

import type { Level } from "../../../event/level-words.js";
import { isGoFrame, kindBehindLead, kindOfFrame } from "../multiline/headless.js";
import type { RecordKind } from "../multiline/kinds.js";
import { NestedLines, nestedBy } from "../multiline/nested-lines.js";
import {
  isBeforeTrace,
  isQuiet,
  kindOfOther,
  kindOfRead,
  type LineVerdict,
  levelOfKind,
} from "../multiline/record-kind.js";
import { LineAbove, standingOf, type TraceSort } from "../multiline/standing.js";
import { StatementLines } from "../multiline/statement-lines.js";
import * as cue from "./cues.js";
import { isStart } from "./starts.js";

/** So many lines may wait for one that tells what they are. */
const WAITING_MAX = 32;
/** So many lines of a message may stand before its trace, and so many notes below one. */
const SENTENCES_MAX = 8;
const NOTE_LINES = 3;

export class Trail {
  private readonly head: string;
  private kind: RecordKind;
  private nested: ReturnType<typeof nestedBy>;
  private statement: StatementLines | undefined;
  private waiting = 0;
  private hasIndented = false;
  private hasFrames = false;
  /** There was a line for the exception itself. */
  private hasException: boolean;
  /** The trace has begun before, and nothing has said yet what it was of: a dump of threads has frames, too. */
  private isUntold: boolean;
  private isRustMessageDue = false;
  /** Of what nginx says of a request: whose it was has been said. */
  private isOver = false;
  /** The next line may be the other half of the head. */
  private isHalf: boolean;
  private readonly isContained: boolean;
  private known: LineAbove | undefined;
  private readonly mentions: boolean;
  /** Lines below a trace that may be its exception's own. */
  private notes = 0;
  private isValidation = false;

  /**
   * `isRead`: a format has read the record's first line, so that what is indented below it is its own. `isContained`:
   * the line is one of a runtime's, and whether any format reads what the program wrote is not known.
   */
  constructor(head: string, isRead: boolean, isContained = false) {
    this.head = head;
    this.isContained = isContained;
    this.isHalf = cue.isHalfHead(head);
    this.kind = isRead ? kindOfRead(head) : kindOfOther(head);
    this.hasException = this.kind === "exception" && (cue.EXCEPTION.test(head) || cue.UNCAUGHT.test(head));
    this.nested = nestedBy(this.kind, head);
    if (this.kind === "rust") this.isRustMessageDue = head.endsWith(":");
    if (this.kind === "statement" || this.kind === "sql" || this.kind === "slow")
      this.statement = new StatementLines(this.kind, head);
    this.mentions = this.kind === "exception";
    this.isUntold =
      kindOfFrame(head) !== undefined && !cue.PHP_OPENING.test(head) && this.kind === kindOfFrame(head);
    this.hasIndented = this.hasFrames = this.isUntold || this.kind === "closed";
    if (this.isUntold) this.hasException = true;
  }

  /** Whether nothing can belong to the record. */
  get isSingle(): boolean {
    return this.kind === "single" || this.nested?.isClosed === true;
  }

  /** Whether a line that joins is of the record even where a format reads it alone. */
  get isSure(): boolean {
    return this.kind === "slow" || this.kind === "row" || this.kind === "request";
  }

  /** The same for trails that say the same of whatever comes. */
  get state(): string {
    if (this.nested !== undefined) return this.nested.state;
    const { kind, waiting, hasIndented, hasFrames, hasException, isRustMessageDue, isHalf, isOver } = this;
    const above = this.isBefore ? this.above.state : "";
    const notes = `${this.notes} ${this.isValidation} ${isStart(this.head)} ${this.statement?.state}`;
    return `${kind} ${waiting} ${hasIndented} ${hasFrames} ${hasException} ${isRustMessageDue} ${isHalf} ${isOver} ${above} ${notes}`;
  }

  accept(line: string): LineVerdict {
    const verdict = this.verdictOn(line);
    if (verdict === "joins") this.waiting = 0;
    else if (verdict === "maybe" && !this.isNested && ++this.waiting > WAITING_MAX) return "ends";
    return verdict;
  }

  /** What it is that belongs together, as it is told of what has no level: undefined when it is no trace. */
  get level(): Level | undefined {
    return this.isUntold ? undefined : levelOfKind(this.kind, this.head, this.hasFrames);
  }

  /** Whether brackets or tags say where it ends. */
  private get isNested(): boolean {
    return this.kind === "json" || this.kind === "xml";
  }

  private verdictOn(line: string): LineVerdict {
    const isHalf = this.isHalf;
    this.isHalf = false;
    if (isHalf && cue.OTHER_HALF.test(line)) {
      this.known = new LineAbove(line, cue.MENTION.test(line), this.isContained);
      return "joins";
    }
    if (this.kind === "single") return "ends";
    if (this.kind === "lead") return this.acceptBehindLead(line);
    if (this.nested !== undefined) return this.nested.accept(line);
    if (this.kind === "slow") return this.statement!.acceptSlow(line);
    if (this.kind === "request") return this.acceptRequest(line);
    const first = line.charCodeAt(0);
    if (Number.isNaN(first) || line.trim() === "") return this.kind === "class" ? "ends" : "maybe";
    return first === 0x20 || first === 0x09 ? this.acceptIndented(line) : this.acceptOther(line);
  }

  /** What nginx says of a request, to the line that ends with whose it was. */
  private acceptRequest(line: string): LineVerdict {
    if (this.isOver) return "ends";
    this.isOver = cue.REQUEST_END.test(line);
    return this.isOver ? "joins" : "maybe";
  }

  private acceptBehindLead(line: string): LineVerdict {
    const kind = kindBehindLead(this.head, line);
    if (kind === undefined) return "ends";
    this.isUntold = this.hasIndented = this.hasFrames = this.hasException = true;
    return this.goesOnAs(kind);
  }

  private acceptIndented(line: string): LineVerdict {
    if (this.kind === "class" || this.kind === "sentence") {
      if (cue.INDENTED_FRAME.test(line)) return this.goesOnAs("frames");
      return this.kind === "class" ? "ends" : "maybe";
    }
    if (cue.GROUP.test(line) && (this.isBefore || this.kind === "chained")) return this.opensGroup();
    if (this.kind === "plain" && !this.hasIndented && isGoFrame(line) && cue.isCall(this.head)) {
      this.kind = "go";
      this.isUntold = true;
    }
    this.notes = 0;
    this.hasIndented = true;
    if (this.kind === "python" || cue.PYTHON_FRAME.test(line)) {
      if (this.kind === "exception" || this.kind === "plain" || this.kind === "chained") this.kind = "python";
      this.hasFrames = true;
      return "joins";
    }
    const isFrame = cue.INDENTED_FRAME.test(line);
    if (this.waiting > 0 && !isFrame && (this.kind === "exception" || this.kind === "plain")) return "maybe";
    if (this.kind === "exception" && isFrame) this.kind = "frames";
    if (isFrame) this.hasFrames = true;
    return "joins";
  }

  private acceptOther(line: string): LineVerdict {
    if (cue.CAUSE.test(line)) {
      this.isUntold = false;
      return this.goesOnAs("exception");
    }
    if (this.hasIndented && cue.CLOSER.test(line)) return "joins";
    return this.acceptOpening(line) ?? this.acceptOwn(line);
  }

  /** A line that can open a trace: within the record where it has none yet, and reports it. */
  private acceptOpening(line: string): LineVerdict | undefined {
    const { kind } = this;
    if (cue.STACK.test(line)) return this.opens(this.reports("cause"), "closed");
    if (cue.TRACEBACK.test(line))
      return this.opens(this.reports("traceback") || kind === "chained", "python");
    if (cue.CHAINED.test(line))
      return this.opens(this.reports("cause") || kind === "closed" || kind === "frames", "chained");
    if (cue.UNCAUGHT.test(line)) return this.opens(this.reports("crash"), "exception");
    if (cue.RUST_OPENING.test(line)) {
      const isWithin = this.reports("crash");
      this.isRustMessageDue = isWithin && line.endsWith(":");
      return this.opens(isWithin, "rust");
    }
    if (cue.GO_OPENING.test(line)) return this.opensGo(line);
    if (kind === "core" ? cue.CORE_LINE.test(line) : cue.CORE_OPENING.test(line))
      return this.opens(kind === "core" || this.reports("crash"), "core");
    if (cue.ORACLE.test(line)) return this.opens(kind === "oracle" || this.reports("cause"), "oracle");
    if (cue.PHP_OPENING.test(line)) return this.opens(kind === "php" || this.reports("cause"), "php");
    if (cue.RUBY_LINE.test(line)) return this.opensRuby(line);
    if (cue.PLACE.test(line)) return this.opens(this.reports("crash"), "place");
    if (cue.FRAME.test(line)) return this.opens(kind !== "plain" || this.hasIndented, "frames");
    return cue.EXCEPTION.test(line) ? this.opensException(line) : undefined;
  }

  private opensGo(line: string): LineVerdict {
    if (this.kind === "go") return cue.GO_NEW.test(line) ? "ends" : this.goes(line);
    return this.opens(this.reports(cue.GO_CRASH.test(line) ? "crash" : "traceback"), "go");
  }

  /** `cart.rb:7:in 'open': no cart (RuntimeError)`, as Ruby ends, or a place that a logger writes below the error. */
  private opensRuby(line: string): LineVerdict {
    const goesOn = this.kind === "ruby" || this.kind === "frames";
    return this.opens(goesOn || this.reports(line.endsWith(")") ? "crash" : "cause"), "ruby");
  }

  private opensException(line: string): LineVerdict {
    const { kind } = this;
    if (kind === "python") return this.closes(line);
    const isFirst = !this.hasException;
    this.hasException = true;
    if (!isFirst || !(kind === "place" || this.reports("cause"))) return "ends";
    if (kind !== "sentence") return this.opens(true, "exception");
    // Any words may stand before an exception; before frames they are its message.
    this.kind = "exception";
    return "maybe";
  }

  /** Whether nothing has come yet that is of a trace. */
  private get isBefore(): boolean {
    return isBeforeTrace(this.kind);
  }

  /** Whether the record may have the trace that a line opens. */
  private reports(sort: TraceSort): boolean {
    if (!this.isBefore || (this.kind === "sentence" && sort === "crash")) return false;
    return this.above.reports(sort);
  }

  private get above(): LineAbove {
    this.known ??= new LineAbove(this.head, this.mentions, this.isContained);
    return this.known;
  }

  private closes(line: string): LineVerdict {
    this.isUntold = false;
    this.isValidation = cue.VALIDATION.test(line);
    this.notes = 0;
    return this.goesOnAs("closed");
  }

  private opensGroup(): LineVerdict {
    if (this.kind !== "chained" && !this.reports("traceback")) return "ends";
    this.hasIndented = this.hasFrames = true;
    return this.goesOnAs("closed");
  }

  /**
   * The first lines below an exception of a line with a date: what was added to it. Of others only what names the
   * fields that it found fault with.
   */
  private acceptNote(line: string): LineVerdict {
    if (this.notes >= NOTE_LINES || standingOf(line) !== "bare") return "ends";
    this.notes++;
    if (this.isValidation) return "maybe";
    return isStart(this.head) ? "joins" : "ends";
  }

  /**
   * Any text below a line with a date, if frames come next; of one that tells of a fault several lines, if a trace
   * does.
   */
  private acceptSentence(): LineVerdict {
    if (!this.takesSentence) return "ends";
    const { standing } = this.above;
    this.kind = standing === "error" || standing === "warn" ? "sentence" : "class";
    return "maybe";
  }

  /** A line that says nothing by itself, by what the record is so far. */
  private acceptOwn(line: string): LineVerdict {
    switch (this.kind) {
      case "exception":
        return cue.DETAIL.test(line) ? "joins" : "maybe";
      case "python":
        return this.hasFrames && cue.CLOSING.test(line) ? this.closes(line) : "maybe";
      case "closed":
        return cue.DETAIL.test(line) ? "joins" : this.acceptNote(line);
      case "sentence":
        return this.waiting < SENTENCES_MAX ? "maybe" : "ends";
      case "frames":
        return cue.NODE_END.test(line) || cue.EXIT_STATUS.test(line) || cue.DETAIL.test(line)
          ? "joins"
          : "ends";
      case "go":
        if (cue.GO_LINE.test(line) || cue.isCall(line)) return this.goes(line);
        return this.hasFrames ? "ends" : "maybe";
      case "php":
        return cue.PHP_LINE.test(line) ? "joins" : "ends";
      case "rust":
        return this.acceptRust(line);
      case "place":
        return cue.CARET.test(line) ? "joins" : "maybe";
      case "chained":
        return "maybe";
      case "statement":
      case "sql":
        return this.statement!.accept(line);
      case "class":
      case "oracle":
      case "core":
        return "ends";
      case "open":
        if (!isQuiet(line) && kindOfRead(line) !== "open") return "ends";
        if (!cue.endsOpen(line)) this.kind = "plain";
        return "joins";
      default:
        if (this.waiting === 0 && cue.XML_OPENING.test(line)) return this.opensXml(line);
        if (this.waiting === 0 && cue.CLASS.test(line)) return "maybe";
        if (cue.EXIT_STATUS.test(line)) return "joins";
        return this.acceptSentence();
    }
  }

  /**
   * Whether the next line may be any text: right below a line with a date, if frames come next. Elsewhere it would be
   * anyone's.
   */
  private get takesSentence(): boolean {
    return this.waiting === 0 && !this.hasIndented && isStart(this.head);
  }

  private acceptRust(line: string): LineVerdict {
    if (cue.RUST_LINE.test(line)) return "joins";
    if (!this.isRustMessageDue) return this.hasFrames ? "ends" : "maybe";
    this.isRustMessageDue = false;
    return "joins";
  }

  private opensXml(line: string): LineVerdict {
    const nested = new NestedLines("xml", line);
    if (nested.isClosed) return "ends";
    this.nested = nested;
    this.kind = "xml";
    return "maybe";
  }

  private goes(line: string): LineVerdict {
    if (line.endsWith(")")) this.hasFrames = true;
    return "joins";
  }

  private goesOnAs(kind: RecordKind): LineVerdict {
    this.kind = kind;
    return "joins";
  }

  private opens(isWithin: boolean, kind: RecordKind): LineVerdict {
    if (!isWithin) return "ends";
    if (this.kind !== kind) this.hasFrames = false;
    return this.goesOnAs(kind);
  }
}
