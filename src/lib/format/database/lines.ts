/** Text logs of databases and stores that begin with a time or a level: one pattern each. */
import { table } from "../../base/table.js";
import { timeAt } from "../../base/time/time-at.js";
import { type Level, levelOfWord } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { LineParser } from "../format.js";
import { loose } from "../tables/columns.js";

/**
 * Lines of a pattern with named groups: `time` becomes `timestamp`, `level` is a word or one of `levels`, `message`
 * stands last, even when empty; other groups are fields by their names, numbers where they look so. A line whose time
 * or level is none is refused.
 */
export function linesOf(
  pattern: RegExp,
  nowMs: () => number,
  levels: Readonly<Record<string, Level>> = {},
): LineParser {
  const own = table(levels);
  const levelOf = (word: string) => own[word] ?? levelOfWord(word);
  return { parse: (line, event) => read(pattern.exec(line)?.groups, event, nowMs, levelOf) };
}

function read(
  groups: Readonly<Record<string, string | undefined>> | undefined,
  event: EventWriter,
  nowMs: () => number,
  levelOf: (word: string) => Level | undefined,
): boolean {
  if (groups === undefined) return false;
  const { time, level, message = "", ...others } = groups;
  const found = time === undefined ? undefined : timeAt(time, 0, nowMs());
  const known = level === undefined ? undefined : levelOf(level.trim());
  if (found?.timestamp === undefined || found.end !== time!.length) return false;
  if (level !== undefined && known === undefined) return false;
  event.text("timestamp", found.timestamp);
  if (known !== undefined) event.text("level", known);
  for (const [name, value] of Object.entries(others))
    if (value !== undefined) loose(name)(value.trim(), event);
  event.text("message", message);
  return true;
}
