/** How far files were read and what of it is durable: by the checkpoint, and by a sink that may be ahead of it. */
import { resolve } from "node:path";
import type { Position } from "../../event/position.js";
import { Acknowledgements } from "../acknowledgements.js";
import type { Checkpoint } from "../checkpoint.js";
import { EMPTY_PRINT, parsePrint, printText } from "../prints.js";
import { type Track, trackOf } from "../tracked-file.js";

export class Progress {
  readonly id: string | undefined;
  /** What is known when reading begins. */
  known: readonly Track[];
  private readonly checkpoint: Checkpoint | undefined;
  private readonly cwd: string;
  private acknowledgements: Acknowledgements | undefined;

  /** Without a checkpoint nothing is remembered. */
  constructor(checkpoint: Checkpoint | undefined, cwd: string) {
    this.checkpoint = checkpoint;
    this.cwd = cwd;
    this.id = checkpoint?.id;
    this.known = checkpoint?.files ?? [];
  }

  get isKept(): boolean {
    return this.checkpoint !== undefined;
  }

  /** What the sink has is what was read: a file, its copy or its archive is recognised by that, and read behind it. */
  resume(positions: readonly Position[]): void {
    const stored = new Map(positions.map((position) => [position.source, position]));
    this.known = this.known.map((track) => {
      const position = stored.get(this.nameOf(track.id));
      if (position === undefined || position.offset < track.offset) return track;
      const { offset, held } = position;
      const tail = parsePrint(position.print) ?? (offset === track.offset ? track.tail : EMPTY_PRINT);
      const ahead = { ...track, offset, tail, held };
      this.checkpoint?.set(ahead);
      return ahead;
    });
  }

  /** `isThere`: whether a file is still to be seen, so that it must not be forgotten. The files with lines held back by a stage. */
  begin(isThere: (track: Track) => boolean): Track[] {
    const { checkpoint, known } = this;
    if (checkpoint === undefined) return [];
    checkpoint.isNeeded = isThere;
    this.acknowledgements = new Acknowledgements(known, (track) =>
      checkpoint.set({ ...track, path: resolve(this.cwd, track.path) }),
    );
    return known.filter((track) => track.held !== undefined);
  }

  /** Remembers a file of which nothing was handed over yet. `introduced` writes it. */
  introduce(file: Track): void {
    this.checkpoint?.introduce(trackOf(file, resolve(this.cwd, file.path)));
  }

  /** Resolves once every file introduced is durable. Throws output.unwritable. */
  async introduced(): Promise<void> {
    await this.checkpoint?.known();
  }

  /** A block of the file was handed over; or it is finished. */
  handedOver(file: Track): void {
    this.acknowledgements?.handedOver(file);
  }

  /** Positions are durable in the order in which blocks were handed over: everything before this one is as well. */
  acknowledge(position: Position): void {
    const source = position.source.slice(this.nameOf("").length);
    this.acknowledgements?.acknowledge({ ...position, source });
  }

  /** The position of a block that ends where the file was read to. */
  positionOf({ id, offset, tail }: Track): Position {
    const position = { source: this.nameOf(id), offset };
    return tail.length === 0 ? position : { ...position, print: printText(tail) };
  }

  /** Throws output.unwritable once a write has failed. */
  check(): void {
    this.checkpoint?.check();
  }

  async close(): Promise<void> {
    await this.checkpoint?.close();
  }

  /** What positions call a file. */
  private nameOf(id: string): string {
    return this.id === undefined ? id : `${this.id}/${id}`;
  }
}
