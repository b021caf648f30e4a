/** Which of several fields that tell the level of one event is believed. */

import { levelOfNumber, levelOfWord } from "../../event/level-words.js";
import { decodeString } from "../../json/members.js";

/** A value that a rule of the normalisation table has read as a level. */
export interface LevelCandidate {
  readonly reading: "level" | "level-otel" | "level-windows";
  /** JSON text of the value as it is, and of the level. */
  readonly raw: string;
  readonly value: string;
  /** The field is `level` itself. */
  readonly isOwn: boolean;
}

/**
 * Of candidates in the order of the table, not none, the first, but: a number in a field `level` and its like means one
 * thing to pino and another to Python, so that a word beside it wins; and the number of OpenTelemetry wins over a text
 * beside it that says otherwise ("ok"), which is whatever the source had.
 */
export function levelAmong<T extends LevelCandidate>(candidates: readonly T[]): T {
  const first = candidates[0]!;
  if (candidates.length === 1 || first.reading === "level-otel") return first;
  const otel = candidates.find(({ reading }) => reading === "level-otel");
  const number = plainNumber(first.raw);
  if (number !== undefined) {
    const isKnown = levelOfNumber(number) !== undefined;
    return candidates.find(isWord) ?? (isKnown ? first : (otel ?? first));
  }
  return otel !== undefined && !first.isOwn && otel.value !== first.value ? otel : first;
}

const NUMBER = /^"?(-?\d+(?:\.\d+)?)"?$/;

/** Of JSON text, a number or a string. */
export function plainNumber(raw: string): string | undefined {
  return NUMBER.exec(raw)?.[1];
}

function isWord({ reading, raw }: LevelCandidate): boolean {
  if (reading !== "level" || raw.charCodeAt(0) !== 0x22) return false;
  return levelOfWord(decodeString(raw, 0, raw.length).trim()) !== undefined;
}
