/**
 * Second names of segments that a reader has begun, so that it can read them to their end whatever becomes of the
 * first: `_readers/ID/WRITER-SEQUENCE.{ndjson,commits}` in the table, hard links. A writer that has made Parquet of a
 * segment removes its own name alone, and what it appends, cuts off or blanks before that is seen through both. A
 * segment of which nothing was given needs none: its rows come from Parquet. So a reader that is gone holds the few
 * segments that it was in the middle of, and nothing that is written later.
 */
import { join } from "node:path";
import { type Files, isSystemError, makeDurableDirectory } from "../../../base/files.js";
import { CLAIMS_DIRECTORY, claimName, claimOf } from "../../../store/wal/claims.js";

/** The paths of a segment's files. */
export interface SegmentPaths {
  readonly data: string;
  readonly index: string;
}

/** How long the segments of a reader that does not come back are kept: as long as files that were replaced are. */
const KEPT_MS = 7 * 86_400_000;
/** Touched by each run of the reader. */
const SEEN = "seen";

export class Claims {
  readonly #files: Files;
  readonly #parent: string;
  readonly #directory: string;

  /** `id`: of the reader's checkpoint. */
  constructor(files: Files, tableDirectory: string, id: string) {
    this.#files = files;
    this.#parent = join(tableDirectory, CLAIMS_DIRECTORY);
    this.#directory = join(this.#parent, id);
  }

  pathsOf(writer: string, sequence: number): SegmentPaths {
    const name = claimName(writer, sequence);
    return { data: join(this.#directory, `${name}.ndjson`), index: join(this.#directory, `${name}.commits`) };
  }

  /**
   * Durable once it resolves true. False: the segment is being removed, so that the table covers it. Rejects with the
   * errors of link(2): EXDEV, EPERM, EROFS and so on.
   */
  async take(writer: string, sequence: number, segment: SegmentPaths): Promise<boolean> {
    const own = this.pathsOf(writer, sequence);
    await makeDurableDirectory(this.#files, this.#directory);
    try {
      await this.#link(segment.data, own.data);
      await this.#link(segment.index, own.index);
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return false;
      throw error;
    }
    await this.#files.syncDirectory(this.#directory);
    return true;
  }

  /** Says that the reader is there, and removes what readers hold that have not been for a week. */
  async begin(nowMs: number): Promise<void> {
    const names = await this.#files.list(this.#parent);
    for (const id of names) {
      const directory = join(this.#parent, id);
      if (directory === this.#directory) continue;
      const seen = await this.#files.stat(join(directory, SEEN));
      if (seen !== undefined && nowMs - seen.modifiedMs > KEPT_MS) await this.#removeAll(directory);
    }
    await makeDurableDirectory(this.#files, this.#directory);
    await this.#removeIfThere(join(this.#directory, SEEN));
    const file = await this.#files.open(join(this.#directory, SEEN), "create");
    await file.close();
  }

  /** Those of which segments are held. */
  async writers(): Promise<ReadonlySet<string>> {
    const names = await this.#files.list(this.#directory).catch(() => []);
    return new Set(names.flatMap((name) => claimOf(name)?.writer ?? []));
  }

  /** The writer's segments up to this one are done with, durably. */
  async release(writer: string, upTo: number): Promise<void> {
    for (const name of await this.#files.list(this.#directory)) {
      const claim = claimOf(name);
      if (claim?.writer === writer && claim.sequence <= upTo)
        await this.#removeIfThere(join(this.#directory, name));
    }
  }

  async #link(from: string, to: string): Promise<void> {
    await this.#files.link(from, to).catch((error) => {
      // Of a run before: a sequence number is given once.
      if (!isSystemError(error, "EEXIST")) throw error;
    });
  }

  async #removeAll(directory: string): Promise<void> {
    for (const name of await this.#files.list(directory)) await this.#removeIfThere(join(directory, name));
    await this.#files.removeDirectory(directory).catch(() => {});
  }

  async #removeIfThere(path: string): Promise<void> {
    await this.#files.remove(path).catch((error) => {
      if (!isSystemError(error, "ENOENT")) throw error;
    });
  }
}
