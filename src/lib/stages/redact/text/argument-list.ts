// Enter here: lists of arguments and numbers of print, as detectors of text see them.
/**
 * A command line as a list of strings: `["mysql","-uroot","-p..."]` of an event, of JSON in a string, of Python. As a
 * line of text, for the detectors of command lines, with the places of its arguments.
 */
import type { ByteSpan } from "../detectors/detector.js";

export interface ArgumentList {
  /** The arguments with a blank between; blanks, quotes and ends of commands inside of one are "_". */
  readonly line: string;
  /** By argument: where it is in `line`, and where in the text. */
  readonly arguments: readonly { readonly at: number; readonly place: ByteSpan }[];
}

const ARGUMENTS_MAX = 40;
/** How much of an argument stands in the line, and how long one can be. */
const SHOWN_BYTES = 64;
const ARGUMENT_BYTES_MAX = 8192;

/** The rest of a program's name, and the quote behind it: `dump"`. */
const NAME_REST = /[\w.-]{0,32}(?=\\{0,7}["'][\t-\r ]{0,64},)/y;
const QUOTE = /(\\{0,7})(["'])/y;
const COMMA = /[\t-\r ]{0,64},[\t-\r ]{0,64}/y;
const SEPARATES = /[\t-\r "'|;&]/g;

/** The list whose argument at `at` is the name of a program, or begins with it; undefined: it is in none. */
export function argumentListAt(text: string, at: number): ArgumentList | undefined {
  NAME_REST.lastIndex = at;
  if (!NAME_REST.test(text)) return undefined;
  const nameEnd = NAME_REST.lastIndex;
  const quote = quoteAt(text, nameEnd);
  const places: ByteSpan[] = [{ start: at, end: nameEnd }];
  for (let end = nameEnd; quote !== "" && places.length < ARGUMENTS_MAX; ) {
    COMMA.lastIndex = end + quote.length;
    if (!COMMA.test(text) || quoteAt(text, COMMA.lastIndex) !== quote) break;
    const start = COMMA.lastIndex + quote.length;
    end = closeOf(text, start, quote);
    if (end < 0) break;
    places.push({ start, end });
  }
  return places.length < 2 ? undefined : lineOf(text, places);
}

/** Where in the text the secret is that begins at `start` of the line: up to the end of its argument. */
export function placeInList(list: ArgumentList, start: number): ByteSpan | undefined {
  const found = list.arguments.findLast(({ at }) => at <= start);
  return found && { start: found.place.start + start - found.at, end: found.place.end };
}

function lineOf(text: string, places: readonly ByteSpan[]): ArgumentList {
  let line = "";
  const parts = places.map((place) => {
    if (line !== "") line += " ";
    const at = line.length;
    line += text.slice(place.start, Math.min(place.end, place.start + SHOWN_BYTES)).replace(SEPARATES, "_");
    return { at, place };
  });
  return { line, arguments: parts };
}

function quoteAt(text: string, at: number): string {
  QUOTE.lastIndex = at;
  return QUOTE.exec(text)?.[0] ?? "";
}

/** A quote in as many escapes as the one that opened closes; more make it one of the argument. -1: none closes. */
function closeOf(text: string, start: number, quote: string): number {
  const mark = quote.charAt(quote.length - 1);
  const escapes = quote.length - 1;
  const last = start + ARGUMENT_BYTES_MAX;
  for (let at = text.indexOf(mark, start); at >= 0 && at < last; at = text.indexOf(mark, at + 1)) {
    let run = 0;
    while (at - run > start && text.charAt(at - run - 1) === "\\") run++;
    if (run >= escapes && (run - escapes) % (2 * escapes + 2) === 0) return at - escapes;
  }
  return -1;
}
