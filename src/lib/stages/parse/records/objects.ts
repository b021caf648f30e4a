/** JSON objects one behind the other, as delivery streams and pretty printers write them. */
import { JsonFault, scanMembers } from "../../../json/members.js";

/**
 * The texts of the objects that `text` is made of, with nothing between them but blanks and commas, in an array or not;
 * undefined when it is no such thing. None of a line that only opens or closes an array. Takes time linear in the text.
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
  return objects.length === 0 ? undefined : objects.flatMap((object) => listedIn(object) ?? [object]);
}

/**
 * Whether a line begins an object that holds a list of events and nothing else, as AWS CloudTrail and Azure Monitor
 * deliver them.
 */
export function mayBeList(line: string): boolean {
  return line.charCodeAt(0) === 0x7b && LIST.test(line);
}

const LIST = /^\{\s{0,64}"[Rr]ecords"\s{0,8}:\s{0,8}\[/;

function listedIn(object: string): readonly string[] | undefined {
  const opening = LIST.exec(object);
  const end = object.lastIndexOf("]");
  if (opening === null || !/^\s{0,64}\}$/.test(object.slice(end + 1))) return undefined;
  const list = object.slice(opening[0].length - 1, end + 1);
  // What stands beside the list may have one, too.
  return isOneList(list) ? objectsIn(list) : undefined;
}

/** Whether the first bracket is closed by the last character. */
function isOneList(list: string): boolean {
  let depth = 0;
  for (let at = 0; at < list.length; at++) {
    const code = list.charCodeAt(at);
    if (code === 0x22) {
      at++;
      while (at < list.length && list.charCodeAt(at) !== 0x22) at += list.charCodeAt(at) === 0x5c ? 2 : 1;
    } else if (code === 0x7b || code === 0x5b) depth++;
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return at === list.length - 1;
  }
  return false;
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
