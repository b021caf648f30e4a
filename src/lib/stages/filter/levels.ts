/** `--level warn+`: which levels are kept. */
import { failure } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { Event } from "../../event/event.js";
import { type Level, levelOfNumber, levelOfWord } from "../../event/level-words.js";
import { rawPath } from "../../event/rows/field-path.js";
import type { Rows } from "../../event/rows/rows.js";
import { hasField } from "../../expression/fields.js";
import { severityOf } from "../../expression/functions/general.js";
import { fieldSeverity } from "../../expression/severity.js";
import { type LevelCandidate, levelAmong } from "../../format/levels/level-choice.js";
import { windowsLevel } from "../../format/levels/windows-event.js";
import { readValue } from "../../format/normalise/readings.js";
import { RULES } from "../../format/normalise/well-known.js";

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

/** What is told of levels that are not simply one of the words under `level`. */
export interface LevelNotes {
  /** The level was found under another name. */
  otherName(): void;
  /** There is a level, and it is none that is known. */
  unknown(): void;
}

/**
 * Whether the level of an event is one of these, in whatever words or numbers it is written; of events without a field
 * `level`, under the names that `parse` knows for it, and of those where it is a number, in a word beside it, as
 * `parse` reads them.
 */
export function isOfLevel(
  field: number,
  levels: ReadonlySet<Level>,
  notes: LevelNotes,
): (rows: Rows, row: number) => boolean {
  const isWanted = [false, ...LEVELS.map((level) => levels.has(level))];
  const names = new OtherNames();
  return (rows, row) => {
    const severity = fieldSeverity(rows, field, row);
    const isNumber = isNumberAt(rows, field, row);
    if (severity !== undefined && !(isNumber && names.mayBeIn(rows))) return isWanted[severity]!;
    const raw = hasField(rows, field, row) ? rows.raw(field, row) : undefined;
    const own = raw === "null" ? undefined : raw;
    const found = own === undefined || isNumber ? names.severity(rows, row, own) : "unknown";
    if (found === "unknown") {
      if (own !== '""') notes.unknown();
      return false;
    }
    if (found === undefined) return false;
    if (own === undefined) notes.otherName();
    return isWanted[found]!;
  };
}

function isNumberAt(rows: Rows, field: number, row: number): boolean {
  const start = rows.start(field, row);
  return start !== 0 && rows.bytes[start]! !== 0x22;
}

const LEVEL_RULES = RULES.filter(({ target }) => target === "level");
const MAY_HAVE_LEVEL = new RegExp(
  `"(?:EventI[dD]|event_id|${[...new Set(LEVEL_RULES.map(({ from }) => from.split(".")[0]!))].join("|")})(?:\\.level)?"`,
);

/** Takes what MAY_HAVE_LEVEL does, and a little more, in half the time. */
const ANY_NAME = /"[seSlL@](?:everity|og|vl|evel[n_TD]|l"|rror_s|")|"Level"|"EventI[dD]"|"event_id"/;

/** The level under other names than its own. */
class OtherNames {
  private lookedIn: Rows | undefined;
  private areIn = false;

  /** Whether any event of the block has one of the names. Cost: a search a block. */
  mayBeIn(rows: Rows): boolean {
    if (this.lookedIn !== rows) {
      this.lookedIn = rows;
      this.areIn = ANY_NAME.test(rows.bytes.latin1Slice());
    }
    return this.areIn;
  }

  /**
   * The severity of an event; undefined when it has no level. Cost: a search, and of events that may have one a look at
   * all members. `own`: the number that is under `level`, or nothing.
   */
  severity(rows: Rows, row: number, own: string | undefined): number | "unknown" | undefined {
    const candidates: LevelCandidate[] = [];
    if (own !== undefined)
      candidates.push({ reading: "level", raw: own, value: readValue("level", own) ?? own, isOwn: true });
    this.addOthers(rows, row, candidates);
    if (candidates.length === 0) return undefined;
    const { value } = levelAmong(candidates);
    const text = value.replaceAll('"', "");
    return severityOf(text) ?? severityOf(String(Number(text))) ?? "unknown";
  }

  private addOthers(rows: Rows, row: number, candidates: LevelCandidate[]): void {
    if (!this.mayBeIn(rows)) return;
    const line = rows.bytes.utf8Slice(rows.lineStart(row), rows.lineEnd(row) - 1);
    if (!MAY_HAVE_LEVEL.test(line)) return;
    const event = Event.parse(line);
    if (!(event instanceof Event)) return;
    const has = (name: string) => event.has(name);
    const own = candidates[0];
    const ofWindows = own && windowsLevel("level", own.raw, has);
    if (ofWindows !== undefined) candidates[0] = { ...own!, reading: "level-windows", value: ofWindows };
    for (const { from, reading, beside } of LEVEL_RULES) {
      const raw = rawPath(event, from);
      const value = raw === undefined ? undefined : (windowsLevel(from, raw, has) ?? readValue(reading, raw));
      if (value === undefined || beside?.every(has) === false) continue;
      const isOtel = reading === "level-otel";
      candidates.push({ reading: isOtel ? reading : "level", raw: raw!, value, isOwn: false });
    }
  }
}
