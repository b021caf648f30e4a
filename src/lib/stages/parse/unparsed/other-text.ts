/**
 * Whether lines that are no events are something else that can be made events: a table, JSON that is not one object a
 * line.
 */
import { decodeLine } from "../../../event/decode-line.js";

export interface OtherText {
  readonly name: string;
  /** What `parse` is to be told to read it. */
  readonly parse: string;
  /** `parse` reads it by itself, and nothing else can be meant. */
  readonly isJson: boolean;
}

const CSV: OtherText = { name: "CSV", parse: "parse -f csv", isJson: false };
const TSV: OtherText = { name: "TSV", parse: "parse -f tsv", isJson: false };
const ARRAY: OtherText = { name: "a JSON array", parse: "parse", isJson: true };
const SPREAD: OtherText = { name: "JSON over several lines", parse: "parse", isJson: true };

const LOOKED_AT_BYTES = 8 * 1024;
const ROWS_MAX = 20;

/** What the first lines of a stream are. Undefined: events, or nothing that is known here. */
export function otherTextOf(bytes: Buffer): OtherText | undefined {
  const { text } = decodeLine(bytes.subarray(0, LOOKED_AT_BYTES));
  const start = text.replace(/^\ufeff/, "").trimStart();
  if (/^\[\s*(?:\{|\[|$)/.test(start)) return ARRAY;
  if (/^\{[ \t]*\r?\n\s*["}]/.test(start)) return SPREAD;
  const rows = rowsOf(start);
  return isTableOf(rows, "\t") ? TSV : isTableOf(rows, ",") ? CSV : undefined;
}

/** The first lines that `isTableOf` looks at. */
export function tableLines(bytes: Buffer): readonly string[] {
  return rowsOf(decodeLine(bytes.subarray(0, LOOKED_AT_BYTES)).text.replace(/^\ufeff/, ""));
}

function rowsOf(text: string): readonly string[] {
  // The last one may be cut.
  return text.split(/\r?\n/).slice(0, -1).slice(0, ROWS_MAX);
}

/** A line of names, and most lines below it with as many cells. */
export function isTableOf(rows: readonly string[], separator: string): boolean {
  const [header = "", ...others] = rows.filter((row) => row !== "");
  const names = cellsOf(header, separator);
  if (names.length < 2 || others.length === 0 || !names.every((name) => NAME.test(name))) return false;
  const fitting = others.filter((row) => cellsOf(row, separator).length === names.length);
  return fitting.length * 4 >= others.length * 3;
}

const NAME = /^"?[A-Za-z_@#$][\w .@#$/()%-]{0,63}"?$/;

function cellsOf(row: string, separator: string): readonly string[] {
  return row.replace(/"(?:[^"]|"")*"/g, (quoted) => quoted.replaceAll(separator, ".")).split(separator);
}
