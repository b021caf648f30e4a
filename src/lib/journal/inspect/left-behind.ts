import { failure } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { countOf, formatSize } from "../../base/size.js";
import { type JournalLook, journalsIn, lookAtJournal, type ReaderLook } from "./look.js";

/** A journal that a pipeline has. */
export interface NamedJournal {
  readonly directory: string;
  readonly readers: readonly string[];
}

/** `3 events (45 B) wait for a, 1 event (9 B) waits for b`. */
export function waitingText(
  readers: readonly Pick<ReaderLook, "name" | "waitingEvents" | "waitingBytes">[],
): string {
  return readers
    .map(({ name, waitingEvents, waitingBytes }) => {
      const verb = waitingEvents === 1 ? "waits" : "wait";
      return `${countOf(waitingEvents, "event")} (${formatSize(waitingBytes)}) ${verb} for ${name}`;
    })
    .join(", ");
}

/**
 * Journals of a pipeline that it does not read any more, since it has changed, or this version calls them something
 * else. Throws journal.left-behind where something waits in one, journal.locked where a process has that open, and
 * journal.version. Those in which nothing waits are left alone. Writes nothing.
 */
export async function checkLeftBehind(
  files: Files,
  root: string,
  named: readonly NamedJournal[],
): Promise<void> {
  for (const directory of await journalsIn(files, root)) {
    if (named.some((one) => one.directory === directory)) continue;
    const look = await lookAtJournal(files, directory);
    const waiting = look.readers.filter(({ waitingEvents }) => waitingEvents > 0);
    const [first] = waiting;
    if (first === undefined) continue;
    if (look.isOpen) throw failure("journal.locked", { path: directory });
    throw failure("journal.left-behind", {
      path: directory,
      waiting: waitingText(waiting),
      reader: first.name,
      instead: directory === root ? undefined : await otherName(files, look, named),
    });
  }
}

/** Where a journal with these readers is looked for, and none is. */
async function otherName(
  files: Files,
  { readers }: JournalLook,
  named: readonly NamedJournal[],
): Promise<string | undefined> {
  const waiting = readers.filter(({ waitingEvents }) => waitingEvents > 0);
  for (const { directory, readers: others } of named) {
    if ((await files.stat(directory)) !== undefined) continue;
    if (waiting.every(({ name }) => others.includes(name))) return directory;
  }
  return undefined;
}
