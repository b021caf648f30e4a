/** What stands in brackets in the head of a line. */
import { countBetween, timeAt } from "../../base/time/time-at.js";
import { areDigits, endOfBlanks, endOfToken, isBlank, isUpper } from "./chars.js";
import { endOfWord, levelOfBareWord, levelOfCell } from "./level-at.js";
import { isThreadName, type LineParts } from "./line-parts.js";
import { colonOfPlace, isName, isProse } from "./names.js";
import { addRun, addTrailingPairs } from "./pairs.js";

/** What is in brackets is at most this long. */
const BRACKETED_MAX = 300;

/** The bracket that closes the one at `open`; -1 when there is none near. */
export function closeOf(line: string, open: number): number {
  const code = line.charCodeAt(open);
  const close = code === 0x5b ? 0x5d : code === 0x28 ? 0x29 : code === 0x7b ? 0x7d : 0x3e;
  const limit = Math.min(line.length, open + BRACKETED_MAX);
  let depth = 0;
  for (let at = open; at < limit; at++) {
    const next = line.charCodeAt(at);
    if (next === close && --depth === 0) return at;
    if (next === code) depth++;
  }
  return -1;
}

/**
 * Takes what is between `open` and `close` when it says by itself what it is: a level, a time, numbers of processes, a
 * place in a source file, an id, pairs, a name. False: it is something else, and nothing was taken.
 */
export function takeBracketed(
  line: string,
  open: number,
  close: number,
  parts: LineParts,
  nowMs: number,
): boolean {
  const start = endOfBlanks(line, open + 1);
  let end = close;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  if (end <= start) return true;
  const length = end - start;
  if (length === 1 && line.charCodeAt(start) === 0x2d) return true;
  return (
    takeLevel(line, start, end, parts) ||
    (!parts.hasTime && takeCount(line, open, end, parts, nowMs)) ||
    takeNumbers(line, start, end, parts) ||
    (!parts.hasTime && takeTimed(line, start, end, parts, nowMs)) ||
    (parts.level === undefined && takeLevelled(line, start, end, parts)) ||
    takePlace(line, start, end, parts) ||
    takeId(line, start, end, parts) ||
    takePairs(line, start, end, parts) ||
    takeName(line, start, end, parts)
  );
}

/** `WARN`, and `core:error`, `ERROR/MainProcess`, `Server thread/WARN` with the name of what wrote it. */
function takeLevel(line: string, start: number, end: number, parts: LineParts): boolean {
  if (parts.level !== undefined) return false;
  parts.level = levelOfCell(line, start, end);
  if (parts.level !== undefined) return true;
  // MySQL's and MariaDB's.
  if (parts.hasTime && end - start === 4 && line.startsWith("Note", start)) parts.level = "info";
  if (parts.level !== undefined) return true;
  const wordEnd = endOfWord(line, start);
  const mark = line.charCodeAt(wordEnd);
  if (wordEnd - start > 2 && wordEnd < end && mark === 0x2f && isName(line, wordEnd + 1, end)) {
    parts.level = levelOfCell(line, start, wordEnd);
    if (parts.level !== undefined) parts.names.push(line.slice(wordEnd + 1, end));
    return parts.level !== undefined;
  }
  const slash = line.lastIndexOf("/", end - 1);
  if (slash > start && isUpper(line.charCodeAt(slash + 1)) && isUpper(line.charCodeAt(slash + 2))) {
    parts.level = levelOfCell(line, slash + 1, end);
    if (parts.level !== undefined) parts.names.push(line.slice(start, slash));
    if (parts.level !== undefined) return true;
  }
  const colon = line.lastIndexOf(":", end - 1);
  if (colon <= start || end - colon < 4 || !isName(line, start, colon)) return false;
  parts.level = levelOfCell(line, colon + 1, end);
  if (parts.level !== undefined) parts.names.push(line.slice(start, colon));
  return parts.level !== undefined;
}

/**
 * A count since 1970 alone: `[1763719200]` that the line begins with, or right behind its level. No process and no
 * thread has such a number; before a date it is left, for then the date is the time.
 */
function takeCount(line: string, open: number, end: number, parts: LineParts, nowMs: number): boolean {
  const first = line.charCodeAt(open + 1);
  if (!(first >= 0x30 && first <= 0x39) || end - open < 11 || nowMs === 0) return false;
  const isBehindLevel = parts.level !== undefined && parts.names.length === 0;
  const timestamp =
    open === 0
      ? timeAt(line, 1, nowMs)?.timestamp
      : isBehindLevel
        ? countBetween(line, open + 1, end, nowMs)
        : undefined;
  if (timestamp === undefined || !areDigits(line, open + 1, end)) return false;
  if (timeAt(line, endOfBlanks(line, end + 1), nowMs) !== undefined) return false;
  parts.timestamp = timestamp;
  return true;
}

