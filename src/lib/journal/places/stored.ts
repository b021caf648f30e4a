/**
 * What a table has stored of each writer of the journal, for as long as the table itself remembers that: the last one
 * is in the reader's place, those before it in `readers/NAME.stored`.
 */
import type { Files } from "../../base/files.js";
import { readChecked, writeChecked } from "../checked-json.js";
import { placePath } from "./place.js";

/** The last segment of a writer that was stored, and when its last events came. */
export interface StoredSegment {
  readonly writer: string;
  readonly sequence: number;
  readonly atMs: number;
}

/** A table forgets writers that are gone after seven days: see delta/checkpoints/forgotten.ts. */
const KNOWN_MS = 6 * 86_400_000;

interface StoredFile {
  readonly journal: string;
  /** `Place.from`: a reader that comes again under a name of before has stored nothing. */
  readonly from: number;
  readonly stored: readonly StoredSegment[];
}

export function storedPath(directory: string, reader: string): string {
  return placePath(directory, reader).replace(/\.place$/, ".stored");
}

/** Nothing where it is another reader's, or not as it was written: then only the last writer is compared. */
export async function readStored(
  files: Files,
  path: string,
  { journal, from }: Pick<StoredFile, "journal" | "from">,
): Promise<readonly StoredSegment[]> {
  const found = await readChecked(files, path);
  if (found === undefined || found === "damaged") return [];
  const file = found as StoredFile;
  return file.journal === journal && file.from === from ? file.stored : [];
}

export async function writeStored(files: Files, path: string, stored: StoredFile): Promise<void> {
  await writeChecked(files, path, stored);
}

/** Those that the table knows still, if it has all that it ever had. */
export function rememberedAt(stored: readonly StoredSegment[], nowMs: number): readonly StoredSegment[] {
  return stored.filter(({ atMs }) => nowMs - atMs < KNOWN_MS);
}
