/**
 * The careful way into the table, for events that DuckDB's JSON reader would refuse or bend: duplicate keys, keys that
 * differ only in case, empty keys, numbers beyond 64 bits, lone surrogates, odd timestamps, more keys than columns. The
 * lines are taken apart here and written again with one key a column and one kind a key; then DuckDB reads those.
 */
import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { newFileStream } from "../../base/private-files/modes.js";
import { Kind } from "../../event/summary.js";
import { visitMembers } from "../../json/visit-members.js";
import { coercedRaw } from "./coerce.js";
import { sqlType, type TableShape } from "./columns-sql.js";
import { type EventFile, observedRanges } from "./events.js";
import { parseInstant } from "./instant.js";
import { kindsOf } from "./kinds.js";
import { identifier, literal } from "./names.js";
import { fittingSql, otherSql, type Preference, withPreferred } from "./preferred.js";
import {
  type Column,
  columnFor,
  evolve,
  REST,
  type SeenKey,
  type Structs,
  schemaOf,
  storedKey,
  type TableSchema,
  TIMESTAMP_KEY,
} from "./schema.js";
import { hasSeveralClasses } from "./types/count.js";
import { type ClassCounts, countValue, majorityType, newCounts } from "./types/first.js";
import { ESCAPED, ESCAPED_WITHIN, isRaw, MINUS_ZERO, WIDE_FRACTION, WIDE_WHOLE } from "./types/types.js";

export interface CarefulShape extends TableShape {
  /** The given schema with room for what the lines hold. */
  readonly schema: TableSchema;
  /** Events found. */
  readonly events: number;
}

/**
 * Rewrites the events to `path` and says how to read it. Reads the file twice: once to see what keys and kinds there
 * are, which summaries need not say exactly, once to write. About 40 MB/s.
 */
export async function carefulShape(
  file: EventFile,
  schema: TableSchema,
  maxColumns: number,
  path: string,
  structs?: Structs,
): Promise<CarefulShape> {
  const { seen, hasDuplicates } = await look(file, schema);
  let wide = evolve(evolve(schema, seen, maxColumns, structs), seen, maxColumns);
  if (hasDuplicates && !wide.columns.includes(REST)) wide = evolveRest(wide);
  const { longest, events } = await rewrite(file, wide, path);
  const columns = wide.columns;
  const preferences = structPreferences(wide);
  const reads = columns.map((column, i) => `${literal(`c${i}`)}: ${literal(readType(column))}`).join(", ");
  const written = columns.filter((column) => column.isRetired !== true);
  const outputs = written
    .map(
      (column) => `${outputSql(column, columns.indexOf(column), preferences)} AS ${identifier(column.name)}`,
    )
    .join(", ");
  const source = `read_json(${literal(path)}, format = 'newline_delimited', hive_partitioning = false, maximum_object_size = ${longest}, columns = {${reads}})`;
  return {
    schema: wide,
    events,
    columns: written,
    sql: `SELECT ${outputs} FROM ${withPreferred(source, preferences)}`,
    expected: [],
    needsOrder: false,
  };
}

function evolveRest(schema: TableSchema): TableSchema {
  return schemaOf([...schema.columns, REST]);
}

function readType(column: Column): string {
  return column.type === "timestamp" ? "BIGINT" : sqlType(column);
}

/** What may go to structs: texts in the JSON siblings. Text with a lone surrogate is no JSON to DuckDB. */
function structPreferences(schema: TableSchema): Preference[] {
  return schema.columns.flatMap((column) => {
    if (column.type !== "struct" || column.isRetired === true) return [];
    const sibling = schema.byKey.get(column.key)!.find(({ type }) => type === "json");
    if (sibling === undefined) return [];
    const text = `c${schema.columns.indexOf(sibling)}`;
    return [{ json: `CASE WHEN json_valid(${text}) THEN ${text} END`, column }];
  });
}

function outputSql(column: Column, index: number, preferences: readonly Preference[]): string {
  if (column.type === "timestamp") return `make_timestamp(c${index})::TIMESTAMPTZ`;
  const struct = preferences.find((preference) => preference.column.key === column.key)?.column;
  if (struct === undefined) return `c${index}`;
  if (column === struct) return fittingSql(struct);
  return column.type === "json" ? otherSql(struct, `c${index}`) : `c${index}`;
}

/** Keys in order of first appearance with all kinds seen and the type that most values have. */
async function look(
  file: EventFile,
  schema: TableSchema,
): Promise<{ seen: SeenKey[]; hasDuplicates: boolean }> {
  const keys = new Map<string, { name: string; kinds: number; line: number; counts: ClassCounts }>();
  const decode = keyDecoder();
  let line = 0;
  let hasDuplicates = false;
  for await (const text of lines(file)) {
    line++;
    visitMembers(text, (rawKey, value) => {
      const name = storedKey(schema, decode(rawKey));
      const found = kindsOf(name, value);
      // It is a fraction to SQL.
      const kinds = (found & MINUS_ZERO) === 0 ? found : found | Kind.double;
      const known = keys.get(name);
      const counts = known?.counts ?? newCounts();
      countValue(counts, kinds);
      if (known === undefined) keys.set(name, { name, kinds, line, counts });
      else {
        known.kinds |= kinds;
        hasDuplicates ||= known.line === line;
        known.line = line;
      }
    });
  }
  const seen = [...keys.values()].map(({ name, kinds, counts }) => {
    const first = hasSeveralClasses(kinds) ? majorityType(counts) : undefined;
    return { name, kinds, ...(first === undefined ? {} : { first }) };
  });
  return { seen, hasDuplicates };
}

