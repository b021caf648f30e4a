/** Packed files among those that are followed, told by their first bytes: read once at most, and never as lines. */
import { compressionOf } from "../decode.js";
import { readRange } from "../prints.js";

export interface Packing {
  /** "packed with bzip2". */
  readonly what: string;
  /** Whether it can be decompressed here. */
  readonly isRead: boolean;
}

const START_BYTES = 16;

/** From the manuals and specifications: xz 2.1.1.1, lz4 frames, zip's APPNOTE 4.3.7, ncompress, lzip, 7zFormat.txt. */
const OTHERS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["compress", [0x1f, 0x9d]],
  ["lzip", [0x4c, 0x5a, 0x49, 0x50, 0x01]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
];

/** How the open file is packed; undefined for a plain one. */
export function packingOf(fd: number): Packing | undefined {
  const start = readRange(fd, 0, START_BYTES);
  const compression = compressionOf(start);
  if (compression !== "none" && compression !== "undecided")
    return { what: `packed with ${compression}`, isRead: true };
  // A block of bzip2 begins with the digits of pi, the end of an empty file with those of its square root.
  const isBzip2 = /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(start.toString("latin1"));
  const name = isBzip2
    ? "bzip2"
    : OTHERS.find(([, magic]) => magic.every((byte, i) => start[i] === byte))?.[0];
  return name === undefined ? undefined : { what: `packed with ${name}`, isRead: false };
}

/** Whether the open file can be decompressed here. */
export function isArchive(fd: number): boolean {
  return packingOf(fd)?.isRead ?? false;
}
