import type { Position } from "../event/position.js";
import type { Track } from "./tracked-file.js";

/** How far files were read at each block handed over, until that block is durable. */
export class Acknowledgements {
  private readonly commit: (track: Track) => void;
  private waiting: Track[] = [];

  constructor(commit: (track: Track) => void) {
    this.commit = commit;
  }

  /** A block of `file` was handed over; or the file is finished, which counts once all blocks before are durable. */
  handedOver(file: Track): void {
    const { id, path, labels, key, offset, head, tail, isFinished, isArchive } = file;
    const track = { id, path, labels, key, offset, head, tail, isFinished, isArchive };
    if (isFinished && this.waiting.length === 0) this.commit(track);
    else this.waiting.push(track);
  }

  /** Everything handed over up to `position` is durable. A position that was not handed over changes nothing. */
  acknowledge(position: Position): void {
    let count =
      1 +
      this.waiting.findLastIndex(
        (t) => t.id === position.source && t.offset <= position.offset && !t.isFinished,
      );
    if (count === 0) return;
    while (this.waiting[count]?.isFinished) count++;
    const durable = this.waiting.splice(0, count);
    const newest = new Map(durable.map((track) => [track.id, track]));
    for (const track of newest.values()) this.commit(track);
  }
}
