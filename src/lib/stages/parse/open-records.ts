/**
 * Records that say themselves where they end: entries of `journalctl -o export`, elements of XML, rows of CSV with line
 * breaks in quotes.
 */

import { beginsEntry, entryAsJson, lengthOfEntry } from "../../format/structured/journal/export.js";
import { beginsOtlp, otlpEvents } from "../../format/structured/otlp/otlp.js";
import { beginsXmlRecord } from "../../format/text/jvm/java-xml.js";
import { isApartIn, recordLines } from "./multiline/following.js";
import { NestedLines } from "./multiline/nested-lines.js";
import type { Carrier, RawLine } from "./records/carrier.js";

const NEWLINE = 0x0a;
const QUOTE = 0x22;
/** A row or an entry of more lines is none: a quote is missing. */
const LINES_MAX = 4096;
/** How far before the end of a block the beginning of an entry is looked for. */
const ENTRY_BYTES_MAX = 256 * 1024;

/** What `parse` has been told of how lines belong together. */
export interface OpenOptions {
  /** Whether lines may belong to the line before. */
  readonly joinsLines: boolean;
  /** Whether JSON objects over several lines and several on one are read. */
  readonly readsJson?: boolean;
  /** Whether rows of a table have line breaks within quotes. */
  readonly hasQuotedBreaks?: boolean;
}

/** Texts that formats read, each an event, and the lines that they are. */
export interface OpenRecords {
  readonly texts: readonly string[];
  readonly lines: readonly RawLine[];
}

/** The records that `line` begins, where these say themselves where they end. Undefined when it begins none. */
export function openRecords(
  carrier: Carrier,
  line: RawLine,
  { joinsLines, readsJson, hasQuotedBreaks }: OpenOptions,
): OpenRecords | undefined {
  if (readsJson === true && beginsOtlp(line.text)) {
    const texts = otlpEvents(line.text);
    return texts && { texts, lines: [line] };
  }
  const element = joinsLines && beginsXmlRecord(line.text) ? elementFrom(carrier, line) : undefined;
  if (element !== undefined) return { texts: [element.text], lines: element.lines };
  const row = hasQuotedBreaks === true ? rowFrom(carrier, line) : undefined;
  const record = row ?? (joinsLines ? entryFrom(carrier, line) : undefined);
  return record && { texts: [record.text], lines: record.lines };
}

/** The lines that are one record, as text that a format reads. */
export interface OpenRecord {
  readonly lines: readonly RawLine[];
  readonly text: string;
}

/**
 * The entry that `line` begins, as JSON; undefined when it is none. Lines of other carriers are texts, in which lengths
 * cannot be counted on.
 */
export function entryFrom(carrier: Carrier, line: RawLine): OpenRecord | undefined {
  if (!beginsEntry(line.text)) return undefined;
  const lines = [line];
  const parts = [line.bytes(), NEWLINES];
  for (
    let next = carrier.lineAt(line.next);
    next !== undefined && lines.length < LINES_MAX;
    next = carrier.lineAt(next.next)
  ) {
    lines.push(next);
    // A blank line within data is one of the entry.
    const bytes = next.bytes();
    if (bytes.length === 0 && lengthOfEntry(Buffer.concat([...parts, NEWLINES]), 0) > 0) break;
    parts.push(bytes, NEWLINES);
  }
  const text = entryAsJson(Buffer.concat(parts));
  return text === undefined ? undefined : { lines, text };
}

const NEWLINES = Buffer.from("\n");

/** The element that `line` begins; undefined where it ends in that line, or in none of its own. */
function elementFrom(carrier: Carrier, line: RawLine): OpenRecord | undefined {
  const element = new NestedLines("xml", line.text);
  if (element.isClosed) return undefined;
  const lines = recordLines(carrier, [line], isApartIn(carrier), (text) => element.accept(text));
  return element.isClosed ? { lines, text: lines.map(({ text }) => text).join("\n") } : undefined;
}

/** The row that `line` begins, where a quote is open at its end; undefined when it is not, or is never closed. */
export function rowFrom(carrier: Carrier, line: RawLine): OpenRecord | undefined {
  let quotes = quotesIn(line.text);
  if (quotes % 2 === 0) return undefined;
  const lines = [line];
  for (
    let next = carrier.lineAt(line.next);
    next !== undefined && lines.length < LINES_MAX;
    next = carrier.lineAt(next.next)
  ) {
    lines.push(next);
    quotes += quotesIn(next.text);
    if (quotes % 2 === 0) return { lines, text: lines.map(({ text }) => text).join("\n") };
  }
  return undefined;
}

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

/**
 * The last entry of `bytes` (whole lines): where it begins, and where it ends, -1 when there is no blank line behind
 * it.
 */
export function lastEntry(bytes: Buffer): { readonly start: number; readonly end: number } | undefined {
  let start = firstEntry(bytes);
  if (start < 0) return undefined;
  for (;;) {
    const length = lengthOfEntry(bytes, start);
    if (length < 0) return { start, end: -1 };
    const end = start + length + 1;
    if (!isEntryAt(bytes, end)) return { start, end };
    start = end;
  }
}

/** Entries follow each other: the first line tells. Else what begins a line near the end may be one. */
function firstEntry(bytes: Buffer): number {
  if (isEntryAt(bytes, 0)) return 0;
  const from = Math.max(0, bytes.length - ENTRY_BYTES_MAX);
  const at = bytes.subarray(from).lastIndexOf(CURSOR);
  return at > 0 && bytes[from + at - 1] === NEWLINE ? from + at : -1;
}

function isEntryAt(bytes: Buffer, at: number): boolean {
  return bytes[at] === CURSOR[0] && bytes.subarray(at, at + CURSOR.length).equals(CURSOR);
}

const CURSOR = Buffer.from("__CURSOR=");

/**
 * The length of the longest prefix of `bytes` that ends with a row: with a line end outside of quotes. A row begins at
 * 0.
 */
export function rowBoundary(bytes: Buffer): number {
  let isOpen = false;
  let end = 0;
  let at = 0;
  // From quote to quote: what is between two of them has line ends that count, or none that do.
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    const stop = quote < 0 ? bytes.length : quote;
    if (!isOpen) {
      const newline = bytes.subarray(at, stop).lastIndexOf(NEWLINE);
      if (newline >= 0) end = at + newline + 1;
    }
    if (quote < 0) return end;
    isOpen = !isOpen;
    at = quote + 1;
  }
}
