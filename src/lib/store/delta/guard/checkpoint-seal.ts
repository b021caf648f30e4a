/**
 * Our own checksum of a checkpoint, in the footer's key-value metadata, which other engines pass over:
 *
 *     logpipe.checkpoint   "logpipe-checkpoint version=V crc32c=XXXXXXXX": the version it is of, and the CRC-32C of the
 *                          whole file with these eight digits as zeros
 *
 * DuckDB reads one flipped bit in three of a Parquet file without an error.
 */

import type { Files } from "../../../base/files.js";
import { crc32c, hex8 } from "../../../base/hash/crc32c.js";
import { literal } from "../../columns/names.js";

const KEY = "logpipe.checkpoint";
const DIGITS = "00000000";
const SEAL = /logpipe-checkpoint version=(\d+) crc32c=([0-9a-f]{8})/;

/** The option of COPY that leaves room for the checksum. */
export function checkpointSealOption(version: number): string {
  const value = `logpipe-checkpoint version=${version} crc32c=${DIGITS}`;
  return `KV_METADATA {${literal(KEY)}: ${literal(value)}}`;
}

/** Fills in the checksum of a checkpoint that was written with the option. Not synced. */
export async function sealCheckpoint(files: Files, path: string): Promise<void> {
  const file = await files.open(path, "change");
  try {
    const bytes = await file.read(0, await file.size());
    const seal = findSeal(bytes);
    if (seal === undefined || seal === "broken")
      throw new Error("a checkpoint without room for its checksum");
    await file.write([Buffer.from(checksumOf(bytes, seal.at), "latin1")], seal.at);
  } finally {
    await file.close();
  }
}

/** What is wrong with the file of a checkpoint by its own checksum; undefined when nothing is, or it has none. */
export function checkpointSealFault(bytes: Buffer | undefined, version: number): string | undefined {
  if (bytes === undefined) return undefined;
  const seal = findSeal(bytes);
  if (seal === undefined) return undefined;
  if (seal === "broken" || checksumOf(bytes, seal.at) !== seal.crc32c)
    return "it was changed since it was written: its checksum does not hold";
  return seal.version === version ? undefined : `it is that of version ${seal.version}`;
}

/** Whether logpipe wrote it, by its own word. */
export function isSealedCheckpoint(bytes: Buffer | undefined): boolean {
  return bytes !== undefined && findSeal(bytes) !== undefined;
}

interface Seal {
  /** Of the digits, from the start of the file. */
  readonly at: number;
  readonly version: number;
  readonly crc32c: string;
}

/** Key and value name it both, so that a change of one of them is seen. */
function findSeal(bytes: Buffer): Seal | "broken" | undefined {
  if (bytes.length < 12) return undefined;
  const start = Math.max(0, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
  const footer = bytes.latin1Slice(start);
  const match = SEAL.exec(footer);
  if (match === null)
    return footer.includes(KEY) || footer.includes("logpipe-checkpoint") ? "broken" : undefined;
  const at = start + match.index + match[0].length - DIGITS.length;
  return { at, version: Number(match[1]), crc32c: match[2]! };
}

function checksumOf(bytes: Buffer, at: number): string {
  const before = crc32c(Buffer.from(DIGITS, "latin1"), crc32c(bytes.subarray(0, at)));
  return hex8(crc32c(bytes.subarray(at + DIGITS.length), before));
}
