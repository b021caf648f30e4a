/**
 * Finds where no record goes on, whichever of the lines before may have begun one: what a format reads is not known
 * here.
 */

import { BETWEEN_LINES_MAX } from "../multiline/recent-streams.js";
import { isSplitRest } from "../multiline/syslog-split.js";
import { isApart, isLater, PIECES_SECONDS_MAX, type View } from "./grouper.js";
import { type Joining, joiningBy, type RecordTrail } from "./joining.js";

interface Stream {
  /** One for every line that may have begun a record that goes on; those that say the same of what comes only once. */
  trails: RecordTrail[];
  /** The place of the first line of what may go on. */
  first: number;
  /** A line of which pieces have come. */
  pieces: { readonly index: number; text: string } | undefined;
  last: number;
  /** The last one that ended a line. */
  lastWhole: number;
  seconds: number;
  /** The latest time since, of lines of other streams. */
  latest: number;
}

/** Lines from `first` to `last`, both included, that may be of one record. */
interface Span {
  readonly first: number;
  readonly last: number;
}

export class Bound {
  private readonly streams = new Map<string, Stream>();
  /** What is complete, but has lines of other streams within: nothing is cut there. In the order of their ends. */
  private readonly closed: Span[] = [];
  /** Lines of several streams have come. */
  private isMixed = false;
  private count = 0;
  private readonly joining: Joining;

  constructor(joining = joiningBy(undefined)) {
    this.joining = joining;
  }

  push({ stream, seconds, text, isPartial }: View): void {
    const index = this.count++;
    for (const other of this.streams.values()) if (!(other.latest >= seconds)) other.latest = seconds;
    let open = this.streams.get(stream);
    if (open === undefined || this.isBehind(open, index, { text, seconds })) {
      if (open !== undefined) this.close(firstOf(open), open.last);
      this.isMixed ||= this.streams.size > (open === undefined ? 0 : 1);
      open = {
        trails: [],
        first: index,
        pieces: undefined,
        last: index,
        lastWhole: index,
        seconds,
        latest: seconds,
      };
      this.streams.set(stream, open);
    }
    if (open.pieces !== undefined && seconds - open.seconds > PIECES_SECONDS_MAX) {
      this.goOn(open, open.pieces.text, open.pieces.index);
      this.close(open.first, open.last);
      open.trails = [];
      open.pieces = undefined;
    }
    const pieces = open.pieces ?? { index, text: "" };
    pieces.text += text;
    open.pieces = isPartial ? pieces : undefined;
    if (!isPartial) this.goOn(open, pieces.text, pieces.index);
    open.last = index;
    if (!isPartial) open.lastWhole = index;
    open.seconds = open.latest = seconds;
    this.forget(stream, open);
  }

  /** Lets go of streams that nothing more can belong to: a line costs the same with any number of names. */
  private forget(stream: string, open: Stream): void {
    const { streams, count } = this;
    if (streams.size === 1) return;
    streams.delete(stream);
    streams.set(stream, open);
    for (const [other, { last }] of streams) {
      if (count - last <= BETWEEN_LINES_MAX) return;
      this.close(firstOf(streams.get(other)!), last);
      streams.delete(other);
    }
  }

  private isBehind(open: Stream, index: number, { text, seconds }: Pick<View, "text" | "seconds">): boolean {
    if (isApart(index - open.last, open.latest - open.seconds)) return true;
    if (this.joining.rules !== undefined || open.pieces !== undefined) return false;
    return isLater(text, seconds, open.seconds);
  }

  /**
   * The place of the first line to which more may belong, or of one before it whose record goes on behind it; the
   * number of lines, when there is none.
   */
  get undecided(): number {
    const { count } = this;
    let cut = count;
    const spans = [...this.closed];
    for (const open of this.streams.values()) {
      const first = firstOf(open);
      if (isApart(count - open.last, open.latest - open.seconds)) spans.push({ first, last: open.last });
      else cut = Math.min(cut, first);
    }
    spans.sort((a, b) => b.last - a.last);
    for (const { first, last } of spans) if (last >= cut && first < cut) cut = first;
    return cut;
  }

  /** Takes a line of `open`, put together from its pieces, whose first one is at `index`. */
  private goOn(open: Stream, text: string, index: number): void {
    const { joining } = this;
    const isApartFromAll = joining.isApart(text) && !isSplitRest(text);
    const alive = isApartFromAll ? [] : open.trails.filter((trail) => trail.accept(text) !== "ends");
    if (alive.length === 0) {
      if (open.trails.length > 0) this.close(open.first, open.lastWhole);
      open.first = index;
    }
    // Rules say for sure where a record begins.
    if (joining.rules !== undefined) {
      open.trails = alive.length > 0 ? alive : [joining.trail(text)];
      return;
    }
    const trails = new Map<string, RecordTrail>();
    for (const trail of [...alive, joining.trail(text)]) trails.set(trail.state, trail);
    open.trails = [...trails.values()];
  }

  private close(first: number, last: number): void {
    if (last > first && this.isMixed) this.closed.push({ first, last });
  }
}

/** The first line that may be of one record with the last. */
function firstOf({ trails, first, pieces }: Stream): number {
  return trails.length > 0 ? first : pieces!.index;
}
