/** `--level warn+`: which levels are kept. */
import { failure } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import { Event } from "../event/event.js";
import { rawPath } from "../event/field-path.js";
import type { Rows } from "../event/rows.js";
import { hasField } from "../expression/fields.js";
import { severityOf } from "../expression/functions/general.js";
import { fieldSeverity } from "../expression/severity.js";
import { type Level, levelOfNumber, levelOfWord } from "../format/level-words.js";
import { RULES } from "../format/normalise.js";
import { readValue } from "../format/normalise-values.js";

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
  const level = levelOfWord(word) ?? levelOfNumber(word);
  if (level !== undefined) return LEVELS.indexOf(level);
  const reason = word === "" ? "a level is missing" : `"${word.slice(0, 40)}" is no level`;
  throw refused(text, what, reason, suggest(word, LEVELS));
}

function refused(value: string, option: string, reason: string, suggestion?: string) {
  const hint = `write it like error, warn+, info- or info..error; levels are ${LEVELS.join(", ")}`;
  return failure("usage.bad-value", { option, value, reason, suggestion, hint });
}

/**
 * Whether the level of an event is one of these, in whatever words or numbers it is written; of events without a field `level`, under
 * the names that `parse` knows for it.
 */
export function isOfLevel(
  field: number,
  levels: ReadonlySet<Level>,
  noteOtherName: () => void,
): (rows: Rows, row: number) => boolean {
  const isWanted = [false, ...LEVELS.map((level) => levels.has(level))];
  return (rows, row) => {
    const severity = fieldSeverity(rows, field, row);
    if (severity !== undefined) return isWanted[severity]!;
    if (hasField(rows, field, row) && rows.raw(field, row) !== "null") return false;
    const other = otherSeverity(rows, row);
    if (other === undefined) return false;
    noteOtherName();
    return isWanted[other]!;
  };
}

const LEVEL_RULES = RULES.filter(({ target }) => target === "level");
const MAY_HAVE_LEVEL = new RegExp(
  `"(?:${[...new Set(LEVEL_RULES.map(({ from }) => from.split(".")[0]!))].join("|")})(?:\\.level)?"`,
);

/** The severity of an event that has it under another name. Cost: a search, and of events that may have one a look at all members. */
function otherSeverity(rows: Rows, row: number): number | undefined {
  const line = rows.bytes.utf8Slice(rows.lineStart(row), rows.lineEnd(row) - 1);
  if (!MAY_HAVE_LEVEL.test(line)) return undefined;
  const event = Event.parse(line);
  if (!(event instanceof Event)) return undefined;
  for (const { from, reading, beside } of LEVEL_RULES) {
    const raw = rawPath(event, from);
    const value = raw === undefined ? undefined : readValue(reading, raw);
    if (value === undefined || beside?.every((name) => event.has(name)) === false) continue;
    return severityOf(value.replaceAll('"', ""));
  }
  return undefined;
}