const NUMBERS =
  /^(?:(?:pid|PID)[ :=]?(\d{1,10})(?:[:, ]{1,2}tid[ :=]?(\d{1,19}))?|(\d{1,19})(?:[:/#](?:tid )?(\d{1,19}))?|tid[ :=]?(\d{1,19})|[Tt]hread[ :=-](\d{1,19}))$/;

function takeNumbers(line: string, start: number, end: number, parts: LineParts): boolean {
  if (end - start > 44) return false;
  const first = line.charCodeAt(start);
  const isCandidate = (first >= 0x30 && first <= 0x39) || (first | 32) === 0x70 || (first | 32) === 0x74;
  const match = isCandidate ? NUMBERS.exec(line.slice(start, end)) : null;
  if (match === null || isOfText(line, start, end)) return false;
  const pid = match[1] ?? match[3];
  const tid = match[2] ?? match[4] ?? match[5] ?? match[6];
  if (pid !== undefined) parts.addNumber(pid);
  if (tid === undefined) return true;
  if (parts.tid === undefined) parts.tid = tid;
  else parts.tags.push(tid);
  return true;
}

/**
 * Whether what is in the brackets is a part of the text: `3/12`, `50%`, `#7`, and the status of a request that is named
 * behind them.
 */
export function isOfText(line: string, start: number, end: number): boolean {
  if (end - start > 12) return false;
  const first = line.charCodeAt(start);
  const last = line.charCodeAt(end - 1);
  if (first === 0x23 || last === 0x25)
    return areDigits(
      line,
      endOfBlanks(line, start + (first === 0x23 ? 1 : 0)),
      end - (last === 0x25 ? 1 : 0),
    );
  if (COUNT.test(line.slice(start, end))) return true;
  const slash = line.indexOf("/", start);
  if (slash > start && slash < end) {
    const isCount = areDigits(line, start, slash) && areDigits(line, slash + 1, end);
    return isCount && Number(line.slice(start, slash)) <= Number(line.slice(slash + 1, end));
  }
  REQUEST.lastIndex = end;
  return end - start === 3 && areDigits(line, start, end) && REQUEST.test(line);
}

const COUNT = /^\d{1,4} of \d{1,4}$/;
const REQUEST = /\s?\]:? "?(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|CONNECT|TRACE) ["/h]/y;

/** A time, with what stands before and behind it in the brackets: `DEBUG 2026-11-21 10:00:01 main`. */
function takeTimed(line: string, start: number, end: number, parts: LineParts, nowMs: number): boolean {
  const marks = [parts.names.length, parts.tags.length, parts.keys.length] as const;
  const { level, pid, tid, file } = parts;
  let at = start;
  for (let words = 0; words < 4 && at < end; words++) {
    const time = timeAt(line, at, nowMs);
    if (time !== undefined && time.end <= end) {
      parts.timestamp = time.timestamp;
      if (time.timestamp === undefined) parts.timeText = line.slice(at, time.end);
      takeWords(line, endOfBlanks(line, time.end), end, parts);
      return true;
    }
    const wordEnd = Math.min(endOfToken(line, at), end);
    const count = start === 1 ? countIn(line, at, wordEnd, parts.level !== undefined, nowMs) : undefined;
    if (count !== undefined) {
      parts.timestamp = count;
      takeWords(line, endOfBlanks(line, wordEnd), end, parts);
      return true;
    }
    takeWord(line, at, wordEnd, parts);
    at = endOfBlanks(line, wordEnd);
  }
  parts.level = level;
  parts.pid = pid;
  parts.tid = tid;
  parts.file = file;
  if (file === undefined) parts.line = undefined;
  parts.names.length = marks[0];
  parts.tags.length = marks[1];
  parts.dropKeys(marks[2]);
  return false;
}

/** A count since 1970 beside a level in the first brackets of a line: `[1763719200 INFO]`, `[INFO, 1763719200123]`. */
function countIn(
  line: string,
  at: number,
  wordEnd: number,
  hasLevel: boolean,
  nowMs: number,
): string | undefined {
  const first = line.charCodeAt(at);
  if (!(first >= 0x30 && first <= 0x39) || wordEnd - at < 10 || wordEnd - at > 20) return undefined;
  const last = line.charCodeAt(wordEnd - 1);
  const end = last === 0x3a || last === 0x2c ? wordEnd - 1 : wordEnd;
  const next = endOfBlanks(line, wordEnd);
  const isBeforeLevel = levelOfCell(line, next, endOfWord(line, next)) !== undefined;
  return hasLevel || isBeforeLevel ? countBetween(line, at, end, nowMs) : undefined;
}

/**
 * A level in capitals, with what stands beside it in the brackets: `worker-3  INFO  org.example.Shop`. No sentences.
 */
function takeLevelled(line: string, start: number, end: number, parts: LineParts): boolean {
  let hasLevel = false;
  let words = 0;
  for (let at = start; at < end && words <= LEVELLED_WORDS_MAX; words++) {
    const wordEnd = Math.min(endOfToken(line, at), end);
    const isLevel = levelOfBareWord(line, at, wordEnd, false) !== undefined;
    if (!isLevel && isProse(line, at, wordEnd) && !BESIDE_LEVEL.has(line.slice(at, wordEnd))) return false;
    hasLevel ||= isLevel;
    at = endOfBlanks(line, wordEnd);
  }
  if (!hasLevel || words > LEVELLED_WORDS_MAX) return false;
  takeWords(line, start, end, parts);
  return true;
}

const LEVELLED_WORDS_MAX = 5;
const BESIDE_LEVEL = new Set(["main", "root", "null", "["]);

function takeWords(line: string, start: number, end: number, parts: LineParts): void {
  let at = start;
  if (line.charCodeAt(at) === 0x3a || line.charCodeAt(at) === 0x2c) at = endOfBlanks(line, at + 1);
  while (at < end) {
    const wordEnd = Math.min(endOfToken(line, at), end);
    takeWord(line, at, wordEnd, parts);
    at = endOfBlanks(line, wordEnd);
  }
}

function takeWord(line: string, start: number, end: number, parts: LineParts): void {
  const last = line.charCodeAt(end - 1);
  const wordEnd = last === 0x3a || last === 0x2c ? end - 1 : end;
  if (takeLevel(line, start, wordEnd, parts) || takePlace(line, start, wordEnd, parts)) return;
  if (areDigits(line, start, wordEnd)) parts.addNumber(line.slice(start, wordEnd));
  else if (line.startsWith("null", start) && wordEnd === start + 4) return;
  else if (isName(line, start, wordEnd)) parts.names.push(line.slice(start, wordEnd));
  else if (addTrailingPairs(line, start, wordEnd, parts) !== start && wordEnd > start)
    parts.tags.push(line.slice(start, wordEnd));
}

function takePlace(line: string, start: number, end: number, parts: LineParts): boolean {
  const colon = colonOfPlace(line, start, end);
  if (colon < 0 || parts.file !== undefined) return false;
  parts.file = line.slice(start, colon);
  parts.line = line.slice(colon + 1, end);
  return true;
}

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
const TRACE = /^(?:([\w.-]{1,64}),)?([0-9a-f]{32})(?:[-,|/:]([0-9a-f]{16}))?$/;
/** Spring Cloud Sleuth: service, trace, span, whether it is exported; outside a trace only the first. */
const SLEUTH =
  /^([A-Za-z][\w.-]{0,63}),(?:([0-9a-f]{16}|[0-9a-f]{32}),([0-9a-f]{16})(?:,(?:true|false)?)?|,,?)$/;

/** A request's id, and the two of a trace. */
function takeId(line: string, start: number, end: number, parts: LineParts): boolean {
  const length = end - start;
  if (length > 120) return false;
  const last = line.charCodeAt(end - 1);
  if (length < 32 && last !== 0x2c) return false;
  const text = line.slice(start, end);
  if (length === 36 && parts.requestId === undefined && UUID.test(text)) {
    parts.requestId = text;
    return true;
  }
  const trace = parts.traceId === undefined ? (TRACE.exec(text) ?? SLEUTH.exec(text)) : null;
  if (trace === null) return false;
  parts.traceId = trace[2];
  if (trace[1] !== undefined) parts.service ??= trace[1];
  if (trace[3] !== undefined) parts.add("span_id", `"${trace[3]}"`);
  return true;
}

function takePairs(line: string, start: number, end: number, parts: LineParts): boolean {
  const equals = line.indexOf("=", start);
  if (equals < 0 || equals >= end) return false;
  const keys = parts.keys.length;
  if (addRun(line, start, end, parts) === end) return true;
  const pairs = addTrailingPairs(line, start, end, parts, true);
  if (pairs === start) return true;
  // Kafka's: the part of the program and what it works on.
  if (pairs < end && LABEL.test(line.slice(start, pairs - 1))) {
    parts.tags.push(line.slice(start, pairs - 1));
    return true;
  }
  parts.dropKeys(keys);
  return false;
}

const LABEL = /^[A-Z][\w$]{1,63}(?: [\w$.-]{1,100})?$/;

function takeName(line: string, start: number, end: number, parts: LineParts): boolean {
  if (!isName(line, start, end)) {
    const text = line.slice(start, end);
    if (text.length > 100 || !SPACED_THREAD.test(text)) return false;
  }
  parts.names.push(line.slice(start, end));
  return true;
}

const SPACED_THREAD = /^(?=.{0,60}(?:[Tt]hread|[Pp]ool|[Ww]orker|exec-))[A-Za-z][\w.()/$# -]{1,99}$/;

/** Whether a part in round brackets is the name of a thread. */
export function isThread(line: string, start: number, end: number): boolean {
  return isName(line, start, end) && isThreadName(line.slice(start, end));
}
