/** What a record is, as its first line tells: a trace of some language, a statement, a document, text. */
import type { Level } from "../../../event/level-words.js";
import * as cue from "../records/cues.js";
import { isStart } from "../records/starts.js";
import { kindOfFrame, mayLead } from "./headless.js";
import type { RecordKind } from "./kinds.js";

/** Of a line below others: "maybe": it belongs to the record if a later line does that "joins". */
export type LineVerdict = "joins" | "maybe" | "ends";

/** Objects in arrays stand behind blanks. */
const MAY_OPEN = /^[ \t]*\{/;
/** A line that may be within an object. */
export const JSON_LINE = /^(?:[\s"{}[\],]|$)/;

/** Of the first line of a record that a format has read. */
export function kindOfRead(head: string): RecordKind {
  if (cue.isOpenRow(head)) return "row";
  if (cue.isOpenRequest(head)) return "request";
  const frame = kindOfFrame(head);
  if (frame !== undefined) return frame;
  if (!cue.hasSign(head) && !MAY_OPEN.test(head)) return "plain";
  const opened = openedBy(head);
  if (opened !== undefined) return opened;
  if (cue.CAUSE.test(head)) return "exception";
  if (cue.STATEMENT.test(head)) return "statement";
  if (cue.MENTION.test(head)) return "exception";
  return cue.SQL.test(head) ? "sql" : cue.endsOpen(head) ? "open" : "plain";
}

/** Of the first line of one that none has. */
export function kindOfOther(head: string): RecordKind {
  const frame = kindOfFrame(head);
  if (frame !== undefined) return frame;
  const single = mayLead(head) ? "lead" : "single";
  if (!cue.hasSign(head) && !MAY_OPEN.test(head)) return single;
  return (
    openedBy(head) ??
    (cue.CAUSE.test(head) ? "exception" : cue.CLASS.test(head) || cue.TRACE.test(head) ? "class" : single)
  );
}

function openedBy(head: string): RecordKind | undefined {
  if (MAY_OPEN.test(head)) return "json";
  if (cue.SLOW_OPENING.test(head)) return "slow";
  if (cue.XML_OPENING.test(head)) return "xml";
  if (cue.CORE_OPENING.test(head)) return "core";
  if (cue.ORACLE.test(head)) return "oracle";
  if (cue.GROUP.test(head) || cue.STACK.test(head)) return "closed";
  if (cue.TRACEBACK.test(head)) return "python";
  if (cue.GO_OPENING.test(head)) return "go";
  if (cue.PHP_OPENING.test(head)) return "php";
  if (cue.RUST_OPENING.test(head)) return "rust";
  if (cue.RUBY_LINE.test(head)) return "ruby";
  if (cue.PLACE.test(head)) return "place";
  if (cue.UNCAUGHT.test(head) || cue.EXCEPTION.test(head)) return "exception";
  return undefined;
}

/**
 * Whether a line says nothing of itself: it opens nothing and goes on with nothing. What comes after `QUIET_LINES` of
 * them belongs to no record before them.
 */
export function isQuiet(line: string): boolean {
  const first = line.charCodeAt(0);
  if (Number.isNaN(first) || first === 0x20 || first === 0x09 || isStart(line)) return false;
  if (JSON_LINE.test(line) || kindOfRead(line) !== "plain") return false;
  return !(
    cue.CAUSE.test(line) ||
    cue.OTHER_HALF.test(line) ||
    cue.REQUEST_END.test(line) ||
    cue.SLOW_LINE.test(line) ||
    cue.SLOW_OWN.test(line) ||
    cue.CLASS.test(line) ||
    cue.CHAINED.test(line) ||
    cue.FRAME.test(line) ||
    cue.DETAIL.test(line) ||
    cue.CLAUSE.test(line) ||
    cue.GO_LINE.test(line) ||
    cue.PHP_LINE.test(line) ||
    cue.RUST_LINE.test(line) ||
    cue.CLOSER.test(line) ||
    cue.CORE_LINE.test(line) ||
    cue.NODE_END.test(line) ||
    cue.CARET.test(line) ||
    cue.isCall(line)
  );
}

/** Whether nothing has come yet that is of a trace. */
export function isBeforeTrace(kind: RecordKind): boolean {
  return (
    kind === "plain" ||
    kind === "exception" ||
    kind === "sql" ||
    kind === "statement" ||
    kind === "open" ||
    kind === "sentence"
  );
}

/** The level of a trace that has none of its own; undefined when it is no trace. */
export function levelOfKind(kind: RecordKind, head: string, hasFrames: boolean): Level | undefined {
  if (kind === "go" || kind === "core") return hasFrames || kind === "core" ? "fatal" : undefined;
  if (cue.TRACE.test(head)) return "trace";
  const isTrace = kind === "frames" || kind === "closed" || kind === "php" || kind === "rust";
  const isOther = (kind === "ruby" || kind === "exception") && (hasFrames || cue.UNCAUGHT.test(head));
  if (!isTrace && !isOther && kind !== "oracle") return undefined;
  return WARNING.test(head) ? "warn" : "error";
}

const WARNING = /Warning\b/;
