/** Finds where no record goes on, whichever of the lines before may have begun one: what a format reads is not known here. */
import { isApart, PIECES_SECONDS_MAX, type View } from "./grouper.js";
import { isIndentedStart, isStart } from "./starts.js";
import { Trail } from "./trail.js";

interface Stream {
  /** One for every line that may have begun a record that goes on; those that say the same of what comes only once. */
  trails: Trail[];
  /** The place of the first line of what may go on. */
  first: number;
  /** A line of which pieces have come. */
  pieces: { readonly index: number; text: string } | undefined;
  last: number;
  seconds: number;
  /** The latest time since, of lines of other streams. */
  latest: number;
}

export class Bound {
  private readonly streams = new Map<string, Stream>();
  private count = 0;

  push({ stream, seconds, text, isPartial }: View): void {
    const index = this.count++;
    for (const other of this.streams.values()) if (!(other.latest >= seconds)) other.latest = seconds;
    let open = this.streams.get(stream);
    if (open === undefined || isApart(index - open.last, open.latest - open.seconds)) {
      open = { trails: [], first: index, pieces: undefined, last: index, seconds, latest: seconds };
      this.streams.set(stream, open);
    }
    if (open.pieces !== undefined && seconds - open.seconds > PIECES_SECONDS_MAX) {
      goOn(open, open.pieces.text, open.pieces.index);
      open.trails = [];
      open.pieces = undefined;
    }
    const pieces = open.pieces ?? { index, text: "" };
    pieces.text += text;
    open.pieces = isPartial ? pieces : undefined;
    if (!isPartial) goOn(open, pieces.text, pieces.index);
    open.last = index;
    open.seconds = open.latest = seconds;
  }

  /** The place of the first line to which more may belong; the number of lines, when there is none. */
  get undecided(): number {
    const { count } = this;
    const open = [...this.streams.values()].filter(
      ({ last, latest, seconds }) => !isApart(count - last, latest - seconds),
    );
    return Math.min(
      count,
      ...open.map(({ trails, first, pieces }) => (trails.length > 0 ? first : pieces!.index)),
    );
  }
}

function goOn(open: Stream, text: string, index: number): void {
  const isApartFromAll = isStart(text) || isIndentedStart(text);
  const alive = isApartFromAll ? [] : open.trails.filter((trail) => trail.accept(text) !== "ends");
  if (alive.length === 0) open.first = index;
  const trails = new Map<string, Trail>();
  for (const trail of [...alive, new Trail(text, true)]) trails.set(trail.state, trail);
  open.trails = [...trails.values()];
}
