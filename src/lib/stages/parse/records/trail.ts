/**
 * Follows one record line by line and says of each next line whether it belongs to it: the rest of a stack trace, of a
 * statement, of JSON over lines, of a message with line breaks. What it says depends on the record's lines only, so any cutting
 * of the input gives the same. A line that `isStart` takes never belongs to the record before; the caller asks that first.
 */

import type { Level } from "../../../event/level-words.js";
import { isQuiet, JSON_LINE, kindOfOther, kindOfRead, type RecordKind } from "../multiline/record-kind.js";
import { XmlDepth } from "../multiline/xml-depth.js";
import * as cue from "./cues.js";
import { JsonDepth } from "./json-depth.js";
import { isStart } from "./starts.js";

/** "maybe": it belongs to the record if a later line does that "joins". */
export type LineVerdict = "joins" | "maybe" | "ends";

/** So many lines may wait for one that tells what they are; and so many lines of a statement can follow without a sign. */
const WAITING_MAX = 32;
export const QUIET_LINES = 64;

export class Trail {
  private readonly head: string;
  private kind: RecordKind;
  private json: JsonDepth | undefined;
  private xml: XmlDepth | undefined;
  private waiting = 0;
  private unmarked = 0;
  private hasIndented = false;
  private hasFrames = false;
  /** There was a line for the exception itself. */
  private hasException: boolean;
  private isRustMessageDue = false;
  private isStatementOver = false;
  /** Of a record of MySQL's slow log: who asked has been said. */
  private hasUser: boolean;
  /** The next line may be the other half of the head. */
  private isHalf: boolean;

  /** `isRead`: a format has read the record's first line, so that what is indented below it is its own. */
  constructor(head: string, isRead: boolean) {
    this.head = head;
    this.isHalf = cue.isHalfHead(head);
    this.kind = isRead ? kindOfRead(head) : kindOfOther(head);
    this.hasException = this.kind === "exception" && (cue.EXCEPTION.test(head) || cue.UNCAUGHT.test(head));
    if (this.kind === "json") this.json = new JsonDepth(head);
    if (this.kind === "xml") this.xml = new XmlDepth(head);
    if (this.kind === "rust") this.isRustMessageDue = head.endsWith(":");
    if (this.kind === "statement") this.isStatementOver = head.endsWith(";");
    this.hasUser = this.kind === "slow" && head.startsWith("# User@Host:");
  }

  /** Whether nothing can belong to the record. */
  get isSingle(): boolean {
    return this.kind === "single" || this.json?.isClosed === true || this.xml?.isClosed === true;
  }

  /** Whether a line that joins is of the record even where a format reads it alone. */
  get isSure(): boolean {
    return this.kind === "slow" || this.kind === "row";
  }

  /** The same for trails that say the same of whatever comes. */
  get state(): string {
    if (this.json !== undefined) return this.json.isClosed ? "closed" : `json ${this.json.open}`;
    if (this.xml !== undefined) return this.xml.isClosed ? "closed" : `xml ${this.xml.state}`;
    const {
      kind,
      waiting,
      unmarked,
      hasIndented,
      hasFrames,
      hasException,
      isRustMessageDue,
      isStatementOver,
      hasUser,
      isHalf,
    } = this;
    const takesSentence = kind === "plain" && this.takesSentence;
    return `${kind} ${waiting} ${unmarked} ${hasIndented} ${hasFrames} ${hasException} ${isRustMessageDue} ${isStatementOver} ${takesSentence} ${hasUser} ${isHalf}`;
  }

  accept(line: string): LineVerdict {
    const verdict = this.verdictOn(line);
    if (verdict === "joins") this.waiting = 0;
    else if (verdict === "maybe" && !this.isNested && ++this.waiting > WAITING_MAX) return "ends";
    return verdict;
  }

  /** What it is that belongs together, as it is told of what has no level: undefined when it is no trace. */
  get level(): Level | undefined {
    const { kind } = this;
    if (kind === "go" || kind === "core") return this.hasFrames || kind === "core" ? "fatal" : undefined;
    const isTrace = kind === "frames" || kind === "closed" || kind === "php" || kind === "rust";
    const isOther = (kind === "ruby" || kind === "exception") && this.hasFrames;
    if (!isTrace && !isOther && kind !== "oracle") return undefined;
    return WARNING.test(this.head) ? "warn" : "error";
  }

  /** Whether brackets or tags say where it ends. */
  private get isNested(): boolean {
    return this.kind === "json" || this.kind === "xml";
  }

  private verdictOn(line: string): LineVerdict {
    const isHalf = this.isHalf;
    this.isHalf = false;
    if (isHalf && cue.OTHER_HALF.test(line)) return "joins";
    if (this.kind === "single") return "ends";
    if (this.kind === "row") {
      if (cue.hasOddQuotes(line)) this.kind = "single";
      return "joins";
    }
    if (this.json !== undefined) return this.acceptJson(this.json, line);
    if (this.kind === "slow") return this.acceptSlow(line);
    if (this.xml !== undefined) return this.acceptXml(this.xml, line);
    const first = line.charCodeAt(0);
    if (Number.isNaN(first) || line.trim() === "") return this.kind === "class" ? "ends" : "maybe";
    return first === 0x20 || first === 0x09 ? this.acceptIndented(line) : this.acceptOther(line);
  }

