/** Compressed files among those that are followed: rotated logs, read once, unless they were read before. */
import type { Block } from "../../../event/block.js";
import type { ByteReader } from "../../bytes/bytes.js";
import { openPath } from "../../files/input.js";
import { HEAD_BYTES } from "../../identity/file-identity.js";
import { type Evidence, type Print, printOf, TAIL_BYTES } from "../../identity/fingerprint.js";
import type { Track } from "../../identity/tracked-file.js";
import { BlockReader } from "../../lines/block-reader.js";
import type { LineLimits } from "../../lines/line-splitter.js";

const SCRATCH_BYTES = 256 * 1024;

/** What was found in a stream when some of its bytes were looked at. */
export interface ArchiveEnds {
  /** The first bytes, as many as were asked for and there. */
  readonly head: Buffer;
  /** The last bytes before `length`. */
  readonly tail: Buffer;
  /** Bytes up to the offset asked for, or fewer: all there are. */
  readonly length: number;
}

/**
 * The first 1 KiB of the decompressed content, or what comes before the damage. Rejects where there is nothing of it.
 */
export async function archiveHead(path: string): Promise<Buffer> {
  return (await archiveEnds(path, 0, HEAD_BYTES)).head;
}

/** Decompresses `offset` bytes, more where `headBytes` is more. Rejects as opening and decoding do. */
export async function archiveEnds(path: string, offset: number, headBytes: number): Promise<ArchiveEnds> {
  const { bytes } = await openPath(path);
  try {
    return await endsOf(bytes, offset, headBytes);
  } finally {
    await bytes.close();
  }
}

/** Whether `ends`, looked for at its offset, are those of what was read. */
export function areEndsOf({ head, tail, length }: ArchiveEnds, evidence: Evidence): boolean {
  return (
    length === evidence.offset &&
    samePrint(printOf(head.subarray(0, evidence.head.length)), evidence.head) &&
    (evidence.tail.length === 0 || samePrint(printOf(tail.subarray(-evidence.tail.length)), evidence.tail))
  );
}

/** Whether the archive has the content that was read, all `offset` bytes of it. False of evidence of nothing. */
export async function archiveHolds(path: string, evidence: Evidence): Promise<boolean> {
  if (evidence.head.length === 0) return false;
  try {
    return areEndsOf(await archiveEnds(path, evidence.offset, evidence.head.length), evidence);
  } catch {
    return false;
  }
}

/** Reads an archive from where a track says, and knows what the bytes handed over can be recognised by. */
export class ArchiveReader {
  private readonly reader: BlockReader;
  private readonly witness: Witness;

  /** Opens the archive at `path`, to go on behind `track.offset` of its content. */
  static async open(path: string, track: Track, limits: LineLimits): Promise<ArchiveReader> {
    return new ArchiveReader((await openPath(path)).bytes, track, limits);
  }

  private constructor(bytes: ByteReader, track: Track, limits: LineLimits) {
    this.witness = new Witness(bytes, track.offset, track.head.length);
    this.reader = new BlockReader(this.witness, limits, {
      labels: track.labels,
      name: track.path,
      identify: () => track.id,
      startOffset: track.offset,
    });
  }

  next(): Promise<Block | undefined> {
    return this.reader.next();
  }

  /** Of the content up to `offset`, the end of the last block. */
  evidenceAt(offset: number): Evidence {
    return this.witness.evidenceAt(offset);
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}

/** Passes bytes on and remembers the first ones, and the last ones before the last newline and before the end. */
class Witness implements ByteReader {
  private readonly inner: ByteReader;
  private readonly start: number;
  private readonly headBytes: number;
  private head: Buffer = Buffer.alloc(0);
  private end = { offset: 0, tail: Buffer.alloc(0) };
  /** Lines are handed over up to the last newline that was read, or the end. */
  private lineEnd = this.end;
  private skipped: Promise<void> | undefined;

  /** Drops the first `start` bytes. `headBytes`: the least length of the head. */
  constructor(inner: ByteReader, start: number, headBytes: number) {
    this.inner = inner;
    this.start = start;
    this.headBytes = headBytes;
  }

  async read(into: Buffer): Promise<number> {
    this.skipped ??= this.skip();
    await this.skipped;
    const byteCount = await this.inner.read(into);
    this.saw(into.subarray(0, byteCount));
    return byteCount;
  }

  stop(): void {
    this.inner.stop();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  evidenceAt(offset: number): Evidence {
    const known = [this.lineEnd, this.end].find((end) => end.offset === offset);
    const head = this.head.subarray(0, Math.max(this.headBytes, Math.min(offset, HEAD_BYTES)));
    return { offset, head: printOf(head), tail: printOf(known?.tail ?? Buffer.alloc(0)) };
  }

  private saw(bytes: Buffer): void {
    if (this.head.length < HEAD_BYTES)
      this.head = Buffer.concat([this.head, bytes.subarray(0, HEAD_BYTES - this.head.length)]);
    const newline = bytes.lastIndexOf(0x0a) + 1;
    if (newline > 0) this.lineEnd = this.after(bytes.subarray(0, newline));
    this.end = this.after(bytes);
  }

  /** The end once `bytes` have come behind it. */
  private after(bytes: Buffer): { offset: number; tail: Buffer<ArrayBuffer> } {
    const tail = Buffer.concat([this.end.tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    return { offset: this.end.offset + bytes.length, tail };
  }

  private async skip(): Promise<void> {
    const { head, tail, length } = await endsOf(this.inner, this.start, 0);
    this.head = head;
    this.lineEnd = this.end = { offset: length, tail: Buffer.from(tail) };
  }
}

async function readOr(bytes: ByteReader, into: Buffer, failed: (error: unknown) => number): Promise<number> {
  try {
    return await bytes.read(into);
  } catch (error) {
    return failed(error);
  }
}

function samePrint(a: Print, b: Print): boolean {
  return a.length === b.length && a.hash === b.hash;
}

/** Reads `offset` bytes, then on until the head has `headBytes`. What is damaged ends where the damage begins. */
async function endsOf(bytes: ByteReader, offset: number, headBytes: number): Promise<ArchiveEnds> {
  const scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let length = 0;
  const read = async (most: number) => {
    const byteCount = await readOr(bytes, scratch.subarray(0, Math.min(most, scratch.length)), (error) => {
      if (head.length > 0) return 0;
      throw error;
    });
    const chunk = scratch.subarray(0, byteCount);
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
    return chunk;
  };
  while (length < offset) {
    const chunk = await read(offset - length);
    if (chunk.length === 0) break;
    tail = Buffer.concat([tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    length += chunk.length;
  }
  while (head.length < headBytes && length === offset)
    if ((await read(headBytes - head.length)).length === 0) break;
  return { head, tail, length };
}
