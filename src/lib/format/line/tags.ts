/** Names of programs with their processes in the head of a line. */
import { endOfToken } from "./chars.js";
import { levelOfCell } from "./level-at.js";
import type { LineParts } from "./line-parts.js";
import { isName, openOfProcess, tagOf } from "./names.js";

/**
 * Takes `name[123]` or, right behind the time (`isColumn`), `name[word]:` from `at` to `end`; or the host that stands
 * there before one. False: it is none of these.
 */
export function takeTag(line: string, at: number, end: number, isColumn: boolean, parts: LineParts): boolean {
  const tag = parts.pid === undefined ? tagOf(line, at, end) : undefined;
  if (tag !== undefined) {
    const name = line.slice(at, tag.nameEnd);
    if (name.includes(".")) parts.names.push(name);
    else parts.service = name;
    parts.pid = line.slice(tag.pidStart, tag.pidEnd);
    return true;
  }
  const last = line.charCodeAt(end - 1);
  const threaded =
    parts.pid === undefined && (last === 0x5d || last === 0x3a) ? THREADED.exec(line.slice(at, end)) : null;
  if (threaded !== null) {
    parts.service = threaded[1]!;
    parts.pid = threaded[2]!;
    parts.thread = threaded[3]!;
    return true;
  }
  const open = isColumn ? openOfProcess(line, at, end) : -1;
  if (open > 0 && levelOfCell(line, open + 1, end - 2) === undefined) {
    parts.service = line.slice(at, open);
    parts.procid = line.slice(open + 1, end - 2);
    return true;
  }
  if (!isColumn || line.charCodeAt(end) !== 0x20 || !isName(line, at, end)) return false;
  const second = endOfToken(line, end + 1);
  if (line.charCodeAt(second - 1) !== 0x3a || tagOf(line, end + 1, second) === undefined) return false;
  parts.host = line.slice(at, end);
  return true;
}

/** `name[31:thread]`. */
const THREADED = /^([A-Za-z][\w.-]{0,63})\[(\d{1,10}):([A-Za-z][\w.#/-]{0,99})\]:?$/;
