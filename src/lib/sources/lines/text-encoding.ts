/** Text that is not UTF-8: UTF-16 as Windows programs write it, UTF-32. Lines are cut in it, and then made UTF-8. */

import { leadingNuls } from "./line-starts.js";

export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be";

/** What is looked at when there is no byte order mark. */
const HEAD_BYTES = 1024;
/**
 * So many of the first characters must be of ASCII, and so few NUL: half of UTF-32 is NUL when it is taken for UTF-16.
 * And so many must be more than blanks and line ends, which a NUL here and there makes of empty lines.
 */
const LEAST_ASCII = 0.5;
const MOST_NULS = 0.1;
const LEAST_UNITS = 4;
const LEAST_PRINTABLE = 2;

/**
 * By the byte order mark, or by where the zeros are when that is plain; "utf-8" for anything else, which is left as it
 * is. Undefined: there are only zeros so far.
 */
export function encodingOf(head: Buffer): TextEncoding | undefined {
  const mark = head.toString("latin1", 0, 4);
  // It may be UTF-16 and a NUL as well.
  if (mark === "\xff\xfe\0\0" && (head.length < 8 || head.readUInt32LE(4) <= 0x10ffff)) return "utf-32le";
  if (mark === "\0\0\xfe\xff") return "utf-32be";
  if (mark.startsWith("\xff\xfe")) return "utf-16le";
  if (mark.startsWith("\xfe\xff")) return "utf-16be";
  if (!head.subarray(0, HEAD_BYTES).includes(0)) return "utf-8";
  const start = leadingNuls(head);
  if (start === head.length) return undefined;
  for (const encoding of ["utf-32le", "utf-32be", "utf-16le", "utf-16be"] as const) {
    const unit = unitBytes(encoding);
    const from = start - (start % unit);
    if (isPlainly(encoding, head.subarray(from, from + HEAD_BYTES))) return encoding;
  }
  return "utf-8";
}

/** Bytes of a unit: what a line end is one of. */
export function unitBytes(encoding: TextEncoding): 1 | 2 | 4 {
  if (encoding === "utf-8") return 1;
  return encoding.startsWith("utf-16") ? 2 : 4;
}

/** Which byte of a unit is the lowest. */
export function lowByteOf(encoding: TextEncoding): number {
  return encoding.endsWith("be") ? unitBytes(encoding) - 1 : 0;
}

/** As UTF-8. What is no character, or cut, becomes U+FFFD. */
export function toUtf8(bytes: Buffer, encoding: TextEncoding): Buffer {
  const unit = unitBytes(encoding);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % unit));
  const isCut = whole.length < bytes.length;
  const text =
    unit === 4 ? textOf32(whole, encoding === "utf-32le") : textOf16(whole, encoding === "utf-16le");
  return Buffer.from(isCut ? `${text}\ufffd` : text);
}

function textOf16(bytes: Buffer, isLittle: boolean): string {
  return (isLittle ? bytes : Buffer.from(bytes).swap16()).toString("utf16le");
}

function textOf32(bytes: Buffer, isLittle: boolean): string {
  const parts: string[] = [];
  const points: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const point = isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    points.push(point > 0x10ffff ? 0xfffd : point);
    if (points.length === 4096) parts.push(String.fromCodePoint(...points.splice(0)));
  }
  return parts.join("") + String.fromCodePoint(...points);
}

function isPlainly(encoding: TextEncoding, head: Buffer): boolean {
  const unit = unitBytes(encoding);
  const low = lowByteOf(encoding);
  const units = Math.floor(head.length / unit);
  let printable = 0;
  let ends = 0;
  let nuls = 0;
  for (let at = 0; at < units * unit; at += unit) {
    const bytes = head.subarray(at, at + unit);
    const zeros = bytes.filter((byte) => byte === 0).length;
    if (zeros === unit) nuls++;
    const value = bytes[low]!;
    if (zeros !== unit - 1) continue;
    if (value > 0x20 && value < 0x7f) printable++;
    else if (value === 0x20 || (value >= 9 && value <= 13)) ends++;
  }
  if (units < LEAST_UNITS || printable < LEAST_PRINTABLE) return false;
  return printable + ends >= units * LEAST_ASCII && nuls <= units * MOST_NULS;
}
