/** How much of what was read is whole records: where a block can be cut, so that its pieces can be read apart. */

import { withoutColours } from "../../../format/line/colours.js";
import { BETWEEN_LINES_MAX } from "../multiline/recent-streams.js";
import { isQuiet } from "../multiline/record-kind.js";
import { QUIET_LINES } from "../multiline/statement-lines.js";
import { isSplitRest } from "../multiline/syslog-split.js";
import { lastEntry } from "../open-records.js";
import { Bound } from "./bound.js";
import { type Carrier, ENVELOPES_MAX, Envelopes, mayBeEnvelope, PlainLines } from "./carrier.js";
import { type ContainerKind, containerView, mayBeContainer } from "./container.js";
import { isApart, isLater, PIECES_SECONDS_MAX, type View } from "./grouper.js";
import { joiningBy, type RecordRules } from "./joining.js";
import { isIndentedStart, isStart, isStartAt } from "./starts.js";

const NEWLINE = 0x0a;
const NO_OUTER: Carrier["outer"] = [];
/** So many lines before the end are looked at before all of them are read from the start. */
const WINDOW_LINES = 600;

/** A line as a place to cut. */
interface Place extends View {
  readonly start: number;
  /** What the line is wrapped in: lines in different things never belong together. */
  readonly wrapping: string;
}

/**
 * The length of the longest prefix of `bytes` (whole lines; a record begins at 0) that nothing behind it can belong to,
 * or of a shorter one where that would take long to find. Looks at a few lines before the end: most begin a record.
 * `isThorough`: where none of them does, at all lines from the start.
 */
export function recordBoundary(
  bytes: Buffer,
  containers: readonly ContainerKind[],
  rules?: RecordRules,
  isThorough = true,
): number {
  const entry = rules === undefined ? lastEntry(bytes) : undefined;
  if (entry !== undefined && entry.end < 0) return entry.start;
  if (entry !== undefined && entry.end < bytes.length)
    return entry.end + recordBoundary(bytes.subarray(entry.end), containers, rules, isThorough);
  if (entry !== undefined) return bytes.length;
  const last = lineStart(bytes, bytes.length);
  if (rules === undefined && bytes.length > 0 && isPlainStart(bytes, last, containers)) return last;
  return new Cutter(bytes, containers, rules).cut(isThorough);
}

/**
 * How long the end of `bytes` (whole lines) waits for the rest of a line that a runtime has cut; 0 where all lines are
 * whole.
 */
export function pieceHoldMs(bytes: Buffer, containers: readonly ContainerKind[]): number {
  if (containers.length === 0 || bytes.length === 0) return 0;
  return new Cutter(bytes, containers, undefined).endsInPiece() ? PIECES_SECONDS_MAX * 1000 : 0;
}

/** Where the line begins that ends at `end`. */
function lineStart(bytes: Buffer, end: number): number {
  return end < 2 ? 0 : bytes.lastIndexOf(NEWLINE, end - 2) + 1;
}

/** Whether the line at `start` begins a record and is wrapped in nothing: the case that must cost nothing. */
export function isPlainStart(bytes: Buffer, start: number, containers: readonly ContainerKind[]): boolean {
  if (
    !isStartAt(bytes, start) ||
    isSplitRest(bytes.latin1Slice(start, Math.min(start + SPLIT_WITHIN, bytes.length)))
  )
    return false;
  if (containers.length > 0 && mayBeContainer(bytes, start)) return false;
  return bytes[start] !== 0x7b || !bytes.subarray(start).includes(RAW);
}

/** The number of a piece stands so near to where its line begins. */
const SPLIT_WITHIN = 512;
const RAW = Buffer.from('"raw":');

class Cutter {
  private readonly bytes: Buffer;
  private readonly containers: readonly ContainerKind[];
  private readonly plain: PlainLines;
  private readonly envelopes = new Envelopes();
  /** The last lines, the last one first. */
  private readonly window: Place[] = [];
  /** Whether the window reaches to where other wrapping ends: nothing there belongs together. */
  private isAtEdge = false;
  private readonly rules: RecordRules | undefined;

  constructor(bytes: Buffer, containers: readonly ContainerKind[], rules: RecordRules | undefined) {
    this.rules = rules;
    this.bytes = bytes;
    this.containers = containers;
    this.plain = new PlainLines(bytes, NO_OUTER);
  }

  cut(isThorough: boolean): number {
    for (let n = 0; n < WINDOW_LINES; n++) {
      const place = this.placeAt(n);
      if (place === undefined || place.start === 0) break;
      if (this.isSafe(n)) return place.start;
    }
    if (this.isAtEdge && this.window.length < WINDOW_LINES) return this.window.at(-1)!.start;
    return isThorough ? this.undecided() : 0;
  }

  /** Whether the last line of any stream is a piece that the next one may go on with. */
  endsInPiece(): boolean {
    const asked = new Set<string>();
    for (let n = 0; n < BETWEEN_LINES_MAX; n++) {
      const place = this.placeAt(n);
      if (place === undefined) return false;
      if (asked.has(place.stream)) continue;
      asked.add(place.stream);
      if (place.isPartial && !isApart(n + 1, this.secondsAfter(n, -1))) return true;
    }
    return false;
  }

