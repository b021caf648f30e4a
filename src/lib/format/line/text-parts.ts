/** What is behind the head of a line: its text, and what is at the end of that. */
import { isBlank } from "./chars.js";
import { addJsonTail } from "./json-tail.js";
import type { LineParts } from "./line-parts.js";
import { isQualified } from "./names.js";
import { addTrailingPairs } from "./pairs.js";

/** Takes the text of a line. One instance serves one parser. */
export class LineText {
  /** The text that is left. */
  message = "";
  private readonly parts: LineParts;

  constructor(parts: LineParts) {
    this.parts = parts;
  }

  /** Takes the parts that the text from `start` on ends with. */
  take(line: string, start: number): void {
    const { parts } = this;
    const limit = endOfText(line, start, line.length);
    const json = addJsonTail(line, start, limit, parts);
    let end = json < limit ? withoutMark(line, start, json) : limit;
    const pairs = addTrailingPairs(line, start, end, parts);
    if (pairs < end) end = withoutMark(line, start, pairs);
    if (end === limit) end = this.withoutLogger(line, start, end);
    this.message = line.slice(start, end === limit ? line.length : end);
  }

  /** Takes pairs at the end that only blanks part. False where there are none, or no word before them. */
  takeRun(line: string, start: number): boolean {
    const limit = endOfText(line, start, line.length);
    const pairs = addTrailingPairs(line, start, limit, this.parts);
    if (pairs === limit || pairs === start || line.indexOf(", ", pairs) >= 0) return false;
    this.message = line.slice(start, withoutMark(line, start, pairs));
    return true;
  }

  /** Kafka and others end lines with ` (org.example.Logger)`. */
  private withoutLogger(line: string, start: number, end: number): number {
    const { parts } = this;
    if (line.charCodeAt(end - 1) !== 0x29 || parts.level === undefined || parts.names.length > 0) return end;
    const open = line.lastIndexOf("(", end - 1);
    if (open <= start || !isBlank(line.charCodeAt(open - 1)) || !isQualified(line, open + 1, end - 1))
      return end;
    parts.names.push(line.slice(open + 1, end - 1));
    return endOfText(line, start, open);
  }
}

/** Without blanks at the end. */
function endOfText(line: string, start: number, limit: number): number {
  let end = limit;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return end;
}

/** Without blanks, and a mark that led to what stood behind. */
function withoutMark(line: string, start: number, limit: number): number {
  const end = endOfText(line, start, limit);
  const code = line.charCodeAt(end - 1);
  if (end <= start || !MARKS.includes(line.charAt(end - 1))) return end;
  return code === 0x2d && !isBlank(line.charCodeAt(end - 2)) ? end : endOfText(line, start, end - 1);
}

const MARKS = ",;:|-";
