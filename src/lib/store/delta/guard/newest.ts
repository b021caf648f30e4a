/**
 * The note of the newest version, `_log_copies/newest`: what tells that the end of a log is gone. One line, written
 * after each commit and not synced: after a power cut it may be older than the log, or broken, and then says less;
 * never more.
 *
 *     CRC-32C of the JSON, eight hexadecimal digits | space | JSON: {version, ...CommitNote} | spaces | newline
 */
import { crc32c, hex8 } from "../../../base/hash/crc32c.js";
import type { TableStorage } from "../../storage/storage.js";
import type { CommitNote } from "./seal.js";

/** Beside the log, not in it: other engines take what is named like a commit below `_delta_log` for one. */
export const COPIES_DIRECTORY = "_log_copies";
export const COPIES_PREFIX = `${COPIES_DIRECTORY}/`;
export const NEWEST_NAME = "newest";
const KEY = COPIES_PREFIX + NEWEST_NAME;

const CRC_AND_NEWLINE_BYTES = 10;

export interface NewestNote extends CommitNote {
  readonly version: number;
}

/** Every line is as long, so that one leaves nothing of the one before it. Notes take half of it at most. */
const LINE_BYTES = 512;

/** The note; "broken" when there is something else in its place, undefined when there is nothing. */
export async function readNewest(storage: TableStorage): Promise<NewestNote | "broken" | undefined> {
  const bytes = await storage.read(KEY);
  // Empty: it is being made.
  if (bytes === undefined || bytes.length === 0) return undefined;
  const text = bytes.toString("utf8");
  const json = text.slice(9).trimEnd();
  const isWhole =
    text[8] === " " &&
    text.slice(0, 8) === hex8(crc32c(Buffer.from(json, "utf8"))) &&
    bytes.equals(lineOf(json));
  return isWhole ? (JSON.parse(json) as NewestNote) : "broken";
}

function lineOf(json: string): Buffer {
  const bytes = Buffer.from(json, "utf8");
  const padding = " ".repeat(Math.max(0, LINE_BYTES - CRC_AND_NEWLINE_BYTES - bytes.length));
  return Buffer.from(`${hex8(crc32c(bytes))} ${json}${padding}\n`, "utf8");
}

/** Replaces the note. */
export async function writeNewest(storage: TableStorage, note: NewestNote): Promise<void> {
  await storage.put(KEY, lineOf(JSON.stringify(note)), "hint");
}
