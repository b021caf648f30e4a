/** Where raw lines are: in a block as they stand, or in the `raw` of events that `ingest` has made of them. */
import { isUtf8 } from "node:buffer";
import { Event } from "../../../event/event.js";
import { isStart, isStartAt } from "./starts.js";

export interface RawLine {
  readonly text: string;
  bytes(): Buffer;
  /** Whether `text` says everything: the line was UTF-8. */
  readonly isExact: boolean;
  /** Where the next one begins. */
  readonly next: number;
}

export interface Carrier {
  /** The line at `start`; undefined where there is none of this carrier. */
  lineAt(start: number): RawLine | undefined;
  /** Whether the line at `start` can belong to none before it, as far as its first characters tell. Cheap. */
  isApartAt(start: number): boolean;
  /**
   * Members that each event gets beside what was read, as JSON text. Undefined for `raw`, which is that of the record;
   * without `raw_base64`, which each line has or has not.
   */
  readonly outer: readonly (readonly [name: string, json: string | undefined])[];
}

const NEWLINE = 0x0a;
/** Where an event's own `source` goes when there is a label of that name: the label says where the line was read. */
export const OWN_SOURCE = "event.source";

/** Lines of a block as they stand. */
export class PlainLines implements Carrier {
  readonly outer: Carrier["outer"];
  private readonly block: Buffer;
  private readonly isUtf8: boolean;

  /** `isUtf8`: all of the block is known to be; each line is looked at where it is not. */
  constructor(block: Buffer, outer: Carrier["outer"], isUtf8 = false) {
    this.block = block;
    this.outer = outer;
    this.isUtf8 = isUtf8;
  }

  lineAt(start: number): RawLine | undefined {
    const { block } = this;
    if (start >= block.length) return undefined;
    return new PlainLine(block, start, block.indexOf(NEWLINE, start), this.isUtf8);
  }

  isApartAt(start: number): boolean {
    return start >= this.block.length || isStartAt(this.block, start);
  }
}

class PlainLine implements RawLine {
  readonly text: string;
  readonly isExact: boolean;
  readonly next: number;
  private readonly block: Buffer;
  private readonly start: number;

  constructor(block: Buffer, start: number, end: number, isKnown: boolean) {
    this.block = block;
    this.start = start;
    this.next = end + 1;
    this.isExact = isKnown || isUtf8(block.subarray(start, end));
    this.text = this.isExact ? block.utf8Slice(start, end) : block.toString("utf8", start, end);
  }

  bytes(): Buffer {
    return this.block.subarray(this.start, this.next - 1);
  }
}

/** Lines in the `raw` of events that are the same in everything else. */
export class EnvelopeLines implements Carrier {
  readonly outer: Carrier["outer"];
  private readonly within: Carrier;
  /** The event's text up to the line's, where that comes last: most lines need no more to be told. */
  private readonly head: string | undefined;
  /** What else is in the event: lines with another such are of another envelope. */
  readonly known: string;
  /** A line is looked at twice: as what may go on, then as what begins. */
  private last: { readonly start: number; readonly line: RawLine | undefined } | undefined;

  /** Undefined when the line is no such event. */
  static at(line: RawLine, within: Carrier): EnvelopeLines | undefined {
    const opened = opening(line.text);
    return opened && new EnvelopeLines(opened, within);
  }

  private constructor(opened: Opened, within: Carrier) {
    const { names, event, head } = opened;
    this.within = within;
    this.head = head;
    this.known = othersOf(names, event);
    const own = names
      .filter((name) => name !== "raw_base64")
      .map((name) => [name, name === "raw" ? undefined : event.raw(name)!] as const);
    this.outer = within.outer.length === 0 ? own : nested(own, within.outer);
  }

  isWithin(carrier: Carrier): boolean {
    return this.within === carrier;
  }

