import { failure } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { isJournal, type JournalLook, journalsIn, lookAtJournal, type ReaderLook } from "./look.js";

/** The directory's own journal, and those in folders of it. Throws journal.missing. */
export async function foundJournals(files: Files, directory: string): Promise<readonly string[]> {
  const found = await journalsIn(files, directory);
  if (found.length > 0) return found;
  const isThere = (await files.stat(directory)) !== undefined;
  throw failure("journal.missing", {
    path: directory,
    reason: isThere ? "no journal is in it" : "no such directory",
  });
}

/**
 * The journal that is meant by a directory: where several are, the one that has the reader, or the one that lies there
 * itself. Throws journal.missing, journal.no-reader, journal.several and journal.version.
 */
export async function journalOf(
  files: Files,
  directory: string,
  reader: string | undefined,
): Promise<JournalLook> {
  const found = await foundJournals(files, directory);
  if (reader === undefined) {
    const [only, second] = found;
    if (second !== undefined && !(await isJournal(files, directory)))
      throw failure("journal.several", { path: directory, journals: found.join(", ") });
    return lookAtJournal(files, only!);
  }
  const looks: JournalLook[] = [];
  for (const one of found) looks.push(await lookAtJournal(files, one));
  readerIn(looks, directory, reader);
  const having = looks.filter(({ readers }) => readers.some(({ name }) => name === reader));
  const own = having.find((look) => look.directory === directory);
  if (own === undefined && having.length > 1)
    throw failure("journal.several", {
      path: directory,
      journals: having.map((look) => look.directory).join(", "),
    });
  return own ?? having[0]!;
}

/** Throws journal.no-reader, which names those there are. */
export function readerIn(looks: readonly JournalLook[], path: string, name: string): ReaderLook {
  const readers = looks.flatMap((look) => look.readers);
  const found = readers.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = [...new Set(readers.map((one) => one.name))];
  throw failure("journal.no-reader", { path, reader: name, readers: names.join(", ") });
}
