/** What the readers of JSON text share. */

/** How deep objects and arrays may nest: enough for any log, far from the end of the stack. */
export const MAX_DEPTH = 512;

/** Why a text is no JSON, or no JSON object. Data, not an error: one bad line is never thrown. */
export class JsonFault {
  /** The same few words for all faults of a kind: "unterminated string". */
  readonly reason: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    this.reason = reason;
    this.offset = offset;
  }
}

/** The members of one object, in order, as places in its text. Duplicate keys are listed as often as they occur. */
export interface Members {
  /** Keys, unescaped. */
  readonly names: string[];
  /** Where the opening quote of each key is. */
  readonly keyStarts: number[];
  readonly valueStarts: number[];
  readonly valueEnds: number[];
  /** The offsets of `{` and of the matching `}`. */
  readonly open: number;
  readonly close: number;
}

/** What the string literal `text[start..end)`, quotes included, stands for. The caller vouches that it is valid. */
export function decodeString(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, end - 1);
  return inside.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : inside;
}

export const SPACE = 0x20;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const CLOSING_BRACE = 0x7d;

/** Whether the text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
