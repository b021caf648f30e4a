/** What stands before the text of a line: time, level, names, numbers, parts in brackets. */
import { dateAloneAt, timeAt } from "../../base/time/time-at.js";
import type { Level } from "../../event/level-words.js";
import { closeOf, isThread, takeBracketed } from "./bracket.js";
import { readCells } from "./cells.js";
import { areDigits, endOfBlanks, endOfToken, isBlank, isDigit, isLetter, isUpper } from "./chars.js";
import {
  isBeforeLevel,
  isLevelInBars,
  isNameOfText,
  isPlaceInBracket,
  isPostgresLevel,
  isTextInBracket,
} from "./head/beside.js";
import { addPart, endBefore, endOfPart, isFault, isPort, isWordOfText } from "./head/head-words.js";
import { endOfWord, levelOfBareWord, levelOfCell } from "./level-at.js";
import type { LineParts } from "./line-parts.js";
import { colonOfPlace, endsInClass, isName, isProse, isQualified } from "./names.js";
import { addRun } from "./pairs.js";
import { takeTag } from "./tags.js";

/** More parts than any head has. */
const ITEMS_MAX = 24;
/** How many words may stand between the time and the level. */
const WORDS_MAX = 3;

/** Scans heads. One instance serves one parser; `at` is where it stands. */
export class HeadScanner {
  line = "";
  at = 0;
  readonly parts: LineParts;
  private nowMs = 0;
  /** Whether the text begins at `at`, whatever it looks like. */
  private isOver = false;
  /** Whether a colon stood behind the level: what follows is rather a text. */
  private hasColon = false;
  /** The mark before the part at hand; 0: none. */
  private lastMark = 0;

  constructor(parts: LineParts) {
    this.parts = parts;
  }

  begin(line: string, at: number, nowMs: number): void {
    this.line = line;
    this.at = at;
    this.nowMs = nowMs;
    this.isOver = this.hasColon = false;
    this.parts.reset();
  }

  /** Takes the time at `at`. */
  takeTime(): boolean {
    const time = timeAt(this.line, this.at, this.nowMs);
    if (time === undefined) return false;
    this.parts.timestamp = time.timestamp;
    if (time.timestamp === undefined) this.parts.timeText = this.line.slice(this.at, time.end);
    this.at = time.end;
    return true;
  }

  /** A date without a clock, where no clock stands behind it: another one would be its time. */
  takeDate(): boolean {
    const date = dateAloneAt(this.line, this.at, this.nowMs);
    if (date?.timestamp === undefined || CLOCK.test(this.line.slice(date.end, date.end + 64))) return false;
    this.parts.timestamp = date.timestamp;
    this.at = date.end;
    return true;
  }

  /** Takes the part in brackets at `at`, when it says what it is. */
  takeBracket(): boolean {
    const close = closeOf(this.line, this.at);
    if (close < 0 || !takeBracketed(this.line, this.at, close, this.parts, this.nowMs)) return false;
    this.at = close + 1;
    return true;
  }

  /** Takes all parts from `at` on; then the text of the line begins at `at`. `isColumn`: right behind the time. */
  takeItems(isColumn: boolean): void {
    for (let n = 0; n < ITEMS_MAX && !this.isOver; n++) {
      const mark = this.skipSeparator();
      this.lastMark = mark;
      if (mark === 0x7c || mark === 0x09) {
        this.at = readCells(this.line, this.at, mark, this.parts);
        if (this.parts.level === undefined && this.takeLevel(false)) this.skipSeparator();
        else if (this.at < this.line.length) this.takeNamed(endOfToken(this.line, this.at));
        this.isOver = true;
        break;
      }
      if (!this.takeItem(isColumn && n === 0)) return;
    }
    if (this.isOver) this.at = endOfBlanks(this.line, this.at);
  }

