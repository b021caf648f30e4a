// Enter here: which file this is, whatever its name: inode, first line, fingerprints.
/** Fingerprints of the two ends of what was read of a file: they tell whether it is still the same content. */
import { readSync } from "node:fs";
import { KIND_BYTES } from "../decode/kinds.js";
import { encodingOf, type TextEncoding } from "../lines/text-encoding.js";
import { fingerprint, HEAD_BYTES } from "./file-identity.js";

/** Bytes before the offset that count: enough for what differs between two lines, before what all lines end with. */
export const TAIL_BYTES = 1024;

export interface Print {
  readonly length: number;
  readonly hash: string;
}

/** What was read of a file, as far as it can be recognised by: a decision never rests on an empty one. */
export interface Evidence {
  /** Bytes read (decompressed, for an archive). */
  readonly offset: number;
  /** Of the first bytes. Before anything is read it may be of whole lines that were there, and longer than `offset`. */
  readonly head: Print;
  /** Of the last bytes before `offset`; empty where only the offset is known. */
  readonly tail: Print;
}

export const EMPTY_PRINT: Print = { length: 0, hash: fingerprint(new Uint8Array(0)) };

export function printOf(bytes: Uint8Array): Print {
  return { length: bytes.length, hash: fingerprint(bytes) };
}

/** Bytes that the evidence covers: how much two files must have in common to be taken for one another. */
export function weightOf({ offset, head }: Evidence): number {
  return Math.max(offset, head.length);
}

/** What `read` bytes of an open file can be recognised by. `headBytes`: the least length of the head. */
export function evidenceIn(fd: number, offset: number, headBytes = 0): Evidence {
  const start = Math.max(0, offset - TAIL_BYTES);
  const length = Math.max(headBytes, Math.min(offset, HEAD_BYTES));
  return {
    offset,
    head: printOf(readRange(fd, 0, length)),
    tail: printOf(readRange(fd, start, offset - start)),
  };
}

/** The head of a file of which nothing was read: its whole lines within the first KiB, or that KiB of a longer line. */
export function headLines(head: Buffer): Buffer {
  const start = head.subarray(0, HEAD_BYTES);
  const end = start.lastIndexOf(0x0a) + 1;
  if (end > 0) return start.subarray(0, end);
  return start.length === HEAD_BYTES ? start : start.subarray(0, 0);
}

/** Whether the open file has the content that was read, all `offset` bytes of it. True of evidence of nothing. */
export function holds(fd: number, { offset, head, tail }: Evidence): boolean {
  if (!hasPrint(fd, 0, head)) return false;
  if (tail.length > 0) return hasPrint(fd, offset - tail.length, tail);
  return offset === 0 || readRange(fd, offset - 1, 1).length === 1;
}

export function hasPrint(fd: number, start: number, print: Print): boolean {
  if (print.length === 0) return true;
  const bytes = readRange(fd, start, print.length);
  return bytes.length === print.length && fingerprint(bytes) === print.hash;
}

/** What an open file is written in, as far as its start tells. */
export function encodingOfFile(fd: number): TextEncoding {
  return encodingOf(readRange(fd, 0, KIND_BYTES)) ?? "utf-8";
}

/** `1024:5f2c9d0e8a31`, as positions carry it. */
export function printText({ length, hash }: Print): string {
  return `${length}:${hash}`;
}

/** Undefined for what is no print. */
export function parsePrint(text: string | undefined): Print | undefined {
  const found = /^(\d{1,6}):([0-9a-f]{12})$/.exec(text ?? "");
  return found === null ? undefined : { length: Number(found[1]), hash: found[2]! };
}

/**
 * Synchronous on purpose: at most 1 KiB that was read a moment ago, where the thread pool would cost ten times more.
 */
export function readRange(fd: number, start: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const byteCount = readSync(fd, buffer, filled, length - filled, start + filled);
    if (byteCount === 0) break;
    filled += byteCount;
  }
  return buffer.subarray(0, filled);
}
