/** A checkpoint for a source that is no file: its positions in place of tracks of files. */
import type { Position } from "../event/position.js";
import { Checkpoint } from "./checkpoint.js";
import { EMPTY_PRINT } from "./prints.js";

export class KeptPositions {
  private readonly checkpoint: Checkpoint;
  private readonly path: string;
  private begun: Position | undefined;

  /**
   * `path`: what is read, absolute. `tell` hears what keeps it waiting, `signal` ends that. Throws checkpoint.locked,
   * checkpoint.unusable, output.unwritable.
   */
  static async open(
    checkpoint: string,
    path: string,
    tell?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<KeptPositions> {
    return new KeptPositions(await Checkpoint.open(checkpoint, tell, signal), path);
  }

  private constructor(checkpoint: Checkpoint, path: string) {
    this.checkpoint = checkpoint;
    this.path = path;
  }

  /** The first part of the names of positions. */
  get id(): string {
    return this.checkpoint.id;
  }

  get positions(): readonly Position[] {
    return this.checkpoint.files.map(({ id, offset, held }) => {
      const source = `${this.id}/${id}`;
      return held === undefined ? { source, offset } : { source, offset, held };
    });
  }

  /** Where reading began, where that was behind what there was. */
  get starts(): readonly Position[] {
    return this.checkpoint.files.flatMap(({ id, start }) =>
      start === undefined ? [] : [{ source: `${this.id}/${id}`, offset: start.offset }],
    );
  }

  /** Reading begins there, and not at the start: kept with the first position. */
  begin({ source, offset }: Position): void {
    this.begun = { source, offset };
  }

  /** Throws checkpoint.known when something is remembered. */
  refuse(option: string): void {
    this.checkpoint.refuse(option);
  }

  /** Resolves once the id is durable. Throws output.unwritable once a write has failed. */
  async ready(): Promise<void> {
    this.checkpoint.check();
    await this.checkpoint.known();
  }

  /** Written within half a second. */
  keep({ source, offset, held }: Position): void {
    const id = source.slice(this.id.length + 1);
    const { path } = this;
    const known = this.checkpoint.files.find((track) => track.id === id)?.start;
    const start = this.begun?.source === source ? { offset: this.begun.offset, tail: EMPTY_PRINT } : known;
    const track = { id, path, key: KEY, offset, head: EMPTY_PRINT, tail: EMPTY_PRINT, start };
    this.checkpoint.set({ ...track, isFinished: false, isArchive: false, held });
  }

  close(): Promise<void> {
    return this.checkpoint.close();
  }
}

/** In the place of device and inode. */
const KEY = "table";
