/** From what is on the disk to where everything goes on. */
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { failure } from "../base/errors/index.js";
import { diskFiles, type Files, makeDurableDirectory } from "../base/files.js";
import { countOf } from "../base/size.js";
import type { Position } from "../event/position.js";
import { forgetTable } from "../store/wal/feed/link.js";
import { type Commit, isFor, WAL_DIRECTORY } from "../store/wal/segment.js";
import { type DirectoryLock, lockDirectory } from "./directory-lock.js";
import { type Header, outsideOf, readHeader } from "./header.js";
import { waitingText } from "./inspect/left-behind.js";
import { removePlace, renameReader } from "./inspect/rename.js";
import { placePath, readerNames, readPlace } from "./places/place.js";
import { ReaderState } from "./places/reader-state.js";
import { readStored, storedPath } from "./places/stored.js";
import { lossText } from "./segments/mend.js";
import { type Recovered, takeOver } from "./segments/recovery.js";
import { endOfCommit, type JournalSegment } from "./segments/segments.js";
import type { JournalOptions } from "./types.js";

export interface Opened {
  readonly lock: DirectoryLock;
  /** `end`: where what is written begins. */
  readonly header: Header;
  readonly recovered: Recovered;
  readonly readers: ReadonlyMap<string, ReaderState>;
  readonly positions: Map<string, Position>;
  readonly missingBytes: number;
}

/**
 * After a crash new addresses begin so far ahead: what is gone of the end, and a sink may have stored, is not given
 * the same address again.
 */
const JUMP_BYTES = 1024 * 1024 * 1024;

