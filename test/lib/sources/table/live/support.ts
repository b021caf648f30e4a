/** A table with writers of which each step is told, and a reader of its live end. */

import { diskFiles } from "../../../../../src/lib/base/files.js";
import type { Cursor } from "../../../../../src/lib/event/delivery/cursor.js";
import { STORED } from "../../../../../src/lib/event/delivery/delivery.js";
import { type Kept, TableSource } from "../../../../../src/lib/sources/table/table-source.js";
import { TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import type { SealedSegment } from "../../../../../src/lib/store/wal/segment-writer.js";
import { Wal } from "../../../../../src/lib/store/wal/writer.js";
import { recoverTable } from "../../../../../src/lib/store/write/recover-table.js";
import { nothingStored, SegmentFlusher } from "../../../../../src/lib/store/write/segment-flusher.js";
import { blocksOf, storeLines, storeOptions } from "../../../store/support.js";

export function eventOf(n: number): string {
  return JSON.stringify({ timestamp: "2026-11-21T10:00:00Z", n });
}

/** Cursors in memory, as a sink would know them. */
export class Memory implements Kept {
  readonly id: string;
  readonly byName = new Map<string, Cursor>();
  readonly begun: Cursor[] = [];
  readonly held = new Map<string, Buffer>();
  readonly starts: readonly Cursor[] = [];

  constructor(id = "memory") {
    this.id = id;
  }

  get cursors(): readonly Cursor[] {
    return [...this.byName.values()];
  }

  begin(cursor: Cursor): void {
    this.begun.push(cursor);
  }

  async ready(): Promise<void> {}

  keep(cursor: Cursor): void {
    this.byName.set(cursor.stream, cursor);
  }

  async close(): Promise<void> {}
}

/** A writer whose log becomes Parquet when it is told. */
export class Writer {
  readonly #storing: () => {
    files: typeof diskFiles;
    log: TableLog;
    maxColumns: number;
    nowMs: () => number;
  };
  readonly #wal: Wal;
  readonly #sealed: SealedSegment[];
  readonly #flusher: SegmentFlusher;

  private constructor(directory: string, wal: Wal, sealed: SealedSegment[]) {
    this.#storing = () => storing(directory);
    this.#wal = wal;
    this.#sealed = sealed;
    this.#flusher = new SegmentFlusher(this.#storing(), wal.writer, wal.directory, nothingStored());
  }

  static async open(tableDirectory: string): Promise<Writer> {
    const sealed: SealedSegment[] = [];
    const wal = await Wal.open({
      files: diskFiles,
      tableDirectory,
      segmentBytes: 1 << 20,
      nowMs: Date.now,
      onSealed: (segment) => sealed.push(segment),
    });
    return new Writer(tableDirectory, wal, sealed);
  }

  async append(lines: readonly string[]): Promise<void> {
    for (const block of blocksOf(lines)) await this.#wal.append(block);
    await this.#wal.flush();
  }

  roll(): Promise<void> {
    return this.#wal.roll();
  }

  /** Makes the oldest sealed segment Parquet. */
  async store(): Promise<void> {
    const segment = this.#sealed.shift();
    if (segment !== undefined) await this.#flusher.store(segment);
  }

  async storeAll(): Promise<void> {
    await this.roll();
    while (this.#sealed.length > 0) await this.store();
  }

  /** Its log is left as it is, for the next process. */
  async abandon(): Promise<void> {
    await this.#wal.close();
    await this.#wal.release();
    this.#flusher.close();
  }
}

function storing(directory: string) {
  return { files: diskFiles, log: new TableLog(directory), maxColumns: 1000, nowMs: Date.now };
}

export async function recover(directory: string): Promise<void> {
  await recoverTable(storing(directory));
}

/** A table with one version. */
export async function newTable(directory: string, lines: readonly string[]): Promise<void> {
  await storeLines(storeOptions(directory), lines);
}

export function liveSource(tableDirectory: string, kept?: Kept, from: "start" | "end" = "start") {
  return new TableSource({ tableDirectory, name: "logs", isFollowing: true, isLive: true, from, kept });
}

export function linesOf({ bytes }: { readonly bytes: Buffer }): string[] {
  return bytes.toString().split("\n").slice(0, -1);
}

/**
 * Reads until there are so many lines, or blocks. What the last `unsettled` blocks held is not told: their deliveries
 * do not settle, as of a reader that is killed.
 */
export async function readLive(
  source: TableSource,
  { lines: most, blocks = Number.POSITIVE_INFINITY, unsettled = 0 }: Reading,
): Promise<string[]> {
  const read: string[][] = [];
  const waiting: (() => void)[] = [];
  try {
    while (read.flat().length < most && read.length < blocks) {
      const block = await source.read();
      if (block === undefined) break;
      read.push(linesOf(block));
      waiting.push(() => block.delivery?.settle(STORED));
    }
    const settled = Math.max(0, read.length - unsettled);
    for (const settle of waiting.slice(0, settled)) settle();
    return read.slice(0, settled).flat();
  } finally {
    await source.close();
  }
}

interface Reading {
  readonly lines: number;
  readonly blocks?: number;
  readonly unsettled?: number;
}
