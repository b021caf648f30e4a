/**
 * CRC-32C of what the log holds: in plain code for little, so that a short query needs no kernel, else in the kernel.
 */
import { crc32c as crc32cInCode } from "../../base/hash/crc32c.js";
import { kernel } from "../../kernel/kernel.js";

/** Cost: 0.75 GB/s in plain code, 2.5 GB/s in the kernel, which takes a few milliseconds to be there. */
const FEW_BYTES = 64 * 1024;
/** A block larger than this goes through the kernel in pieces: its memory never shrinks. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** CRC-32C: RFC 3720, appendix B.4. */
export function checksumOf(bytes: Uint8Array): number {
  if (bytes.length < FEW_BYTES) return crc32cInCode(bytes);
  const k = kernel();
  let crc = 0;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    crc = k.exports.crc32c(k.load(piece), piece.length, crc) >>> 0;
  }
  return crc;
}

/** The checksums of parts of `bytes`, each `{offset, length}` of them. */
export function checksumsIn(
  bytes: Uint8Array,
  parts: readonly { readonly offset: number; readonly length: number }[],
): number[] {
  const of = ({ offset, length }: { readonly offset: number; readonly length: number }) =>
    bytes.subarray(offset, offset + length);
  if (bytes.length < FEW_BYTES || bytes.length > PIECE_BYTES)
    return parts.map((part) => checksumOf(of(part)));
  const k = kernel();
  const at = k.load(bytes);
  return parts.map(({ offset, length }) => k.exports.crc32c(at + offset, length, 0) >>> 0);
}
