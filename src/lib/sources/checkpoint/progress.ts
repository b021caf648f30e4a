/**
 * How far files were read and what of it is durable: by the table they go to, where there is one, else by the
 * checkpoint.
 */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { countOf, formatSize } from "../../base/size.js";
import type { Cursor } from "../../event/delivery/cursor.js";
import { CursorTracker } from "../../event/delivery/cursor-tracker.js";
import type { Delivery } from "../../event/delivery/delivery.js";
import type { Host } from "../../pipeline/contract/host.js";
import { printText } from "../identity/fingerprint.js";
import { type Track, trackOf } from "../identity/tracked-file.js";
import type { Checkpoint } from "./checkpoint.js";
import { type Behind, placeByTable } from "./positions-of-table.js";

export class ReadProgress {
  readonly id: string | undefined;
  /** What is known when reading begins. */
  known: readonly Track[];
  private readonly checkpoint: Checkpoint | undefined;
  private readonly host: Host;
  /** Where the table is, for messages. */
  private readonly table: string | undefined;
  private readonly tracker: CursorTracker<Track> | undefined;
  /** What is read again because the table does not have it. */
  private behind: ReadonlyMap<string, Behind> = new Map();
  /** How far the table has files as other checkpoints have read them, by id of the file. */
  private elsewhere = new Map<string, number>();
  private hasToldOfElsewhere = false;

  /** Without a checkpoint nothing is remembered. */
  constructor(checkpoint: Checkpoint | undefined, host: Host, table?: string) {
    this.checkpoint = checkpoint;
    this.host = host;
    this.table = table;
    this.id = checkpoint?.id;
    this.known = checkpoint?.files ?? [];
    this.tracker =
      checkpoint &&
      new CursorTracker((track) => checkpoint.set({ ...track, path: this.resolved(track.path) }));
  }

  get isKept(): boolean {
    return this.checkpoint !== undefined;
  }

  /** What the table has is what was read: a file, its copy or its archive is recognised by that, and read behind it. */
  resume(cursors: readonly Cursor[]): void {
    const { checkpoint } = this;
    if (checkpoint === undefined) return;
    const stored = new Map(cursors.map((cursor) => [cursor.stream, cursor]));
    // Of what a checkpoint knows already only that one decides.
    if (this.known.length === 0)
      for (const { stream, offset } of cursors) {
        const [id, file] = splitAtSlash(stream);
        if (file !== "" && id !== this.id)
          this.elsewhere.set(file, Math.max(offset, this.elsewhere.get(file) ?? 0));
      }
    const placed = placeByTable(this.known, (id) => stored.get(this.nameOf(id)));
    const before = this.table === undefined ? undefined : checkpoint.usedFor(this.table);
    for (const track of placed.ahead) checkpoint.set(track);
    // Durable before anything of the others is read: else they would be read beside them by the next run.
    for (const id of placed.merged) checkpoint.forget(id);
    this.known = placed.tracks;
    this.behind = placed.behind;
    if (this.behind.size > 0) this.host.log("info", this.againText(checkpoint.path, before));
  }

  /** `isThere`: whether a file is still to be seen, so that it must not be forgotten. */
  begin(isThere: (track: Track) => boolean): void {
    if (this.checkpoint !== undefined) this.checkpoint.isNeeded = isThere;
  }

  /** The lines that were held back of each file: what the table says, or the checkpoint of an older version. */
  heldLines(
    saved: ReadonlyMap<string, Buffer> | undefined,
  ): { readonly track: Track; readonly lines: Buffer }[] {
    return this.known.flatMap((track) => {
      const lines = saved?.get(this.nameOf(track.id)) ?? (track.held && Buffer.from(track.held, "base64"));
      return lines ? [{ track, lines }] : [];
    });
  }

  /** Remembers a file of which nothing was handed over yet. `introduced` writes it. */
  introduce(file: Track): void {
    this.tellOfElsewhere(file);
    this.checkpoint?.introduce(trackOf(file, this.resolved(file.path)));
  }

  /** Resolves once every file introduced is durable. Throws output.unwritable. */
  async introduced(): Promise<void> {
    await this.checkpoint?.known();
  }

