import type { Position } from "../event/position.js";
import { type Track, trackOf } from "./tracked-file.js";

/** How far files were read at each block handed over, until that block is durable. */
export class Acknowledgements {
  private readonly commit: (track: Track) => void;
  private readonly waiting: Track[] = [];
  /** The newest durable track of each file. */
  private readonly durable: Map<string, Track>;

  constructor(known: readonly Track[], commit: (track: Track) => void) {
    this.durable = new Map(known.map((track) => [track.id, track]));
    this.commit = commit;
  }

  /** A block of `file` was handed over; or the file is finished, which counts once all blocks before are durable. */
  handedOver(file: Track): void {
    this.waiting.push(trackOf(file, file.path));
    this.settleFinished();
  }

  /** Everything handed over up to `position` is durable, but for the lines it holds. Unknown positions change nothing. */
  acknowledge({ source, offset, held }: Position): void {
    const count =
      1 + this.waiting.findLastIndex((t) => t.id === source && t.offset <= offset && !t.isFinished);
    const newest = new Map(this.waiting.splice(0, count).map((track) => [track.id, track]));
    const last = newest.get(source) ?? this.durable.get(source);
    if (last?.offset === offset) newest.set(source, { ...last, held });
    for (const track of newest.values()) this.settle(track);
    this.settleFinished();
  }

  private settleFinished(): void {
    while (this.waiting[0]?.isFinished) {
      const track = this.waiting.shift()!;
      this.settle({ ...track, held: this.durable.get(track.id)?.held });
    }
  }

  private settle(track: Track): void {
    this.durable.set(track.id, track);
    this.commit(track);
  }
}
