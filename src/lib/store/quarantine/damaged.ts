/**
 * What recovery took out of the write-ahead log as entries of the quarantine, so that it can be looked at, stored and
 * thrown away in the same way: a `.damaged` file is the first generation of its entry. Its lines are stored only when
 * they are named: a changed digit makes no line invalid.
 */
import { join } from "node:path";
import { type Files, isSystemError } from "../../base/files.js";
import { type DeadLetter, readLetter } from "../../event/dead-letter.js";
import { type DamagedFile, damagedFile, type Part } from "../wal/recovery/damaged-file.js";
import { decodeCommits, WAL_DIRECTORY } from "../wal/segment.js";
import { fileLines } from "./lines.js";

export interface DamagedEntry {
  readonly id: string;
  readonly generation: number;
  readonly path: string;
  /** Which of the segment's files the bytes are of. */
  readonly damaged: Part;
}

const PART_MARKS: Readonly<Record<Part, string>> = { data: "", aside: "a-", index: "c-" };

/** `WRITER-SEQUENCE-NUMBER`, with an `a-` before the number for lines set aside and a `c-` for an index. */
export function damagedId(writer: string, { sequence, part, number }: DamagedFile): string {
  return `${writer}-${sequence}-${PART_MARKS[part]}${number}`;
}

export async function listDamaged(files: Files, tableDirectory: string): Promise<DamagedEntry[]> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  const found: DamagedEntry[] = [];
  for (const writer of await files.list(parent)) {
    const names = await files.list(join(parent, writer)).catch((error) => {
      if (isSystemError(error, "ENOTDIR")) return [];
      throw error;
    });
    for (const name of names) {
      const file = damagedFile(name);
      if (file === undefined) continue;
      const path = join(parent, writer, name);
      found.push({ id: damagedId(writer, file), generation: 1, path, damaged: file.part });
    }
  }
  return found;
}

/** The lines of a damaged file as letters; of an index there are none. */
export async function* damagedLetters(files: Files, entry: DamagedEntry): AsyncGenerator<DeadLetter> {
  if (entry.damaged === "index") return;
  const time = await damagedTime(files, entry);
  for await (const raw of fileLines(files, entry.path)) {
    const letter = entry.damaged === "aside" ? readLetter(raw.toString("utf8")) : undefined;
    yield letter ?? { time, stage: "recovery", reason: REASON, source: "<log>", raw };
  }
}

const REASON = "its checksum failed, or no index tells of it: it may not be what was written";

/** When it was set aside: RFC 3339. */
export async function damagedTime(files: Files, { path }: DamagedEntry): Promise<string> {
  return new Date((await files.stat(path))?.modifiedMs ?? 0).toISOString();
}

/** The events that an index which was set aside counts. */
export async function eventsOfIndex(files: Files, { path }: DamagedEntry): Promise<number> {
  const { commits } = decodeCommits((await files.read(path)) ?? Buffer.alloc(0));
  return commits.reduce((sum, { events }) => sum + events, 0);
}
