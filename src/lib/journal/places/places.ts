import { dirname } from "node:path";
import { type Files, makeDurableDirectory } from "../../base/files.js";
import type { AsidePlace } from "../../pipeline/contract/sink.js";
import type { DirectoryLock } from "../directory-lock.js";
import { PlaceFile, placePath } from "./place.js";
import type { ReaderState } from "./reader-state.js";

/** The place of a reader is written at most this often: what it has done since then it does once more after a crash. */
const SAVE_MS = 150;

/** The first of these exits, by number, whose reader keeps records of lines that were set aside. */
export function asidePlaceOf(
  readers: Iterable<ReaderState>,
  exits: readonly number[],
): (AsidePlace & { readonly reader: string }) | undefined {
  let first: (AsidePlace & { readonly reader: string }) | undefined;
  for (const { name: reader, options } of readers) {
    if (options.asideName === undefined) continue;
    for (const exit of options.exits ?? [])
      if (exits.includes(exit) && exit < (first?.exit ?? Number.POSITIVE_INFINITY))
        first = { exit, reader, name: options.asideName };
  }
  return first;
}

/** Keeps the places of readers, with few syncs. */
export class ReaderPlaces {
  readonly #journal: string;
  readonly #files: Files;
  readonly #lock: DirectoryLock;
  readonly #onFailure: (error: unknown) => void;
  readonly #due = new Set<ReaderState>();
  readonly #saving = new Map<ReaderState, Promise<void>>();
  readonly #open: PlaceFile[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(journal: string, files: Files, lock: DirectoryLock, onFailure: (error: unknown) => void) {
    this.#journal = journal;
    this.#files = files;
    this.#lock = lock;
    this.#onFailure = onFailure;
  }

  async open(directory: string, readers: Iterable<ReaderState>): Promise<void> {
    let parent: string | undefined;
    for (const reader of readers) {
      const path = placePath(directory, reader.name);
      parent = dirname(path);
      await makeDurableDirectory(this.#files, parent);
      reader.file = (await PlaceFile.open(this.#files, path)).file;
      this.#open.push(reader.file);
      await this.save(reader);
    }
    if (parent !== undefined) await this.#files.syncDirectory(parent);
  }

  /** Soon. */
  later(reader: ReaderState): void {
    if (this.#isClosed) return;
    this.#due.add(reader);
    this.#timer ??= setTimeout(() => this.#saveDue(), SAVE_MS).unref();
  }

  /** What it is at now is durable once this resolves. */
  async save(reader: ReaderState): Promise<void> {
    const before = this.#saving.get(reader) ?? Promise.resolve();
    const saved = before.catch(() => {}).then(() => this.#save(reader));
    this.#saving.set(reader, saved);
    await saved;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#saving.values());
    for (const file of this.#open.splice(0)) await file.close();
  }

  #saveDue(): void {
    this.#timer = undefined;
    const due = [...this.#due];
    this.#due.clear();
    Promise.all(due.map((reader) => this.save(reader))).catch(this.#onFailure);
  }

  async #save(reader: ReaderState): Promise<void> {
    const { from, place, last, lastMs, file, savedPlace, savedDropped, droppedEver: dropped } = reader;
    const isSaved = place === savedPlace && dropped === savedDropped;
    if (file === undefined || isSaved || this.#isClosed) return;
    // Whoever has taken the journal over knows better.
    if (await this.#lock.isLost()) throw new Error("another process has taken it over");
    await file.put({
      ...{ journal: this.#journal, from, place, last, lastMs },
      ...(dropped > 0 && { dropped }),
    });
    reader.savedPlace = place;
    reader.savedDropped = dropped;
  }
}
