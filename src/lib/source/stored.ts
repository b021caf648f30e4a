/** What a sink had durable of the files before this run: it may be ahead of the checkpoint, which is written afterwards. */
import { fstatSync } from "node:fs";
import type { Position } from "../event/position.js";
import type { TrackedFile } from "./tracked-file.js";

export class Stored {
  private readonly bySource = new Map<string, Position>();

  get isEmpty(): boolean {
    return this.bySource.size === 0;
  }

  add(positions: readonly Position[]): void {
    for (const position of positions) this.bySource.set(position.source, position);
  }

  /** Whether the source is stored as far as `offset`. */
  reaches(source: string, offset: number): boolean {
    return (this.bySource.get(source)?.offset ?? -1) >= offset;
  }

  /** The position of a source, once. */
  take(source: string): Position | undefined {
    const position = this.bySource.get(source);
    this.bySource.delete(source);
    return position;
  }
}

/** Moves the file on to `position`; false when it is further already or ends before. */
export function goOnBehind(position: Position, file: TrackedFile, fd: number): boolean {
  if (position.offset < file.offset || position.offset > fstatSync(fd).size) return false;
  file.startAt(fd, position.offset);
  return true;
}
