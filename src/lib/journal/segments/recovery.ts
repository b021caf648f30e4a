/**
 * Takes over what earlier runs have left. The newest segment of a writer is read through, since it may have been cut by
 * a crash; those before it were ended whole, and are held to their checksums when they are read: a journal with 10 GB
 * in it is open in moments. What a look at the index and the size of the data does not agree with is read through, too.
 */
import { join } from "node:path";
import { failure } from "../../base/errors/index.js";
import { type Files, isSystemError } from "../../base/files.js";
import type { Position } from "../../event/position.js";
import { type Lock, takeLock } from "../../store/wal/lock.js";
import { MARK_FILE, type Mark, readMark } from "../../store/wal/mark.js";
import { basePath, damagedFile, pathOf } from "../../store/wal/recovery/damaged-file.js";
import { examineSegment, ownerOf } from "../../store/wal/recovery/examine.js";
import {
  isMissed,
  keepCounts,
  type Losses,
  mend,
  noLosses,
  placeOf,
  sequencesIn,
  type Writable,
} from "../../store/wal/recovery/recover.js";
import { removeDirectoryIfDone, removeSegment } from "../../store/wal/remove.js";
import { type Commit, decodeCommits, segmentId, WAL_DIRECTORY } from "../../store/wal/segment.js";
import { sealedSegment } from "../../store/wal/segment-writer.js";
import { outsideOf, type Stretch } from "../header.js";
import { addCommit, endOfCommit, type JournalSegment, newSegment, type WriterLog } from "./segments.js";

export interface Recovered {
  readonly segments: readonly JournalSegment[];
  readonly losses: Writable<Losses>;
  /** Positions in the order they were written, with where. */
  readonly positions: readonly { readonly at: number; readonly position: Position }[];
  /** Of the journal that the segments say they are of. */
  readonly id: string | undefined;
  /** Gives up what holds no segment any more, and lets go of all locks. */
  release(): Promise<void>;
  /** Directories of other journals: they are as they were. */
  readonly foreign: readonly string[];
}

/** `onCommit` is told of each commit that holds, by its segment. `removed`: what `journal.json` says that is. */
export async function takeOver(
  files: Files,
  directory: string,
  id: string | undefined,
  onCommit: (segment: JournalSegment, commit: Commit) => void,
  removed: readonly Stretch[] = [],
): Promise<Recovered> {
  const taking = new Taking(files, directory, id, onCommit, removed);
  try {
    await taking.run();
  } catch (error) {
    await taking.release();
    throw error;
  }
  return taking;
}

class Taking implements Recovered {
  readonly segments: JournalSegment[] = [];
  readonly losses = noLosses();
  readonly positions: { at: number; position: Position }[] = [];
  readonly foreign: string[] = [];
  id: string | undefined;
  readonly #files: Files;
  readonly #parent: string;
  readonly #journal: string;
  readonly #onCommit: (segment: JournalSegment, commit: Commit) => void;
  readonly #logs: AdoptedLog[] = [];
  readonly #removed: readonly Stretch[];

  constructor(
    files: Files,
    journal: string,
    id: string | undefined,
    onCommit: (segment: JournalSegment, commit: Commit) => void,
    removed: readonly Stretch[],
  ) {
    this.#removed = removed;
    this.#files = files;
    this.#journal = journal;
    this.#parent = join(journal, WAL_DIRECTORY);
    this.id = id;
    this.#onCommit = onCommit;
  }

