/** Connection strings of ODBC, OLE DB, ADO.NET and JDBC: `Server=db;UID=ada;PWD=two words;Encrypt=yes`. */
import { endOf } from "../detectors/detector.js";
import { bareEnd } from "./ends.js";

const KEY =
  "(?:uid|user id|user|username|driver|server|dsn|data source|database|provider|initial catalog|host|hostname|port|trusted_connection|encrypt)";
const BEFORE = new RegExp(`(?:^|[;"' ])${KEY}[ ]?=[^;=\\n]{1,256};(?:[^;\\n]{0,256};){0,16}[ ]?$`, "i");
const BEHIND = new RegExp(`[^;"'\\n]{1,256};[ ]?${KEY}[ ]?=`, "iy");
/** A line that is nothing else begins with a key of one word or two. */
const LINE = /(?:^|\n)[ \t]*[A-Za-z]+(?: [A-Za-z]+)?=[^\n]*$/;
const LOOKED_AT_BYTES = 512;

/** Whether settings of a connection stand before the name that begins at `start`. */
export function isInConnection(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - LOOKED_AT_BYTES), start);
  return /;[ ]?$/.test(before) && BEFORE.test(before);
}

/** Whether others follow the value at `from`. */
export function beginsConnection(text: string, from: number): boolean {
  return endOf(BEHIND, text, from) >= 0;
}

/**
 * The end of a setting whose first word ends at `from`: at the next ";" or quote, or of a line that is a connection
 * string.
 */
export function settingEnd(text: string, start: number, from: number): number {
  let end = from;
  while (/[ \t]/.test(text.charAt(end))) {
    let next = end;
    while (/[ \t]/.test(text.charAt(next))) next++;
    end = Math.max(next, bareEnd(text, next));
  }
  if (/[;"']/.test(text.charAt(end)) && end > from) return end;
  const line = text.slice(Math.max(0, start - LOOKED_AT_BYTES), start);
  return LINE.test(line) && /^[\r\n]?$/.test(text.charAt(end)) ? end : from;
}
