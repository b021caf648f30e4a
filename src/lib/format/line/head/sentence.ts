/** Times behind words: of the head of a line, or of a sentence. */
import { endOfBlanks } from "../chars.js";
import { isProse } from "../names.js";

/** Where a word starts and ends. */
export type WordPlace = readonly [number, number];

/**
 * Whether `words` and the time behind them, which ends at `end`, are rather a sentence or a label with its value than a
 * head. `isLevelled`: a level stands among them, as in no sentence.
 */
export function isSentence(
  line: string,
  words: readonly WordPlace[],
  end: number,
  isLevelled: boolean,
): boolean {
  for (let n = 0; n < words.length; n++) {
    const [start, wordEnd] = words[n]!;
    if (!isProse(line, start, wordEnd)) continue;
    const hasColon = line.charCodeAt(wordEnd - 1) === 0x3a;
    const word = line.slice(start, hasColon ? wordEnd - 1 : wordEnd).toLowerCase();
    if (BEFORE_TIMES.has(word) || (hasColon && LABELS.has(word))) return true;
    if (hasColon) {
      // `Certificate expires:`, where a program would be one word.
      if (n > 0 && isProse(line, ...words[n - 1]!)) return true;
    } else if (!isLevelled && !MARKS.includes(line.charAt(endOfBlanks(line, end))))
      return words.length > 1 || !isLevelNext(line, end);
  }
  return false;
}

/** Whether nothing is behind the time that ends at `end`: then it is what the line says, and not its head. */
export function isLast(line: string, end: number): boolean {
  const code = line.charCodeAt(end);
  const isStop = code === 0x2e || code === 0x21 || code === 0x29;
  return endOfBlanks(line, isStop ? end + 1 : end) >= line.length;
}

function isLevelNext(line: string, end: number): boolean {
  LEVEL_NEXT.lastIndex = end;
  return LEVEL_NEXT.test(line);
}

/** A level behind the time, or behind a process there. */
const LEVEL_NEXT =
  /\s{1,4}(?:\d{1,10}\s{1,4})?\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)(?![\w.-])/y;
/** Words before times in sentences. */
const BEFORE_TIMES = new Set(
  "at on since from until till to by before after in for as of is was and or the last next date time".split(
    " ",
  ),
);
/** What a time of its own has before a colon. */
const LABELS = new Set(
  "start started starts begin began begins end ended ends finish finished expire expires expired created modified updated changed due deadline stop stopped completed valid validity window period range downtime maintenance outage scheduled".split(
    " ",
  ),
);
/** What in a head may follow a time. */
const MARKS = "[|-:<(";
