/** Compressed files among those that are followed: rotated logs, read once, unless they were read before. */
import { BlockReader } from "./blocks.js";
import type { ByteReader } from "./bytes.js";
import { HEAD_BYTES } from "./identity.js";
import { openPath } from "./input.js";
import type { LineLimits } from "./line-blocks.js";
import { type Print, printOf, TAIL_BYTES } from "./prints.js";
import type { Track } from "./tracked-file.js";

const SCRATCH_BYTES = 256 * 1024;

/** The first 1 KiB of the decompressed content. */
export async function archiveHead(path: string): Promise<Buffer> {
  const bytes = (await openPath(path)).bytes;
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    let filled = 0;
    while (filled < head.length) {
      const byteCount = await bytes.read(head.subarray(filled));
      if (byteCount === 0) break;
      filled += byteCount;
    }
    return head.subarray(0, filled);
  } finally {
    await bytes.close();
  }
}

/** Whether the archive holds what was read of `known`. Decompresses as much as had been read. */
export async function isArchiveOf(path: string, known: Track): Promise<boolean> {
  const bytes = (await openPath(path)).bytes;
  try {
    const { head, tail } = await skip(bytes, known.offset, known.head.length);
    return samePrint(head, known.head) && samePrint(tail, known.tail);
  } catch {
    return false;
  } finally {
    await bytes.close();
  }
}

/** Reads the archive at `path` from `track.offset` of its content. */
export async function openArchive(path: string, track: Track, limits: LineLimits): Promise<BlockReader> {
  const { bytes, identify } = await openPath(path);
  return new BlockReader(skipping(bytes, track.offset), limits, {
    labels: track.labels,
    name: track.path,
    identify: track.id === "" ? identify : () => track.id,
    startOffset: track.offset,
  });
}

function samePrint(a: Print, b: Print): boolean {
  return a.length === b.length && a.hash === b.hash;
}

/** Reads and drops `offset` bytes; their two ends. Shorter prints than wanted: there was less. */
async function skip(
  bytes: ByteReader,
  offset: number,
  headBytes: number,
): Promise<{ head: Print; tail: Print }> {
  const scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  for (let left = offset; left > 0; ) {
    const byteCount = await bytes.read(scratch.subarray(0, Math.min(left, scratch.length)));
    if (byteCount === 0) return { head: printOf(head), tail: printOf(Buffer.alloc(0)) };
    const chunk = scratch.subarray(0, byteCount);
    if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
    tail = Buffer.concat([tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    left -= byteCount;
  }
  return { head: printOf(head), tail: printOf(tail) };
}

function skipping(bytes: ByteReader, offset: number): ByteReader {
  let skipped: Promise<unknown> | undefined;
  const first = async (into: Buffer) => {
    skipped = skip(bytes, offset, 0);
    await skipped;
    return bytes.read(into);
  };
  return {
    read: (into) => (skipped === undefined ? first(into) : bytes.read(into)),
    stop: () => bytes.stop(),
    close: () => bytes.close(),
  };
}
