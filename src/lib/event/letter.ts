/**
 * A line that could not be handled, as a record that keeps it: NDJSON, one object a line,
 * `{"time","stage","reason","source","line","column","raw"}`, and `raw_base64` in addition where the line is not UTF-8 (a long
 * one has only its beginning in `raw` then). Of a line of which nothing may be kept (see Screens in src/lib/engine/letters) `raw`
 * is empty, and `withheld` says how long it was: `{"bytes"}`, and its keyed `"hash"` where there is a key.
 */
import { rawOf } from "./letter-raw.js";
import type { EventWriter } from "./writer.js";

export interface Letter {
  /** When it was set aside: RFC 3339. */
  readonly time: string;
  readonly stage: string;
  readonly reason: string;
  /** Where the line was read. */
  readonly source: string;
  /** Both from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The line as it came, without its line end. */
  readonly raw: Buffer;
  readonly withheld?: Withheld | undefined;
}

/** Of a line of which nothing is kept. */
export interface Withheld {
  readonly bytes: number;
  readonly hash?: string | undefined;
}

export function writeLetter(writer: EventWriter, letter: Letter): void {
  writer.text("time", letter.time);
  writer.text("stage", letter.stage);
  writer.text("reason", letter.reason);
  writer.text("source", letter.source);
  if (letter.line !== undefined) writer.number("line", letter.line);
  if (letter.column !== undefined) writer.number("column", letter.column);
  const { text, base64 } = rawOf(letter.raw);
  writer.text("raw", text);
  if (base64 !== undefined) writer.text("raw_base64", base64);
  if (letter.withheld !== undefined) writer.json("withheld", JSON.stringify(letter.withheld));
  writer.end();
}

/** The letter of one line of the file; undefined for a line that is none. */
export function readLetter(line: string): Letter | undefined {
  let value: Partial<Record<keyof Letter | "raw_base64", unknown>> | null;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || typeof value.raw !== "string") return undefined;
  const { raw, raw_base64: exact, line: row, column, withheld } = value;
  const text = (name: "time" | "stage" | "reason" | "source") => String(value[name] ?? "");
  return {
    time: text("time"),
    stage: text("stage"),
    reason: text("reason"),
    source: text("source"),
    ...(typeof row === "number" ? { line: row } : {}),
    ...(typeof column === "number" ? { column } : {}),
    raw: typeof exact === "string" ? Buffer.from(exact, "base64") : Buffer.from(raw, "utf8"),
    ...(isWithheld(withheld) ? { withheld } : {}),
  };
}

function isWithheld(value: unknown): value is Withheld {
  return typeof (value as Withheld | null | undefined)?.bytes === "number";
}
