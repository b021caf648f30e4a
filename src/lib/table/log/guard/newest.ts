/**
 * The note of the newest version, `_log_copies/newest`: what tells that the end of a log is gone. One line, written after each
 * commit and not synced: after a power cut it may be older than the log, or broken, and then says less; never more.
 *
 *     CRC-32C of the JSON, eight hexadecimal digits | space | JSON: {version, ...CommitNote} | spaces | newline
 */
import { join } from "node:path";
import { crc32c } from "../../../base/crc32c.js";
import { type Files, isSystemError } from "../../../base/files.js";
import { type CommitNote, hex8 } from "./seal.js";

/** Beside the log, not in it: other engines take what is named like a commit below `_delta_log` for one. */
export const COPIES_DIRECTORY = "_log_copies";
export const NEWEST_NAME = "newest";

export interface NewestNote extends CommitNote {
  readonly version: number;
}

/** Shorter lines are filled up to this, so that a shorter one leaves nothing of the longer one before it. */
const LINE_BYTES = 512;

/** The note; "broken" when there is something else in its place, undefined when there is nothing. */
export async function readNewest(
  files: Files,
  tableDirectory: string,
): Promise<NewestNote | "broken" | undefined> {
  const bytes = await files.read(newestPath(tableDirectory));
  // Empty: it is being made.
  if (bytes === undefined || bytes.length === 0) return undefined;
  const [line = ""] = bytes.toString("utf8").split("\n");
  const json = Buffer.from(line.slice(9).trimEnd(), "utf8");
  if (bytes.at(-1) !== 10 || line[8] !== " " || line.slice(0, 8) !== hex8(crc32c(json))) return "broken";
  return JSON.parse(json.toString("utf8")) as NewestNote;
}

/** Replaces the note. The directory must be there. */
export async function writeNewest(files: Files, tableDirectory: string, note: NewestNote): Promise<void> {
  const path = newestPath(tableDirectory);
  const json = Buffer.from(JSON.stringify(note), "utf8");
  const line = `${hex8(crc32c(json))} ${json.toString("utf8")}`;
  const padded = Buffer.from(line + " ".repeat(Math.max(0, LINE_BYTES - 1 - 9 - json.length)), "utf8");
  const bytes = Buffer.concat([padded, NEWLINE]);
  const file = await files.open(path, "change").catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
    return files.open(path, "create");
  });
  try {
    await file.write([bytes], 0);
    if ((await file.size()) > bytes.length) await file.truncate(bytes.length);
  } finally {
    await file.close();
  }
}

function newestPath(tableDirectory: string): string {
  return join(tableDirectory, COPIES_DIRECTORY, NEWEST_NAME);
}

const NEWLINE = Buffer.from("\n");
