/** Whether an event holds what another program found in the same line, whatever either calls it. */

const EMPTY = new Set(["", "-", "null"]);

/** Every scalar of a value, with its path: `[["http.status", 200], ...]`. */
export function leavesOf(value, path = "") {
  if (value === null || typeof value !== "object" || isMarker(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, path === "" ? name : `${path}.${name}`),
  );
}

const isMarker = (value) => Object.keys(value).length === 1 && Object.keys(value)[0].startsWith("$");

/** Which of `wanted` (name to value) the event lacks, as names. */
export function missingFrom(event, wanted) {
  const held = new Held(event);
  return leavesOf(wanted)
    .filter(([name, value]) => !held.has(value, name))
    .map(([name]) => name);
}

/** The fields of an event, ready to be asked. */
class Held {
  constructor(event) {
    this.event = event;
    this.leaves = leavesOf(event).map(([, value]) => value);
    this.texts = new Set(this.leaves.map((value) => textOf(value)));
    this.lower = new Set([...this.texts].map((text) => text.toLowerCase()));
    this.times = this.leaves.filter((value) => typeof value === "string").map(timeOf);
    this.numbers = this.leaves.map(numberOf).filter((value) => value !== undefined);
  }

  has(value, name) {
    if (value?.$timestamp !== undefined) return this.hasTime(timeOf(this.withYear(value.$timestamp)));
    const text = textOf(value);
    if (EMPTY.has(text) || this.texts.has(text) || this.lower.has(text.trim().toLowerCase())) return true;
    if (isLevelName(name) && isSameLevel(text, this.event.level)) return true;
    if (this.hasNumber(value, name) || this.hasParts(text, name)) return true;
    return !/^\d+$/.test(text) && (this.hasTime(timeOf(text)) || this.hasClock(text));
  }

  /** A line without a year is of the year that the reader takes it to be of. */
  withYear(text) {
    return text.replace("{year}", String(this.event.timestamp).slice(0, 4));
  }

  hasTime(ms) {
    return ms !== undefined && this.times.includes(ms);
  }

  /** A date as it was written: the clock of `timestamp` reads the same, but for the hour of its zone. */
  hasClock(text) {
    const clock = /^[\w ,./:+-]*?\b\d\d?:(\d\d):(\d\d)\b[\d.,]*[ \w:+-]*$/.exec(text);
    const ms = timeOf(this.event.timestamp);
    if (clock === null || ms === undefined) return false;
    const date = new Date(ms);
    return date.getUTCMinutes() % 15 === clock[1] % 15 && date.getUTCSeconds() === Number(clock[2]);
  }

  /** A number, also in another unit of time when it is a time. */
  hasNumber(value, name) {
    const number = numberOf(value);
    if (number === undefined) return false;
    const factors = /time|duration|elapsed|latency|delay/i.test(name) ? [1, 1e3, 1e6, 1e-3, 1e-6] : [1];
    return factors.some((factor) => this.numbers.some((held) => isNear(held, number * factor)));
  }

  /**
   * A text that stands divided in the event: a request line, an address with its port, a pair of brackets around it.
   */
  hasParts(text, name) {
    const bare = /^[[("']?(.*?)[\])"']?$/s.exec(text)[1];
    if (bare !== text && this.texts.has(bare)) return true;
    const address = /^\[?(?:::ffff:)?([\w.:-]+?)\]?(?::(\d+))?$/.exec(text);
    if (address !== null && this.texts.has(address[1]) && (!address[2] || this.texts.has(address[2])))
      return true;
    if (/version/i.test(name) && this.texts.has(`HTTP/${text}`)) return true;
    const words = text.split(" ");
    return words.length === 3 && /^[A-Z]+$/.test(words[0]) && words.every((word) => this.hasWord(word));
  }

  hasWord(word) {
    if (this.texts.has(word)) return true;
    const [path, query] = word.split(/\?(.*)/s);
    return query !== undefined && this.texts.has(path) && this.texts.has(query);
  }
}

function textOf(value) {
  if (value?.$b64 !== undefined) return Buffer.from(value.$b64, "base64").toString();
  return typeof value === "object" ? JSON.stringify(value) : String(value).trim();
}

function numberOf(value) {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

const isNear = (a, b) => a === b || Math.abs(a - b) < Math.abs(b) * 1e-9;

/** Milliseconds of a text that is a whole date with a time; undefined: it is none. */
export function timeOf(text) {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(" ", "T")}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

const isLevelName = (name) => /level|severity|prio/i.test(name);

const LEVELS = [
  ["trace", /^(?:trace|trc|finest|finer|verbose|v\w*|debug[2-5]|t)$/i],
  ["debug", /^(?:debug|dbg|fine|d|7)$/i],
  ["info", /^(?:info|inf|information|informational|notice|note|log|statement|config|i|n|ok|audit|[56])$/i],
  ["warn", /^(?:warn|warning|wrn|w|alarm|4)$/i],
  ["error", /^(?:error|err|severe|e|failure|3)$/i],
  ["fatal", /^(?:fatal|ftl|crit|critical|alert|emerg|emergency|panic|f|c|[0-2])$/i],
];

/** Whether a program's own word for a level means `level`, one of ours. */
export function isSameLevel(word, level) {
  if (typeof level !== "string") return false;
  if (word.toLowerCase() === level.toLowerCase()) return true;
  const near = { notice: ["info"], fatal: ["error", "fatal"] };
  const meant = LEVELS.filter(([, words]) => words.test(word)).map(([name]) => name);
  return meant.some((name) => name === level || near[name]?.includes(level));
}

/** What a case scored: whether it was read, and how many of the fields wanted are there. */
export function marksOf(event, wanted) {
  const all = leavesOf(wanted);
  const missing = event === undefined ? all.map(([name]) => name) : missingFrom(event, wanted);
  const share = all.length === 0 ? 1 : 1 - missing.length / all.length;
  const isRead = event !== undefined && event.unparsed !== true;
  return {
    marks: { read: isRead, most: isRead && share >= 0.8, all: isRead && missing.length === 0 },
    missing,
  };
}

/** A case of a suite in which one line is read and fields are wanted. */
export function fieldCase(input, wanted, events) {
  const [event] = events;
  const { marks, missing } = marksOf(events.length > 1 && isAllUnread(events) ? undefined : event, wanted);
  return { input, wanted, got: events.length === 1 ? event : events, missing, marks };
}

const isAllUnread = (events) => events.every((event) => event.unparsed === true);

/** Whether an event holds no more than a time and a text. */
export function isThin(event) {
  return Object.keys(event).every((name) => ["timestamp", "message", "source", "time"].includes(name));
}