  /** Skips blanks and one mark of those that set parts of a head apart, which it returns; 0 where there is none. */
  private skipSeparator(): number {
    const { line } = this;
    const start = this.at;
    const at = endOfBlanks(line, start);
    const code = line.charCodeAt(at);
    const next = line.charCodeAt(at + 1);
    const hasTab = at > start && line.charCodeAt(start) === 0x09;
    this.at = at;
    if (hasTab && code !== 0x5b) return 0x09;
    const isTight = at === start && start > 0;
    const isMark =
      (code === 0x7c && (isTight || isBlank(next) || isLevelInBars(line, at, this.parts))) ||
      (code === 0x2d && (isBlank(next) || (next === 0x2d && !isLetter(line.charCodeAt(at + 2))))) ||
      (isTight && (code === 0x3a || code === 0x2c || code === 0x3b || code === 0x3e)) ||
      ((code === 0x3a || code === 0x3e) && isBlank(next));
    if (!isMark) return 0;
    let end = at + 1;
    while (code === 0x2d && line.charCodeAt(end) === code) end++;
    this.at = endOfBlanks(line, end);
    return code;
  }

  private takeItem(isColumn: boolean): boolean {
    switch (this.line.charCodeAt(this.at)) {
      case 0x5b:
        return this.takeBracket() || (!isTextInBracket(this.line, this.at) && this.takeLevelBehindWords());
      case 0x28:
        return this.takeRound();
      case 0x3c:
        return this.takeAngle();
      case 0x7b:
        return this.takePlaceInBraces() || this.takeLevelBehindWords();
      default:
        return this.takeWord(isColumn);
    }
  }

  private takeRound(): boolean {
    const close = closeOf(this.line, this.at);
    const start = this.at + 1;
    if (close < 0) return false;
    if (this.takeRoundLevel(start, close)) return true;
    const isOne =
      areDigits(this.line, start, close) || isThread(this.line, start, close) || this.isPlace(start, close);
    if (!isOne || !takeBracketed(this.line, this.at, close, this.parts, this.nowMs)) return false;
    this.at = close + 1;
    return true;
  }

  /** `(ERROR)`, in capitals. */
  private takeRoundLevel(start: number, close: number): boolean {
    const { line, parts } = this;
    if (parts.level !== undefined || close - start < 3 || !isUpper(line.charCodeAt(start + 1))) return false;
    parts.level = levelOfBareWord(line, start, close, false);
    if (parts.level !== undefined) this.at = close + 1;
    return parts.level !== undefined;
  }

  private isPlace(start: number, end: number): boolean {
    return colonOfPlace(this.line, start, end) > 0;
  }

  /** `<warn>`, and the process of Erlang, `<0.123.0>`. */
  takeAngle(): boolean {
    const close = closeOf(this.line, this.at);
    if (close < 0) return false;
    const level = this.parts.level === undefined ? levelOfCell(this.line, this.at + 1, close) : undefined;
    if (level !== undefined) this.parts.level = level;
    else if (ERLANG_PROCESS.test(this.line.slice(this.at, close + 1)))
      this.parts.procid = this.line.slice(this.at, close + 1);
    else return false;
    this.at = close + 1;
    return true;
  }

  private takePlaceInBraces(): boolean {
    const close = closeOf(this.line, this.at);
    if (close < 0 || !this.isPlace(this.at + 1, close)) return false;
    if (!takeBracketed(this.line, this.at, close, this.parts, this.nowMs)) return false;
    this.at = close + 1;
    return true;
  }

  private takeWord(isColumn: boolean): boolean {
    const { line, at, parts } = this;
    if (at >= line.length) return false;
    if (parts.level === undefined && this.takeLevel(isColumn)) return true;
    const end = endOfToken(line, at);
    if (this.takePlace(end) || this.takeNumber(end) || this.takeTag(end, isColumn) || this.takeNamed(end))
      return true;
    if (line.charCodeAt(end - 1) !== 0x3d && this.takeRun()) return true;
    return parts.level === undefined && this.takeLevelBehindWords();
  }

