// Enter here: joins events with rows of a file or query.
/** `enrich --lookup`: fields of the row of a table whose key is that of the event. */

import type { FieldSet, Rows } from "../../../event/rows/rows.js";
import { hasEscape } from "../../../json/member-offsets.js";
import { quote } from "../../../json/quote.js";
import type { Enricher, Look } from "../core/enricher.js";
import { type LookupTable, LookupTableBuilder } from "./lookup-table.js";
import type { LookupWords } from "./lookup-words.js";
import { TableFault, type TableRow, type TableRows } from "./table-rows.js";

/** A table that can be replaced by a newer one while it is used. */
export interface LookupHolder {
  table: LookupTable;
  /** The fields that it adds. */
  readonly names: readonly string[];
}

/** Which cells of a row make the key and which are added, under which names. Throws TableFault. */
function layoutOf(words: LookupWords, columns: readonly string[]): LookupLayout {
  const keys = words.on.map(({ column }) => indexOf(columns, column));
  const added =
    words.add?.map(({ column, name }) => ({ at: indexOf(columns, column), name })) ??
    columns.flatMap((column, at) => (keys.includes(at) ? [] : { at, name: words.prefix + column }));
  return { keys, added };
}

export interface LookupLayout {
  readonly keys: readonly number[];
  readonly added: readonly { readonly at: number; readonly name: string }[];
}

/** Builds the table from its rows. Throws TableFault, TableTooLarge. */
export function buildTable(source: TableRows, words: LookupWords, limitBytes: number): LookupHolder {
  const { keys, added } = layoutOf(words, source.columns);
  const table = new LookupTableBuilder(limitBytes);
  const names = added.map(({ at, name }) => ({ at, key: `${quote(name)}:` }));
  for (const row of source.rows) {
    let members = "";
    for (const { at, key } of names) {
      const cell = row[at];
      if (cell !== undefined) members += `${members === "" ? "" : ","}${key}${cell}`;
    }
    table.add(keyOf(row, keys), members);
  }
  return { table, names: added.map(({ name }) => name) };
}

/** Ambiguous, besides a hit: several rows have the key. */
export type LookupOutcome = "hits" | "misses" | "ambiguous";

/**
 * Adds what the table has for the event's key. Keys are compared as text: 7 and "7" are the same, 7 and 7.0 are not. No
 * key in the event or none in the table: nothing is added.
 */
export function lookupEnricher(
  words: LookupWords,
  holder: LookupHolder,
  onLook: (outcome: LookupOutcome) => void,
): Enricher {
  return {
    reads: words.on.map(({ field }) => field),
    writes: holder.names,
    bind: (fields) => bound(words, fields, holder, onLook),
  };
}

function bound(
  words: LookupWords,
  fields: FieldSet,
  holder: LookupHolder,
  onLook: (outcome: LookupOutcome) => void,
): Look {
  const numbers = words.on.map(({ field }) => fields.add(field));
  const [only] = numbers;
  const find =
    numbers.length === 1
      ? (table: LookupTable, rows: Rows, row: number) => findOne(table, rows, only!, row)
      : (table: LookupTable, rows: Rows, row: number) => {
          const key = joined(rows, numbers, row);
          return key === undefined ? -1 : table.findText(key);
        };
  return (rows, row, additions) => {
    const { table } = holder;
    const found = find(table, rows, row);
    onLook(found < 0 ? "misses" : "hits");
    if (table.ambiguous.size > 0 && table.ambiguous.has(found)) onLook("ambiguous");
    if (found >= 0) additions.add(table.chunkOf(found), table.startOf(found), table.endOf(found));
  };
}

/**
 * The row for the value of a field, -1 when there is none. Its bytes are compared as they stand wherever that is right.
 */
function findOne(table: LookupTable, rows: Rows, field: number, row: number): number {
  const { bytes } = rows;
  const start = rows.start(field, row);
  const end = rows.end(field, row);
  const first = bytes[start]!;
  if (start !== 0 && first !== 0x22) {
    const isNoKey = first === 0x7b || first === 0x5b || first === 0x6e;
    return isNoKey ? -1 : table.find(bytes, start, end);
  }
  if (start !== 0 && !hasEscape(bytes, start, end)) return table.find(bytes, start + 1, end - 1);
  const key = keyText(rows, field, row);
  return key === undefined ? -1 : table.findText(key);
}

function joined(rows: Rows, numbers: readonly number[], row: number): string | undefined {
  let key = "";
  for (const number of numbers) {
    const text = keyText(rows, number, row);
    if (text === undefined) return undefined;
    key += `${text.length}:${text}`;
  }
  return key;
}

/** Text as it is, numbers and booleans as written; null, objects and arrays are no keys. */
function keyText(rows: Rows, field: number, row: number): string | undefined {
  const start = rows.start(field, row);
  if (start !== 0 && rows.bytes[start] === 0x22) return rows.text(field, row);
  const raw = rows.raw(field, row);
  return raw === undefined ? undefined : textOfJson(raw);
}

function keyOf(row: TableRow, keys: readonly number[]): string | undefined {
  let key = "";
  for (const at of keys) {
    const cell = row[at];
    const text = cell === undefined ? undefined : textOfJson(cell);
    if (text === undefined) return undefined;
    key = keys.length === 1 ? text : `${key}${text.length}:${text}`;
  }
  return key;
}

function textOfJson(raw: string): string | undefined {
  const first = raw.charCodeAt(0);
  if (first === 0x22) return raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  return first === 0x7b || first === 0x5b || raw === "null" ? undefined : raw;
}

function indexOf(columns: readonly string[], wanted: string): number {
  const at = columns.indexOf(wanted);
  if (at >= 0) return at;
  const known = columns.slice(0, 20).join(", ");
  throw new TableFault(`it has no column "${wanted}" (its columns: ${known})`);
}
