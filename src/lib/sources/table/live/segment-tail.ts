/** The acknowledged events of one segment, as they come, held to their checksums. */
import { type Files, isSystemError, type OpenFile } from "../../../base/files.js";
import { checksumOf } from "../../../store/wal/checksum.js";
import { type Commit, decodeCommits } from "../../../store/wal/segment.js";
import type { SegmentPaths } from "./claims.js";

/** A stretch of the log. */
export interface TailPart {
  /** Whole lines; none where all of it is for others, or damaged. */
  readonly bytes: Buffer;
  /** Commits of the segment up to its end. */
  readonly given: number;
  /** Events of it that are not what was written. */
  readonly damaged: number;
}

const PART_BYTES = 256 * 1024;
const INDEX_BYTES = 1024 * 1024;

export class SegmentTail {
  readonly sequence: number;
  readonly #data: OpenFile;
  readonly #index: OpenFile;
  readonly #isWanted: (commit: Commit) => boolean;
  #indexLength = 0;
  #commits: Commit[] = [];
  #given = 0;
  /** Lines of the index that are not what was written: what they told of nobody knows. */
  brokenLines = 0;

  private constructor(sequence: number, data: OpenFile, index: OpenFile, isWanted: (c: Commit) => boolean) {
    this.sequence = sequence;
    this.#data = data;
    this.#index = index;
    this.#isWanted = isWanted;
  }

  /** Undefined: one of the files is not there. They may be removed and are read nevertheless. */
  static async open(
    files: Files,
    paths: SegmentPaths,
    sequence: number,
    isWanted: (commit: Commit) => boolean,
  ): Promise<SegmentTail | undefined> {
    const data = await openIfThere(files, paths.data);
    if (data === undefined) return undefined;
    const index = await openIfThere(files, paths.index).catch(async (error) => {
      await data.close();
      throw error;
    });
    if (index !== undefined) return new SegmentTail(sequence, data, index, isWanted);
    await data.close();
    return undefined;
  }

  /** Whose segment it is, by its first commit; undefined: it has none yet. */
  async owner(limit: number): Promise<string | undefined> {
    await this.#decode(limit);
    return this.#given === 0 ? this.#commits[0]?.segment : undefined;
  }

  /** Passes over this many commits. False: there are fewer, or an index that is damaged does not say which they are. */
  async skip(count: number): Promise<boolean> {
    await this.#decode(Number.POSITIVE_INFINITY, count);
    if (this.#commits.length < count || this.brokenLines > 0) return false;
    this.#commits.splice(0, count);
    this.#given += count;
    return true;
  }

  /** How many commits there are up to byte `limit` of the index. */
  async count(limit: number): Promise<number> {
    await this.#decode(limit);
    return this.#given + this.#commits.length;
  }

  /** What is acknowledged up to byte `limit` of the index and was not given yet. */
  async *parts(limit: number): AsyncGenerator<TailPart> {
    await this.#decode(limit);
    while (this.#commits.length > 0) {
      const batch = this.#batch();
      const pieces: Buffer[] = [];
      let damaged = 0;
      for (const commit of batch) {
        if (!this.#isWanted(commit) || commit.events === 0) continue;
        const bytes = await this.#data.read(commit.offset, commit.length);
        if (bytes.length === commit.length && checksumOf(bytes) === commit.crc32c) pieces.push(bytes);
        else damaged += commit.events;
      }
      this.#commits.splice(0, batch.length);
      this.#given += batch.length;
      yield { bytes: Buffer.concat(pieces), given: this.#given, damaged };
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#data.close(), this.#index.close()]);
  }

  #batch(): readonly Commit[] {
    let bytes = 0;
    let count = 0;
    for (const { length } of this.#commits) {
      if (count > 0 && bytes + length > PART_BYTES) break;
      bytes += length;
      count++;
    }
    return this.#commits.slice(0, count);
  }

  async #decode(limit: number, enough = Number.POSITIVE_INFINITY): Promise<void> {
    const end = Math.min(limit, await this.#index.size());
    let want = INDEX_BYTES;
    while (this.#indexLength < end && this.#commits.length < enough) {
      const length = Math.min(want, end - this.#indexLength);
      const bytes = await this.#index.read(this.#indexLength, length);
      const { commits, indexLength, brokenLines } = decodeCommits(bytes);
      if (indexLength === 0 && length === end - this.#indexLength) return;
      // A transaction of more commits than that: what is open counts with its last.
      if (indexLength === 0) want *= 2;
      this.#commits.push(...commits);
      this.#indexLength += indexLength;
      this.brokenLines += brokenLines;
    }
  }
}

async function openIfThere(files: Files, path: string): Promise<OpenFile | undefined> {
  return files.open(path, "read").catch((error) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
}
