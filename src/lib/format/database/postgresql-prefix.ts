/** What stands before the severity in PostgreSQL's log: the log_line_prefix, taken apart by how its parts look. */

import { table } from "../../base/table.js";
import { Guess, noteGuess, takeGuesses } from "../../base/time/assumed.js";
import type { FoundTime } from "../../base/time/time-at.js";

export interface LogPrefix {
  readonly timestamp: string | undefined;
  /** A time that is not read, since nobody knows its zone. */
  readonly unread: string | undefined;
  /** In the order of FIELDS. */
  readonly fields: readonly (readonly [name: string, value: string | number])[];
}

type TimeAt = (line: string, at: number, nowMs: number) => FoundTime | undefined;

const FIELDS = [
  "pid",
  "session_line",
  "session_id",
  "transaction_id",
  "user",
  "database",
  "application",
  "client_ip",
  "client_host",
  "client_port",
  "sqlstate",
  "prefix",
];

const KEYS: Readonly<Record<string, string>> = table({
  db: "database",
  database: "database",
  d: "database",
  dbname: "database",
  user: "user",
  u: "user",
  usr: "user",
  app: "application",
  application: "application",
  appname: "application",
  a: "application",
  client: "client_ip",
  host: "client_ip",
  remote: "client_ip",
  h: "client_ip",
  r: "client_ip",
  pid: "pid",
  p: "pid",
  session: "session_id",
  sid: "session_id",
  xid: "transaction_id",
  txid: "transaction_id",
  tx: "transaction_id",
  trx: "transaction_id",
  line: "session_line",
  sqlstate: "sqlstate",
  state: "sqlstate",
  e: "sqlstate",
});

const ADDRESS =
  "(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[\\da-fA-F]{0,4}:[\\da-fA-F:.]{1,40}|\\[local\\]|[A-Za-z][\\w-]{0,62}(?:\\.[\\w-]{1,62}){1,8})";
const SKIPPED = /[\s,;:|<>-]{1,16}/y;
const PAIR = /([a-zA-Z]{1,16})= ?(\[local\]|\[unknown\]|[^\s,;|]{0,128})/y;
const BRACKET_PID = /\[(\d{1,10})(?:-(\d{1,10}))?\]/y;
const SESSION = /\[?([\da-f]{8}\.[\da-f]{1,8})\]?(?=[\s:,;|\]-]|$)/y;
const USER = /([\w.$-]{1,63}|\[unknown\])?@([\w.$-]{1,63}|\[unknown\])?(?=[\s:,;|]|$)/y;
const HOST_AND_PORT = new RegExp(`(${ADDRESS})\\((\\d{1,5})\\)`, "y");
const HOST = new RegExp(`(${ADDRESS})(?=[\\s,;|]|:(?!:)|$)`, "y");
const NUMBER = /(\d{1,10})(?:\/(\d{1,10}))?(?=[\s:,;|]|-\d|$)/y;
/** One of digits alone may be anything: see `placeNumbers`. */
const STATE = /(?=[0-9]{0,4}[A-Z])([0-9A-Z]{5})(?=[\s:,;|]|$)/y;

/** What is found in a prefix. */
interface Parts {
  readonly fields: Map<string, string | number>;
  /** Numbers that nothing says the meaning of, in order. */
  readonly numbers: string[];
}

/** What is known of the line beside its prefix. */
export interface PrefixContext {
  /** The line is of a severity that has an SQLSTATE other than 00000. */
  readonly mayFail: boolean;
  /** It is PostgreSQL's, whatever its prefix has. */
  readonly isKnown: boolean;
}

/**
 * Undefined where it has neither a time nor the number of a process: then it may be anybody's text, unless it
 * `isKnown`.
 */
export function readPrefix(
  written: string,
  { mayFail, isKnown }: PrefixContext,
  nowMs: number,
  timeOf: TimeAt,
): LogPrefix | undefined {
  const text = written.replace(ZONE_AND_COLON, "$1 :");
  const parts: Parts = { fields: new Map(), numbers: [] };
  const found = parts.fields;
  let timestamp: string | undefined;
  let hasTime = false;
  let unread: string | undefined;
  const left: string[] = [];
  for (let at = 0; at < text.length; ) {
    const skipped = match(SKIPPED, text, at);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const time = timeOf(text, at, nowMs);
    if (time !== undefined && time.end <= text.length) {
      const end = endWithZone(text, at, time.end);
      const isRead = end === time.end && time.timestamp !== undefined;
      if (end > time.end) noteGuess((takeGuesses() & ~Guess.zone) | Guess.unreadZone);
      // %s, when the session began, may follow the time.
      if (isRead && !unread) timestamp ??= time.timestamp;
      else if (!hasTime) unread = text.slice(at, end);
      hasTime = true;
      at = end;
      continue;
    }
    const end = takePart(text, at, parts);
    if (end > at) {
      at = end;
      continue;
    }
    const stop = /[\s,;|]|$/g;
    stop.lastIndex = at;
    const next = stop.exec(text)!.index;
    left.push(text.slice(at, next));
    at = Math.max(next, at + 1);
  }
  left.push(...placeNumbers(parts, mayFail));
  if ((!hasTime && !found.has("pid") && !isKnown) || left.length > LEFT_MAX) return undefined;
  if (left.length > 0) found.set("prefix", left.join(" "));
  const fields = FIELDS.flatMap((name) => (found.has(name) ? [[name, found.get(name)!] as const] : []));
  return { timestamp, unread, fields };
}

