/** What was found in a line of no known format, and how it becomes an event. */
import type { Level } from "../../event/level-words.js";
import { type EventWriter, quote } from "../../event/writer.js";
import { CLAIMS } from "../normalise/normaliser.js";
import { readValue } from "../normalise/readings.js";
import { WELL_KNOWN } from "../normalise/well-known.js";
import { writeSignIn } from "../sentences/sign-in.js";

/** Where a field goes whose name another part of the line has. */
const CLASHED = "event.";

/** Fields of one line. Reused from line to line. */
export class LineParts {
  timestamp: string | undefined;
  /** A time in a zone that nobody knows, as it stands. */
  timeText: string | undefined;
  level: Level | undefined;
  host: string | undefined;
  service: string | undefined;
  address: string | undefined;
  pid: string | undefined;
  tid: string | undefined;
  /** A thread that the line says is one; others are among the names. */
  thread: string | undefined;
  procid: string | undefined;
  requestId: string | undefined;
  traceId: string | undefined;
  file: string | undefined;
  line: string | undefined;
  /** Names of loggers and threads, in order. */
  readonly names: string[] = [];
  /** Parts of the head that say nothing of what they are. */
  readonly tags: string[] = [];
  /** Pairs and members of objects, values as JSON text. */
  readonly keys: string[] = [];
  readonly values: string[] = [];
  /** Keys of which the values that clash have been written. */
  private readonly clashed: string[] = [];

  reset(): void {
    this.timestamp = this.timeText = this.level = this.host = this.service = this.address = undefined;
    this.pid =
      this.tid =
      this.thread =
      this.procid =
      this.requestId =
      this.traceId =
      this.file =
      this.line =
        undefined;
    // Setting a length costs, even the one it has.
    if (this.names.length > 0) this.names.length = 0;
    if (this.tags.length > 0) this.tags.length = 0;
    if (this.keys.length > 0) this.dropKeys(0);
    if (this.clashed.length > 0) this.clashed.length = 0;
  }

  get hasTime(): boolean {
    return this.timestamp !== undefined || this.timeText !== undefined;
  }

  /** A whole number of the head: the process, then the thread. */
  addNumber(digits: string): void {
    if (this.pid === undefined && digits.length <= PID_DIGITS_MAX) this.pid = digits;
    else if (this.tid === undefined) this.tid = digits;
    else this.tags.push(digits);
  }

  add(key: string, json: string): void {
    this.keys.push(key);
    this.values.push(json);
  }

  /** Forgets the keys from `count` on. */
  dropKeys(count: number): void {
    this.keys.length = this.values.length = count;
  }

  /** Writes the parts and then the message; none where there is none. */
  write(message: string, event: EventWriter): void {
    const isFresh = event.isEmpty;
    this.takeWellKnown(event);
    const own = message === "" ? this.takeMessage() : undefined;
    if (this.timestamp !== undefined) event.text("timestamp", this.timestamp);
    else if (this.timeText !== undefined) event.text("time", this.timeText);
    if (this.level !== undefined) event.text("level", this.level);
    this.writeNamed(event);
    this.writeNames(event);
    if (this.file !== undefined) event.text("file", this.file);
    if (this.line !== undefined) event.number("line", withoutZeros(this.line));
    if (this.tags.length > 0) event.json("tags", `[${this.tags.map(quote).join(",")}]`);
    for (let i = 0; i < this.keys.length; i++) this.writeKey(i, isFresh, event);
    if (own !== undefined && !event.mayHave("message")) {
      event.json("message", own);
      return;
    }
    writeSignIn(message, event);
    if (message !== "" || this.keys.length === 0) event.text("message", message);
  }

  /** Of the keys only the level counts, and the time: whether there is a level. */
  keepWellKnown(event: EventWriter): boolean {
    if (this.keys.length === 0) return false;
    this.takeWellKnown(event);
    this.dropKeys(0);
    return this.level !== undefined;
  }

  /** The text of a line that has none but in a member or pair. */
  private takeMessage(): string | undefined {
    const i = this.keys.findIndex((key) => key === "message" || key === "msg");
    if (i < 0 || this.values[i]!.charCodeAt(0) !== 0x22) return undefined;
    this.keys.splice(i, 1);
    return this.values.splice(i, 1)[0];
  }

  private writeNamed(event: EventWriter): void {
    event.textIf("host", this.host);
    event.textIf("service", this.service);
    event.textIf("address", this.address);
    if (this.pid !== undefined) event.number("pid", withoutZeros(this.pid));
    if (this.tid !== undefined) event.number("tid", withoutZeros(this.tid));
    event.textIf("procid", this.procid);
    event.textIf("trace_id", this.traceId);
    event.textIf("request_id", this.requestId);
  }

