/** The specifications of Logstash's pattern library, recorded: a pattern, a message, what must be captured. */
import { isDeepStrictEqual } from "node:util";
import { hasOption, reader } from "../reader.mjs";

/** `%{NAME}` as it stands; with the library's files, when `parse` takes such. */
export async function grokNamed(data) {
  const readers = new Map();
  const results = [];
  for (const one of cases(data)) {
    const key = `${one.mode} ${spec(one)}`;
    if (!readers.has(key)) readers.set(key, await attempt(() => named(one, data)));
    results.push(judged(one, readers.get(key)));
  }
  return results;
}

const named = (one, data) =>
  reader({ format: spec(one), ...(hasOption("grokPatterns") && libraryOf(one, data)) });

const libraryOf = ({ mode }, data) => ({ grokPatterns: [data.path(`grok/patterns/${folderOf(mode)}`)] });
const folderOf = (mode) => (mode === "ecs-v1" ? "ecs-v1" : "legacy");
const spec = ({ pattern, exact, expect }) => {
  const name = pattern.split(" - ")[0];
  // A pattern that captures nothing makes no event here.
  const whole = expect.every(({ op }) => op === "pass") ? `%{${name}:matched}` : `%{${name}}`;
  const text = pattern.includes("%{") ? pattern : whole;
  return `grok:${exact ? `^${text}$` : text}`;
};

/** `%{NAME}` as it stands, with what is built in. */
export async function grokBuiltIn(data) {
  const results = [];
  for (const one of cases(data)) {
    const read = await attempt(() => reader({ format: spec(one), grokEcs: one.mode === "ecs-v1" }));
    results.push(judged(one, read));
  }
  return results;
}

/** With every definition of the library written out in the pattern: what the engine does alone. */
export async function grokInline(data) {
  const libraries = { legacy: definitions(data, "legacy"), "ecs-v1": definitions(data, "ecs-v1") };
  const results = [];
  for (const one of cases(data)) {
    const all = libraries[folderOf(one.mode)];
    results.push(judged(one, await attempt(() => reader({ format: writtenOut(spec(one), all) }))));
  }
  return results;
}

/** The messages alone, through `--format auto`. */
export async function grokMessages(data) {
  const read = await reader({ format: "auto" });
  const messages = new Set(
    cases(data)
      .filter(({ message }) => message.length > 40)
      .map(({ message }) => message),
  );
  return [...messages].map((message) => {
    const events = read(message);
    const isRead = events[0]?.unparsed !== true;
    return {
      input: message,
      got: events,
      marks: { read: isRead, fields: isRead && Object.keys(events[0]).length > 3 },
    };
  });
}

const cases = (data) =>
  data.jsonLines("cases/logstash_grok_cases.jsonl").filter(({ message }) => typeof message === "string");

function definitions(data, folder) {
  const all = new Map();
  for (const name of data.names(`grok/patterns/${folder}`)) {
    for (const line of data.text(`grok/patterns/${folder}/${name}`).split("\n")) {
      const found = /^(\w+)\s+(.+)$/.exec(line);
      if (found !== null) all.set(found[1], found[2].trim());
    }
  }
  return all;
}

/** What has a type is written out only when it is not built in under that name. */
function writtenOut(pattern, all, depth = 0) {
  if (depth > 20) return pattern;
  return pattern.replace(/%\{(\w+)(?::([^:}]+))?(?::(\w+))?\}/g, (whole, name, field, type) => {
    if (!all.has(name) || (type !== undefined && BUILT_IN.has(name))) return whole;
    return `(?${field === undefined ? ":" : `<${field}>`}${writtenOut(all.get(name), all, depth + 1)})`;
  });
}

const BUILT_IN = new Set(["INT", "NUMBER", "POSINT", "NONNEGINT", "BASE10NUM", "WORD", "NOTSPACE"]);

async function attempt(make) {
  try {
    return await make();
  } catch (error) {
    return String(error.message ?? error);
  }
}

