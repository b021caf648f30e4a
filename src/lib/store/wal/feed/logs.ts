/** The directories of writers whose events are a table's: its own, and those of journals that feed it. */
import { join } from "node:path";
import { type Files, isSystemError } from "../../../base/files.js";
import { type Commit, isAside, isFor, WAL_DIRECTORY } from "../segment.js";
import { feedWriter, isLinkName, linksOf } from "./link.js";

export interface WalDirectory {
  readonly directory: string;
  readonly writer: string;
  /** As the table's transactions name it: `feedWriter` of a journal's. */
  readonly name: string;
  /** The directory for messages, relative to the table. */
  readonly path: string;
  /** It is a journal's, which other tables read as well. */
  readonly isFed: boolean;
  /** Whether the block has rows for the table. */
  readonly isWanted: (commit: Commit) => boolean;
}

export interface TableLogs {
  readonly logs: readonly WalDirectory[];
  /** Links that lead nowhere: what is there, for the table, nobody knows. */
  readonly faults: readonly JournalLinkFault[];
}

export interface JournalLinkFault {
  /** Relative to the table. */
  readonly path: string;
  readonly what: string;
  readonly events: undefined;
  /** See `FoundLink.isElsewhere`. */
  readonly isElsewhere: boolean;
}

/** In the order of names. Rejects with the errors of the file system. */
export async function logsOf(files: Pick<Files, "list">, tableDirectory: string): Promise<TableLogs> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  const names = [...(await namesIn(files, parent))].sort();
  const logs: WalDirectory[] = names
    .filter((name) => !isLinkName(name))
    .map((writer) => ({
      ...{ directory: join(parent, writer), writer, name: writer, path: join(WAL_DIRECTORY, writer) },
      ...{ isFed: false, isWanted: () => true },
    }));
  const faults: JournalLinkFault[] = [];
  for (const { name, reader, from, directory, fault, isElsewhere = false } of await linksOf(
    tableDirectory,
    names,
  )) {
    const path = join(WAL_DIRECTORY, name);
    if (directory === undefined) {
      faults.push({ path, what: fault ?? "", events: undefined, isElsewhere });
      continue;
    }
    const isWanted = (commit: Commit) =>
      isFor(commit, reader) && !isAside(commit) && (commit.at ?? from) >= from;
    for (const writer of [...(await namesIn(files, directory))].sort()) {
      const own = join(directory, writer);
      const named = { writer, name: feedWriter(writer, reader), path: `${path} -> ${own}` };
      logs.push({ directory: own, ...named, isFed: true, isWanted });
    }
  }
  return { logs, faults };
}

async function namesIn(files: Pick<Files, "list">, path: string): Promise<readonly string[]> {
  return files.list(path).catch((error) => {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  });
}
