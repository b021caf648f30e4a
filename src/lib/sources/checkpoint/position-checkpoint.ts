/** A checkpoint for a source that is no file: its cursors in place of tracks of files. */
import type { Cursor } from "../../event/delivery/cursor.js";
import { EMPTY_PRINT } from "../identity/fingerprint.js";
import { Checkpoint } from "./checkpoint.js";

export class PositionCheckpoint {
  private readonly checkpoint: Checkpoint;
  private readonly path: string;
  private readonly begun = new Map<string, number>();

  /**
   * `path`: what is read, absolute. `tell` hears what keeps it waiting, `signal` ends that. Throws checkpoint.locked,
   * checkpoint.unusable, output.unwritable.
   */
  static async open(
    checkpoint: string,
    path: string,
    tell?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<PositionCheckpoint> {
    return new PositionCheckpoint(await Checkpoint.open(checkpoint, tell, signal), path);
  }

  private constructor(checkpoint: Checkpoint, path: string) {
    this.checkpoint = checkpoint;
    this.path = path;
  }

  /** The first part of the names of streams. */
  get id(): string {
    return this.checkpoint.id;
  }

  get cursors(): readonly Cursor[] {
    return this.checkpoint.files.map(({ id, offset }) => ({ stream: `${this.id}/${id}`, offset }));
  }

  /** Lines that a pipeline held back, by stream: older versions kept them here. */
  get held(): ReadonlyMap<string, Buffer> {
    return new Map(
      this.checkpoint.files.flatMap(({ id, held }) =>
        held === undefined ? [] : [[`${this.id}/${id}`, Buffer.from(held, "base64")] as const],
      ),
    );
  }

  /** Where reading began, where that was behind what there was. */
  get starts(): readonly Cursor[] {
    return this.checkpoint.files.flatMap(({ id, start }) =>
      start === undefined ? [] : [{ stream: `${this.id}/${id}`, offset: start.offset }],
    );
  }

  /** Reading begins there, and not at the start: kept with the first cursor. */
  begin({ stream, offset }: Cursor): void {
    this.begun.set(stream, offset);
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
  keep({ stream, offset }: Cursor): void {
    const id = stream.slice(this.id.length + 1);
    const { path } = this;
    const known = this.checkpoint.files.find((track) => track.id === id)?.start;
    const begun = this.begun.get(stream);
    const start = begun === undefined ? known : { offset: begun, tail: EMPTY_PRINT };
    const track = { id, path, key: KEY, offset, head: EMPTY_PRINT, tail: EMPTY_PRINT, start };
    this.checkpoint.set({ ...track, isFinished: false, isArchive: false });
  }

  /** Resolves once what was kept is durable. Throws output.unwritable. */
  async saved(): Promise<void> {
    await this.checkpoint.saved();
  }

  close(): Promise<void> {
    return this.checkpoint.close();
  }
}

/** In the place of device and inode. */
const KEY = "table";
