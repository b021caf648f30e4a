// Enter here: lines of no known format, and what in them is structure all the same.
import type { EventWriter } from "../../event/writer.js";
import type { Format, FormatContext, LineParser } from "../format.js";
import { pairedLevelAt } from "./body.js";
import { closeOf } from "./bracket.js";
import { endOfBlanks, endOfToken, isBlank, isDigit, isLower, isUpper } from "./chars.js";
import { isRowMark, takeRow } from "./head/row.js";
import { isLast, isSentence, type WordPlace } from "./head/sentence.js";
import { HeadScanner } from "./head.js";
import { endOfWord } from "./level-at.js";
import { LineParts } from "./line-parts.js";
import { tagOf } from "./names.js";
import { addPair, addRun } from "./pairs.js";
import { LineText } from "./text-parts.js";

/**
 * The last resort of `auto`: the line as structure. What a program puts before its text is taken out wherever it
 * stands: the time, the level, names of loggers and threads, process ids, `file:line`, parts in brackets; so are
 * `key=value` pairs and a JSON object behind the text. The rest is `message`. A line is read when it has a time or a
 * level in its head, or begins or ends with pairs.
 *
 * Fields beside the usual ones: `tags`, parts of the head that do not say what they are; `address`, an address before
 * the time; `procid`, a process whose id is no number; `request_id`, a UUID in brackets; `time`, a time that is no
 * moment, as it stands. A key of a pair or member that another part of the line has, too, is kept as `event.KEY`, a
 * list of those that are several.
 */
export const text: Format = {
  name: "text",
  aliases: ["iso-text", "line", "dpkg"],
  summary:
    "any other line that begins with a time, a level or pairs: level, logger, thread, pid, file:line, pairs and JSON at the end become fields",
  auto: true,
  hasContinuations: true,
  reference: "the layouts that logging libraries document; docs/formats.md",
  examples: [
    {
      line: "2026-11-21 10:00:01 status installed zstd:amd64 1.5.5",
      event: '{"timestamp":"2026-11-21T10:00:01Z","message":"status installed zstd:amd64 1.5.5"}',
    },
    {
      line: "[2026-11-21T10:00:01+01:00] [warn] low on space",
      event: '{"timestamp":"2026-11-21T09:00:01Z","level":"warn","message":"low on space"}',
    },
    {
      line: '2026-11-21T10:00:01Z info cart [store/db.go:42] [opID=7f] slow query took=1.5s rows=12 {"table":"carts"}',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","logger":"cart","file":"store/db.go","line":42,"opID":"7f",' +
        '"table":"carts","took":"1.5s","rows":12,"message":"slow query"}',
    },
    {
      line: "WARN: [Nov 21 10:00:01.5] wrong password ip=192.0.2.7:4242 user=ada",
      event:
        '{"timestamp":"2026-11-21T10:00:01.5Z","level":"warn","ip":"192.0.2.7:4242","user":"ada","message":"wrong password"}',
    },
    {
      line: "ACCEPT host=192.0.2.7 port=4242 fd=5",
      event: '{"host":"192.0.2.7","port":4242,"fd":5,"message":"ACCEPT"}',
    },
    {
      line: "2026-11-21 the shop opens",
      event: '{"timestamp":"2026-11-21T00:00:00Z","message":"the shop opens"}',
    },
    {
      line: "21 Nov 2026 ERROR [main] no stock",
      event: '{"timestamp":"2026-11-21T00:00:00Z","level":"error","thread":"main","message":"no stock"}',
    },
    {
      line: '2026-11-21 10:00:01,shop,ERROR,7,"no stock, none"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","message":"shop,ERROR,7,\\"no stock, none\\""}',
    },
    { line: '[web] opened {"id":7}', event: '{"logger":"web","id":7,"message":"opened"}' },
    {
      line: "[INFO] Finished at: 2026-11-21 10:00:01",
      event: '{"level":"info","message":"Finished at: 2026-11-21 10:00:01"}',
    },
    { line: "Start-Date: 2026-11-21  10:00:01", event: undefined },
    { line: "2026-11-21 | ready at 09:12:01", event: undefined },
    { line: "2026-11-21,5,6", event: undefined },
    { line: "20261121 boxes", event: undefined },
    { line: "1.2.26 released", event: undefined },
    { line: "May 7 was fine", event: undefined },
    { line: "2026-02-30 10:00:01 no such day", event: undefined },
    { line: "at 2026-11-21 10:00:01 something", event: undefined },
    { line: "2026-11-21T10:00:01Znothing between", event: undefined },
    { line: "no errors found, ERROR count is 0", event: undefined },
  ],
  create: (context) => new LineStructure(context),
};

/** How many words may stand before the time. */
const WORDS_MAX = 3;
/** Pairs that make an event of a line without time and level. */
const PAIRS_MIN = 3;
/** Among how many pairs at the start of a line its level is looked for. */
const FIRST_PAIRS_MAX = 16;