  /** A block of the file was handed over: settled, and all before it, the file is read behind it by the next run. */
  handedOver(file: Track): Delivery | undefined {
    return this.tracker?.handedOver(file.id, trackOf(file, file.path));
  }

  /** The file is finished, or gone: that counts once all its blocks are done with. */
  finished(file: Track): void {
    this.tracker?.reached(file.id, trackOf(file, file.path));
  }

  /** The content of these is nowhere to be found any more. What the table lacks of them is named, once. */
  gaveUp(files: readonly Track[]): void {
    const gone: Behind[] = [];
    for (const file of files) {
      if (file.id === "") continue;
      const behind = this.behind.get(file.id);
      if (behind !== undefined && behind.to > file.offset) gone.push({ ...behind, from: file.offset });
      this.finished(file);
    }
    if (gone.length === 0) return;
    const names = [...new Set(gone.map(({ path }) => path))];
    const shown = names.length > 3 ? `${names.slice(0, 3).join(", ")} and others` : names.join(", ");
    this.host.fail(
      `${sizeOf(gone)} that ${this.tableText(this.table)} lacks cannot be read again: ${shown}: content that was read is no longer on the disk`,
      "where a backup has these files, put them beside the log under the names of rotated ones, or name them to ingest with the same --checkpoint",
    );
  }

  /** The cursor of a block that ends where the file was read to. */
  cursorOf({ id, offset, tail }: Track): Cursor {
    const cursor = { stream: this.nameOf(id), offset };
    return tail.length === 0 ? cursor : { ...cursor, print: printText(tail) };
  }

  /** Throws output.unwritable once a write has failed. */
  check(): void {
    this.checkpoint?.check();
  }

  async close(): Promise<void> {
    await this.checkpoint?.close();
  }

  /** Which of the two is wanted nobody but the user knows: a checkpoint that is lost, or one more reading. */
  private tellOfElsewhere({ id, path, offset }: Track): void {
    const to = this.elsewhere.get(id) ?? 0;
    if (this.hasToldOfElsewhere || to <= offset) return;
    this.hasToldOfElsewhere = true;
    this.host.log(
      "warn",
      `${this.tableText(this.table)} has ${formatSize(to)} of ${path} already, as another checkpoint has read it; the checkpoint ${this.checkpoint?.path} knows nothing of it: it is read again, and stored twice`,
      "where the checkpoint was lost or moved, stop and put it back; to store only what is new from now on, begin with --from resume-or-end",
    );
  }

  private againText(checkpoint: string, before: string | undefined): string {
    const files = [...this.behind.values()];
    const what = `${sizeOf(files)} of ${countOf(files.length, "file")}`;
    const table = this.tableText(this.table);
    return before === undefined || before === this.table
      ? `${table} has less than the checkpoint ${checkpoint} says was stored, as one that was restored from a backup or recreated: reading again what it lacks, ${what}`
      : `the checkpoint ${checkpoint} was last used for ${this.tableText(before)}: reading again what ${table} lacks, ${what}`;
  }

  private tableText(table: string | undefined): string {
    if (table === undefined) return "the table";
    const kept = statSync(table, { throwIfNoEntry: false });
    const isJournal = existsSync(join(table, "readers"));
    if (isJournal || kept?.isFile() === true) {
      const path = relative(this.host.cwd, table);
      return `${isJournal ? "the journal" : "the file"} ${path.startsWith("..") ? table : path || "."}`;
    }
    const store = relative(this.host.cwd, dirname(table));
    return `table ${basename(table)} of ${store.startsWith("..") ? dirname(table) : store || ".."}`;
  }

  private resolved(path: string): string {
    return resolve(this.host.cwd, path);
  }

  /** What cursors call a file. */
  private nameOf(id: string): string {
    return this.id === undefined ? id : `${this.id}/${id}`;
  }
}

function splitAtSlash(stream: string): readonly [string, string] {
  const at = stream.indexOf("/");
  return at < 0 ? ["", ""] : [stream.slice(0, at), stream.slice(at + 1)];
}

function sizeOf(files: readonly Behind[]): string {
  return formatSize(files.reduce((sum, { from, to }) => sum + to - from, 0));
}
