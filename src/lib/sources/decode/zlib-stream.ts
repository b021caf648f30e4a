/**
 * Zlib streams, RFC 1950, which have no signature: two bytes with a check of five bits, which a text may begin with as
 * well.
 */
import { isUtf8 } from "node:buffer";
import { constants, inflateSync } from "node:zlib";

const MOST_OUTPUT_BYTES = 1 << 20;

/**
 * Whether `head` begins a zlib stream: its header is right, it is no text, and it can be inflated as far as it goes.
 * `isWhole`: all there is of the input. Otherwise it is "undecided" as long as it may be one and `wanted` bytes are not
 * there.
 */
export function isZlib(head: Uint8Array, wanted: number, isWhole: boolean): boolean | "undecided" {
  const [method = 0, flags = 0] = head;
  // Method 8 is the only one there is, with windows up to 32 KiB; a stream with a dictionary of its own nobody can
  // read.
  if ((method & 0x0f) !== 8 || method >> 4 > 7) return false;
  if (head.length < 2) return isWhole ? false : "undecided";
  if (((method << 8) | flags) % 31 !== 0 || (flags & 0x20) !== 0) return false;
  if (isText(head)) return false;
  const inflated = inflatedBytes(head);
  if (inflated === undefined) return false;
  if (isWhole) return inflated > 0;
  return head.length >= wanted || "undecided";
}

/** Cost: once an input, and only for one with the header. Undefined: it cannot be inflated. */
function inflatedBytes(head: Uint8Array): number | undefined {
  try {
    const settings = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_OUTPUT_BYTES };
    return inflateSync(head, settings).length;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? MOST_OUTPUT_BYTES : undefined;
  }
}

/** UTF-8, the last character perhaps cut, without controls but those of lines and terminals. */
function isText(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 0x20 && !TEXT_CONTROLS.has(byte))) return false;
  return [0, 1, 2, 3].some((cut) => cut < head.length && isUtf8(head.subarray(0, head.length - cut)));
}

/** \a \b \t \n \v \f \r, escape. */
const TEXT_CONTROLS = new Set([7, 8, 9, 10, 11, 12, 13, 27]);
