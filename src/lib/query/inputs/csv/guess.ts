/** Whether text of no name is CSV: what a file's name says is never asked here. */
import { bareJson } from "../../../format/structured/scalar.js";
import { dialectOf } from "./dialect.js";
import { type CsvCell, recordAt } from "./records.js";

/** So much of the rows must have as many cells as the header. */
const FITTING = 0.75;
/** Words of a name that is not quoted. */
const WORDS_MAX = 5;
const CHARACTERS_MAX = 64;

/**
 * A header that looks like names, and rows that have as many cells: several, or one below plain names. A first line
 * that is log or prose would be lost as a header. `isAll`: nothing comes behind `head`.
 */
export function looksLikeCsv(head: string, isAll: boolean): boolean {
  const text = head.startsWith("\ufeff") ? head.slice(1) : head;
  if (/^sep=.\r?\n/i.test(text)) return true;
  const dialect = dialectOf(text, ",", isAll);
  const { separator, records, fit } = dialect;
  const header = recordAt(text, dialect.start, dialect, isAll);
  if (header === undefined || header.cells.length < 2 || records < 2 || fit < FITTING) return false;
  const { cells } = header;
  if (cells.every(isNumber)) return records > 2 || cells.length > 2;
  // Prose has a blank behind its commas.
  const isProse = (separator === "," || separator === ";") && cells.some(({ text }) => text.startsWith(" "));
  if (isProse || !cells.every(isName) || cells.every(({ text }) => text === "")) return false;
  return records > 2 || cells.every(({ text, isQuoted }) => isQuoted || /^[\p{L}\p{N}_.-]*$/u.test(text));
}

function isNumber({ text, isQuoted }: CsvCell): boolean {
  return !isQuoted && bareJson(text.trim()).charCodeAt(0) !== 0x22;
}

/** A name of a column has letters, and no value looks like it. */
function isName({ text, isQuoted }: CsvCell): boolean {
  if (isQuoted) return !text.includes("\n");
  const name = text.trim();
  if (name === "") return true;
  if (name.length > CHARACTERS_MAX || name.split(/\s+/).length > WORDS_MAX) return false;
  return /^[\p{L}_@$#%(][^=<>{}[\]]*$/u.test(name) && !/:(?:\s|\d|$)|[.!?]$/u.test(name);
}