class LineStructure implements LineParser {
  private readonly parts = new LineParts();
  private readonly head = new HeadScanner(this.parts);
  private readonly text = new LineText(this.parts);
  private readonly context: FormatContext;
  /** Which part of the line is a level that needs no time before it; -1: none. */
  private levelAt = -1;

  constructor(context: FormatContext) {
    this.context = context;
  }

  parse(line: string, event: EventWriter): boolean {
    const { head, parts, text } = this;
    // What is indented belongs to the line before.
    if (isBlank(line.charCodeAt(0))) return false;
    head.begin(line, 0, this.context.nowMs());
    if (this.takeHead()) {
      if (parts.level === undefined) parts.level = pairedLevelAt(line, head.at);
      text.take(line, head.at);
    } else {
      head.begin(line, 0, 0);
      if (!this.takePairs(line) && !this.takeTagged(line) && !this.takeFirstPairs(line, event)) return false;
    }
    parts.write(text.message, event);
    return true;
  }

  private takeHead(): boolean {
    const { head, parts } = this;
    if (head.takeTime()) {
      if (!this.isSetApart()) return false;
      if (isRowMark(head.line, head.at)) head.at = takeRow(head.line, head.at, parts);
      else head.takeItems(true);
      return true;
    }
    if (head.line.charCodeAt(0) === 0x22 && this.takeQuotedRow()) return true;
    if (head.takeDate()) {
      head.takeItems(true);
      return true;
    }
    if (!this.takePrefix()) return false;
    head.takeItems(parts.level === undefined);
    return true;
  }

  /** A row whose cells are in quotes, the time too. */
  private takeQuotedRow(): boolean {
    const { head, parts } = this;
    const { line } = head;
    head.at = 1;
    if (head.takeTime() && line.charCodeAt(head.at) === 0x22 && isRowMark(line, head.at + 1)) {
      head.at = takeRow(line, head.at + 1, parts);
      return true;
    }
    head.begin(line, 0, this.context.nowMs());
    return false;
  }

  /** Whether there is a blank or a mark behind the time. */
  private isSetApart(): boolean {
    const { line, at } = this.head;
    return at === line.length || !isWord(line.charCodeAt(at));
  }

  /** What stands before the time; or a level where there is no time. */
  private takePrefix(): boolean {
    const found = this.takeWords(WORDS_MAX + 1, false);
    if (found !== undefined) return found;
    if (this.levelAt < 0) return false;
    const { head } = this;
    const count = this.levelAt + 1;
    head.begin(head.line, 0, this.context.nowMs());
    this.takeWords(count, true);
    return true;
  }

  /**
   * Takes at most `count` parts until there is a time: whether it is the event's. Undefined: there is none, and
   * `levelAt` is the place of a level that begins the line, or -1. `isLevelled`: the level is enough.
   */
  private takeWords(count: number, isLevelled: boolean): boolean | undefined {
    const { head, parts } = this;
    const { line } = head;
    const words: WordPlace[] = [];
    this.levelAt = -1;
    for (let n = 0; n < count && head.at < line.length; n++) {
      if (n > 0 && this.takeMoment()) {
        if (isSentence(line, words, head.at, parts.level !== undefined))
          return this.levelAt < 0 ? false : undefined;
        if (words.length > 0 && isLast(line, head.at)) return undefined;
        for (const word of words) this.addWord(word);
        return true;
      }
      const start = head.at;
      if (n === 0 && this.takeNameAndTime()) return true;
      if (!this.takePart(n)) {
        const end = endOfToken(line, start);
        words.push([start, end]);
        head.at = end;
      }
      if (parts.hasTime || (isLevelled && n === count - 1)) {
        if (parts.hasTime && words.length > 0 && isLast(line, head.at)) return undefined;
        for (const word of words) this.addWord(word);
        return true;
      }
      if (parts.level !== undefined && this.levelAt < 0 && words.every((word) => isTag(line, word)))
        this.levelAt = n;
      head.at = behindMark(line, head.at);
    }
    return undefined;
  }

  /** `name:time`, with nothing between. */
  private takeNameAndTime(): boolean {
    const { head, parts } = this;
    const { line } = head;
    const colon = line.indexOf(":");
    if (colon < 2 || colon > 64 || !isDigit(line.charCodeAt(colon + 1)) || !NAME.test(line.slice(0, colon)))
      return false;
    head.at = colon + 1;
    if (this.takeMoment()) {
      if (isLast(line, head.at) || isSentence(line, [[0, colon + 1]], head.at, false)) {
        parts.timestamp = parts.timeText = undefined;
        head.at = 0;
        return false;
      }
      parts.service = line.slice(0, colon);
      return true;
    }
    head.at = 0;
    return false;
  }

