/**
 * A line that could not be handled, as a record that keeps it: NDJSON, one object a line,
 * `{"time","stage","reason","source","line","column","raw"}` (line and column from 1), and `raw_base64` in addition
 * where the line is not UTF-8 (a long one has only its beginning in `raw` then). Of a line of which nothing may be kept
 * (see Screens in src/lib/pipeline/accounting/dead-letters) `raw` is empty, and `withheld` says how long it was:
 * `{"bytes"}`, and its keyed `"hash"` where there is a key.
 */
import { rawOf } from "./dead-letter-line.js";
import type { EventWriter } from "./writer.js";

/**
 * One type for such a line, from the stage that rejects it to the file that keeps it. The engine adds what a stage does
 * not know.
 */
export interface DeadLetter {
  /** Why, in a few words that are the same for all such lines: "malformed JSON". */
  readonly reason: string;
  /** The line as it came, without its line end; empty where nothing of it may be kept. */
  readonly raw: Buffer;
  /**
   * From 0: in the block, as a stage says it; in the input, once the engine has it. Undefined: no line of the input.
   */
  readonly line?: number | undefined;
  /** Byte within the line, from 0, where it went wrong, if known. */
  readonly column?: number | undefined;
  readonly stage?: string;
  /** Place of the stage in its chain. */
  readonly stageIndex?: number;
  /** Where the line was read. */
  readonly source?: string;
  /** When it was set aside: RFC 3339. */
  readonly time?: string;
  readonly withheld?: WithheldLine | undefined;
  /** The ends of a graph that the line was on the way to, by number. Absent: there is one. */
  readonly exits?: readonly number[] | undefined;
}

/** Of a line of which nothing is kept. */
export interface WithheldLine {
  readonly bytes: number;
  readonly hash?: string | undefined;
}

export function writeLetter(writer: EventWriter, letter: DeadLetter): void {
  writer.text("time", letter.time ?? "");
  writer.text("stage", letter.stage ?? "");
  writer.text("reason", letter.reason);
  writer.text("source", letter.source ?? "");
  if (letter.line !== undefined) writer.number("line", letter.line + 1);
  if (letter.column !== undefined) writer.number("column", letter.column + 1);
  const { text, base64 } = rawOf(letter.raw);
  writer.text("raw", text);
  if (base64 !== undefined) writer.text("raw_base64", base64);
  if (letter.withheld !== undefined) writer.json("withheld", JSON.stringify(letter.withheld));
  writer.end();
}

/** The letter of one line of the file; undefined for a line that is none. */
export function readLetter(line: string): DeadLetter | undefined {
  let value: Partial<Record<keyof DeadLetter | "raw_base64", unknown>> | null;
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
    ...(typeof row === "number" ? { line: row - 1 } : {}),
    ...(typeof column === "number" ? { column: column - 1 } : {}),
    raw: typeof exact === "string" ? Buffer.from(exact, "base64") : Buffer.from(raw, "utf8"),
    ...(isWithheld(withheld) ? { withheld } : {}),
  };
}

function isWithheld(value: unknown): value is WithheldLine {
  return typeof (value as WithheldLine | null | undefined)?.bytes === "number";
}
