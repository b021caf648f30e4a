// Enter here: lines that are no events, kept beside the table.
/**
 * How lines get into the quarantine of a table, the directory `_quarantine`. Lines that came with a segment of the
 * write-ahead log are in one file, `<writer>-<sequence>.1.ndjson`: put there before the commit that covers the segment,
 * and counted from that commit on (see entries.ts). So they are kept exactly once, like the segment's events.
 */
import { join } from "node:path";
import { type Files, isSystemError, makeDurableDirectory, type OpenFile } from "../../base/files.js";
import { crc32c } from "../../base/hash/crc32c.js";
import { writeLetter } from "../../event/dead-letter.js";
import { EventWriter } from "../../event/writer.js";
import { QUARANTINE_DIRECTORY } from "../delta/quarantine-transactions.js";
import type { SealedSegment } from "../wal/segment-writer.js";
import { asideChecksum } from "./checksums.js";
import { fileLines } from "./lines.js";

export interface QuarantinePlace {
  readonly files: Files;
  readonly tableDirectory: string;
  /** Whose segment it is. */
  readonly writer: string;
}

/** The name of generation `generation` (from 1) of an entry. */
export function entryFileName(id: string, generation: number): string {
  return `${id}.${generation}.ndjson`;
}

export function entryId(writer: string, sequence: number): string {
  return `${writer}-${sequence}`;
}

/**
 * Gives the records of lines set aside, which are durable in the log, a name in the quarantine. Returns their CRC-32C.
 */
export async function placeAside(place: QuarantinePlace, segment: SealedSegment): Promise<number> {
  const [directory, path] = await placeOf(place, segment);
  // Of an earlier try, perhaps with the whole segment in it.
  await removeIfThere(place.files, path);
  await place.files.link(segment.asidePath, path);
  await place.files.syncDirectory(directory);
  return asideChecksum(place.files, segment);
}

/** Removes what an earlier try to store the segment may have put there. Only before the segment is covered. */
export async function removePlaced(place: QuarantinePlace, segment: SealedSegment): Promise<void> {
  const name = entryFileName(entryId(place.writer, segment.sequence), 1);
  await removeIfThere(place.files, join(place.tableDirectory, QUARANTINE_DIRECTORY, name));
}

/**
 * Puts the lines of the whole segment there, with the reason, and those that were set aside. Returns the CRC-32C of the
 * file.
 */
export async function placeSegment(
  place: QuarantinePlace & { readonly nowMs: () => number },
  temporaryDirectory: string,
  segment: SealedSegment,
  reason: string,
): Promise<number> {
  const { files } = place;
  const [directory, path] = await placeOf(place, segment);
  const temporary = join(temporaryDirectory, `quarantine-${segment.sequence}.tmp`);
  await removeIfThere(files, temporary);
  const file = await files.open(temporary, "create");
  let crc: number;
  try {
    crc = await writeRecords(file, place, segment, reason);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
  await files.syncDirectory(directory);
  return crc;
}

const WRITE_LINES = 1000;

async function writeRecords(
  file: OpenFile,
  { files, nowMs }: { readonly files: Files; readonly nowMs: () => number },
  segment: SealedSegment,
  reason: string,
): Promise<number> {
  let [offset, crc] = [0, 0];
  const put = async (bytes: Uint8Array) => {
    await file.write([bytes], offset);
    crc = crc32c(bytes, crc);
    offset += bytes.length;
  };
  const writer = new EventWriter();
  const time = new Date(nowMs()).toISOString();
  let lines = 0;
  for await (const raw of fileLines(files, segment.dataPath, segment.length)) {
    writeLetter(writer, { time, stage: "store", reason, source: "<log>", raw });
    if (++lines % WRITE_LINES === 0) await put(Buffer.from(writer.take()));
  }
  await put(Buffer.from(writer.take()));
  if (segment.asideLines === 0) return crc;
  for await (const raw of fileLines(files, segment.asidePath, segment.asideLength))
    await put(Buffer.concat([raw, NEWLINE]));
  return crc;
}

async function placeOf(place: QuarantinePlace, segment: SealedSegment): Promise<[string, string]> {
  const directory = join(place.tableDirectory, QUARANTINE_DIRECTORY);
  await makeDurableDirectory(place.files, directory);
  return [directory, join(directory, entryFileName(entryId(place.writer, segment.sequence), 1))];
}

async function removeIfThere(files: Files, path: string): Promise<void> {
  await files.remove(path).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}

const NEWLINE = Buffer.from("\n");