/** Writes the shaped lines; resolves with their number and a bound for the longest of them in bytes. */
async function rewrite(
  file: EventFile,
  schema: TableSchema,
  path: string,
): Promise<{ longest: number; events: number }> {
  const shapeLine = lineShaper(schema);
  const ranges = observedRanges(file.commits);
  const out = await newFileStream(path);
  let longest = 1024 * 1024;
  let row = 0;
  let range = 0;
  let batch = "";
  for await (const text of lines(file)) {
    row++;
    while (range < ranges.length - 1 && row > ranges[range]!.lastRow) range++;
    const shaped = shapeLine(text, ranges[range]?.micros ?? 0);
    if (shaped.length + 16 > longest) longest = shaped.length + 16;
    batch += shaped;
    if (batch.length < WRITE_BYTES) continue;
    if (!out.write(batch, "latin1")) await once(out, "drain");
    batch = "";
  }
  out.end(batch, "latin1");
  await once(out, "finish");
  return { longest, events: row };
}

const WRITE_BYTES = 1024 * 1024;

/** A function from one line of events to one line of columns, both latin1 with a byte a character. */
function lineShaper(schema: TableSchema): (line: string, observedMicros: number) => string {
  const decode = keyDecoder();
  const fields = new Map<Column, string>(schema.columns.map((column, i) => [column, `"c${i}":`]));
  const rest = schema.columns.find((column) => column.role === "rest");
  const nanoseconds = schema.columns.find((column) => column.role === "nanoseconds");
  return (line, observedMicros) => {
    const values = new Map<string, { rawKey: string; value: string }>();
    const left: string[] = [];
    visitMembers(line, (rawKey, value) => {
      const name = storedKey(schema, decode(rawKey));
      const earlier = values.get(name);
      // As JSON.parse has it the last one counts; the others are kept beside it.
      if (earlier !== undefined) left.push(`${earlier.rawKey}:${earlier.value}`);
      values.set(name, { rawKey, value });
    });
    const out: string[] = [];
    let micros = String(observedMicros);
    for (const [name, { rawKey, value }] of values) {
      const kinds = kindsOf(name, value);
      if (kinds === Kind.null) continue;
      const columns = schema.byKey.get(name) ?? [];
      if (name === TIMESTAMP_KEY.key && (kinds & Kind.timestamp) !== 0) {
        const instant = parseInstant(textOf(value))!;
        micros = String(instant.micros);
        if (nanoseconds !== undefined && instant.nanoseconds > 0)
          out.push(fields.get(nanoseconds)! + instant.nanoseconds);
        if ((kinds & Kind.string) === 0) continue;
      }
      const set = columns[0]?.isSet === true ? columns[0] : undefined;
      const coerced = set === undefined || (kinds & ESCAPED) !== 0 ? undefined : coercedRaw(set.type, value);
      const column = columnFor(columns, placedKind(kinds));
      if (coerced !== undefined) out.push(fields.get(set!)! + coerced);
      else if (column === undefined) left.push(`${rawKey}:${value}`);
      else out.push(fields.get(column)! + (isRaw(column.type) ? JSON.stringify(value) : value));
    }
    out.push(fields.get(schema.byKey.get(TIMESTAMP_KEY.key)![0]!)! + micros);
    if (rest !== undefined && left.length > 0)
      out.push(fields.get(rest)! + JSON.stringify(`{${left.join(",")}}`));
    return `{${out.join(",")}}\n`;
  };
}

/** The one kind that decides the column. A timestamp that is also a string goes to the string column, too. */
function placedKind(kinds: number): number {
  if ((kinds & Kind.string) !== 0) return Kind.string;
  return kinds & ~(Kind.nanoseconds | WIDE_WHOLE | WIDE_FRACTION | MINUS_ZERO | ESCAPED_WITHIN);
}

function textOf(value: string): string {
  return JSON.parse(value) as string;
}

/** Raw key (latin1, with quotes) to the key itself; remembers, because keys repeat. */
function keyDecoder(): (rawKey: string) => string {
  const known = new Map<string, string>();
  return (rawKey) => {
    let key = known.get(rawKey);
    if (key === undefined) {
      key = JSON.parse(Buffer.from(rawKey, "latin1").toString("utf8")) as string;
      if (known.size < 20_000) known.set(rawKey, key);
    }
    return key;
  };
}

/** Lines that are not blank, as latin1. Bytes that are no UTF-8 become U+FFFD: DuckDB has no text with others. */
async function* lines(file: EventFile): AsyncGenerator<string> {
  let carried: Buffer[] = [];
  for await (const chunk of createReadStream(file.path, {
    highWaterMark: 1024 * 1024,
    end: file.length - 1,
  })) {
    const bytes = chunk as Buffer;
    const end = bytes.lastIndexOf(10);
    if (end < 0) {
      carried.push(bytes);
      continue;
    }
    const whole = Buffer.concat([...carried, bytes.subarray(0, end)]);
    carried = [bytes.subarray(end + 1)];
    const valid = isUtf8(whole) ? whole : Buffer.from(whole.toString("utf8"), "utf8");
    for (const line of valid.latin1Slice().split("\n")) if (line.trim() !== "") yield line;
  }
  const last = Buffer.concat(carried);
  if (last.length > 0) yield (isUtf8(last) ? last : Buffer.from(last.toString("utf8"), "utf8")).latin1Slice();
}
