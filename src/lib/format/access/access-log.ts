// Enter here: access logs of web servers.
/**
 * The access logs of Apache and nginx, as both servers write them by default. One line is
 *
 *     [VHOST ]CLIENT IDENT USER [TIME] [NUMBER ]"REQUEST" STATUS BYTES[ "REFERER" "USER_AGENT"][ EXTRA]
 *
 * and becomes `timestamp vhost client_ip x_forwarded_for ident user method path protocol status bytes referer
 * user_agent extra`, in this order, with `request` in the place of method, path and protocol where REQUEST is no HTTP
 * request line. The rules, which the WebAssembly reader of the same format keeps to:
 *
 * - Fields are separated by exactly one space. A value that is empty or `-` is absent.
 * - TIME begins at the first ` [` and ends at the next `]`; it must be a `commonLogTime`, or ISO 8601.
 * - Before it: CLIENT has no space, except after a comma; of a list of forwarded addresses the first is `client_ip` and
 *   the whole `x_forwarded_for`. IDENT has none; the name of a host there is the VHOST (lighttpd). USER is the rest and
 *   may have some. When there are four words or more, the third is `-` and the second is not, the first is VHOST; so it
 *   is when it is a host and the second an address. An address may be followed by one `-` alone, or by nothing.
 * - NUMBER is a time where its form says so (request-times.ts), else `extra`.
 * - A quoted field ends at the first `"` that is not escaped by `\` and is followed by a space or the end of the line.
 *   REFERER and USER_AGENT may also be a bare `-`; a time with three decimals may follow USER_AGENT without a space. `\"` and `\\` are decoded, and runs of `\xHH` where they are UTF-8
 *   text without control characters; every other escape stays as it was written.
 * - REQUEST is a request line when it is METHOD, space, path, space, `HTTP/` and digits and points; METHOD is capital
 *   letters, `-` and `_`; the path is not empty and may have spaces.
 * - STATUS is three digits, the first not 0, or `000` (written as 0), or `-`; BYTES is digits without a leading 0, or
 *   `-`.
 * - EXTRA is the text after one more space: see tail.ts. A line is refused when anything else differs.
 */
import { commonLogTime, isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import { writeTimes } from "./request-times.js";
import { writeTail } from "./tail.js";

/**
 * Writes the fields of one access log line; false when it is none. `hasAgent`: the line must go on with both quoted
 * fields.
 */
export function parseAccess(line: string, event: EventWriter, hasAgent: boolean): boolean {
  const open = line.indexOf(" [");
  const close = open < 0 ? -1 : line.indexOf("]", open);
  const request = close < 0 ? -1 : startOfRequest(line, close);
  if (request < 0) return false;
  const timestamp = timeIn(line.slice(open + 2, close));
  if (timestamp === undefined) return false;
  const quoteEnd = endOfQuoted(line, request);
  if (quoteEnd < 0) return false;
  NUMBERS.lastIndex = quoteEnd + 1;
  const numbers = NUMBERS.exec(line);
  let at = NUMBERS.lastIndex;
  if (numbers === null || (hasAgent && at === line.length)) return false;

  event.text("timestamp", timestamp);
  if (!writeClient(line, open, event)) return false;
  writeRequest(unescapeQuoted(line, request, quoteEnd), event);
  if (numbers[1] !== "-") event.number("status", numbers[1] === "000" ? "0" : numbers[1]!);
  if (numbers[2] !== "-") event.number("bytes", numbers[2]!);
  if (hasAgent || hasTwoQuoted(line, at)) {
    at = writeQuoted(line, at, "referer", event);
    if (at < 0) return false;
    at = writeQuoted(line, at, "user_agent", event);
    if (at < 0) return false;
  }
  const before = request > close + 3 ? line.slice(close + 2, request - 2) : "";
  const extra = before === "" || writeTimes(before, event) ? "" : before;
  if (at === line.length && extra === "") return true;
  if (at < line.length && line.charCodeAt(at) !== SPACE && !TIME_BEHIND.test(line.slice(at))) return false;
  if (at + 1 < line.length || extra !== "")
    writeTail(line.slice(line.charCodeAt(at) === SPACE ? at + 1 : at), event, extra);
  return true;
}

/** Behind the quote that opens it; a number may stand before it. -1: there is none. */
function startOfRequest(line: string, close: number): number {
  if (line.charCodeAt(close + 1) !== SPACE) return -1;
  if (line.charCodeAt(close + 2) === QUOTE) return close + 3;
  NUMBER_BEFORE.lastIndex = close + 2;
  return NUMBER_BEFORE.test(line) ? NUMBER_BEFORE.lastIndex : -1;
}

const NUMBER_BEFORE = /\d{1,12}(?:\.\d{1,6})?(?:us|ms|s)? "/y;
/** Right behind the quote of the user agent. */
const TIME_BEHIND = /^\d{1,6}\.\d{3}$/;

/** nginx can write `$time_iso8601`, too. */
function timeIn(text: string): string | undefined {
  return text.charCodeAt(4) === DASH ? isoTime(text) : commonLogTime(text);
}

/** Whether a referer and a user agent stand at `at`: two quoted fields, or `-`. */
function hasTwoQuoted(line: string, at: number): boolean {
  if (line.charCodeAt(at) !== SPACE || line.charCodeAt(at + 1) !== QUOTE) return false;
  const end = endOfQuoted(line, at + 2);
  return (
    end > 0 &&
    line.charCodeAt(end + 1) === SPACE &&
    line.charCodeAt(end + 2) === QUOTE &&
    endOfAgent(line, end + 3) > 0
  );
}

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DASH = 0x2d;
const COMMA = 0x2c;

/** VHOST, CLIENT, IDENT and USER: the text before `end`. */
function writeClient(line: string, end: number, event: EventWriter): boolean {
  let start = 0;
  let first = endOfClient(line, 0, end);
  let second = first < 0 ? -1 : endOfWord(line, first + 1, end);
  if (second < 0) return writeClientAlone(line, end, event);
  const third = endOfWord(line, second + 1, end);
  const isNext =
    third === second + 2 && line.charCodeAt(second + 1) === DASH && !isDash(line, first + 1, second);
  const hasVhost = isNext || (third > 0 && isServer(line, first, second));
  if (hasVhost) {
    event.textIf("vhost", line.slice(0, first));
    start = first + 1;
    [first, second] = [second, third];
  }
  writeClients(line.slice(start, first), event);
  const ident = line.slice(first + 1, second);
  event.textIf(!hasVhost && ident.length > 1 && HOST.test(ident) ? "vhost" : "ident", ident);
  event.textIf("user", line.slice(second + 1, end));
  return true;
}

/** Whether an address follows a host that is none, or has a port: the host is the server's. */
function isServer(line: string, first: number, second: number): boolean {
  if (!ADDRESS.test(line.slice(first + 1, second))) return false;
  const host = line.slice(0, first);
  return HOST.test(host) && !ADDRESS.test(host);
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F]{0,4}:[\da-fA-F]{0,4}:[\da-fA-F:.]{0,40})$/;

