import { type Files, isSystemError, type OpenFile } from "../../base/files.js";
import { checksumOf } from "../../store/wal/checksum.js";
import { pathOf } from "../../store/wal/recovery/damaged-file.js";
import { type Commit, isFor } from "../../store/wal/segment.js";
import { endOfCommit } from "../segments/segments.js";
import type { JournalLook, SegmentLook } from "./look.js";

/** Which of what a journal holds. */
export interface HeldWanted {
  /** For this reader; absent: for anybody. */
  readonly reader?: string | undefined;
  /** From this byte of the journal on. */
  readonly from: number;
}

/**
 * The lines that a journal holds, in the order they were appended, a block at a time, each held to its checksum. Moves
 * no place, and goes on beside a writer: what was delivered and removed meanwhile is left out. What is damaged is left
 * out and told, by `onDamage`. A line that is no event yet, of a journal before `parse`, becomes `{"message": LINE}`.
 */
export async function* heldEvents(
  files: Files,
  { segments }: Pick<JournalLook, "segments">,
  wanted: HeldWanted,
  onDamage: (text: string) => void,
): AsyncGenerator<Buffer> {
  for (const segment of segments) {
    const commits = segment.commits.filter((one) => isWanted(one, wanted));
    if (commits.length === 0) continue;
    const file = await openIfThere(files, pathOf(segment.base, "data"));
    if (file === undefined) continue;
    try {
      yield* eventsIn(file, segment, commits, onDamage);
    } finally {
      await file.close();
    }
  }
}

async function* eventsIn(
  file: OpenFile,
  { base, isNewest }: SegmentLook,
  commits: readonly Commit[],
  onDamage: (text: string) => void,
): AsyncGenerator<Buffer> {
  let doubtful: Commit[] = [];
  const tell = () => {
    for (const { offset, length } of doubtful)
      onDamage(`${base}.ndjson is not what was written: ${length} bytes at ${offset} are left out`);
    doubtful = [];
  };
  for (const commit of commits) {
    const bytes = await file.read(commit.offset, commit.length);
    if (bytes.length === commit.length && checksumOf(bytes) === commit.crc32c) {
      // What was written later is there: so was what is before.
      tell();
      yield commit.facts?.isText === true ? asEvents(bytes) : bytes;
    } else if (bytes.length < commit.length || bytes.some((byte) => byte !== 10)) doubtful.push(commit);
    // Else a recovery has taken it out, and told of it.
  }
  // The index may be on the disk before the data is: the end is not acknowledged yet.
  if (!isNewest) tell();
}

function isWanted(commit: Commit, { reader, from }: HeldWanted): boolean {
  const isMeant = reader === undefined || isFor(commit, reader);
  return commit.events > 0 && commit.length > 0 && endOfCommit(commit) > from && isMeant;
}

function asEvents(bytes: Buffer): Buffer {
  const lines = bytes.toString("utf8").split("\n").slice(0, -1);
  return Buffer.from(lines.map((message) => `${JSON.stringify({ message })}\n`).join(""));
}

/** Undefined: it went because nobody waits for it any more. */
async function openIfThere(files: Files, path: string): Promise<OpenFile | undefined> {
  return files.open(path, "read").catch((error) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
}