  /** A level word, and what sets it apart. */
  takeLevel(isColumn: boolean): boolean {
    const { line, at, parts } = this;
    const end = endOfWord(line, at);
    if (end === at) return false;
    const next = line.charCodeAt(end);
    let level: Level | undefined;
    if (next === 0x3a) level = this.levelBeforeColon(at, end);
    else if (end === line.length || isBlank(next))
      level = this.isCell(end) ? levelOfCell(line, at, end) : levelOfBareWord(line, at, end, isColumn);
    else if (next === 0x5b || next === 0x7c || next === 0x2c || next === 0x3e || next === 0x2f)
      level = isUpper(line.charCodeAt(at)) ? levelOfBareWord(line, at, end, false) : undefined;
    if (level === undefined) return false;
    parts.level = level;
    this.hasColon = next === 0x3a;
    this.at = end;
    if (this.hasColon && isPostgresLevel(line, at, end, this.parts)) this.at = end + 1;
    this.isOver = this.at > end;
    return true;
  }

  /** Whether what ends at `end` stands between two bars or dashes, or behind the time and before one. */
  private isCell(end: number): boolean {
    const code = this.line.charCodeAt(end + 1);
    const isMark = (code === 0x7c || code === 0x2d) && isBlank(this.line.charCodeAt(end + 2));
    return isMark && (code === 0x7c || this.lastMark === code);
  }

  private levelBeforeColon(at: number, end: number): Level | undefined {
    const { line } = this;
    const level = levelOfCell(line, at, end);
    return level === undefined && isPostgresLevel(line, at, end, this.parts) ? "info" : level;
  }

  /** `file.go:12` with a colon behind or not. */
  private takePlace(end: number): boolean {
    const { line, at, parts } = this;
    if (parts.file !== undefined) return false;
    const last = line.charCodeAt(end - 1) === 0x3a ? end - 1 : end;
    const colon = colonOfPlace(line, at, last);
    if (colon < 0) return false;
    parts.file = line.slice(at, colon);
    parts.line = line.slice(colon + 1, last);
    this.at = last;
    return true;
  }

  /** A number where processes stand: before a level, a bracket or ` --- `. */
  private takeNumber(end: number): boolean {
    const { line, at, parts } = this;
    if (!isDigit(line.charCodeAt(at)) || end - at > 19 || !areDigits(line, at, end)) return false;
    const next = endOfBlanks(line, end);
    const code = line.charCodeAt(next);
    const isDashes = code === 0x2d && line.charCodeAt(next + 1) === 0x2d;
    const wordEnd = endOfWord(line, next);
    const isLevel = parts.level === undefined && levelOfBareWord(line, next, wordEnd, false) !== undefined;
    if (!isLevel && !isDashes && code !== 0x5b) return false;
    parts.addNumber(line.slice(at, end));
    this.at = end;
    return true;
  }

  private takeTag(end: number, isColumn: boolean): boolean {
    if (!takeTag(this.line, this.at, end, isColumn, this.parts)) return false;
    this.at = end;
    return true;
  }

  /** The name of a logger: before a colon or dash, or a qualified one. */
  private takeNamed(end: number): boolean {
    const { line, at, parts } = this;
    const hasColon = line.charCodeAt(end - 1) === 0x3a;
    const nameEnd = hasColon ? end - 1 : end;
    if (!isName(line, at, nameEnd)) return this.takeNameWithLevel(end);
    if (isPort(line, at, nameEnd)) return false;
    if (this.takeNameWithLevel(end)) return true;
    const isLevelled = parts.level !== undefined;
    if (hasColon && !isLevelled && isBeforeLevel(line, end, parts)) {
      parts.names.push(line.slice(at, nameEnd));
      this.at = end;
      return true;
    }
    const hasSign = !isProse(line, at, nameEnd);
    if (hasColon && ((isLevelled && !this.hasColon) || hasSign) && !isNameOfText(line, at, nameEnd, parts))
      return this.takeLastName(at, nameEnd, end);
    const next = endOfBlanks(line, end);
    const code = line.charCodeAt(next);
    const isDouble = code === 0x2d && line.charCodeAt(next + 1) === code;
    const isBetween = this.lastMark === 0x2d && code === 0x2d && hasSign && parts.names.length === 0;
    const isDashed =
      next > end &&
      (code === 0x2d || code === 0x3a || code === 0x3e) &&
      isBlank(line.charCodeAt(isDouble ? next + 2 : next + 1));
    if (isDashed && (isBetween || (isLevelled && (hasSign || isDouble || next > end + 1))))
      return this.takeLastName(at, nameEnd, isDouble ? next + 2 : next + 1);
    if (isLevelled && code === 0x5b && isPlaceInBracket(line, next)) {
      parts.names.push(line.slice(at, nameEnd));
      this.at = end;
      return true;
    }
    if (hasColon && isFault(line, at, nameEnd)) return false;
    const isClass = isQualified(line, at, nameEnd) && (endsInClass(line, at, nameEnd) || code === 0x5b);
    if (!isClass || (!isLevelled && parts.names.length > 0)) return false;
    parts.names.push(line.slice(at, nameEnd));
    this.at = end;
    return true;
  }