  private acceptJson(json: JsonDepth, line: string): LineVerdict {
    if (json.isClosed || !JSON_LINE.test(line)) return "ends";
    json.add(line);
    if (json.isBroken) return "ends";
    return json.isClosed ? "joins" : "maybe";
  }

  /** Comments, then a statement, to its `;`. */
  private acceptSlow(line: string): LineVerdict {
    if (line.startsWith("# User@Host:")) {
      if (this.hasUser) return "ends";
      this.hasUser = true;
    }
    if (this.isStatementOver) return "ends";
    if (cue.SLOW_LINE.test(line) || cue.SLOW_OWN.test(line)) return "joins";
    if (cue.CLAUSE.test(line)) this.unmarked = 0;
    else if (++this.unmarked >= QUIET_LINES) return "ends";
    this.isStatementOver = line.trimEnd().endsWith(";");
    return "joins";
  }

  private acceptXml(xml: XmlDepth, line: string): LineVerdict {
    if (xml.isClosed) return "ends";
    xml.add(line);
    if (xml.isBroken) return "ends";
    return xml.isClosed ? "joins" : "maybe";
  }

  private acceptIndented(line: string): LineVerdict {
    if (this.kind === "class") return cue.INDENTED_FRAME.test(line) ? this.goesOnAs("frames") : "ends";
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
    if (cue.CAUSE.test(line)) return this.goesOnAs("exception");
    if (this.hasIndented && cue.CLOSER.test(line)) return "joins";
    return this.acceptOpening(line) ?? this.acceptOwn(line);
  }

  /** A line that can open a trace: within the record where it has none yet. */
  private acceptOpening(line: string): LineVerdict | undefined {
    const { kind } = this;
    const isBefore =
      kind === "plain" || kind === "exception" || kind === "sql" || kind === "statement" || kind === "open";
    if (cue.TRACEBACK.test(line)) return this.opens(isBefore || kind === "chained", "python");
    if (cue.CHAINED.test(line))
      return this.opens(isBefore || kind === "closed" || kind === "frames", "chained");
    if (cue.UNCAUGHT.test(line)) return this.opens(isBefore, "exception");
    if (cue.RUST_OPENING.test(line)) {
      this.isRustMessageDue = isBefore && line.endsWith(":");
      return this.opens(isBefore, "rust");
    }
    if (cue.GO_OPENING.test(line)) {
      if (kind === "go") return cue.GO_NEW.test(line) ? "ends" : this.goes(line);
      return this.opens(isBefore, "go");
    }
    if (kind === "core" ? cue.CORE_LINE.test(line) : cue.CORE_OPENING.test(line))
      return this.opens(isBefore || kind === "core", "core");
    if (cue.ORACLE.test(line)) return this.opens(isBefore || kind === "oracle", "oracle");
    if (cue.PHP_OPENING.test(line)) return this.opens(isBefore || kind === "php", "php");
    if (cue.RUBY_LINE.test(line)) return this.opens(isBefore || kind === "ruby" || kind === "frames", "ruby");
    if (cue.PLACE.test(line)) return this.opens(isBefore, "place");
    if (cue.FRAME.test(line)) return this.opens(kind !== "plain" || this.hasIndented, "frames");
    if (!cue.EXCEPTION.test(line)) return undefined;
    if (kind === "python") return this.goesOnAs("closed");
    const isFirst = !this.hasException;
    this.hasException = true;
    return this.opens((isBefore || kind === "place") && isFirst, "exception");
  }

  /** A line that says nothing by itself, by what the record is so far. */
  private acceptOwn(line: string): LineVerdict {
    switch (this.kind) {
      case "exception":
        return cue.DETAIL.test(line) ? "joins" : "maybe";
      case "python":
        return this.hasFrames && cue.CLOSING.test(line) ? this.goesOnAs("closed") : "maybe";
      case "closed":
        return cue.DETAIL.test(line) ? "joins" : "ends";
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
        return this.acceptSql(line);
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
        if (!this.takesSentence) return "ends";
        this.kind = "class";
        return "maybe";
    }
  }

  /** Whether the next line may be any text: right below a line with a date, if frames come next. Elsewhere it would be anyone's. */
  private get takesSentence(): boolean {
    return this.waiting === 0 && !this.hasIndented && isStart(this.head);
  }

  private acceptRust(line: string): LineVerdict {
    if (cue.RUST_LINE.test(line)) return "joins";
    if (!this.isRustMessageDue) return this.hasFrames ? "ends" : "maybe";
    this.isRustMessageDue = false;
    return "joins";
  }

  private acceptSql(line: string): LineVerdict {
    const isClause = cue.CLAUSE.test(line);
    if (isClause) this.unmarked = 0;
    else if (this.kind === "sql" || this.isStatementOver || ++this.unmarked >= QUIET_LINES) return "ends";
    this.isStatementOver = line.trimEnd().endsWith(";");
    return "joins";
  }

  private opensXml(line: string): LineVerdict {
    const xml = new XmlDepth(line);
    if (xml.isClosed) return "ends";
    this.xml = xml;
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

/** The level of a record that no format reads and that is a stack trace, a dump, a chain of errors; undefined for other text. */
export function levelOfTrace(text: string): Level | undefined {
  if (!text.includes("\n")) return undefined;
  const [head = "", ...lines] = text.split("\n");
  const trail = new Trail(head, true);
  for (const line of lines) trail.accept(line);
  return trail.level;
}

const WARNING = /Warning\b/;
