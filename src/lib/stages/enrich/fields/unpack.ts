/** `enrich --unpack FIELD[=NAME]`: JSON inside of a string. */

import type { FieldPrefix } from "../../../json/member-builder.js";
import { checkJson, eachElement, JsonFault, scanMembers } from "../../../json/members.js";
import { quote } from "../../../json/quote.js";
import type { Enricher } from "../core/enricher.js";

/** What is packed deeper, or holds more, stays the text that it is. */
const NESTED_MAX = 64;
const MEMBERS_MAX = 1024;
/** As a NAME: the members become those of the event. */
const MERGED = ".";

/**
 * JSON text, on one line, of the object or array that `text` holds; undefined when it holds none. Every digit stays.
 * With `depth` above 1 the strings inside are opened as well, so often.
 */
export function unpackedJson(text: string, depth = 1): string | undefined {
  const first = /^[ \t\r\n]*([{[])/.exec(text)?.[1];
  if (first === undefined || checkJson(text) !== undefined || nesting(text) > NESTED_MAX) return undefined;
  const line = text
    .trim()
    .replace(/[\r\n]/g, " ")
    .replace(LONE_SURROGATE, escaped);
  return depth <= 1 ? line : opened(line, depth - 1);
}

/** Half a character, as an escape: bytes have no other way to keep it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

function escaped(half: string): string {
  return `\\u${half.charCodeAt(0).toString(16)}`;
}

/** The JSON text with the strings in it opened. */
function opened(raw: string, depth: number): string {
  if (raw.startsWith('"')) return unpackedJson(JSON.parse(raw) as string, depth) ?? raw;
  if (raw.startsWith("[")) {
    const elements: string[] = [];
    eachElement(raw, (element) => elements.push(opened(element, depth)));
    return `[${elements.join(",")}]`;
  }
  const members = raw.startsWith("{") ? scanMembers(raw) : undefined;
  if (members === undefined || members instanceof JsonFault) return raw;
  const parts = members.names.map((_, n) => {
    const key = raw.slice(members.keyStarts[n], members.valueStarts[n]);
    return key + opened(raw.slice(members.valueStarts[n], members.valueEnds[n]), depth);
  });
  return `{${parts.join(",")}}`;
}

/**
 * Puts what is inside in the place of the text, under another NAME, or with `.` beside it: then the members of the
 * object become those of the event, win over others of their names, and the text goes.
 */
export function unpackEnricher(
  { field, prefix: name }: FieldPrefix,
  depth: number,
  count: (counter: "unpacked" | "not_json") => void,
): Enricher {
  return {
    reads: [field],
    writes: name === MERGED ? "any" : [name],
    bind: (fields) => {
      const number = fields.add(field);
      return (rows, row, additions) => {
        const start = rows.start(number, row);
        if (start !== 0 && !mayHold(rows.bytes, start)) return;
        const text = rows.text(number, row);
        if (text === undefined || !/^\s*[{[]/.test(text)) return;
        const json = unpackedJson(text, depth);
        const merged = json !== undefined && name === MERGED ? mergeable(json) : undefined;
        if (json === undefined || (name === MERGED && merged === undefined)) return count("not_json");
        count("unpacked");
        if (merged === undefined) return additions.addText(`${quote(name)}:${json}`);
        additions.remove(field);
        additions.addText(merged);
      };
    },
  };
}

/** Whether a string that begins so may be JSON: a look at its first byte, before anything is decoded. */
function mayHold(bytes: Buffer, start: number): boolean {
  if (bytes[start] !== 0x22) return false;
  const first = bytes[start + 1]!;
  return first === 0x7b || first === 0x5b || first <= 0x20 || first === 0x5c;
}

/** The members of an object without its braces; undefined for anything else. */
function mergeable(json: string): string | undefined {
  if (!json.startsWith("{")) return undefined;
  const members = scanMembers(json);
  if (members instanceof JsonFault || members.names.length > MEMBERS_MAX) return undefined;
  return json.slice(1, -1).trim();
}

/** How deep containers nest in valid JSON text. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) isString = !isString;
    else if (!isString && (code === 0x7b || code === 0x5b)) deepest = Math.max(deepest, ++depth);
    else if (!isString && (code === 0x7d || code === 0x5d)) depth--;
  }
  return deepest;
}
