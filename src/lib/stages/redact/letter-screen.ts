/**
 * What may be kept of a line that `redact` has not seen as an event: the line as `--text` would leave it, if it is text
 * that can be looked through, and else nothing. Whoever asks for events to be redacted must not find their secrets in
 * the dead letters.
 */
import { isUtf8 } from "node:buffer";
import { FieldSet, Projector } from "../../event/rows/rows.js";
import type { Screen, Screened } from "../../pipeline/contract/screen.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import { isPlainLine, mayHide } from "./find/unreadable.js";
import { Key } from "./keys.js";
import { Redactor } from "./redactor.js";
import { type RedactResources, type RedactValues, type Settled, settle } from "./settings.js";

export interface ScreenOptions extends RedactValues {
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
    const how = { hasAudit: false, isClosed: options.failClosed };
    this.asText = new Redactor(this.settled, { ...how, isText: true }, NOWHERE);
    this.asEvents = new Redactor(this.settled, { ...how, isText: false }, NOWHERE);
  }

  letter(line: Buffer): Screened {
    // An event that was set aside for another reason: too late, say.
    const event = this.isText ? undefined : this.eventOf(line);
    if (event !== undefined) return { raw: event };
    const raw = this.isClosed || !isPlainLine(line) ? undefined : this.asText.redactLines(line);
    if (raw !== undefined && !mayHide(raw.latin1Slice(), this.settled.hunters)) return { raw };
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
}

const NEWLINE = Buffer.from("\n");
const NOWHERE: StageContext = { nowMs: () => 0, reject: () => {}, count: () => {} };
