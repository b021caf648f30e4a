/** Segments of a journal as one segment of a table: what is for it alone, joined, and held to its checksums. */
import { join } from "node:path";
import { type Files, isSystemError, type OpenFile } from "../../base/files.js";
import { checksumsIn } from "../wal/checksum.js";
import type { FeedSegment } from "../wal/feed/feed.js";
import { keepDamaged } from "../wal/recovery/damaged-file.js";
import type { Losses, Writable } from "../wal/recovery/recover.js";
import type { Commit } from "../wal/segment.js";
import type { SealedSegment } from "../wal/segment-writer.js";

/** Several blocks are read at once, up to this; a larger one alone. */
const BATCH_BYTES = 2 * 1024 * 1024;

export interface JoinedSegments {
  readonly segment: SealedSegment;
  /** Its bytes were held to their checksums when they were copied. */
  readonly isChecked: boolean;
  /** Copies of ours, to be removed once it is stored. */
  readonly paths: readonly string[];
}

/**
 * The batch as one segment with the sequence of its last. One whose file has nothing else is read where it is; else the
 * wanted stretches are copied to `directory`, which must be on the table's device, and not synced: the journal has them.
 * Lines set aside always are, and synced: their copy becomes a file of the quarantine. `mustCopy`: a check has failed.
 */
export async function joinSegments(
  files: Files,
  directory: string,
  batch: readonly FeedSegment[],
  losses: Writable<Losses>,
  mustCopy: boolean,
): Promise<JoinedSegments> {
  const [first] = batch;
  const { sequence, asideLines } = batch.at(-1)!;
  const hasAside = asideLines > 0 || batch.some((one) => one.asideLines > 0);
  if (!mustCopy && batch.length === 1 && !hasAside && (await isAllOf(files, first!)))
    return { segment: first!, isChecked: false, paths: [] };
  const base = join(directory, `fed-${sequence}`);
  const [dataPath, asidePath] = [`${base}.tmp`, `${base}-aside.tmp`];
  const copy = new Copy(files, directory, losses);
  const paths = hasAside ? [dataPath, asidePath] : [dataPath];
  const commits = await copy.all(batch, dataPath, hasAside ? asidePath : undefined);
  const sum = (of: (one: Commit) => number) => commits.reduce((total, one) => total + of(one), 0);
  const segment: SealedSegment = {
    ...{ sequence, dataPath, asidePath, commitsPath: `${base}-commits.tmp`, commits },
    ...{ length: sum((one) => one.length), events: sum((one) => one.events) },
    ...{ asideLength: sum((one) => one.aside?.length ?? 0), asideLines: sum((one) => one.aside?.lines ?? 0) },
  };
  return { segment, isChecked: true, paths };
}

/** Whether the file holds the commits and nothing else. */
async function isAllOf(files: Files, { commits, dataPath }: FeedSegment): Promise<boolean> {
  let end = 0;
  for (const { offset, length } of commits) {
    if (offset !== end) return false;
    end += length;
  }
  return (await files.stat(dataPath))?.bytes === end;
}

type Range = Pick<Commit, "offset" | "length" | "crc32c">;

class Copy {
  readonly #files: Files;
  readonly #directory: string;
  readonly #losses: Writable<Losses>;

  constructor(files: Files, directory: string, losses: Writable<Losses>) {
    this.#files = files;
    this.#directory = directory;
    this.#losses = losses;
  }

