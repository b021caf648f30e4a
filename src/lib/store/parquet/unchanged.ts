/**
 * Whether files that are about to be read are still what was written. Reading all of every file first would cost more
 * than most queries, so it is done only where the file system says that a file was touched since the log took it in:
 * then its checksum decides. What a device changes by itself is not seen here; `store verify --deep` reads everything.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { failure } from "../../base/errors/index.js";
import { type Files, isSystemError, makeDurableDirectory } from "../../base/files.js";
import { formatCount } from "../../base/size.js";
import type { TableFile } from "../delta/table-file.js";
import { INDEX_DIRECTORY } from "./bloom.js";
import { CHECKSUM_TAG, fileChecksum } from "./checksum.js";

/**
 * Throws store.file-unreadable for a file of ours that has changed. Files that are gone are passed over: who reads them
 * says so. Cost: some microseconds a file; two seconds a gigabyte of those that were touched (a backup that was
 * restored without their times), once.
 */
export async function checkFilesUnchanged(
  files: Files,
  tableDirectory: string,
  wanted: readonly TableFile[],
): Promise<void> {
  const touched: Touched[] = [];
  for (const file of wanted) {
    const facts = statSync(file.path, { throwIfNoEntry: false });
    if (facts === undefined) continue;
    if (facts.size !== file.bytes && isOurs(file)) throw otherSize(file, facts.size);
    if (facts.mtimeMs > file.modifiedMs + CLOCK_MS && isOurs(file))
      touched.push({ file, line: JSON.stringify([file.addPath, facts.size, facts.mtimeMs]) });
  }
  if (touched.length > 0) await checkTouched(files, tableDirectory, touched);
}

/** Times in the log are whole milliseconds. */
const CLOCK_MS = 1;

interface Touched {
  readonly file: TableFile;
  /** How it is remembered once its checksum held. */
  readonly line: string;
}

async function checkTouched(
  files: Files,
  tableDirectory: string,
  touched: readonly Touched[],
): Promise<void> {
  const path = join(tableDirectory, INDEX_DIRECTORY, NAME);
  const known = new Set(((await files.read(path)) ?? "").toString("utf8").split("\n"));
  const sound: string[] = [];
  let bytesRead = 0;
  try {
    for (const { file, line } of touched) {
      if (known.has(line)) continue;
      if (!(await holds(files, file))) {
        const reason = "its bytes are no longer those that were written";
        throw failure("store.file-unreadable", { path: file.path, reason });
      }
      sound.push(line);
      bytesRead += file.bytes;
    }
  } finally {
    // A store that cannot be written can still be read.
    if (bytesRead >= WORTH_BYTES) await remember(files, tableDirectory, path, sound).catch(() => {});
  }
}

/**
 * In `_index`: it can be removed at any time. A query changes nothing of a store unless that spares the next one a
 * second or so.
 */
const NAME = "unchanged";
const WORTH_BYTES = 256 * 1024 * 1024;

async function holds(files: Files, { path, tags }: TableFile): Promise<boolean> {
  try {
    const file = await files.open(path, "read");
    return (await fileChecksum(file).finally(() => file.close())) === tags[CHECKSUM_TAG];
  } catch (error) {
    // Vacuumed meanwhile: who reads it says so.
    if (isSystemError(error, "ENOENT")) return true;
    throw error;
  }
}

async function remember(
  files: Files,
  tableDirectory: string,
  path: string,
  lines: readonly string[],
): Promise<void> {
  await makeDurableDirectory(files, join(tableDirectory, INDEX_DIRECTORY));
  const file = await files.open(path, "change").catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
    return files.open(path, "create");
  });
  try {
    await file.write([Buffer.from(lines.map((line) => `${line}\n`).join(""), "utf8")], await file.size());
  } finally {
    await file.close();
  }
}

function isOurs({ tags }: TableFile): boolean {
  return tags[CHECKSUM_TAG] !== undefined;
}

function otherSize({ path, bytes }: TableFile, found: number): Error {
  const reason = `it has ${formatCount(found)} bytes, and ${formatCount(bytes)} by the table's log`;
  return failure("store.file-unreadable", { path, reason });
}
