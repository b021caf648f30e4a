/** Segments of a journal as one segment of a table: what is for it alone, joined, and held to its checksums. */
import { join } from "node:path";
import { type Files, isSystemError, type OpenFile } from "../../base/files.js";
import type { FeedSegment } from "../../journal/types.js";
import { checksumsIn } from "../wal/checksum.js";
import { ChangedSegmentError } from "../wal/recovery/check-sealed.js";
import type { Commit } from "../wal/segment.js";
import type { SealedSegment } from "../wal/segment-writer.js";

/** Several blocks are read at once, up to this; a larger one alone. */
const BATCH_BYTES = 2 * 1024 * 1024;

export interface JoinedSegments {
  readonly segment: SealedSegment;
  /** Its bytes were held to their checksums already. */
  readonly isChecked: boolean;
  /** Of copies of ours, to be removed once it is stored. */
  readonly copyPaths: readonly string[];
}

/**
 * The batch as one segment, with the sequence of its last. One whose file has nothing else is read where it is; else
 * the wanted stretches are copied to `directory`, and not synced: the journal has them. Throws ChangedSegmentError.
 */
export async function joinSegments(
  files: Files,
  directory: string,
  batch: readonly FeedSegment[],
): Promise<JoinedSegments> {
  const [first] = batch;
  if (batch.length === 1 && (await isAllOf(files, first!)))
    return { segment: first!, isChecked: first!.isChecked, copyPaths: [] };
  const { sequence } = batch.at(-1)!;
  const base = join(directory, `fed-${sequence}`);
  const dataPath = `${base}.tmp`;
  const asidePath = `${base}-aside.tmp`;
  const { moved: commits, end: length } = await copied(files, batch, dataPath, ({ commits: own }) => own);
  const events = commits.reduce((sum, one) => sum + one.events, 0);
  const paths = { sequence, dataPath, commitsPath: `${base}-commits.tmp`, asidePath };
  const asideLines = batch.reduce((sum, one) => sum + one.asideLines, 0);
  if (asideLines === 0) {
    const segment = { ...paths, commits, length, events, asideLength: 0, asideLines };
    return { segment, isChecked: true, copyPaths: [dataPath] };
  }
  // It gets a name in the quarantine as it is.
  const { moved, end: asideLength } = await copied(files, batch, asidePath, ({ asides }) => asides, "synced");
  const ranges = moved.map(({ offset, crc32c, events: lines, ...one }) => ({
    ...emptied(one, length),
    aside: { offset, length: one.length, crc32c, lines },
  }));
  const segment = { ...paths, commits: [...commits, ...ranges], length, events, asideLength, asideLines };
  return { segment, isChecked: true, copyPaths: [dataPath, asidePath] };
}

/** A commit of nothing but lines set aside, behind the data. */
function emptied({ observedMs }: Pick<Commit, "observedMs">, offset: number): Commit {
  return { offset, length: 0, crc32c: 0, events: 0, observedMs, columns: [] };
}

/** What is wanted of each segment, one behind the other, and where it is now. Throws ChangedSegmentError. */
async function copied(
  files: Files,
  batch: readonly FeedSegment[],
  path: string,
  wantedOf: (segment: FeedSegment) => readonly Commit[],
  state?: "synced",
): Promise<{ readonly moved: readonly Commit[]; readonly end: number }> {
  await removeIfThere(files, path);
  const copy = await files.open(path, "create");
  const moved: Commit[] = [];
  let end = 0;
  try {
    for (const segment of batch) {
      const commits = wantedOf(segment);
      await copyCommits(files, { dataPath: segment.dataPath, commits }, copy, end);
      for (const commit of commits) {
        moved.push({ ...commit, offset: end });
        end += commit.length;
      }
    }
    if (state === "synced") await copy.sync();
  } finally {
    await copy.close();
  }
  return { moved, end };
}

/** Whether the file holds the commits and nothing else. */
async function isAllOf(files: Files, { commits, asides, dataPath }: FeedSegment): Promise<boolean> {
  if (asides.length > 0) return false;
  let end = 0;
  for (const { offset, length } of commits) {
    if (offset !== end) return false;
    end += length;
  }
  return (await files.stat(dataPath))?.bytes === end;
}

/** One behind the other, from `at` of the copy on. */
async function copyCommits(
  files: Files,
  { dataPath, commits }: Pick<FeedSegment, "dataPath" | "commits">,
  copy: OpenFile,
  at: number,
): Promise<void> {
  const from = await files.open(dataPath, "read").catch((error) => {
    throw isSystemError(error, "ENOENT") ? new ChangedSegmentError() : error;
  });
  try {
    let end = at;
    for (const batch of batches(commits)) {
      const start = batch[0]!.offset;
      const bytes = await from.read(start, endOf(batch) - start);
      if (start + bytes.length < endOf(batch)) throw new ChangedSegmentError();
      const parts = batch.map(({ offset, length }) => ({ offset: offset - start, length }));
      const checksums = checksumsIn(bytes, parts);
      if (batch.some(({ length, crc32c }, i) => length > 0 && checksums[i] !== crc32c))
        throw new ChangedSegmentError();
      await copy.write([bytes], end);
      end += bytes.length;
    }
  } finally {
    await from.close();
  }
}

/** Neighbours: a stretch between two of them that nobody wants is in none. */
function* batches(commits: readonly Commit[]): Generator<readonly Commit[]> {
  let batch: Commit[] = [];
  for (const commit of commits) {
    const [first] = batch;
    const isNext = first !== undefined && commit.offset === endOf(batch);
    if (first !== undefined && (!isNext || commit.offset + commit.length - first.offset > BATCH_BYTES)) {
      yield batch;
      batch = [];
    }
    batch.push(commit);
  }
  if (batch.length > 0) yield batch;
}

function endOf(batch: readonly Commit[]): number {
  const { offset, length } = batch.at(-1)!;
  return offset + length;
}

export async function removeIfThere(files: Files, path: string): Promise<void> {
  await files.remove(path).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}