  lineAt(start: number): RawLine | undefined {
    if (this.last?.start === start) return this.last.line;
    const line = this.within.lineAt(start);
    const raw = line && this.rawOf(line);
    this.last = { start, line: raw };
    return raw;
  }

  isApartAt(start: number): boolean {
    const line = this.lineAt(start);
    return line === undefined || isStart(line.text);
  }

  private rawOf(line: RawLine): RawLine | undefined {
    const { text, next, isExact } = line;
    const { head } = this;
    if (head !== undefined && text.startsWith(head) && text.endsWith('"}')) {
      const raw = stringOf(text.slice(head.length, -1));
      if (raw !== undefined)
        return { text: raw, bytes: () => (isExact ? Buffer.from(raw) : line.bytes()), isExact, next };
    }
    const opened = opening(text);
    if (opened === undefined || othersOf(opened.names, opened.event) !== this.known) return undefined;
    const { event, raw } = opened;
    const base64 = event.get("raw_base64");
    if (typeof base64 === "string")
      return { text: raw, bytes: () => Buffer.from(base64, "base64"), isExact: false, next };
    return { text: raw, bytes: () => (isExact ? Buffer.from(raw) : line.bytes()), isExact, next };
  }
}

/** Events within events are opened so deep: one that was read from a file as a line of `ingest`. */
export const ENVELOPES_MAX = 2;

/** The envelopes that were read last, by depth: most lines come in the same. */
export class Envelopes {
  private readonly last: (EnvelopeLines | undefined)[] = [];

  /** What the line at `start` of `carrier` is an event of; undefined when it is no such event. */
  of(carrier: Carrier, start: number, depth: number): EnvelopeLines | undefined {
    const known = this.last[depth];
    if (known?.isWithin(carrier) === true && known.lineAt(start) !== undefined) return known;
    const line = carrier.lineAt(start);
    this.last[depth] = line && EnvelopeLines.at(line, carrier);
    return this.last[depth];
  }
}

/** Whether a line is one of an envelope, at a glance. */
export function mayBeEnvelope(text: string): boolean {
  return text.charCodeAt(0) === 0x7b && text.includes('"raw":');
}

/** Members of an event that stood in another, or in a file with a name: where it was read comes first. */
function nested(own: Carrier["outer"], around: Carrier["outer"]): Carrier["outer"] {
  const hasSource = around.some(([name]) => name === "source");
  const renamed = own.map(
    ([name, json]) => [hasSource && name === "source" ? OWN_SOURCE : name, json] as const,
  );
  const names = new Set(renamed.map(([name]) => name));
  return [...renamed, ...around.filter(([name]) => !names.has(name))];
}

interface Opened {
  readonly event: Event;
  readonly raw: string;
  readonly names: readonly string[];
  readonly head: string | undefined;
}

const OF_LINE: ReadonlySet<string> = new Set(["raw", "raw_base64"]);

function opening(text: string): Opened | undefined {
  if (!mayBeEnvelope(text)) return undefined;
  const event = Event.parse(text);
  if (!(event instanceof Event)) return undefined;
  const raw = event.get("raw");
  if (typeof raw !== "string") return undefined;
  const names = event.keys();
  const json = event.raw("raw")!;
  const isLast = names.indexOf("raw") === names.length - 1 && text.endsWith(`${json}}`);
  return { event, raw, names, head: isLast ? text.slice(0, -json.length - 1) : undefined };
}

function othersOf(names: readonly string[], event: Event): string {
  return names
    .filter((name) => !OF_LINE.has(name))
    .map((name) => `${name} ${event.raw(name)}`)
    .join("\n");
}

function stringOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of lines with line breaks between. */
export function base64Of(lines: readonly RawLine[]): string {
  const parts = lines.flatMap((line, n) => (n === 0 ? [line.bytes()] : [LINE_END, line.bytes()]));
  return Buffer.concat(parts).toString("base64");
}

const LINE_END = Buffer.from("\n");
