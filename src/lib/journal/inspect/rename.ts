/**
 * Gives a reader another name: in the indexes of the segments, where blocks say whom they are for, in the file of its
 * place, in the table that it feeds, and in `journal.json`. That says first what is going on, so that whoever takes the
 * journal next finishes what a crash has cut short.
 */
import { dirname, join } from "node:path";
import { type Files, isSystemError } from "../../base/files.js";
import { forgetTable, linkJournal, tableFedBy } from "../../store/wal/feed/link.js";
import { MARK_FILE } from "../../store/wal/mark.js";
import { pathOf } from "../../store/wal/recovery/damaged-file.js";
import { decodeCommits, encodeCommit, WAL_DIRECTORY } from "../../store/wal/segment.js";
import { type Header, type Renaming, writeHeader } from "../header.js";
import { PlaceFile, placePath, readPlace } from "../places/place.js";
import { storedPath } from "../places/stored.js";
import { lossText } from "../segments/mend.js";
import { takeOver } from "../segments/recovery.js";

/**
 * Only who has the lock of the journal may. Can be done again after a crash at any point. Returns what `journal.json`
 * says by then.
 */
export async function renameReader(
  files: Files,
  directory: string,
  known: Header,
  renaming: Renaming,
  onLost: (text: string) => void = () => {},
): Promise<Header> {
  const begun: Header = { ...known, round: known.round + 1, renaming };
  await writeHeader(files, directory, begun);
  await renameInSegments(files, directory, known, renaming, onLost);
  const from = await renamePlace(files, directory, known.id, renaming);
  await renameInTable(files, directory, { id: known.id, from }, renaming);
  await removePlace(files, directory, renaming.from);
  const { renaming: _, ...rest } = begun;
  const readers = known.readers.map((name) => (name === renaming.from ? renaming.to : name));
  const dropped = Object.fromEntries(
    Object.entries(known.dropped ?? {}).map(([name, count]) => [
      name === renaming.from ? renaming.to : name,
      count,
    ]),
  );
  const done: Header = { ...rest, round: begun.round + 1, readers: [...new Set(readers)], dropped };
  await writeHeader(files, directory, done);
  return done;
}

/** Forgets the reader, with what waits for it. As `renameReader`. */
export async function removeReader(
  files: Files,
  directory: string,
  known: Header,
  name: string,
): Promise<void> {
  await forgetTable(files, directory, known.id, name);
  await removePlace(files, directory, name);
  const readers = known.readers.filter((one) => one !== name);
  await writeHeader(files, directory, { ...known, round: known.round + 1, readers });
}

/** Durable once it resolves. */
export async function removePlace(files: Files, directory: string, name: string): Promise<void> {
  const path = placePath(directory, name);
  for (const one of [path, storedPath(directory, name)])
    await files.remove(one).catch((error) => {
      if (!isSystemError(error, "ENOENT")) throw error;
    });
  if ((await files.stat(dirname(path))) !== undefined) await files.syncDirectory(dirname(path));
}

async function renameInSegments(
  files: Files,
  directory: string,
  { id, removed: gone }: Header,
  { from, to }: Renaming,
  onLost: (text: string) => void,
): Promise<void> {
  // First: what a crash has left of the end is cut by what the writer's mark says of the index as it is.
  const recovered = await takeOver(files, directory, id, () => {}, gone);
  const { losses } = recovered;
  if (losses.damagedBytes + losses.damagedEvents > 0)
    onLost(
      `the journal ${directory} was damaged: ${lossText(losses, directory, join(directory, WAL_DIRECTORY))}`,
    );
  try {
    const writers = new Set(recovered.segments.map(({ writer }) => writer.directory));
    for (const writer of writers) {
      // It tells the length of an index that changes. All that it could say was used by now.
      await files.remove(join(writer, MARK_FILE)).catch((error) => {
        if (!isSystemError(error, "ENOENT")) throw error;
      });
      await files.syncDirectory(writer);
    }
    for (const { base } of recovered.segments) await renameInIndex(files, pathOf(base, "index"), from, to);
  } finally {
    await recovered.release();
  }
}

async function renameInIndex(files: Files, path: string, from: string, to: string): Promise<void> {
  const index = await files.read(path);
  if (index === undefined) return;
  const lines: Buffer[] = [];
  let isChanged = false;
  for (let at = 0, end = index.indexOf(10); at < index.length; at = end + 1, end = index.indexOf(10, at)) {
    if (end < 0) end = index.length - 1;
    const line = index.subarray(at, end + 1);
    const { commits, open } = decodeCommits(line);
    const commit = commits[0] ?? open[0];
    const isMeant = commit?.to?.includes(from) === true;
    isChanged ||= isMeant;
    const names = commit?.to?.map((name) => (name === from ? to : name));
    lines.push(isMeant ? encodeCommit({ ...commit, to: names! }) : line);
  }
  if (isChanged) await putInPlace(files, path, lines);
}

/** Durable, whole or not at all. */
async function putInPlace(files: Files, path: string, lines: readonly Buffer[]): Promise<void> {
  const beside = `${path}.tmp`;
  await files.remove(beside).catch(() => {});
  const file = await files.open(beside, "create");
  try {
    await file.write([Buffer.concat(lines)], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(beside, path);
  await files.syncDirectory(dirname(path));
}

/**
 * What is for it begins at its place: what its sink has of before is known there under the old name. Returns where.
 */
async function renamePlace(
  files: Files,
  directory: string,
  id: string,
  { from, to }: Renaming,
): Promise<number> {
  const { place: old } = await readPlace(files, placePath(directory, from));
  const path = placePath(directory, to);
  if (old === undefined) return (await readPlace(files, path)).place?.from ?? 0;
  const { file } = await PlaceFile.open(files, path);
  const begin = Math.max(old.place, old.from);
  try {
    await file.put({ journal: id, from: begin, place: begin, dropped: old.dropped });
  } finally {
    await file.close();
  }
  await files.syncDirectory(dirname(path));
  return begin;
}

/** So that queries see what waits for the table all the time, and once. */
async function renameInTable(
  files: Files,
  directory: string,
  { id, from }: { readonly id: string; readonly from: number },
  renaming: Renaming,
): Promise<void> {
  const table = await tableFedBy(directory, id, renaming.from);
  await forgetTable(files, directory, id, renaming.from);
  if (table !== undefined)
    await linkJournal(files, table, { reader: renaming.to, journal: { directory, id }, from });
}
