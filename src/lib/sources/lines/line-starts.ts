/** What does not belong to a line at whose start it stands: NULs of a hole in the file, and byte order marks. */

const NEWLINE = 0x0a;
const NUL = 0;
const LINE_AND_NUL = Buffer.from([NEWLINE, NUL]);
const ZEROS = Buffer.alloc(4096);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A single NUL is content. */
export const HOLE_NULS_MIN = 2;

/**
 * The lines without holes and byte order marks at their starts, in place. A hole is two NULs or more: what truncating a
 * log leaves under a writer that does not append (the file keeps its length), and what a crash leaves of data that was
 * not written. A mark within a stream is the start of a file that was joined to another. Neither is touched within a
 * line. `isInHole`: NULs right before have been dropped already.
 *
 * Costs two looks for a byte, about 20 microseconds a MiB, where there is neither.
 */
export function cleanLineStarts(bytes: Buffer, isInHole = false, onNuls?: (count: number) => void): Buffer {
  if (!hasUncleanLine(bytes)) return bytes;
  let to = 0;
  let nuls = 0;
  for (let at = 0; at < bytes.length; ) {
    for (;;) {
      const start = at;
      while (bytes[at] === NUL) at++;
      if (at - start < (isInHole && start === 0 ? 1 : HOLE_NULS_MIN)) at = start;
      nuls += at - start;
      if (hasMarkAt(bytes, at)) at += BYTE_ORDER_MARK.length;
      if (at === start) break;
    }
    const end = bytes.indexOf(NEWLINE, at) + 1 || bytes.length;
    bytes.copyWithin(to, at, end);
    to += end - at;
    at = end;
  }
  if (nuls > 0) onNuls?.(nuls);
  return bytes.subarray(0, to);
}

/** How many NULs `bytes` starts with, a multiple of `unit`. */
export function leadingNuls(bytes: Buffer, unit = 1): number {
  let at = 0;
  while (at + ZEROS.length <= bytes.length && ZEROS.compare(bytes, at, at + ZEROS.length) === 0)
    at += ZEROS.length;
  while (bytes[at] === NUL) at++;
  return at - (at % unit);
}

function hasUncleanLine(bytes: Buffer): boolean {
  if (bytes[0] === NUL || hasMarkAt(bytes, 0)) return true;
  if (bytes.includes(NUL) && bytes.includes(LINE_AND_NUL)) return true;
  let mark = bytes.indexOf(BYTE_ORDER_MARK);
  while (mark >= 0 && bytes[mark - 1] !== NEWLINE) mark = bytes.indexOf(BYTE_ORDER_MARK, mark + 1);
  return mark >= 0;
}

function hasMarkAt(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}