export async function openDirectory(options: JournalOptions): Promise<Opened> {
  const { directory, files = diskFiles, onNotice, onWarning = onNotice, onLost = onWarning } = options;
  const { damaged } = await readHeader(files, directory);
  await makeDurableDirectory(files, dirname(directory), "umask");
  await makeDurableDirectory(files, directory, "owner");
  const lock = await lockDirectory(options);
  try {
    // Once more: only who has the lock may believe it.
    let { header } = await readHeader(files, directory);
    if (header?.renaming !== undefined)
      header = await renameReader(files, directory, header, header.renaming, onLost);
    for (const path of damaged) onWarning?.(`${path} is not what was written: it is made again`);
    return await new Opening(options, files, lock, header).run();
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface GoneReader {
  readonly name: string;
  readonly place: number;
  waitingEvents: number;
  waitingBytes: number;
}

class Opening {
  readonly #options: JournalOptions;
  readonly #files: Files;
  readonly #lock: DirectoryLock;
  readonly #known: Header | undefined;
  readonly #readers = new Map<string, ReaderState>();
  readonly #isNew = new Set<ReaderState>();
  /** Readers of the run before that are not there any more, with the events that wait for them. */
  #gone: GoneReader[] = [];

  constructor(options: JournalOptions, files: Files, lock: DirectoryLock, known: Header | undefined) {
    this.#options = options;
    this.#files = files;
    this.#lock = lock;
    this.#known = known;
  }

  async run(): Promise<Opened> {
    const { directory } = this.#options;
    const places = await this.#readPlaces();
    const known = this.#known;
    await this.#readGone(known?.id ?? places.id);
    const onCommit = (_: JournalSegment, commit: Commit) => {
      for (const reader of this.#readers.values())
        if (endOfCommit(commit) > reader.place && isFor(commit, reader.name))
          reader.addressed += commit.events;
      for (const reader of this.#gone)
        if (endOfCommit(commit) > reader.place && isFor(commit, reader.name)) {
          reader.waitingEvents += commit.events;
          reader.waitingBytes += commit.length;
        }
    };
    const recovered = await takeOver(
      this.#files,
      directory,
      known?.id ?? places.id,
      onCommit,
      known?.removed,
    );
    try {
      return await this.#from(recovered, places.most);
    } catch (error) {
      await recovered.release();
      throw error;
    }
  }

  async #from(recovered: Recovered, mostPlace: number): Promise<Opened> {
    const known = this.#known;
    const last = recovered.segments.reduce((most, { end }) => Math.max(most, end), 0);
    const most = Math.max(last, mostPlace, known?.end ?? 0);
    const wasUsed = known !== undefined || recovered.segments.length > 0 || mostPlace > 0;
    const isClean = known?.isClosed === true && most === known.end;
    const end = wasUsed && !isClean ? most + JUMP_BYTES : most;
    for (const reader of this.#isNew) {
      reader.from = end;
      reader.place = end;
      reader.addressed = 0;
    }
    const missingBytes = this.#missing(recovered, known);
    await this.#forgetGone(recovered.id);
    this.#tell(recovered, missingBytes);
    const header: Header = {
      id: recovered.id ?? randomBytes(8).toString("hex"),
      round: known?.round ?? 0,
      readers: [...this.#readers.keys()],
      end,
      begun: end,
      isClosed: false,
      removed: known?.removed ?? [],
      positions: known?.positions ?? [],
      positionsAt: known?.positionsAt ?? 0,
      dropped: known?.dropped,
    };
    const positions = new Map(header.positions.map((position) => [position.source, position]));
    for (const { at, position } of recovered.positions)
      if (at >= header.positionsAt) {
        positions.delete(position.source);
        positions.set(position.source, position);
      }
    return { lock: this.#lock, header, recovered, readers: this.#readers, positions, missingBytes };
  }

  async #readPlaces(): Promise<{ readonly id: string | undefined; readonly most: number }> {
    const { directory, readers, onNotice, onWarning = onNotice } = this.#options;
    let id = this.#known?.id;
    let most = 0;
    for (const [i, options] of readers.entries()) {
      const found = await readPlace(this.#files, placePath(directory, options.name));
      const { place } = found;
      id ??= place?.journal;
      const isOurs = place !== undefined && place.journal === id;
      const state = new ReaderState(
        { ...options, exits: options.exits ?? [i] },
        isOurs ? place.from : 0,
        isOurs ? place.place : 0,
      );
      if (isOurs) {
        const stored = await readStored(this.#files, storedPath(directory, options.name), place);
        const droppedBefore = Math.max(place.dropped ?? 0, this.#known?.dropped?.[options.name] ?? 0);
        Object.assign(state, { last: place.last, lastMs: place.lastMs, stored, droppedBefore });
      }
      this.#readers.set(options.name, state);
      if (isOurs) most = Math.max(most, place.place);
      else if (this.#known?.readers.includes(options.name) === true || found.state === "damaged")
        onWarning?.(
          `the place of ${options.name} in the journal ${directory} is ${found.state}: it begins again with all that is there`,
        );
      else if (this.#known !== undefined) this.#isNew.add(state);
    }
    return { id, most };
  }

  /** Between a segment and the next, and before the first, where nothing was removed. */
  #missing({ segments, losses }: Recovered, known: Header | undefined): number {
    let bytes = losses.damagedBytes > 0 ? 0 : this.#missingAtEnd(segments, known);
    for (const [i, segment] of segments.entries()) {
      const before = segments[i - 1];
      if (before?.writer !== segment.writer) continue;
      bytes += outsideOf(known?.removed ?? [], [before.end, segment.from]);
    }
    return bytes;
  }

  /** What the last run wrote behind all that is there, as far as somebody waits for it. */
  #missingAtEnd(segments: Recovered["segments"], known: Header | undefined): number {
    if (known?.begun === undefined) return 0;
    const last = segments.reduce((most, { end }) => Math.max(most, end), known.begun);
    const places = [...this.#readers.values()].map(({ place }) => place);
    return outsideOf(known.removed, [Math.max(last, Math.min(...places)), known.end]);
  }

  /** Names that only a file tells of count, too: `journal.json` may have been lost. */
  async #readGone(id: string | undefined): Promise<void> {
    const { directory } = this.#options;
    const names = [...(this.#known?.readers ?? []), ...(await readerNames(this.#files, directory))];
    for (const name of new Set(names)) {
      if (this.#readers.has(name)) continue;
      const { state, place } = await readPlace(this.#files, placePath(directory, name));
      const isOther = place !== undefined && id !== undefined && place.journal !== id;
      if (state === "missing" || isOther) continue;
      const begin = Math.max(place?.place ?? 0, place?.from ?? 0);
      this.#gone.push({ name, place: begin, waitingEvents: 0, waitingBytes: 0 });
    }
  }

  /** Throws journal.reader-gone where something waits for one of them: only a user may say that it is not wanted. */
  async #forgetGone(id: string | undefined): Promise<void> {
    const { directory } = this.#options;
    const waiting = this.#gone.filter(({ waitingEvents }) => waitingEvents > 0);
    if (waiting.length > 0)
      throw failure("journal.reader-gone", {
        path: directory,
        waiting: waitingText(waiting),
        reader: waiting[0]!.name,
      });
    for (const { name } of this.#gone) {
      if (id !== undefined) await forgetTable(this.#files, directory, id, name);
      await removePlace(this.#files, directory, name);
    }
  }

  #tell({ losses, foreign }: Recovered, missingBytes: number): void {
    const { directory, onNotice, onWarning = onNotice, onLost = onWarning } = this.#options;
    const { damagedBytes, damagedEvents } = losses;
    if (damagedBytes + damagedEvents > 0)
      onLost?.(
        `the journal ${directory} was damaged: ${lossText(losses, directory, join(directory, WAL_DIRECTORY))}`,
      );
    if (missingBytes > 0)
      onLost?.(
        `segments of the journal ${directory} are missing: ${countOf(missingBytes, "byte")} of events are gone; logpipe journal info ${directory} says what is left`,
      );
    for (const path of foreign) onWarning?.(`${path} is another journal's: it is left alone`);
  }
}
