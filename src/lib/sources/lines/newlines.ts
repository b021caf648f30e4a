/** Where lines end, in any encoding. Invariant: what is looked at starts with a whole unit. */
import { lowByteOf, type TextEncoding, unitBytes } from "./text-encoding.js";

const NEWLINE = 0x0a;

/** "\n" as it is written. */
export function newlineOf(encoding: TextEncoding): Buffer {
  const bytes = Buffer.alloc(unitBytes(encoding));
  bytes[lowByteOf(encoding)] = NEWLINE;
  return bytes;
}

/** Where the last newline that ends in [from, to) ends; 0 when there is none. */
export function lastNewline(bytes: Buffer, from: number, to: number, encoding: TextEncoding): number {
  if (encoding === "utf-8") {
    const found = bytes.subarray(from, to).lastIndexOf(NEWLINE);
    return found < 0 ? 0 : from + found + 1;
  }
  const unit = unitBytes(encoding);
  const newline = newlineOf(encoding);
  const start = Math.max(0, from - (from % unit) - unit);
  let found = bytes.subarray(start, to).lastIndexOf(newline);
  while (found > 0 && found % unit !== 0) found = bytes.subarray(start, to).lastIndexOf(newline, found - 1);
  return found < 0 || found % unit !== 0 ? 0 : start + found + unit;
}

/** Where the first newline starts; -1 when there is none. */
export function firstNewline(bytes: Buffer, encoding: TextEncoding): number {
  if (encoding === "utf-8") return bytes.indexOf(NEWLINE);
  const unit = unitBytes(encoding);
  const newline = newlineOf(encoding);
  let found = bytes.indexOf(newline);
  while (found >= 0 && found % unit !== 0) found = bytes.indexOf(newline, found + 1);
  return found;
}
