/**
 * What may be kept of a line that `redact` has not seen as an event: the line as `--text` would leave it, if it is text that can be
 * looked through, and else nothing. Whoever asks for events to be redacted must not find their secrets in the dead letters.
 */
import { isUtf8 } from "node:buffer";
import { FieldSet, Projector } from "../event/rows.js";
import type { Screen, Screened } from "../stage/screen.js";
import type { StageContext } from "../stage/stage.js";
import { Key } from "./keys.js";
import { Redactor } from "./redactor.js";
import { type RedactOptions, type RedactResources, type Settled, settle } from "./settings.js";

/** Longer text is not looked through for the dead letters. */
const TEXT_BYTES_MAX = 64 * 1024;

export interface ScreenOptions extends RedactOptions {
  readonly text: boolean;
  readonly failClosed: boolean;
}

/** Nothing is made before the first line comes. */
export function letterScreen(options: ScreenOptions, resources: RedactResources): Screen {
  let made: TextScreen | undefined;
  const screen = () => {
    made ??= new TextScreen(options, resources);
    return made;
  };
  return {
    letter: (line) => screen().letter(line),
    waiting: (lines) => screen().waiting(lines),
  };
}

class TextScreen implements Screen {
  private readonly isClosed: boolean;
  private readonly isText: boolean;
  private readonly key: Key | undefined;
  private readonly settled: Settled;
  private readonly asText: Redactor;
  private readonly asEvents: Redactor;
  private readonly projector = new Projector(new FieldSet());

  constructor(options: ScreenOptions, resources: RedactResources) {
    const [first] = resources.keys;
    this.key = first === undefined ? undefined : new Key(first);
    this.isClosed = options.failClosed;
    this.isText = options.text;
    this.settled = settle(options, resources);
    const how = { hasAudit: false };
    this.asText = new Redactor(this.settled, { ...how, isText: true }, NOWHERE);
    this.asEvents = new Redactor(this.settled, { ...how, isText: false }, NOWHERE);
  }

  letter(line: Buffer): Screened {
    // An event that was set aside for another reason: too late, say.
    const event = this.isText ? undefined : this.eventOf(line);
    if (event !== undefined) return { raw: event };
    const raw = this.isClosed || !isPlainText(line) ? undefined : this.asText.redactLines(line);
    if (raw !== undefined && !this.mayHide(raw.latin1Slice())) return { raw };
    return { hash: this.key && `${this.key.id}:${this.key.hash(line)}` };
  }

  waiting(lines: Buffer): Buffer {
    const kept: Buffer[] = [];
    for (let start = 0; start < lines.length; ) {
      const next = lines.indexOf(0x0a, start);
      const end = next < 0 ? lines.length : next;
      const line = lines.subarray(start, end);
      kept.push(
        this.eventOf(line) ?? Buffer.from(this.asText.redactLines(line)),
        lines.subarray(end, end + 1),
      );
      start = end + 1;
    }
    return Buffer.concat(kept);
  }

  /** The line redacted as an event; undefined: it is none. */
  private eventOf(line: Buffer): Buffer | undefined {
    const whole = Buffer.concat([line, NEWLINE]);
    if (line.includes(0x0a) || !isUtf8(line) || this.projector.apply(whole).faults.length > 0)
      return undefined;
    return Buffer.from(this.asEvents.redactLines(whole).subarray(0, -1));
  }

  /** Whether something is left that only an event's structure, or decoding, would have shown to be a secret. */
  private mayHide(text: string): boolean {
    const rest = text.replace(LABELS, "[]");
    for (const [run] of rest.matchAll(LONG_RUNS))
      if (/[0-9]/.test(run) && /[A-Z]/.test(run) && /[a-z]/.test(run)) return true;
    const fields = this.settled.hunters.find(({ isFieldRule }) => isFieldRule);
    if (fields === undefined) return false;
    for (const { index, 0: sign } of rest.matchAll(SIGNS)) {
      if (NOTHING.test(rest.slice(index + sign.length, index + sign.length + 16))) continue;
      if (namesBefore(rest, index).some((name) => fields.matchesName?.(name) === true)) return true;
    }
    return false;
  }
}

/** What stands before a sign as a name, in quotes or not: its last word, and its last two. At most 80 bytes are looked at. */
function namesBefore(text: string, at: number): string[] {
  const [, before = "", name = ""] = NAME_END.exec(text.slice(Math.max(0, at - NAME_BYTES_MAX), at)) ?? [];
  return name === "" ? [] : [name, `${before}${name}`];
}

/** Valid UTF-8 of one line, not too long, that is no try at JSON and has no escapes. */
function isPlainText(line: Buffer): boolean {
  if (line.length > TEXT_BYTES_MAX || !isUtf8(line)) return false;
  return !UNREADABLE.test(line.latin1Slice());
}

/** A control character, an escape that stands for a character, or what begins like JSON (behind a byte order mark, too). */
const UNREADABLE = /[\x00-\x08\x0a-\x1f\x7f]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|^(?:\xef\xbb\xbf)?\s*[{[]/;
/** What redacting leaves. */
const LABELS =
  /\[(?:[A-Z][A-Z0-9_-]{0,40}(?::[\w-]{1,32}:[0-9a-f]{32})?|enc:[\w-]{1,32}:[\w-]{22,4096})\]|\*\*\*[^\s"'&;,]{0,4}/g;
/** Between a name and its value. */
const SIGNS = /=>|[:=]/g;
/** No value behind the sign, or a label. */
const NOTHING = /^[ \t]{0,8}\\?["'`]?(?:\[\]|$)/;
const NAME_BYTES_MAX = 80;
const NAME_END = /([\w.-]{1,32} )?([\w.-]{1,64})\\?["'`]?[ \t]{0,8}$/;
/** Base64 and the like may be anything: a line of a private key, a token of no known kind. */
const LONG_RUNS = /[A-Za-z0-9+/_-]{40,}/g;

const NEWLINE = Buffer.from("\n");
const NOWHERE: StageContext = { nowMs: () => 0, reject: () => {}, count: () => {} };
