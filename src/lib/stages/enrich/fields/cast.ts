/** `enrich --cast FIELD=TYPE`: a field's value as another type. */
import { failure } from "../../../base/errors/index.js";
import { anyTime, epochTime } from "../../../base/time/read-time.js";
import { Event } from "../../../event/event.js";
import { rawPath, setRawPath } from "../../../event/rows/field-path.js";
import type { Rows } from "../../../event/rows/rows.js";
import { quote } from "../../../json/quote.js";
import type { Enricher } from "../core/enricher.js";

const CAST_TYPES = ["int", "float", "bool", "string", "time"] as const;
export type CastType = (typeof CAST_TYPES)[number];

export interface Cast {
  readonly field: string;
  readonly type: CastType;
}

/** `status=int,ok=bool`. Throws usage.bad-value. */
export function readCasts(lists: readonly string[]): readonly Cast[] {
  return lists
    .flatMap((list) => list.split(","))
    .map((text) => {
      const split = text.lastIndexOf("=");
      const field = text.slice(0, Math.max(split, 0)).trim();
      const type = CAST_TYPES.find((known) => known === text.slice(split + 1).trim());
      if (field !== "" && type !== undefined) return { field, type };
      const reason =
        field === "" ? "there is no field before the =" : `unknown type "${text.slice(split + 1)}"`;
      const hint = `write it like status=int; types are ${CAST_TYPES.join(", ")}`;
      throw failure("usage.bad-value", { option: "--cast", value: text, reason, hint });
    });
}

/**
 * JSON text of the value as that type; undefined when it is none. What is of the type already comes back as it was
 * written.
 *
 * - int: numbers with a whole value (`1.0`, `1e3`), decimal digits with an optional sign, true and false (1, 0). Any
 *   length.
 * - float: numbers, and text that is a decimal number.
 * - bool: true, yes, on, 1 and false, no, off, 0 in any case.
 * - string: text of numbers and booleans as written, JSON text of objects and arrays.
 * - time: RFC 3339 in UTC, from any time that `parse` reads and from counts of seconds to nanoseconds since 1970.
 */
export function castJson(raw: string, type: CastType, nowMs: number): string | undefined {
  if (raw === "null") return undefined;
  const text = raw.startsWith('"') ? (JSON.parse(raw) as string) : raw;
  if (type === "string") return raw.startsWith('"') ? raw : quote(raw);
  if (type === "time") return timeOf(raw, text, nowMs);
  if (raw.startsWith("{") || raw.startsWith("[") || text.length > 1000) return undefined;
  if (type === "bool") return TRUE.test(text) ? "true" : FALSE.test(text) ? "false" : undefined;
  if (text === "true" || text === "false") return text === "true" ? "1" : "0";
  return type === "int" ? whole(text.trim()) : decimal(text.trim());
}

/**
 * The value is cast where it stands, inside of an object too; it is left as it was when it cannot be the type, and that
 * is counted.
 */
export function castEnricher(
  { field, type }: Cast,
  nowMs: () => number,
  count: (counter: "cast_failures") => void,
): Enricher {
  const key = `${quote(field)}:`;
  const parents = parentsOf(field);
  return {
    reads: [field, ...parents],
    writes: [field, ...parents],
    bind: (fields) => {
      const number = fields.add(field);
      const holders = parents.map((name) => ({ name, number: fields.add(name) }));
      return (rows, row, additions) => {
        const raw = rows.raw(number, row);
        if (raw === undefined || raw === "null") return;
        const json = castJson(raw, type, nowMs());
        if (json === undefined) count("cast_failures");
        if (json === undefined || json === raw) return;
        const start = rows.start(number, row);
        const around = holders.filter(({ number }) => {
          const from = rows.start(number, row);
          return from !== 0 && (start === 0 || (from < start && start < rows.end(number, row)));
        });
        const inside = changedInside(rows, row, around, field, json);
        additions.addText(inside ?? key + json);
      };
    },
  };
}

/** The members of an event that a path may lead into, the longest name first. */
function parentsOf(path: string): string[] {
  const names: string[] = [];
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1))
    names.push(path.slice(0, dot));
  return names;
}

/** The member that holds the field, with its new value. */
function changedInside(
  rows: Rows,
  row: number,
  holders: readonly { readonly name: string; readonly number: number }[],
  path: string,
  json: string,
): string | undefined {
  for (const { name, number } of holders) {
    const start = rows.start(number, row);
    if (start === 0 || rows.bytes[start] !== 0x7b) continue;
    const object = Event.parse(rows.bytes.utf8Slice(start, rows.end(number, row)));
    const rest = path.slice(name.length + 1);
    if (!(object instanceof Event) || rawPath(object, rest) === undefined) continue;
    setRawPath(object, rest, json);
    return `${quote(name)}:${object.toString()}`;
  }
  return undefined;
}

const TRUE = /^\s*(?:true|yes|on|1)\s*$/i;
const FALSE = /^\s*(?:false|no|off|0)\s*$/i;
/** Each digit has one place only: two that could share them would take time with the square of their number. */
const NUMBER = /^([+-]?)0*(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function whole(text: string): string | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, digits, fraction, exponent] = match;
  const minus = sign === "-" && digits !== "0" ? "-" : "";
  if (exponent === undefined) return /^\.?0*$/.test(fraction ?? "") ? `${minus}${digits}` : undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function decimal(text: string): string | undefined {
  const match = NUMBER.exec(text.startsWith(".") ? `0${text}` : text);
  if (match === null) return undefined;
  const [, sign, digits, fraction, exponent] = match;
  return `${sign === "-" ? "-" : ""}${digits}${fraction ?? ""}${exponent ?? ""}`;
}

function timeOf(raw: string, text: string, nowMs: number): string | undefined {
  if (raw.startsWith("{") || raw.startsWith("[") || text.length > 100) return undefined;
  const time = (raw.startsWith('"') ? anyTime(text, nowMs) : undefined) ?? epochTime(text);
  return time === undefined ? undefined : quote(time);
}