  async run(): Promise<void> {
    for (const name of [...(await this.#files.list(this.#parent))].sort()) {
      const directory = join(this.#parent, name);
      if ((await this.#files.stat(directory))?.isDirectory !== true) continue;
      let lock: Lock | undefined;
      try {
        // Who has the lock of the journal has all of them.
        lock = await takeLock(this.#files, directory, undefined, "anybody");
      } catch (error) {
        if (isSystemError(error, "ENOENT", "ENOTDIR")) continue;
        throw error;
      }
      if (lock === undefined) throw failure("journal.locked", { path: this.#journal });
      const log = new AdoptedLog(this.#files, name, directory, lock);
      this.#logs.push(log);
      await this.#recover(log);
    }
    this.segments.sort((a, b) => a.from - b.from);
    this.positions.sort((a, b) => a.at - b.at);
    for (const log of this.#logs) await log.giveUpIfEmpty();
  }

  async release(): Promise<void> {
    for (const log of this.#logs) await log.release();
  }

  async #recover(log: AdoptedLog): Promise<void> {
    const { name, directory, lock } = log;
    const files = this.#files;
    const names = await files.list(directory);
    const sequences = sequencesIn(names);
    const mark = lock.isFirst ? "copy" : (await readMark(files, directory, name)).mark;
    if (await this.#isForeign(directory, sequences)) {
      this.foreign.push(directory);
      log.isForeign = true;
      return;
    }
    if (mark !== "copy" && isMissed(mark, names, 0)) await keepCounts(files, directory, mark, this.losses);
    for (const sequence of sequences) {
      if (await this.#isHalfRemoved(basePath(directory, sequence))) {
        await removeSegment(files, sealedSegment(basePath(directory, sequence), sequence, []));
        continue;
      }
      const isNewest = sequence === sequences.at(-1);
      const light = isNewest || lock.isFirst ? undefined : await this.#lightly(directory, name, sequence);
      await this.#add(
        log,
        sequence,
        light ?? (await this.#throughout(directory, name, sequence, names, mark)),
      );
    }
  }

  /** Whether its segments say that they are another journal's. */
  async #isForeign(directory: string, sequences: readonly number[]): Promise<boolean> {
    for (const sequence of sequences) {
      const index = await this.#files.read(pathOf(basePath(directory, sequence), "index"));
      const found = decodeCommits(index ?? Buffer.alloc(0)).commits.find((one) => one.journal !== undefined);
      if (found === undefined) continue;
      this.id ??= found.journal;
      return found.journal !== this.id;
    }
    return false;
  }

  /** Whether a run died while it removed it: the data goes first. */
  async #isHalfRemoved(base: string): Promise<boolean> {
    if (this.#removed.length === 0 || (await this.#files.stat(pathOf(base, "data"))) !== undefined)
      return false;
    const { commits } = decodeCommits((await this.#files.read(pathOf(base, "index"))) ?? Buffer.alloc(0));
    const end = commits.reduce((most, commit) => Math.max(most, endOfCommit(commit)), 0);
    const from = commits.reduce((least, { at = 0 }) => Math.min(least, at), end);
    return end > from && outsideOf(this.#removed, [from, end]) === 0;
  }

  /** Undefined: it has to be looked at closely. */
  async #lightly(directory: string, writer: string, sequence: number): Promise<Found | undefined> {
    const base = basePath(directory, sequence);
    const index = await this.#files.read(pathOf(base, "index"));
    const data = await this.#files.stat(pathOf(base, "data"));
    if (index === undefined || data === undefined) return undefined;
    const { commits, brokenLines, open, wholeLength } = decodeCommits(index);
    const isWhole = brokenLines === 0 && open.length === 0 && wholeLength === index.length;
    if (!isWhole || ownerOf(commits) !== segmentId(writer, sequence) || !isRow(commits)) return undefined;
    const { length, asideLines } = sealedSegment(base, sequence, commits);
    if (data.bytes !== length || asideLines > 0) return undefined;
    return { commits, bytes: data.bytes + index.length, isChecked: false, sound: undefined };
  }

  async #throughout(
    directory: string,
    writer: string,
    sequence: number,
    names: readonly string[],
    mark: Mark | "copy" | undefined,
  ): Promise<Found> {
    const files = this.#files;
    const place = placeOf(directory, writer, sequence, names, mark);
    const examined = await examineSegment(files, place);
    const { length, commits } = await mend(files, place.base, sequence, examined, this.losses);
    const index = (await files.stat(pathOf(place.base, "index")))?.bytes ?? 0;
    const sound = examined.damages.length > 0 ? commits : undefined;
    return { commits, bytes: length + index, isChecked: true, sound };
  }

  async #add(log: AdoptedLog, sequence: number, found: Found): Promise<void> {
    const { commits, bytes, isChecked, sound } = found;
    const base = basePath(log.directory, sequence);
    const first = commits.find(({ at }) => at !== undefined);
    // Nothing in it counts.
    if (first === undefined) return removeSegment(this.#files, sealedSegment(base, sequence, []));
    const segment = newSegment(log, { sequence, base, from: first.at! - first.offset });
    segment.end = commits.reduce((most, commit) => Math.max(most, endOfCommit(commit)), segment.from);
    segment.bytes = bytes;
    segment.isChecked = isChecked;
    segment.sound = sound;
    for (const commit of commits) {
      addCommit(segment, commit);
      this.#onCommit(segment, commit);
      const { at = 0, position, positions = [] } = commit;
      const all = position === undefined ? positions : [position, ...positions];
      for (const one of all) this.positions.push({ at, position: one });
    }
    log.segments++;
    this.segments.push(segment);
  }
}

interface Found {
  readonly commits: readonly Commit[];
  readonly bytes: number;
  readonly isChecked: boolean;
  readonly sound: readonly Commit[] | undefined;
}

/** One behind the other, each where its address says. */
function isRow(commits: readonly Commit[]): boolean {
  let end = 0;
  const from = (commits[0]?.at ?? 0) - (commits[0]?.offset ?? 0);
  for (const { offset, length, at } of commits) {
    if (offset !== end || at !== from + offset) return false;
    end = offset + length;
  }
  return true;
}

/** The directory of a writer that is gone: away with it once its last segment is. */
class AdoptedLog implements WriterLog {
  readonly name: string;
  readonly directory: string;
  readonly lock: Lock;
  readonly #files: Files;
  segments = 0;
  isForeign = false;
  #isReleased = false;

  constructor(files: Files, name: string, directory: string, lock: Lock) {
    this.#files = files;
    this.name = name;
    this.directory = directory;
    this.lock = lock;
  }

  async remove({ base, sequence }: JournalSegment): Promise<void> {
    // First: what is gone then is not missed.
    const { mark } = await readMark(this.#files, this.directory, this.name);
    if (mark?.sequence === sequence) await this.#files.remove(join(this.directory, MARK_FILE));
    await removeSegment(this.#files, sealedSegment(base, sequence, []));
    this.segments--;
    await this.giveUpIfEmpty();
  }

  async giveUpIfEmpty(): Promise<void> {
    if (this.segments > 0 || this.isForeign || this.#isReleased) return;
    await removeDirectoryIfDone(this.#files, this.directory);
    await this.release();
  }

  async release(): Promise<void> {
    if (!this.#isReleased) this.lock.release();
    this.#isReleased = true;
  }
}

/** How many parts of the log were set aside that nobody has looked at since. */
export function countKept(names: readonly string[]): number {
  return names.filter((name) => damagedFile(name) !== undefined).length;
}
