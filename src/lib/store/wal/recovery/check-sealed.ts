/**
 * Whether a segment still is what its writer wrote. A disk may give back other bytes than it took, and from here on
 * they would be rows with a sound checksum of their own. Runs beside DuckDB, which reads the same bytes.
 */
import { type Files, isSystemError, type OpenFile } from "../../../base/files.js";
import { Kernel, kernelModule } from "../../../kernel/kernel.js";
import type { Commit } from "../segment.js";
import type { SealedSegment } from "../segment-writer.js";

/** Small enough for the caches of a processor. */
const CHUNK_BYTES = 256 * 1024;

/** Its own: what is read goes straight into its memory, while others use theirs. */
let own: { readonly kernel: Kernel; readonly at: number } | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** The disk does not have the segment any more as it was written. */
export class ChangedSegmentError extends Error {
  override readonly name = "ChangedSegmentError";

  constructor() {
    super("the disk does not have the segment as it was written");
  }
}

/** Rejects with ChangedSegmentError, and the errors of the file system. Cost: 0.5 ms a megabyte. */
export async function checkSegmentUnchanged(
  files: Files,
  { dataPath, asidePath, commits }: Pick<SealedSegment, "dataPath" | "asidePath" | "commits">,
): Promise<void> {
  const check = async () => {
    const asides = commits.flatMap(({ aside }) => (aside === undefined ? [] : [aside]));
    const isSame = (await holds(files, dataPath, commits)) && (await holds(files, asidePath, asides));
    if (!isSame) throw new ChangedSegmentError();
  };
  // One at a time: they share the memory.
  const result = turn.then(check, check);
  turn = result.catch(() => {});
  return result;
}

type Range = Pick<Commit, "offset" | "length" | "crc32c">;

async function holds(files: Files, path: string, ranges: readonly Range[]): Promise<boolean> {
  const wanted = ranges.filter(({ length }) => length > 0);
  if (wanted.length === 0) return true;
  const file = await files.open(path, "read").catch((error) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    for (let i = 0; i < wanted.length; ) {
      const count = await holdsFrom(file, wanted, i);
      if (count === 0) return false;
      i += count;
    }
    return true;
  } finally {
    await file.close();
  }
}

/** How many ranges from `i` on hold: as many as fit a chunk, or one that does not. 0: the first does not. */
async function holdsFrom(file: OpenFile, ranges: readonly Range[], i: number): Promise<number> {
  const first = ranges[i]!;
  if (first.length > CHUNK_BYTES) return (await holdsLong(file, first)) ? 1 : 0;
  let end = first.offset + first.length;
  let count = 1;
  for (let next = ranges[i + 1]; next !== undefined; next = ranges[i + ++count]) {
    if (next.offset < end || next.offset + next.length - first.offset > CHUNK_BYTES) break;
    end = next.offset + next.length;
  }
  const { kernel, at } = memory();
  if ((await readInto(file, first.offset, end - first.offset)) < end - first.offset) return 0;
  for (const { offset, length, crc32c } of ranges.slice(i, i + count))
    if (kernel.exports.crc32c(at + offset - first.offset, length, 0) >>> 0 !== crc32c) return 0;
  return count;
}

async function holdsLong(file: OpenFile, { offset, length, crc32c }: Range): Promise<boolean> {
  const { kernel, at } = memory();
  let crc = 0;
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    const wanted = Math.min(CHUNK_BYTES, length - done);
    if ((await readInto(file, offset + done, wanted)) < wanted) return false;
    crc = kernel.exports.crc32c(at, wanted, crc) >>> 0;
  }
  return crc === crc32c;
}

async function readInto(file: OpenFile, offset: number, length: number): Promise<number> {
  const { kernel, at } = memory();
  const into = kernel.bytes.subarray(at, at + length);
  const bytes = await file.read(offset, length, into);
  if (bytes.buffer !== into.buffer) into.set(bytes);
  return bytes.length;
}

function memory() {
  if (own === undefined) {
    const kernel = new Kernel(kernelModule());
    kernel.reserve(CHUNK_BYTES, 0);
    own = { kernel, at: kernel.exports.inputAt() };
  }
  return own;
}