  /** The commits of what is sound, at their places in the copies. */
  async all(batch: readonly FeedSegment[], data: string, aside: string | undefined): Promise<Commit[]> {
    const into = await this.#create(data);
    const besides = aside === undefined ? undefined : await this.#create(aside);
    const commits: Commit[] = [];
    let [at, asideAt] = [0, 0];
    try {
      for (const segment of batch) {
        const { dataPath, asidePath, sequence } = segment;
        const isSound = await this.#ranges(dataPath, "data", sequence, segment.commits, into, at);
        const asides = segment.commits.flatMap((one) => one.aside ?? []);
        const isAsideSound =
          besides === undefined
            ? []
            : await this.#ranges(asidePath, "aside", sequence, asides, besides, asideAt);
        let n = 0;
        for (const [i, commit] of segment.commits.entries()) {
          const { aside: range, to: _, ...one } = commit;
          const isAside = range !== undefined && isAsideSound[n++] === true;
          if (range !== undefined && !isAside) this.#losses.damagedLines += range.lines;
          if (isSound[i] !== true) this.#losses.damagedEvents += commit.events;
          // What its source was read up to stays true of a block that is in a `.damaged` file.
          const kept = isSound[i] === true ? one : { ...one, length: 0, crc32c: 0, events: 0, columns: [] };
          commits.push({ ...kept, offset: at, ...(isAside ? { aside: { ...range, offset: asideAt } } : {}) });
          at += kept.length;
          asideAt += isAside ? range.length : 0;
        }
      }
      await besides?.sync();
    } finally {
      await into.close();
      await besides?.close();
    }
    return commits;
  }

  async #create(path: string): Promise<OpenFile> {
    await removeIfThere(this.#files, path);
    return this.#files.open(path, "create");
  }

  /** Copies those that hold to `at` of the copy, one behind the other; keeps the others. Which they are. */
  async #ranges(
    path: string,
    part: "data" | "aside",
    sequence: number,
    ranges: readonly Range[],
    into: OpenFile,
    at: number,
  ): Promise<boolean[]> {
    const isSound: boolean[] = [];
    if (ranges.every(({ length }) => length === 0)) return ranges.map(() => true);
    const from = await this.#files.open(path, "read").catch((error) => {
      if (isSystemError(error, "ENOENT")) return undefined;
      throw error;
    });
    let end = at;
    try {
      for (const batch of batches(ranges)) {
        const start = batch[0]!.offset;
        const bytes = (await from?.read(start, endOf(batch) - start)) ?? Buffer.alloc(0);
        const parts = batch.map(({ offset, length }) => ({ offset: offset - start, length }));
        const checksums = checksumsIn(bytes, parts);
        const sound: Buffer[] = [];
        for (const [i, { offset, length }] of parts.entries()) {
          const isWhole = offset + length <= bytes.length;
          const holds = length === 0 || (isWhole && checksums[i] === batch[i]!.crc32c);
          isSound.push(holds);
          if (holds) sound.push(bytes.subarray(offset, offset + length));
          else await this.#keep(from, part, sequence, batch[i]!, bytes.length - offset);
        }
        if (sound.length > 0) await into.write(sound, end);
        end += sound.reduce((sum, { length }) => sum + length, 0);
      }
      return isSound;
    } finally {
      await from?.close();
    }
  }

  /** What cannot be vouched for stays in a file of its own, as recovery of a table's log does it. */
  async #keep(
    from: OpenFile | undefined,
    part: "data" | "aside",
    sequence: number,
    { offset, length }: Range,
    left: number,
  ): Promise<void> {
    const present = Math.max(0, Math.min(length, left));
    if (from !== undefined && present > 0) {
      const base = join(this.#directory, sequence.toString().padStart(20, "0"));
      await keepDamaged(this.#files, base, part, from, offset, present);
    }
    this.#losses.damagedBytes += present;
  }
}

function* batches(ranges: readonly Range[]): Generator<readonly Range[]> {
  let batch: Range[] = [];
  for (const range of ranges) {
    const [first] = batch;
    // A stretch between two of them that nobody wants is not read with them.
    const isNear = first !== undefined && range.offset <= endOf(batch);
    if (first !== undefined && (!isNear || range.offset + range.length - first.offset > BATCH_BYTES)) {
      yield batch;
      batch = [];
    }
    batch.push(range);
  }
  if (batch.length > 0) yield batch;
}

function endOf(batch: readonly Range[]): number {
  const { offset, length } = batch.at(-1)!;
  return offset + length;
}

export async function removeIfThere(files: Files, path: string): Promise<void> {
  await files.remove(path).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}