/** PostgreSQL writes a zone behind each time: letters there that are not read are one that nobody knows. */
function endWithZone(text: string, at: number, end: number): number {
  if (/[A-Z]$|[+-]\d\d(?::?\d\d)?$/.test(text.slice(at, end))) return end;
  return end + (match(UNREAD_ZONE, text, end)?.[0].length ?? 0);
}

const UNREAD_ZONE = / [A-Z]{2,5}(?=[\s:[]|$)/y;

/** A colon right behind a zone makes it part of a longer word. */
const ZONE_AND_COLON = /( [A-Z]{2,5}|\d[+-]\d\d(?:\d\d)?):/;

/** More that is not understood is text. */
const LEFT_MAX = 3;

/** Where the part ends that begins at `at`; `at` where it is none. */
function takePart(text: string, at: number, parts: Parts): number {
  const found = parts.fields;
  const pair = match(PAIR, text, at);
  const key = pair === null ? undefined : KEYS[pair[1]!.toLowerCase()];
  if (key !== undefined) {
    setValue(found, key, pair![2]!);
    return at + pair![0].length;
  }
  const inBrackets = match(BRACKET_PID, text, at);
  if (inBrackets !== null) {
    if (inBrackets[2] !== undefined && found.has("pid")) set(found, "session_line", Number(inBrackets[1]));
    else set(found, "pid", Number(inBrackets[1]));
    return at + inBrackets[0].length;
  }
  const session = match(SESSION, text, at);
  if (session !== null) return taken(found, "session_id", session[1]!, at + session[0].length);
  const user = match(USER, text, at);
  if (user !== null) {
    setValue(found, "user", user[1] ?? "");
    setValue(found, "database", user[2] ?? "");
    return at + user[0].length;
  }
  return takeHost(text, at, parts);
}

function takeHost(text: string, at: number, { fields: found, numbers }: Parts): number {
  const host = match(HOST_AND_PORT, text, at) ?? match(HOST, text, at);
  if (host !== null) {
    setValue(found, "client_ip", host[1]!);
    if (host[2] !== undefined) set(found, "client_port", Number(host[2]));
    return at + host[0].length;
  }
  const state = match(STATE, text, at);
  if (state !== null) return taken(found, "sqlstate", state[1]!, at + state[0].length);
  const number = match(NUMBER, text, at);
  if (number === null || number[2] !== undefined) return at;
  numbers.push(number[1]!);
  return at + number[0].length;
}

/**
 * Bare numbers are `%p`, then `%l`; one of five digits may be `%e`, where it is of a class of SQLSTATE and another is
 * the process. Gives those that are none of these.
 */
function placeNumbers({ fields, numbers }: Parts, mayFail: boolean): string[] {
  const known = fields.has("pid") ? 1 : 0;
  const states = fields.has("sqlstate")
    ? []
    : numbers.filter((one) => one === "00000" || (mayFail && one.length === 5 && STATE_CLASS.test(one)));
  const isCode = (one: string) => one.startsWith("0");
  const state = numbers.length + known > 1 ? (states.find(isCode) ?? states.at(-1)) : states.find(isCode);
  const at = state === undefined ? -1 : numbers.lastIndexOf(state);
  if (state !== undefined) set(fields, "sqlstate", state);
  return numbers.filter((one, n) => {
    if (n === at) return false;
    const name = ["pid", "session_line"].find((field) => !fields.has(field));
    if (name !== undefined) fields.set(name, Number(one));
    // %x of who changes nothing.
    return name === undefined && one !== "0";
  });
}

/** Classes whose codes can be digits alone: appendix A of PostgreSQL's manual. */
const STATE_CLASS = /^(?:0[0-3689]|0[A-Z]|2[0-8]|3[4589]|4[024]|5[3-8]|72)/;

function taken(found: Map<string, string | number>, name: string, value: string, end: number): number {
  set(found, name, value);
  return end;
}

function setValue(found: Map<string, string | number>, name: string, value: string): void {
  if (value === "" || value === "[unknown]" || value === "-") return;
  if (name === "client_ip") {
    const withPort = /^(.*)\((\d{1,5})\)$/.exec(value);
    if (withPort !== null) set(found, "client_port", Number(withPort[2]));
    const host = withPort?.[1] ?? value;
    set(found, /^[\d.]+$|:/.test(host) ? "client_ip" : "client_host", host);
  } else if ((name === "pid" || name === "session_line") && /^\d{1,10}$/.test(value))
    set(found, name, Number(value));
  else set(found, name, value);
}

function set(found: Map<string, string | number>, name: string, value: string | number): void {
  if (!found.has(name)) found.set(name, value);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
