/** Which number of the dates in a file is the day, seen from lines all over it before the first is read. */
import { open, stat } from "node:fs/promises";
import { systemPath } from "../../base/local/byte-name.js";
import { dateOrderEvidence, hasDateOfNumbers } from "../../base/time/read-time.js";
import { readRange } from "../identity/fingerprint.js";

const NEWLINE = 0x0a;
/** Lines of a log are in order: these show most of its days. */
const SAMPLES = 64;
const SAMPLE_BYTES = 1024;

/**
 * The order that a line of the plain file at `path` shows; undefined where none does, or the file has no such
 * date at its top, in its middle or at its end. Costs three reads of a KiB, and 64 more where there is one. Rejects as
 * opening does.
 */
export async function orderOfDatesIn(path: string): Promise<"dmy" | "mdy" | undefined> {
  if (!(await stat(systemPath(path))).isFile()) return undefined;
  const file = await open(systemPath(path), "r");
  try {
    const { size } = await file.stat();
    // What stands at the top may be a banner, or lines of another kind.
    const places = [0, Math.floor(size / 2), size - SAMPLE_BYTES].filter((at) => at >= 0);
    const hasDates = places.some((at) =>
      linesOf(readRange(file.fd, at, SAMPLE_BYTES)).some(hasDateOfNumbers),
    );
    if (!hasDates) return undefined;
    const step = Math.max(SAMPLE_BYTES, Math.ceil(size / SAMPLES));
    for (let at = 0; at < size; at += step) {
      const order = orderIn(readRange(file.fd, at, SAMPLE_BYTES), at === 0);
      if (order !== undefined) return order;
    }
    return orderIn(readRange(file.fd, Math.max(0, size - SAMPLE_BYTES), SAMPLE_BYTES), size <= SAMPLE_BYTES);
  } finally {
    await file.close();
  }
}

function linesOf(piece: Buffer): readonly string[] {
  return piece.latin1Slice().split("\n");
}

/** What its lines show that begin in it; `isAtLine`: the first one does. */
function orderIn(piece: Buffer, isAtLine: boolean): "dmy" | "mdy" | undefined {
  for (let at = isAtLine ? 0 : piece.indexOf(NEWLINE) + 1; at < piece.length; ) {
    const end = piece.indexOf(NEWLINE, at);
    const order = dateOrderEvidence(piece.latin1Slice(at, end < 0 ? piece.length : end));
    if (order !== undefined) return order;
    if (end < 0) return undefined;
    at = end + 1;
  }
  return undefined;
}
