/** What is behind the head of a line: its text, and what is at the end of that. */
import { JsonFault, type Members, scanMembers } from "../../json/members.js";
import { isBlank } from "./chars.js";
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

  /** Takes the parts that the text from `start` on ends with. `isPaired`: one pair alone is none of a sentence. */
  take(line: string, start: number, isPaired = false): void {
    const { parts } = this;
    const limit = endOfText(line, start, line.length);
    const json = addJsonTail(line, start, limit, parts);
    let end = json < limit ? withoutMark(line, start, json) : limit;
    const pairs = addTrailingPairs(line, start, end, parts, isPaired);
    if (pairs < end) end = withoutMark(line, start, pairs);
    if (end === limit) end = this.withoutBracket(line, start, end);
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

  /** Pairs in brackets at the end: `text [id=7, user=ada]`. */
  private withoutBracket(line: string, start: number, end: number): number {
    if (line.charCodeAt(end - 1) !== 0x5d) return end;
    const open = line.lastIndexOf("[", end - 1);
    if (open < start || (open > start && !isBlank(line.charCodeAt(open - 1))) || !line.includes("=", open))
      return end;
    const keys = this.parts.keys.length;
    if (addTrailingPairs(line, open + 1, end - 1, this.parts, true) === open + 1)
      return withoutMark(line, start, open);
    this.parts.dropKeys(keys);
    return end;
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

/** At how many places an object may begin: more would be many readings of one text. */
const STARTS_MAX = 4;

/** Adds the members of the JSON object that ends at `limit`. Returns where it begins; `limit` when there is none. */
function addJsonTail(line: string, start: number, limit: number, parts: LineParts): number {
  if (line.charCodeAt(limit - 1) !== 0x7d) return limit;
  let open = line.indexOf("{", start);
  for (let tries = 0; tries < STARTS_MAX && open >= 0; tries++) {
    if (isSetApart(line, start, open)) {
      const text = line.slice(open, limit);
      const members = scanMembers(text);
      // A member without a name would be lost.
      if (!(members instanceof JsonFault) && !members.names.includes("")) {
        addMembers(members, text, parts);
        return open;
      }
    }
    open = line.indexOf("{", open + 1);
  }
  return limit;
}

/** The members of an object; of a name that it has twice the last comes first, since it counts. */
function addMembers(members: Members, text: string, parts: LineParts): void {
  const { names } = members;
  const rawOf = (i: number): string => text.slice(members.valueStarts[i], members.valueEnds[i]);
  const others: number[] = [];
  for (const [i, name] of names.entries()) {
    if (names.lastIndexOf(name) === i) parts.add(name, rawOf(i));
    else others.push(i);
  }
  for (const i of others) parts.add(names[i]!, rawOf(i));
}

function isSetApart(line: string, start: number, at: number): boolean {
  const before = line.charCodeAt(at - 1);
  return at === start || before === 0x20 || before === 0x09 || before === 0x3a || before === 0x3d;
}
