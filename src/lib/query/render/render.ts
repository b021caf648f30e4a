// Enter here: DuckDB vectors to text.
/** Result values to text, column by column: a chunk's vectors in, arrays of strings out. */
import { quote } from "../../event/writer.js";
import type { Duck, DuckDBType } from "../duck.js";
import type { Render } from "./bytes.js";
import { arrays, lists, maps, structs, unions } from "./nested.js";
import { booleans, decimals, doubles, floats, hugeIntegers, integers, longIntegers } from "./numbers.js";
import { blobs, readTexts } from "./strings.js";
import { dates, timestamps } from "./times.js";

/** How the values of one type are written. */
export interface Renderers {
  /** As a JSON value. */
  readonly json: Render;
  /** As bare text: what a CSV cell or a terminal shows. */
  readonly text: Render;
  readonly isNumeric: boolean;
}

/**
 * The renderers of a DuckDB type. Integers and decimals keep every digit; times are RFC 3339 in UTC with 0, 3, 6 or 9
 * digits of a second; JSON, lists, structs and maps are JSON in both forms; blobs are base64; NaN and infinities, which
 * JSON lacks, are the strings "NaN", "Infinity" and "-Infinity" in JSON.
 */
export function renderersOf(type: DuckDBType, duck: Duck): Renderers {
  const { DuckDBTypeId: Id } = duck.api;
  switch (type.typeId) {
    case Id.BOOLEAN:
      return same(booleans(duck), false);
    case Id.TINYINT:
      return same(integers(duck, 1, true), true);
    case Id.SMALLINT:
      return same(integers(duck, 2, true), true);
    case Id.INTEGER:
      return same(integers(duck, 4, true), true);
    case Id.UTINYINT:
      return same(integers(duck, 1, false), true);
    case Id.USMALLINT:
      return same(integers(duck, 2, false), true);
    case Id.UINTEGER:
      return same(integers(duck, 4, false), true);
    case Id.BIGINT:
      return same(longIntegers(duck, true), true);
    case Id.UBIGINT:
      return same(longIntegers(duck, false), true);
    case Id.HUGEINT:
      return same(hugeIntegers(duck, true), true);
    case Id.UHUGEINT:
      return same(hugeIntegers(duck, false), true);
    case Id.DECIMAL:
      return same(decimals(duck, type as { width: number; scale: number } & DuckDBType), true);
    case Id.FLOAT:
      return { json: quoteNonFinite(floats(duck)), text: floats(duck), isNumeric: true };
    case Id.DOUBLE:
      return { json: quoteNonFinite(doubles(duck)), text: doubles(duck), isNumeric: true };
    case Id.TIMESTAMP_S:
      return quoted(timestamps(duck, 1n, "local"));
    case Id.TIMESTAMP_MS:
      return quoted(timestamps(duck, 1000n, "local"));
    case Id.TIMESTAMP:
      return quoted(timestamps(duck, 1_000_000n, "local"));
    case Id.TIMESTAMP_TZ:
      return quoted(timestamps(duck, 1_000_000n));
    case Id.TIMESTAMP_NS:
      return quoted(timestamps(duck, 1_000_000_000n));
    case Id.DATE:
      return quoted(dates(duck));
    case Id.VARCHAR:
      return type.alias === "JSON" ? same(jsonTexts(duck), false) : strings(duck);
    case Id.BLOB:
      return quoted(blobs(duck));
    default:
      return nested(type, duck);
  }
}

function nested(type: DuckDBType, duck: Duck): Renderers {
  const { api } = duck;
  if (type instanceof api.DuckDBListType)
    return same(lists(duck, renderersOf(type.valueType, duck).json), false);
  if (type instanceof api.DuckDBArrayType) {
    return same(arrays(duck, renderersOf(type.valueType, duck).json, type.length), false);
  }
  if (type instanceof api.DuckDBStructType) {
    const members = type.entryTypes.map((member) => renderersOf(member, duck).json);
    return same(structs(duck, type.entryNames, members), false);
  }
  if (type instanceof api.DuckDBMapType) {
    return same(
      maps(duck, renderersOf(type.keyType, duck).text, renderersOf(type.valueType, duck).json),
      false,
    );
  }
  if (type instanceof api.DuckDBUnionType) {
    const members = type.memberTypes.map((member) => renderersOf(member, duck));
    const json = unions(
      duck,
      members.map((member) => member.json),
    );
    return {
      json,
      text: unions(
        duck,
        members.map((member) => member.text),
      ),
      isNumeric: false,
    };
  }
  if (type instanceof api.DuckDBVariantType) return same(variants(duck), false);
  return quoted(others(duck, type), quote);
}

/** Types of one form: their text is JSON as it stands. */
function same(render: Render, isNumeric: boolean): Renderers {
  return { json: render, text: render, isNumeric };
}

/** Types whose JSON form is their text in quotes: times, base64 and the like hold nothing to escape. */
function quoted(text: Render, write = (cell: string) => `"${cell}"`): Renderers {
  const json: Render = (vector, count) => {
    const cells = text(vector, count);
    for (let i = 0; i < count; i++) if (cells[i] !== null) cells[i] = write(cells[i]!);
    return cells;
  };
  return { json, text, isNumeric: false };
}

function quoteNonFinite(render: Render): Render {
  return (vector, count) => {
    const cells = render(vector, count);
    for (let i = 0; i < count; i++) {
      const cell = cells[i]!;
      if (cell === "NaN" || cell === "Infinity" || cell === "-Infinity") cells[i] = `"${cell}"`;
    }
    return cells;
  };
}

function strings(duck: Duck): Renderers {
  const json: Render = (vector, count) => {
    const { texts, isPlain } = readTexts(duck, vector, count);
    if (isPlain) {
      for (let i = 0; i < count; i++) if (texts[i] !== null) texts[i] = `"${texts[i]}"`;
    } else {
      for (let i = 0; i < count; i++) if (texts[i] !== null) texts[i] = quote(texts[i]!);
    }
    return texts;
  };
  return { json, text: (vector, count) => readTexts(duck, vector, count).texts, isNumeric: false };
}

/** JSON columns are JSON already, but may have been written over several lines: one record is one line. */
function jsonTexts(duck: Duck): Render {
  return (vector, count) => {
    const { texts } = readTexts(duck, vector, count);
    for (let i = 0; i < count; i++) {
      const text = texts[i]!;
      // A raw line end cannot stand inside a JSON string, so this one is white space between tokens.
      if (text !== null && (text.includes("\n") || text.includes("\r")))
        texts[i] = text.replace(/[\r\n]+/g, " ");
    }
    return texts;
  };
}

/** Rare types, one object a value: TIME, INTERVAL, UUID, BIT, BIGNUM, GEOMETRY. */
function others(duck: Duck, type: DuckDBType): Render {
  return (vector, count) => {
    const values = duck.api.DuckDBVector.create(vector, count, type);
    return Array.from({ length: count }, (_, i) => {
      const value = values.getItem(i);
      return value === null ? null : String(value);
    });
  };
}

function variants(duck: Duck): Render {
  const { JsonDuckDBValueConverter: convert } = duck.api;
  return (vector, count) => {
    const values = duck.api.DuckDBVector.create(vector, count);
    return Array.from({ length: count }, (_, i) => {
      const value = values.getItem(i);
      return value === null ? null : JSON.stringify(convert(value, values.type, convert));
    });
  };
}
