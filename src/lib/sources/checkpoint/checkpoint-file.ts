/**
 * A checkpoint's text: JSON with the CRC-32C of what stands before, so that a changed byte is found before it makes
 * lines come twice. Older versions wrote none; their files are read as they are.
 */
import { readFile } from "node:fs/promises";
import { failure, reasonOf } from "../../base/errors/index.js";
import { crc32c } from "../../base/hash/crc32c.js";
import type { Print } from "../identity/fingerprint.js";
import type { Track, TrackStart } from "../identity/tracked-file.js";

export interface Contents {
  readonly id?: string | undefined;
  /** The directory of the table that was fed last. */
  readonly table?: string | undefined;
  readonly files: readonly Track[];
}

const MEMBERS = ["version", "id", "table", "files", "crc32c"];
/** Far more than any version ever made a fingerprint of. */
const MOST_PRINT_BYTES = 64 * 1024;

export function encodeCheckpoint({ id, table, files }: Contents): string {
  const text = JSON.stringify({ version: 1, id, table, files });
  return `${text.slice(0, -1)},"crc32c":"${checksumOf(Buffer.from(text))}"}\n`;
}

/** What the file at `path` holds; nothing where there is none. Throws checkpoint.unusable. */
export async function loadCheckpoint(path: string): Promise<Contents> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { files: [] };
    throw failure("checkpoint.unusable", { path, reason: reasonOf(error) }, error);
  }
  try {
    return decode(bytes);
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is no JSON" : (error as Error).message;
    throw failure("checkpoint.unusable", { path, reason }, error);
  }
}

function decode(bytes: Buffer): Contents {
  const value = JSON.parse(bytes.toString("utf8")) as Record<string, unknown> | null;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("it is no checkpoint");
  const { version, id, table, files } = value;
  if (version !== 1) throw new Error(`its version is ${JSON.stringify(version)}, this logpipe knows 1`);
  if (!isChecked(bytes, value))
    throw new Error("it is not as logpipe wrote it (its checksum does not match): damaged, or edited");
  if (!Array.isArray(files) || !files.every(isTrack)) throw new Error("its list of files is malformed");
  if (id !== undefined && (typeof id !== "string" || id === "")) throw new Error("its id is malformed");
  if (table !== undefined && typeof table !== "string") throw new Error("its table is malformed");
  return { id, table, files };
}

/** Without a checksum it is of an older version, which wrote nothing else that is not known here either. */
function isChecked(bytes: Buffer, value: Record<string, unknown>): boolean {
  if (!("crc32c" in value)) return Object.keys(value).every((name) => MEMBERS.includes(name));
  const end = bytes.lastIndexOf(',"crc32c":"');
  const found = /^,"crc32c":"([0-9a-f]{8})"\}\n?$/.exec(bytes.toString("latin1", Math.max(0, end)));
  if (end < 0 || found === null) return false;
  return checksumOf(Buffer.concat([bytes.subarray(0, end), Buffer.from("}")])) === found[1];
}

function checksumOf(bytes: Buffer): string {
  return crc32c(bytes).toString(16).padStart(8, "0");
}

function isTrack(value: unknown): value is Track {
  const track = value as Partial<Track> | null;
  if (typeof track !== "object" || track === null) return false;
  const {
    id,
    path,
    key,
    offset,
    head,
    tail,
    bornMs,
    modifiedMs,
    isFinished,
    isArchive,
    held,
    labels,
    start,
  } = track;
  return (
    [id, path, key].every((text) => typeof text === "string") &&
    Number.isSafeInteger(offset) &&
    offset! >= 0 &&
    isPrint(head) &&
    isPrint(tail) &&
    tail.length <= offset! &&
    [bornMs, modifiedMs].every((ms) => ms === undefined || Number.isFinite(ms)) &&
    [isFinished, isArchive].every((is) => is === undefined || typeof is === "boolean") &&
    (held === undefined || typeof held === "string") &&
    (labels === undefined || isLabels(labels)) &&
    (start === undefined || isStart(start))
  );
}

function isStart(value: unknown): boolean {
  const start = value as Partial<TrackStart> | null;
  const offset = start?.offset;
  if (!Number.isSafeInteger(offset) || !isPrint(start?.tail)) return false;
  const isAfter = start?.after === undefined || typeof start.after === "string";
  return isAfter && offset! >= 0 && start!.tail!.length <= offset!;
}

function isPrint(value: unknown): value is Print {
  const print = value as Partial<Print> | null | undefined;
  const length = print?.length;
  const isInRange = Number.isSafeInteger(length) && length! >= 0 && length! <= MOST_PRINT_BYTES;
  return isInRange && typeof print?.hash === "string" && /^[0-9a-f]{12}$/.test(print.hash);
}

function isLabels(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((label) => typeof label === "string")
  );
}
