/**
 * Where values end that stand in text: at the quote that closes them, at a blank, or at a mark that begins something
 * else. A value is read to its real end however long it is. Many names may stand before one end
 * (`token=token=token=...`), so each answer is remembered for the places before it: together they take time in
 * proportion to the text.
 */
import { table } from "../../../base/table.js";

/** The first end at or behind a place. `find` gives the same answer for every place between one and its answer. */
class Ends {
  readonly #find: (text: string, from: number) => number;
  #text = "";
  #from = 0;
  #end = -1;

  constructor(find: (text: string, from: number) => number) {
    this.#find = find;
  }

  /** The length of the text: there is none. */
  after(text: string, from: number): number {
    if (from < this.#from || from > this.#end || text !== this.#text) {
      const end = this.#find(text, from);
      this.#text = text;
      this.#from = from;
      this.#end = end < 0 ? text.length : end;
    }
    return this.#end;
  }
}

const MARK = /[\x00-\x20"'`,;<>(){}[\]|&\\]/g;
const NAME = String.raw`[A-Za-z_][\w.-]{0,40}`;
const CLOSED_BY = String.raw`$|[\t-\r ,;)\]}>"'${"`"}|&\\<]|[.:](?:$|[\t-\r ])`;
const TAG = String.raw`\/[A-Za-z]|(?:br|p|div|td|tr|th|li|ul|ol|span|b|i|hr|a|code|pre|em|strong|h[1-6])\b[^<>\n]{0,64}>`;
/** By mark: what makes it the end of a bare value. Elsewhere it is of the value: `p(S3cret`, `p&S3cret`. */
const ENDING: Readonly<Record<string, RegExp>> = table({
  '"': sticky(`"(?:${CLOSED_BY})`),
  "'": sticky(`'(?:${CLOSED_BY})`),
  "`": sticky(`\`(?:${CLOSED_BY})`),
  ",": sticky(`,(?:$|[\\t-\\r "'\\\\{[(]|${NAME}["']?(?:=|:(?!//)))`),
  ";": sticky(`;(?:$|[\\t-\\r "'\\\\)\\]}]|${NAME}(?: [A-Za-z][\\w-]{0,24}){0,3} ?=)`),
  "|": sticky(`\\|(?:$|\\|?[\\t-\\r ]|${NAME}[=:])`),
  "&": sticky(`&(?:$|[\\t-\\r "'&)\\]},;]|[\\w.~%[\\]+-]{1,64}=|#?\\w{2,8};)`),
  "<": sticky(`<(?:$|[\\t-\\r ]|${TAG})`),
  ">": sticky(">(?:$|[\\t-\\r <)\"'`,;])"),
  ")": sticky(`\\)(?:${CLOSED_BY})`),
  "]": sticky(`\\](?:${CLOSED_BY}|\\[)`),
  "}": sticky(`\\}(?:${CLOSED_BY})`),
  "\\": sticky(
    `\\\\+(?:$|[\\t-\\r ]|["'\`](?:${CLOSED_BY})|u00[0-7][0-9a-fA-F]|(?:r\\\\+n|[rnt])(?:$|[\\t-\\r \\\\"'<-]|${NAME}(?:[=:]|\\\\*["'])))`,
  ),
});

function sticky(source: string): RegExp {
  return new RegExp(source, "y");
}

function isEnding(text: string, at: number): boolean {
  const pattern = ENDING[text.charAt(at)];
  if (pattern === undefined) return text.charCodeAt(at) <= 0x20;
  pattern.lastIndex = at;
  return pattern.test(text);
}

const bare = new Ends((text, from) => {
  MARK.lastIndex = from;
  while (MARK.test(text)) {
    const at = MARK.lastIndex - 1;
    if (isEnding(text, at)) return at;
    MARK.lastIndex = at + 1;
  }
  return -1;
});

const words = new Ends((text, from) => {
  MARK.lastIndex = from;
  return MARK.test(text) ? MARK.lastIndex - 1 : -1;
});

const lines = new Ends((text, from) => text.indexOf("\n", from));
const texts = new Ends((text, from) => text.indexOf("<", from));
const sections = new Ends((text, from) => text.indexOf("]]>", from));
const strings = new Ends((text, from) => text.indexOf('";', from));
const braces = new Ends((text, from) => {
  let end = text.indexOf("}", from);
  while (end >= 0 && text.charAt(end + 1) === "}") end = text.indexOf("}", end + 2);
  return end;
});
const doubled = new Ends((text, from) => text.indexOf('""', from));

/** Of a value without quotes, whatever marks are in it. */
export function bareEnd(text: string, from: number): number {
  return bare.after(text, from);
}

/** Of letters, digits and what else is no mark. */
export function wordEnd(text: string, from: number): number {
  return words.after(text, from);
}

export function lineEnd(text: string, from: number): number {
  const end = lines.after(text, from);
  return end > from && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
}

/** Of the text of an element of XML: at the next tag. */
export function elementEnd(text: string, from: number): number {
  return texts.after(text, from);
}

/** Of a section of XML that is no markup. */
export function sectionEnd(text: string, from: number): number {
  return sections.after(text, from);
}

/** Of a string of PHP's serialize() whose length is wrong. */
export function serializedEnd(text: string, from: number): number {
  return strings.after(text, from);
}

/** At a "}" that is not written twice. */
export function braceEnd(text: string, from: number): number {
  return braces.after(text, from);
}

/** Of what stands in two quotes on each side, as inside of a field of CSV. */
export function doubledEnd(text: string, from: number): number {
  return Math.min(doubled.after(text, from), lineEnd(text, from));
}

const quotes = new Map<string, Ends>();

export interface QuotedEnd {
  /** Behind the last byte of the value. */
  readonly end: number;
  /** The closing quote stands there, on the same line: nothing was cut off. */
  readonly isClosed: boolean;
}

/**
 * The end of what begins at `from`, behind `slashes` backslashes and the quote. A quote that is escaped once more than
 * that, or stands twice, is of the value. Without a closing quote it is cut off, and all of the line is of it.
 */
export function quotedEnd(text: string, from: number, quote: string, slashes: number): QuotedEnd {
  const key = `${slashes}${quote}`;
  let ends = quotes.get(key);
  if (ends === undefined) {
    ends = new Ends((within, at) => closing(within, at, quote, slashes));
    quotes.set(key, ends);
  }
  // Which of several quotes in a row is the last one depends on where they are looked at.
  const isInRow = text.charAt(from) === quote;
  const found = isInRow ? closing(text, from, quote, slashes) : ends.after(text, from);
  const close = found < 0 ? text.length : found;
  const line = lineEnd(text, from);
  return close < text.length && close <= line
    ? { end: close, isClosed: true }
    : { end: line, isClosed: false };
}

/** How a shell writes one quote inside of quotes: `'it'\''s'`, `'it'"'"'s'`. */
const SHELL_QUOTE = /'(?:\\''|"'"')/y;

function closing(text: string, from: number, quote: string, slashes: number): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    let run = 0;
    while (at - run > from && text.charCodeAt(at - run - 1) === 0x5c) run++;
    if (run % (2 * slashes + 2) !== slashes) continue;
    if (slashes > 0) return at - slashes;
    SHELL_QUOTE.lastIndex = at;
    if (text.charAt(at + 1) === quote) at++;
    else if (quote === "'" && SHELL_QUOTE.test(text)) at = SHELL_QUOTE.lastIndex - 1;
    else return at;
  }
  return -1;
}