  /** Threads are told by their names; of the others the last is the logger. */
  private writeNames(event: EventWriter): void {
    const { names, tags } = this;
    if (names.length === 0) {
      event.textIf("thread", this.thread);
      return;
    }
    const logger = loggerAmong(names);
    const thread = names.findIndex((name, n) => n !== logger && isThreadName(name));
    const named = this.thread ?? names[thread];
    event.textIf("thread", named);
    if (logger >= 0)
      event.text(isThreadName(names[logger]!) && named === undefined ? "thread" : "logger", names[logger]!);
    for (const [n, name] of names.entries())
      if (n !== logger && (n !== thread || name !== named)) tags.push(name);
  }

  /** `isFresh`: what was in the event before is what `write` has written. */
  private writeKey(i: number, isFresh: boolean, event: EventWriter): void {
    const key = this.keys[i]!;
    const mayBeTaken = !isFresh || OWN_NAMES.has(key) || key.startsWith(CLASHED);
    const isTaken = mayBeTaken && event.mayHave(key);
    if (!isTaken && key !== "message" && this.keys.indexOf(key) === i) event.json(key, this.values[i]!);
    else if (!this.clashed.includes(key)) this.writeClashed(i, event);
  }

  /**
   * The value of key `i` and those that the same key has further on, under the name of keys that are taken: a list of
   * more than one.
   */
  private writeClashed(i: number, event: EventWriter): void {
    const key = this.keys[i]!;
    this.clashed.push(key);
    const values = this.values.filter((_, n) => n >= i && this.keys[n] === key);
    let name = CLASHED + key;
    while (event.mayHave(name)) name = CLASHED + name;
    event.json(name, values.length > 1 ? `[${values.join(",")}]` : values[0]!);
  }

  /** Keys that loggers give to level, time and the like, where the head has none. */
  private takeWellKnown(event: EventWriter): void {
    for (let i = 0; i < this.keys.length; i++) {
      const claim = CLAIMS.get(this.keys[i]!)?.find(
        ({ path, beside, isOfWindows }) => path === undefined && beside === undefined && !isOfWindows,
      );
      if (claim === undefined || claim.reading === undefined) continue;
      const target = WELL_KNOWN[claim.target]!;
      if (!event.isEmpty && event.mayHave(target)) continue;
      if (target !== this.keys[i] && this.keys.includes(target)) continue;
      const value = readValue(claim.reading, this.values[i]!);
      if (value !== undefined && this.take(target, value, i)) i--;
    }
  }

  private take(target: string, json: string, i: number): boolean {
    if (
      target === "message" ||
      (target === "timestamp" && this.hasTime) ||
      (target === "level" && this.level)
    )
      return false;
    if (target === "timestamp") this.timestamp = json.slice(1, -1);
    else if (target === "level" && LEVELS.has(json)) this.level = json.slice(1, -1) as Level;
    else {
      if (target === this.keys[i] || this.keys.includes(target)) return false;
      this.keys[i] = target;
      this.values[i] = json;
      return false;
    }
    this.keys.splice(i, 1);
    this.values.splice(i, 1);
    return true;
  }
}

const PID_DIGITS_MAX = 10;
/** What `write` writes of itself. */
const OWN_NAMES = new Set(
  "timestamp time level host service address pid tid procid trace_id request_id thread logger file line tags message".split(
    " ",
  ),
);
const LEVELS = new Set(["trace", "debug", "info", "warn", "error", "fatal"].map(quote));

/** The place of the logger: the last name that is no thread's, one with parts before others; -1 when there is none. */
function loggerAmong(names: readonly string[]): number {
  let found = -1;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (isThreadName(name) && names.length > 1) continue;
    if (found < 0 || hasParts(name) || !hasParts(names[found]!)) found = i;
  }
  return found;
}

function hasParts(name: string): boolean {
  return name.includes(".") || name.includes("::") || name.includes("/");
}

/** Whether a name is one that runtimes and programs give to threads. */
export function isThreadName(name: string): boolean {
  return THREAD.test(name);
}

const THREAD =
  /[Tt]hread|[Pp]ool|[Ee]xec(?:utor|[-_\d]|$)|[Ww]orker|nio|^main$|^MainProcess$|[Ss]cheduler|[Dd]ispatcher|^Timer-|[a-z]-\d{1,3}$|^qtp\d|[a-z]#\d{1,6}$|[Tt]ask-?\d/;

function withoutZeros(digits: string): string {
  return digits.charCodeAt(0) === 0x30 ? digits.replace(/^0+(?=\d)/, "") : digits;
}
