/**
 * The streams of which a line came so lately that the next one may belong to it: never more than a few, however many
 * there are.
 */

/** A line further back, of all streams, or longer ago has nothing more to do with the next of its stream. */
export const BETWEEN_LINES_MAX = 64;
export const BETWEEN_SECONDS_MAX = 1;

interface Last {
  /** How many lines of all streams had come behind it. */
  readonly count: number;
  readonly seconds: number;
}

export class RecentStreams {
  /** The one whose line came last is at the end. */
  private readonly lasts = new Map<string, Last>();
  /** No time of `lasts` is before it. */
  private floor = Number.POSITIVE_INFINITY;

  /**
   * Takes the line of `stream` that is number `count`. The streams that are too far away from now on: each is given
   * once, and forgotten.
   */
  push(stream: string, count: number, seconds: number): readonly string[] {
    const { lasts } = this;
    lasts.delete(stream);
    lasts.set(stream, { count, seconds });
    this.floor = Math.min(this.floor, seconds);
    if (lasts.size === 1) return NONE;
    const distant: string[] = [];
    for (const [other, last] of lasts) {
      if (count + 1 - last.count <= BETWEEN_LINES_MAX) break;
      distant.push(other);
    }
    if (seconds - this.floor > BETWEEN_SECONDS_MAX) this.findBefore(seconds, distant);
    for (const other of distant) lasts.delete(other);
    return distant;
  }

  private findBefore(seconds: number, distant: string[]): void {
    this.floor = Number.POSITIVE_INFINITY;
    for (const [other, last] of this.lasts) {
      if (seconds - last.seconds <= BETWEEN_SECONDS_MAX) this.floor = Math.min(this.floor, last.seconds);
      else if (!distant.includes(other)) distant.push(other);
    }
  }
}

const NONE: readonly string[] = [];
