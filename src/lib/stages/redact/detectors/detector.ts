/**
 * What can be found and redacted: a detector is plain data and one function. Text is handed in as bytes, one a
 * character (Latin-1 of UTF-8): offsets are byte offsets, and a byte from 0x80 on is part of a character beyond ASCII.
 */

/**
 * What must be there for a detector to be asked at all; the kernel looks for these in one pass
 * (kernel/assembly/anchors.ts).
 */
export type AnchorShape =
  /** "@" between two letters or digits; asked at the "@". */
  | "at"
  /** Nine or more digits, alone or in groups, or fewer behind a "+"; asked at each first digit of a group. */
  | "number"
  /** Four small numbers and three points; asked at the first digit. */
  | "ipv4"
  /** Hexadecimal groups and colons; asked at the first of them. */
  | "ipv6"
  /** Two capital letters and two digits; asked at the first letter. */
  | "iban"
  /** Four dashes at the right distances; asked at the first digit. */
  | "uuid";

/** What was found: [start, end) of the text. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

export interface Detector {
  readonly name: string;
  readonly summary: string;
  /** What `label` puts in its place: `[EMAIL]`. */
  readonly label: string;
  /** Whether it is looked for when --detect does not say. */
  readonly isDefault: boolean;
  /** Which of the groups `--detect secrets` and `--detect personal` it is in. */
  readonly group: "secrets" | "personal" | "ids";
  readonly shapes?: readonly AnchorShape[];
  /** Texts of three bytes or more, letters in this case; asked where one begins. */
  readonly literals?: readonly string[];
  /** The same, asked only where a word begins: behind no letter, digit or underscore. */
  readonly prefixes?: readonly string[];
  /** As `literals`, with letters in any case. */
  readonly words?: readonly string[];
  /**
   * What is at the place `at` of `text`, where a shape or literal is. Looks at a bounded number of bytes, or at bytes
   * that no other place asks for again: the whole is linear in the length of the text.
   */
  find(text: string, at: number): ByteSpan | undefined;
  /** The same for what begins in one string of a list and goes on in the next: `text` is JSON as it is written. */
  readonly findInList?: (text: string, at: number) => ByteSpan | undefined;
  /**
   * Whether what looks like it can be an id of tracing by chance: then it is none as the whole of `trace_id` and the
   * like.
   */
  readonly isOftenId?: boolean;
  /** How values are written before they are hashed, so that two ways to write one value give one hash. */
  readonly normal?: (value: string) => string;
  /** Texts in which what stands between « and » must be found, and nothing else. */
  readonly positives: readonly string[];
  /** Texts in which nothing must be found. */
  readonly negatives: readonly string[];
}

/** Types a declaration: `export const email = detector({ ... })`. */
export function detector(declared: Detector): Detector {
  return declared;
}

/**
 * Whether the byte before `at` (or at `at`) is of a word: a letter, a digit, an underscore, or of a character beyond
 * ASCII.
 */
export function isWordAt(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return (
    (c >= 0x30 && c <= 0x39) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x61 && c <= 0x7a) ||
    c === 0x5f ||
    c >= 0x80
  );
}

export function isDigitAt(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c >= 0x30 && c <= 0x39;
}

/**
 * The end of what a sticky expression matches at `at`; -1: nothing. Expressions have bounded repeats, or none inside
 * others.
 */
export function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** What redacting leaves behind: never redacted again. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/** Brackets may stand before it that were taken for a part of the value. */
const PLACEHOLDER = /^[[(<{]{0,4}(?:\*{3}|\[[A-Z][A-Z0-9_-]{1,40}(?::[^\]]{1,40})?\]|\[enc:)/;
