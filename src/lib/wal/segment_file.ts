import { join } from "node:path";
import type { Files, OpenFile } from "../base/files.js";
import type { Block } from "../event/block.js";
import { type Commit, commitOf, encodeCommit, segmentName } from "./segment.js";

/** A segment that no longer changes: everything in it is durable. */
export interface SealedSegment {
  readonly sequence: number;
  readonly dataPath: string;
  readonly commitsPath: string;
  readonly commits: readonly Commit[];
  /** Bytes of data, all of them committed. */
  readonly length: number;
  readonly events: number;
}

/** The segment that is being written. */
export class SegmentFile {
  readonly sequence: number;
  readonly openedMs: number;
  readonly #directory: string;
  readonly #data: OpenFile;
  readonly #index: OpenFile;
  readonly #commits: Commit[] = [];
  #length = 0;
  #indexLength = 0;

  private constructor(
    directory: string,
    sequence: number,
    openedMs: number,
    data: OpenFile,
    index: OpenFile,
  ) {
    this.#directory = directory;
    this.sequence = sequence;
    this.openedMs = openedMs;
    this.#data = data;
    this.#index = index;
  }

  static async create(
    files: Files,
    directory: string,
    sequence: number,
    nowMs: number,
  ): Promise<SegmentFile> {
    const base = join(directory, segmentName(sequence));
    const data = await files.open(`${base}.ndjson`, "create");
    try {
      const index = await files.open(`${base}.commits`, "create");
      try {
        await files.syncDirectory(directory);
        return new SegmentFile(directory, sequence, nowMs, data, index);
      } catch (error) {
        await index.close();
        throw error;
      }
    } catch (error) {
      await data.close();
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  /** Appends the blocks and makes them durable: once this resolves they may be acknowledged. */
  async commit(blocks: readonly Block[], nowMs: number): Promise<void> {
    const commits: Commit[] = [];
    let length = this.#length;
    for (const block of blocks) {
      commits.push(commitOf(block, length, nowMs));
      length += block.bytes.length;
    }
    const records = commits.map(encodeCommit);
    await this.#data.write(
      blocks.map((block) => block.bytes),
      this.#length,
    );
    await this.#index.write(records, this.#indexLength);
    await Promise.all([this.#data.sync(), this.#index.sync()]);
    this.#length = length;
    this.#indexLength += records.reduce((sum, record) => sum + record.length, 0);
    for (const commit of commits) this.#commits.push(commit);
  }

  /** Closes the files. After a failed write what had not been made durable is cut off. */
  async seal(): Promise<SealedSegment> {
    try {
      await this.#cut(this.#data, this.#length);
      await this.#cut(this.#index, this.#indexLength);
    } finally {
      await Promise.allSettled([this.#data.close(), this.#index.close()]);
    }
    const base = join(this.#directory, segmentName(this.sequence));
    const events = this.#commits.reduce((sum, commit) => sum + commit.events, 0);
    return {
      sequence: this.sequence,
      dataPath: `${base}.ndjson`,
      commitsPath: `${base}.commits`,
      commits: this.#commits,
      length: this.#length,
      events,
    };
  }

  async #cut(file: OpenFile, length: number): Promise<void> {
    if ((await file.size()) > length) await file.truncate(length);
  }
}