  /** The line that is the n-th from the end, while it is wrapped as the last one is. */
  private placeAt(n: number): Place | undefined {
    while (this.window.length <= n && !this.isAtEdge) {
      const end = this.window.at(-1)?.start ?? this.bytes.length;
      if (end === 0) return undefined;
      const place = this.placeFrom(lineStart(this.bytes, end));
      this.isAtEdge = place.wrapping !== (this.window[0]?.wrapping ?? place.wrapping);
      if (!this.isAtEdge) this.window.push(place);
    }
    return this.window[n];
  }

  private placeFrom(start: number): Place {
    let { text } = this.plain.lineAt(start)!;
    let wrapping = "";
    let carrier: Carrier = this.plain;
    for (let depth = 0; depth < ENVELOPES_MAX && mayBeEnvelope(text); depth++) {
      const envelope = this.envelopes.of(carrier, start, depth);
      if (envelope === undefined) break;
      carrier = envelope;
      text = envelope.lineAt(start)!.text;
      wrapping += `${envelope.known}\n`;
    }
    text = withoutColours(text);
    const view = this.containers.length === 0 ? undefined : containerView(text, this.containers);
    if (view === undefined) return { start, wrapping, text, stream: "", isPartial: false, seconds: 0 };
    const { stream, isPartial, seconds, kind } = view;
    return { start, wrapping: `${wrapping}\n${kind}`, text: view.text, stream, isPartial, seconds };
  }

  /** Whether no record has lines both before and behind the start of the n-th line from the end. */
  private isSafe(n: number): boolean {
    const first = this.window[n]!.stream;
    if (!this.isSafeFor(first, n)) return false;
    const asked = new Set([first]);
    const isSafeAt = (at: number, stream = this.placeAt(at)!.stream): boolean => {
      if (asked.has(stream)) return true;
      asked.add(stream);
      return this.isSafeFor(stream, n);
    };
    // What stands right before tells most often: with many streams the others take long.
    for (let at = n + 1; at <= n + BETWEEN_LINES_MAX && this.placeAt(at) !== undefined; at++)
      if (!isSafeAt(at)) return false;
    for (let at = n - 1; at >= Math.max(0, n - BETWEEN_LINES_MAX); at--) if (!isSafeAt(at)) return false;
    return true;
  }

  private isSafeFor(stream: string, n: number): boolean {
    const before = this.before(stream, n);
    if (before === undefined) return true;
    const behind = this.behind(stream, n);
    const a = this.window[before]!;
    if (isApart(before - (behind ?? -1), this.secondsAfter(before, behind ?? -1))) return true;
    if (behind === undefined) return false;
    const b = this.window[behind]!;
    if (a.isPartial) return b.seconds - a.seconds > PIECES_SECONDS_MAX;
    // The piece of a line does not say what the whole of it does.
    if (this.rules !== undefined)
      return !b.isPartial && !this.isPiece(before, stream) && this.rules.begins(b.text, a.text);
    if (isLater(b.text, b.seconds, a.seconds)) return true;
    // The beginning of a line does not say that all of it is quiet.
    const isQuietHere = !b.isPartial && isQuiet(b.text);
    if (isSplitRest(b.text)) return false;
    return isStart(b.text) || isIndentedStart(b.text) || (isQuietHere && this.isQuietBefore(stream, before));
  }

  /** Whether the line goes on with one of its stream that had no end. */
  private isPiece(at: number, stream: string): boolean {
    const before = this.before(stream, at);
    return before !== undefined && this.window[before]!.isPartial;
  }

  /** The last line of the stream before the n-th, if it is near enough to matter. */
  private before(stream: string, n: number): number | undefined {
    for (let at = n + 1; at <= n + BETWEEN_LINES_MAX; at++) {
      const place = this.placeAt(at);
      if (place === undefined) return undefined;
      if (place.stream === stream) return at;
    }
    return undefined;
  }

  /** From the time of a line to the latest of those behind it up to another, which counts no more. */
  private secondsAfter(from: number, to: number): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (let at = from - 1; at > to; at--) latest = Math.max(latest, this.window[at]!.seconds);
    return latest - this.window[from]!.seconds;
  }

  private behind(stream: string, n: number): number | undefined {
    for (let at = n; at >= 0; at--) if (this.window[at]!.stream === stream) return at;
    return undefined;
  }

  private isQuietBefore(stream: string, from: number): boolean {
    let quiet = 0;
    for (let at = from; quiet < QUIET_LINES; at++) {
      const place = this.placeAt(at);
      if (place === undefined) return false;
      if (place.stream !== stream) continue;
      if (place.isPartial || !isQuiet(place.text)) return false;
      quiet++;
    }
    return true;
  }

  /** All lines from the start: where the last record begins that may go on. */
  private undecided(): number {
    let wrapping: string | undefined;
    const joining = joiningBy(this.rules);
    let bound = new Bound(joining);
    let starts: number[] = [];
    for (let at = 0; at < this.bytes.length; at = this.bytes.indexOf(NEWLINE, at) + 1) {
      const place = this.placeFrom(at);
      if (place.wrapping !== wrapping) {
        wrapping = place.wrapping;
        bound = new Bound(joining);
        starts = [];
      }
      bound.push(place);
      starts.push(at);
    }
    return starts[bound.undecided] ?? this.bytes.length;
  }
}