  /** A time behind words: one of a moment, or of a clock alone behind a level. */
  private takeMoment(): boolean {
    const { head, parts } = this;
    const start = head.at;
    if (!head.takeTime()) return false;
    if (parts.timestamp !== undefined || parts.level !== undefined || !CLOCK.test(parts.timeText!))
      return true;
    head.at = start;
    parts.timeText = undefined;
    return false;
  }

  /** A part that is more than a word. */
  private takePart(n: number): boolean {
    const { head } = this;
    const code = head.line.charCodeAt(head.at);
    if (code === 0x5b || code === 0x28) return head.takeBracket();
    if (code === 0x3c) return head.takeAngle();
    if (n > 1 || this.parts.level !== undefined) return false;
    return isLevelAlone(head.line, head.at) && head.takeLevel(false);
  }

  private addWord([start, end]: WordPlace): void {
    const { head, parts } = this;
    const { line } = head;
    const last = line.charCodeAt(end - 1);
    const wordEnd = last === 0x3a || last === 0x2c || last === 0x7c ? end - 1 : end;
    if (wordEnd <= start || (wordEnd === start + 1 && "-#*".includes(line.charAt(start)))) return;
    const word = line.slice(start, wordEnd);
    const tag = tagOf(line, start, end);
    if (tag !== undefined) {
      parts.service = line.slice(start, tag.nameEnd);
      parts.pid = line.slice(tag.pidStart, tag.pidEnd);
    } else if (parts.address === undefined && ADDRESS.test(word)) parts.address = word;
    else if (parts.service === undefined && last === 0x3a && NAME.test(word)) parts.service = word;
    else parts.tags.push(word);
  }

  /** Pairs that the line begins or ends with. */
  private takePairs(line: string): boolean {
    const { head, parts, text } = this;
    if (!line.includes("=")) return false;
    const end = addRun(line, 0, line.length, parts);
    if (end > 0) {
      text.take(line, end);
      return parts.keys.length >= PAIRS_MIN;
    }
    if (!text.takeRun(line, head.at)) return false;
    return parts.keys.length >= PAIRS_MIN;
  }

  /** An object behind parts in brackets, and perhaps a text. */
  private takeTagged(line: string): boolean {
    const { head, parts, text } = this;
    if (line.charCodeAt(0) !== 0x5b || line.charCodeAt(line.length - 1) !== 0x7d) return false;
    head.begin(line, 0, this.context.nowMs());
    for (let n = 0; n <= WORDS_MAX && line.charCodeAt(head.at) === 0x5b; n++) {
      const close = closeOf(line, head.at);
      if (close < 0) return false;
      if (!head.takeBracket()) {
        parts.tags.push(line.slice(head.at + 1, close));
        head.at = close + 1;
      }
      head.at = endOfBlanks(line, head.at);
    }
    text.take(line, head.at);
    return parts.keys.length > 0;
  }

  /**
   * A level, and perhaps a time, in pairs that begin the line, where others have blanks in their values: these stay
   * text.
   */
  private takeFirstPairs(line: string, event: EventWriter): boolean {
    const { head, parts, text } = this;
    head.begin(line, 0, this.context.nowMs());
    let at = 0;
    for (let n = 0; n < FIRST_PAIRS_MAX; n++) {
      const end = addPair(line, at, line.length, parts);
      if (end < 0) break;
      at = endOfBlanks(line, end);
    }
    text.message = line;
    return at < line.length && parts.keepWellKnown(event);
  }
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}\]?)$/;
const CLOCK = /^\d{1,2}:/;
const NAME = /^[A-Za-z_][\w.@/-]{0,63}$/;

/**
 * Whether a word may be a level that begins a line: in capitals; in small letters when it is no other thing; `Error:`
 * is an exception's.
 */
function isLevelAlone(line: string, at: number): boolean {
  const isSmall = isLower(line.charCodeAt(at));
  if (!isSmall)
    return (
      !isLower(line.charCodeAt(at + 1)) &&
      (isUpper(line.charCodeAt(at + 1)) || LETTERS.includes(line.charAt(at)))
    );
  return SMALL_LEVELS.has(line.slice(at, endOfWord(line, at)));
}

const SMALL_LEVELS = new Set(
  "trace debug info notice warn warning error critical fatal verbose silly".split(" "),
);
/** Levels of one letter before a colon, as of apt. */
const LETTERS = "EWI";

/** Whether a level may stand behind the word: the name of a program, before a colon and perhaps with its process. */
function isTag(line: string, [start, end]: WordPlace): boolean {
  return tagOf(line, start, end) !== undefined || SMALL_NAME.test(line.slice(start, end));
}

const SMALL_NAME = /^[a-z][\w-]{0,63}:$/;

function behindMark(line: string, at: number): number {
  let next = endOfBlanks(line, at);
  const code = line.charCodeAt(next);
  if (code === 0x7c || code === 0x3a || (code === 0x2d && isBlank(line.charCodeAt(next + 1))))
    next = endOfBlanks(line, next + 1);
  return next;
}

function isWord(code: number): boolean {
  return isLower(code | 32) || code === 0x5f;
}
