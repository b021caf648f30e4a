/** How far files were read and what of it is durable: by the table they go to, where there is one, else by the checkpoint. */
import { basename, dirname, relative, resolve } from "node:path";
import { countOf, formatSize } from "../../base/size.js";
import type { Position } from "../../event/position.js";
import type { Terminal } from "../../stage/terminal.js";
import { Acknowledgements } from "../acknowledgements.js";
import type { Checkpoint } from "../checkpoint.js";
import { printText } from "../prints.js";
import { type Track, trackOf } from "../tracked-file.js";
import { type Behind, placeByTable } from "./placed.js";

export class Progress {
  readonly id: string | undefined;
  /** What is known when reading begins. */
  known: readonly Track[];
  private readonly checkpoint: Checkpoint | undefined;
  private readonly terminal: Terminal;
  /** Where the table is, for messages. */
  private readonly table: string | undefined;
  private acknowledgements: Acknowledgements | undefined;
  /** What is read again because the table does not have it. */
  private behind: ReadonlyMap<string, Behind> = new Map();

  /** Without a checkpoint nothing is remembered. */
  constructor(checkpoint: Checkpoint | undefined, terminal: Terminal, table?: string) {
    this.checkpoint = checkpoint;
    this.terminal = terminal;
    this.table = table;
    this.id = checkpoint?.id;
    this.known = checkpoint?.files ?? [];
  }

  get isKept(): boolean {
    return this.checkpoint !== undefined;
  }

  /** What the table has is what was read: a file, its copy or its archive is recognised by that, and read behind it. */
  resume(positions: readonly Position[]): void {
    const { checkpoint } = this;
    if (checkpoint === undefined) return;
    const stored = new Map(positions.map((position) => [position.source, position]));
    const placed = placeByTable(this.known, (id) => stored.get(this.nameOf(id)));
    const before = this.table === undefined ? undefined : checkpoint.usedFor(this.table);
    for (const track of placed.ahead) checkpoint.set(track);
    // Durable before anything of the others is read: else they would be read beside them by the next run.
    for (const id of placed.merged) checkpoint.forget(id);
    this.known = placed.tracks;
    this.behind = placed.behind;
    if (this.behind.size > 0) this.terminal.notice(this.againText(checkpoint.path, before));
  }

  /** `isThere`: whether a file is still to be seen, so that it must not be forgotten. The files with lines held back by a stage. */
  begin(isThere: (track: Track) => boolean): Track[] {
    const { checkpoint, known } = this;
    if (checkpoint === undefined) return [];
    checkpoint.isNeeded = isThere;
    this.acknowledgements = new Acknowledgements(known, (track) =>
      checkpoint.set({ ...track, path: this.resolved(track.path) }),
    );
    return known.filter((track) => track.held !== undefined);
  }

  /** Remembers a file of which nothing was handed over yet. `introduced` writes it. */
  introduce(file: Track): void {
    this.checkpoint?.introduce(trackOf(file, this.resolved(file.path)));
  }

  /** Resolves once every file introduced is durable. Throws output.unwritable. */
  async introduced(): Promise<void> {
    await this.checkpoint?.known();
  }

  /** A block of the file was handed over; or it is finished. */
  handedOver(file: Track): void {
    this.acknowledgements?.handedOver(file);
  }

  /** The content of these is nowhere to be found any more. What the table lacks of them is named, once. */
  gaveUp(files: readonly Track[]): void {
    const gone: Behind[] = [];
    for (const file of files) {
      if (file.id === "") continue;
      const behind = this.behind.get(file.id);
      if (behind !== undefined && behind.to > file.offset) gone.push({ ...behind, from: file.offset });
      this.handedOver(file);
    }
    if (gone.length === 0) return;
    const names = [...new Set(gone.map(({ path }) => path))];
    const shown = names.length > 3 ? `${names.slice(0, 3).join(", ")} and others` : names.join(", ");
    this.terminal.complain(
      `${sizeOf(gone)} that ${this.tableText(this.table)} lacks cannot be read again: ${shown}: content that was read is no longer on the disk`,
      "where a backup has these files, put them beside the log under the names of rotated ones, or name them to ingest with the same --checkpoint",
    );
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

  private againText(checkpoint: string, before: string | undefined): string {
    const files = [...this.behind.values()];
    const what = `${sizeOf(files)} of ${countOf(files.length, "file")}`;
    const table = this.tableText(this.table);
    return before === undefined || before === this.table
      ? `${table} has less than the checkpoint ${checkpoint} says was stored, as one that was restored from a backup or made anew: reading again what it lacks, ${what}`
      : `the checkpoint ${checkpoint} was last used for ${this.tableText(before)}: reading again what ${table} lacks, ${what}`;
  }

  private tableText(table: string | undefined): string {
    if (table === undefined) return "the table";
    const store = relative(this.terminal.cwd, dirname(table));
    return `table ${basename(table)} of ${store.startsWith("..") ? dirname(table) : store || "."}`;
  }

  private resolved(path: string): string {
    return resolve(this.terminal.cwd, path);
  }

  /** What positions call a file. */
  private nameOf(id: string): string {
    return this.id === undefined ? id : `${this.id}/${id}`;
  }
}

function sizeOf(files: readonly Behind[]): string {
  return formatSize(files.reduce((sum, { from, to }) => sum + to - from, 0));
}
