/** JSON objects one behind the other, as delivery streams and pretty printers write them. */
import { JsonFault, scanMembers } from "../../../json/members.js";
import type { Carrier, RawLine } from "./carrier.js";
import { Trail } from "./trail.js";

/**
 * The texts of the objects that `text` is made of, with nothing between them but blanks and commas, in an array or not; undefined
 * when it is no such thing. None of a line that only opens or closes an array. Takes time linear in the text.
 */
export function objectsIn(line: string): readonly string[] | undefined {
  const bare = line.trim();
  if (BRACKET.test(bare)) return [];
  const text = bare.startsWith("[") && bare.endsWith("]") ? bare.slice(1, -1) : bare;
  const objects: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBetween(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const end = endOfObject(text, at);
    if (end < 0) return undefined;
    const object = text.slice(at, end);
    if (scanMembers(object) instanceof JsonFault) return undefined;
    objects.push(object);
    at = end;
  }
  return objects.length === 0 ? undefined : objects;
}

const BRACKET = /^(?:\[|\],?)$/;

/** Blanks, commas, and what begins a text in a sequence (RFC 7464). */
function isBetween(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x2c || code === 0x1e;
}

/** Where the brackets that open at `open` are closed again; -1 when they are not. */
function endOfObject(text: string, open: number): number {
  if (text.charCodeAt(open) !== 0x7b) return -1;
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at++;
      while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
    } else if (code === 0x7b || code === 0x5b) depth++;
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return at + 1;
  }
  return -1;
}

/** The lines from `line` on that may be one text of JSON. `isOther`: whether a line is of something else for certain. */
export function linesOfJson(
  carrier: Carrier,
  line: RawLine,
  isOther: (text: string) => boolean,
): readonly RawLine[] {
  const trail = new Trail(line.text, false);
  const lines = [line];
  let used = 1;
  for (let at = line.next; !carrier.isApartAt(at); at = lines.at(-1)!.next) {
    const next = carrier.lineAt(at)!;
    const verdict = trail.accept(next.text);
    if (verdict === "ends" || isOther(next.text)) break;
    lines.push(next);
    if (verdict === "joins") used = lines.length;
  }
  return lines.slice(0, used);
}
