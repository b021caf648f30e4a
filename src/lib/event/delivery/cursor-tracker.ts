import { type Delivery, newDelivery, type Outcome } from "./delivery.js";

/**
 * How far the streams of a source are done with. Deliveries settle in any order; a mark (what the source remembers of a
 * place: a cursor, a file and how far it was read) is committed once it and all before it in its stream are stored or
 * refused. One that failed holds its stream: nothing behind it is committed, so that the next run reads on before it.
 * The other streams go on.
 *
 * Memory: a small object for each block that is not settled; none for a stream that is held or has none.
 */
export class CursorTracker<Mark> {
  private readonly commit: (mark: Mark) => void;
  private readonly streams = new Map<string, Stream<Mark>>();

  /** `commit` is called with the newest mark that is done with, in the order of the stream. */
  constructor(commit: (mark: Mark) => void) {
    this.commit = commit;
  }

  /** A block of the stream was handed over, which ends at the mark: settle the delivery. */
  handedOver(stream: string, mark: Mark): Delivery {
    const place: Place<Mark> = { mark, outcome: undefined };
    this.add(stream, place);
    return newDelivery((outcome) => {
      place.outcome = outcome;
      this.advance(stream);
    });
  }

  /** Nothing more needs to be stored for this mark than what was handed over before: a file is finished, say. */
  reached(stream: string, mark: Mark): void {
    this.add(stream, { mark, outcome: { kind: "stored" } });
    this.advance(stream);
  }

  /** Blocks that were handed over and are not done with. */
  get waiting(): number {
    let sum = 0;
    for (const { places } of this.streams.values()) sum += places.length;
    return sum;
  }

  private add(name: string, place: Place<Mark>): void {
    const stream = this.streams.get(name);
    if (stream === undefined) this.streams.set(name, { places: [place], isHeld: false });
    else if (!stream.isHeld) stream.places.push(place);
  }

  private advance(name: string): void {
    const stream = this.streams.get(name);
    if (stream === undefined || stream.isHeld) return;
    const { places } = stream;
    const isDone = ({ outcome }: Place<Mark>) => outcome !== undefined && outcome.kind !== "failed";
    let count = 0;
    while (count < places.length && isDone(places[count]!)) count++;
    const last = places.splice(0, count).at(-1);
    stream.isHeld = places[0]?.outcome?.kind === "failed";
    if (stream.isHeld) places.length = 0;
    else if (places.length === 0) this.streams.delete(name);
    if (last !== undefined) this.commit(last.mark);
  }
}

interface Stream<Mark> {
  /** In the order they were handed over: the first is not done with. */
  readonly places: Place<Mark>[];
  /** A block of it failed. */
  isHeld: boolean;
}

interface Place<Mark> {
  readonly mark: Mark;
  /** Undefined while it is not settled. */
  outcome: Outcome | undefined;
}