function judged(one, read) {
  const input = `${spec(one)} ${one.mode ?? ""} | ${one.message}`;
  if (typeof read === "string")
    return { input, wanted: one.expect, got: read, marks: { named: false, all: false } };
  // A record of several lines is one value for a pattern: it comes as the text of an event.
  const isRecord = one.message.includes("\n");
  const events = read(isRecord ? JSON.stringify({ raw: one.message }) : one.message);
  const event =
    events.length === 1 ? events[0] : (events.find((event) => event.unparsed !== true) ?? events[0] ?? {});
  // Logstash keeps the line beside what was captured from it.
  const isCaught = event.message === undefined || event.message === one.message;
  const logstash = {
    "@version": "1",
    ...event,
    message: isCaught ? one.message : [one.message, event.message],
  };
  const isAll = one.expect.every((claim) => holds(claim, logstash));
  return { input, wanted: one.expect, got: events, marks: { named: true, all: isAll } };
}

/** One claim of RSpec about an event. */
function holds({ path, not, op, args }, event) {
  const isRead = event.unparsed !== true;
  if (op === "pass") return isRead !== not;
  if (path[0] === "tags") return op === "include" ? !isRead : isRead;
  // Nothing is captured then; the line itself is there all the same.
  if (!isRead && path[0] !== "message") return not;
  const value = at(event, path);
  const isHeld = TESTS[op]?.(value, args) ?? true;
  return isHeld !== not;
}

const TESTS = {
  include: (value, args) =>
    typeof args[0] === "object"
      ? Object.entries(args[0]).every(([name, wanted]) => isSame(at(value, [name]), wanted))
      : args.every((arg) =>
          typeof value === "string" ? value.includes(arg) : Array.isArray(value) && value.includes(arg),
        ),
  eql: (value, [wanted]) => isSame(value, wanted),
  eq: (value, [wanted]) => isSame(value, wanted),
  be_nil: (value) => value === undefined,
  be: (value, [wanted]) => (wanted === null ? value === undefined : isSame(value, wanted)),
  be_a: (value) => typeof value === "object",
  start_with: (value, [wanted]) => String(value).startsWith(wanted),
};

/** In an event whose names are flat or nested. A `message` that grok has made two of is here the last. */
function at(value, path) {
  let found = value;
  for (const [n, step] of path.entries()) {
    if (step === "#keys") return found === undefined ? [] : Object.keys(found);
    if (step === "#to_i") return Number(found);
    if (typeof step === "number") {
      found = Array.isArray(found) ? found[step] : found;
      continue;
    }
    if (found === undefined || found === null) return undefined;
    const flat = path.slice(n).join(".");
    if (flat in Object(found)) return found[flat];
    if (flat === "timestamp" && n === 0) return found.timestamp_text;
    found = found[step];
  }
  return found;
}

function isSame(value, wanted) {
  if (isDeepStrictEqual(value, wanted)) return true;
  if (Array.isArray(value) && !Array.isArray(wanted)) return value.some((one) => isSame(one, wanted));
  if (Array.isArray(wanted) && !Array.isArray(value)) return wanted.some((one) => isSame(value, one));
  if (wanted !== null && typeof wanted === "object" && value !== null && typeof value === "object")
    return Object.entries(wanted).every(([name, inner]) => isSame(value[name], inner));
  if (value === undefined) return wanted === null;
  if (typeof value === "number" || typeof wanted === "number") return Number(value) === Number(wanted);
  return isSameTime(value, wanted) || String(value).toLowerCase() === String(wanted).toLowerCase();
}

/** `parse` gives well-known times as RFC 3339: a claim about their text holds when the clock reads the same. */
function isSameTime(value, wanted) {
  const [ours, theirs] = [value, wanted].map((text) => /.*(\d\d):(\d\d)(?::(\d\d))/.exec(String(text)));
  if (ours === null || !/^\d{4}-\d\d-\d\dT/.test(String(value))) return false;
  if (theirs === null)
    return /^\d{9,10}/.test(String(wanted)) && Date.parse(value) === Math.floor(Number(wanted) * 1000);
  return ours[2] === theirs[2] && ours[3] === theirs[3];
}
