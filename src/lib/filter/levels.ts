/** `--level warn+`: which levels are kept. */
import { failure } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import type { Rows } from "../event/rows.js";
import { fieldSeverity } from "../expression/severity.js";
import { type Level, levelOfWord } from "../format/level-words.js";

const LEVELS: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];

/**
 * The levels that a text names: `error`, `warn,error`, `warn+` (and what is graver), `info-` (and what is less grave),
 * `info..error`, and any of these with commas between. Throws usage.bad-value naming `what`.
 */
export function parseLevels(text: string, what: string): ReadonlySet<Level> {
  const levels = new Set<Level>();
  for (const part of text.split(",")) {
    const [first, last] = rangeOf(part.trim(), text, what);
    if (first > last) throw refused(text, what, `${LEVELS[first]} is graver than ${LEVELS[last]}`);
    for (const level of LEVELS.slice(first, last + 1)) levels.add(level);
  }
  return levels;
}

function rangeOf(part: string, text: string, what: string): [number, number] {
  const place = (word: string) => placeOf(word.trim(), text, what);
  const dots = part.indexOf("..");
  if (dots >= 0) {
    const [from, to] = [part.slice(0, dots).trim(), part.slice(dots + 2).trim()];
    if (from === "" && to === "") throw refused(text, what, "there is no level beside the ..");
    return [from === "" ? 0 : place(from), to === "" ? LEVELS.length - 1 : place(to)];
  }
  if (part.endsWith("+")) return [place(part.slice(0, -1)), LEVELS.length - 1];
  if (part.endsWith("-")) return [0, place(part.slice(0, -1))];
  return [place(part), place(part)];
}

function placeOf(word: string, text: string, what: string): number {
  const level = levelOfWord(word);
  if (level !== undefined) return LEVELS.indexOf(level);
  const reason = word === "" ? "a level is missing" : `"${word.slice(0, 40)}" is no level`;
  throw refused(text, what, reason, suggest(word, LEVELS));
}

function refused(value: string, option: string, reason: string, suggestion?: string) {
  const hint = `write it like error, warn+, info- or info..error; levels are ${LEVELS.join(", ")}`;
  return failure("usage.bad-value", { option, value, reason, suggestion, hint });
}

/** Whether the level of an event is one of these, in whatever words it is written. */
export function isOfLevel(field: number, levels: ReadonlySet<Level>): (rows: Rows, row: number) => boolean {
  const isWanted = [false, ...LEVELS.map((level) => levels.has(level))];
  return (rows, row) => isWanted[fieldSeverity(rows, field, row) ?? 0]!;
}
