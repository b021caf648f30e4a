/** JSON objects one behind the other, as delivery streams and pretty printers write them. */
import { JsonFault, scanMembers } from "../../../json/members.js";

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