/** An address, and nothing that tells the user. */
function writeClientAlone(line: string, end: number, event: EventWriter): boolean {
  const client = line.slice(0, end).replace(/ -$/, "");
  if (!ADDRESS.test(client)) return false;
  event.text("client_ip", client);
  return true;
}

/** Whom the request came from, by way of whom: the first address is the client's. */
function writeClients(clients: string, event: EventWriter): void {
  const comma = clients.indexOf(",");
  const first = comma < 0 ? clients : clients.slice(0, comma).trim();
  event.textIf("client_ip", comma > 0 && first === "unknown" ? undefined : first);
  if (comma >= 0) event.text("x_forwarded_for", clients);
}

/**
 * A host that a request asks for, as lighttpd has it in the place of the name of RFC 1413: `shop.example`,
 * `192.0.2.7:8080`.
 */
const HOST =
  /^(?:localhost|[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:[A-Za-z][\w-]{1,62}|\d{1,3}))(?::\d{1,5})?$|:\d{1,5}$/;

/** The space that ends a word which is not empty and ends before `end`, or -1. */
function endOfWord(line: string, start: number, end: number): number {
  const space = line.indexOf(" ", start);
  return space > start && space < end ? space : -1;
}

function endOfClient(line: string, start: number, end: number): number {
  let space = endOfWord(line, start, end);
  while (space > 0 && line.charCodeAt(space - 1) === COMMA) space = endOfWord(line, space + 1, end);
  return space;
}

function isDash(line: string, start: number, end: number): boolean {
  return end === start + 1 && line.charCodeAt(start) === DASH;
}

const REQUEST = /^([A-Z_-]+) (.+) (HTTP\/[0-9.]+)$/s;

function writeRequest(request: string, event: EventWriter): void {
  const match = REQUEST.exec(request);
  if (match === null) {
    event.textIf("request", request);
    return;
  }
  event.text("method", match[1]!);
  event.text("path", match[2]!);
  event.text("protocol", match[3]!);
}

/** ` STATUS BYTES` */
const NUMBERS = / ([1-9]\d\d|000|-) ([1-9]\d*|0|-)(?= |$)/y;

/** ` "VALUE"` or ` -` from `at` on. Returns where it ends, or -1. */
function writeQuoted(line: string, at: number, name: string, event: EventWriter): number {
  if (line.charCodeAt(at) !== SPACE) return -1;
  if (line.charCodeAt(at + 1) === QUOTE) {
    const end = name === "user_agent" ? endOfAgent(line, at + 2) : endOfQuoted(line, at + 2);
    if (end < 0) return -1;
    event.textIf(name, unescapeQuoted(line, at + 2, end));
    return end + 1;
  }
  const isBareDash =
    line.charCodeAt(at + 1) === DASH && (at + 2 === line.length || line.charCodeAt(at + 2) === SPACE);
  return isBareDash ? at + 2 : -1;
}

/** The index of the quote that closes the field which starts at `start`, or -1. */
function endOfQuoted(line: string, start: number): number {
  let quote = line.indexOf('"', start);
  while (quote >= 0) {
    const next = quote + 1;
    const isLast = next === line.length || line.charCodeAt(next) === SPACE;
    if (isLast && !isEscaped(line, start, quote)) return quote;
    quote = line.indexOf('"', next);
  }
  return -1;
}

/** The same; a time may follow it without a space. */
function endOfAgent(line: string, start: number): number {
  const end = endOfQuoted(line, start);
  if (end >= 0) return end;
  const last = line.lastIndexOf('"');
  return last >= start && !isEscaped(line, start, last) && TIME_BEHIND.test(line.slice(last + 1)) ? last : -1;
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(line: string, start: number, at: number): boolean {
  let before = at;
  while (before > start && line.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

/** The text between `start` and `end` with its escapes decoded. */
function unescapeQuoted(line: string, start: number, end: number): string {
  const text = line.slice(start, end);
  return text.includes("\\") ? text.replace(ESCAPES, decodeEscape) : text;
}

const ESCAPES = /\\(["\\])|(?:\\x[0-9a-fA-F]{2})+/g;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufeff]/;
const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeEscape(written: string, simple: string | undefined): string {
  if (simple !== undefined) return simple;
  try {
    const text = utf8.decode(Buffer.from(written.replaceAll("\\x", ""), "hex"));
    return text === "" || CONTROL.test(text) ? written : text;
  } catch {
    return written;
  }
}
