import { failure } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { lockDirectory } from "../directory-lock.js";
import { type Header, type Renaming, readHeader } from "../header.js";
import { journalOf, readerIn } from "./find.js";
import { type JournalLook, lookAtJournal } from "./look.js";
import { removeReader, renameReader } from "./rename.js";

export interface JournalChange {
  readonly files: Files;
  /** A journal, or a directory that holds it. Absolute. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  /** Of an owner that is waited for, and of what was found damaged. */
  readonly tell: (text: string) => void;
}

export interface ChangedReader {
  /** Of the journal. */
  readonly directory: string;
  /** Events that waited for it. */
  readonly waitingEvents: number;
  /** Whether its last run has written down how far everything was. */
  readonly isClosed: boolean;
}

/**
 * Throws journal.missing, journal.no-reader, journal.has-reader, journal.locked, journal.damaged and what `journalOf`
 * does.
 */
export async function renameInJournal(change: JournalChange, renaming: Renaming): Promise<ChangedReader> {
  const { files, tell } = change;
  return withReader(change, renaming.from, renaming.to, async ({ directory, readers }, header) => {
    if (readers.some(({ name }) => name === renaming.to))
      throw failure("journal.has-reader", { path: directory, reader: renaming.to });
    await renameReader(files, directory, header, renaming, tell);
  });
}

/** As `renameInJournal`. */
export async function removeFromJournal(change: JournalChange, reader: string): Promise<ChangedReader> {
  return withReader(change, reader, undefined, ({ directory }, header) =>
    removeReader(change.files, directory, header, reader),
  );
}

async function withReader(
  { files, directory: given, signal, tell }: JournalChange,
  reader: string,
  newName: string | undefined,
  action: (look: JournalLook, header: Header) => Promise<void>,
): Promise<ChangedReader> {
  const { directory } = await journalOf(files, given, reader);
  const lock = await lockDirectory({ directory, files, signal, onNotice: tell });
  try {
    // Again: only who has the lock may believe it.
    let { header } = await readHeader(files, directory);
    if (header === undefined) throw failure("journal.damaged", { path: directory });
    const begun = header.renaming;
    if (begun !== undefined) header = await renameReader(files, directory, header, begun, tell);
    const look = await lookAtJournal(files, directory);
    // The same command was killed, and it is done now.
    const isDone = begun !== undefined && begun.from === reader && begun.to === newName;
    const { waitingEvents } = readerIn([look], directory, isDone ? newName : reader);
    if (!isDone) await action(look, header);
    return { directory, waitingEvents, isClosed: header.isClosed };
  } finally {
    await lock.release();
  }
}