  private takeLastName(start: number, nameEnd: number, end: number): boolean {
    const name = this.line.slice(start, nameEnd);
    this.parts.names.push(name);
    this.at = end;
    // A level may follow the name of a program.
    this.isOver = this.parts.level !== undefined || this.lastMark === 0x2d;
    return true;
  }

  /** `local.ERROR:` and `util.py[DEBUG]:`. */
  private takeNameWithLevel(end: number): boolean {
    const { line, at, parts } = this;
    if (parts.level !== undefined || line.charCodeAt(end - 1) !== 0x3a) return false;
    const isBracketed = line.charCodeAt(end - 2) === 0x5d;
    const mark = isBracketed ? line.lastIndexOf("[", end - 2) : line.lastIndexOf(".", end - 2);
    if (mark <= at || !isName(line, at, mark) || !isUpper(line.charCodeAt(mark + 1))) return false;
    const level = levelOfCell(line, mark + 1, isBracketed ? end - 2 : end - 1);
    if (level === undefined || !isUpper(line.charCodeAt(mark + 2))) return false;
    parts.level = level;
    parts.names.push(line.slice(at, mark));
    this.at = end;
    this.isOver = true;
    return true;
  }

  private takeRun(): boolean {
    const end = addRun(this.line, this.at, this.line.length, this.parts);
    if (end === this.at) return false;
    this.at = end;
    return true;
  }

  /** A level in capitals or brackets behind at most WORDS_MAX words that are none of a sentence; they become parts. */
  private takeLevelBehindWords(): boolean {
    const { line, parts } = this;
    const words: [number, number][] = [];
    let at = this.at;
    while (words.length < WORDS_MAX && at < line.length) {
      const end = endOfPart(line, at);
      const next = endOfBlanks(line, end);
      const isPadded = next > end + 1;
      const isWord = isWordOfText(line, at, end);
      if ((isWord && !isPadded) || next === end) return false;
      words.push([at, end]);
      at = next;
      if (this.takeLevelAt(at)) {
        for (const [start, wordEnd] of words) addPart(line, start, wordEnd, parts, this.nowMs);
        return true;
      }
    }
    return false;
  }

  private takeLevelAt(at: number): boolean {
    const { line, parts } = this;
    const start = this.at;
    this.at = at;
    if (line.charCodeAt(at) === 0x5b || line.charCodeAt(at) === 0x3c) {
      const close = closeOf(line, at);
      if (close > 0) parts.level = levelOfCell(line, endOfBlanks(line, at + 1), endBefore(line, close));
      if (parts.level !== undefined) this.at = close + 1;
    } else if (isUpper(line.charCodeAt(at)) && endOfWord(line, at) - at > 2) this.takeLevel(false);
    if (parts.level !== undefined) return true;
    this.at = start;
    return false;
  }
}

const CLOCK = /(?<!\d)\d{1,2}:\d\d/;
const ERLANG_PROCESS = /^<\d{1,9}\.\d{1,9}\.\d{1,9}>$/;
