/** Fingerprints of the two ends of what was read of a file: they tell whether it is still the same content. */
import { readSync } from "node:fs";
import { KIND_BYTES, kindOf } from "./encoded/kinds.js";
import { lastNewline } from "./encoded/newlines.js";
import { encodingOf, type TextEncoding, unitBytes } from "./encoded/text-encoding.js";
import { fingerprint } from "./identity.js";

/** Bytes before the offset that count: enough to hold a time stamp. */
export const TAIL_BYTES = 64;

export interface Print {
  readonly length: number;
  readonly hash: string;
}

export const EMPTY_PRINT: Print = { length: 0, hash: fingerprint(new Uint8Array(0)) };

export function printOf(bytes: Uint8Array): Print {
  return { length: bytes.length, hash: fingerprint(bytes) };
}

/** Whether the file starts as `head` says and has what `tail` says before `offset`. */
export function isSameContent(fd: number, head: Print, tail: Print, offset: number): boolean {
  return hasPrint(fd, 0, head) && hasPrint(fd, offset - tail.length, tail);
}

export function hasPrint(fd: number, start: number, print: Print): boolean {
  if (print.length === 0) return true;
  const bytes = readRange(fd, start, print.length);
  return bytes.length === print.length && fingerprint(bytes) === print.hash;
}

/** Whether it is compressed, or an archive or another binary file: never followed as lines. */
export function isCompressed(fd: number): boolean {
  return typeof kindOf(readRange(fd, 0, KIND_BYTES)) !== "string";
}

/** What an open file is written in, as far as its start tells. */
export function encodingOfFile(fd: number): TextEncoding {
  return encodingOf(readRange(fd, 0, KIND_BYTES)) ?? "utf-8";
}

/** The end of a file, or the start of its last line when that is not finished. */
export function startOfLastLine(fd: number, size: number): number {
  const encoding = encodingOfFile(fd);
  const unit = unitBytes(encoding);
  const whole = size - (size % unit);
  const length = Math.min(whole, 64 * 1024);
  const end = lastNewline(readRange(fd, whole - length, length), 0, length, encoding);
  return end === 0 ? whole : whole - length + end;
}

/** Synchronous on purpose: at most 1 KiB that was read a moment ago, where the thread pool would cost ten times more. */
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
