/** Archives that are being read, and those whose end is still to come. */
import { stat } from "node:fs/promises";
import { systemPath } from "../../base/local/byte-name.js";
import type { Block } from "../../event/block.js";
import type { Handles } from "../identity/open-handles.js";
import type { TrackedFile } from "../identity/tracked-file.js";
import type { LineLimits } from "../lines/line-splitter.js";
import { ArchiveReader } from "./recognise/archive.js";

/** An archive that ends too early is taken for damaged when it was not written to for this long. */
const QUIET_MS = 10_000;
const RETRY_MS = 1000;

export class Archives {
  private readonly handles: Handles;
  private readonly limits: LineLimits;
  private readonly nowMs: () => number;
  private readonly readers = new Map<TrackedFile, ArchiveReader>();
  /** When to try again. */
  private readonly growing = new Map<TrackedFile, number>();

  constructor(handles: Handles, limits: LineLimits, nowMs: () => number) {
    this.handles = handles;
    this.limits = limits;
    this.nowMs = nowMs;
  }

  /** The next block of `file`, which then knows how far it was read; undefined at its end. Rejects as reading does. */
  async next(file: TrackedFile): Promise<Block | undefined> {
    const reader = this.readers.get(file) ?? (await this.open(file));
    const block = await reader.next();
    if (block !== undefined) file.continueAfter(reader.evidenceAt(block.cursor!.offset));
    return block;
  }

  /** Whether an archive that ends too early may still be written to: it is read on later, in this run or the next. */
  async isGrowing(file: TrackedFile): Promise<boolean> {
    const stats = await stat(systemPath(file.place)).catch(() => undefined);
    if (stats === undefined || this.nowMs() - stats.mtimeMs >= QUIET_MS) return false;
    await this.close(file);
    this.growing.set(file, this.nowMs() + RETRY_MS);
    return true;
  }

  /** Those that it is time to try again. */
  due(): TrackedFile[] {
    const due = [...this.growing].filter(([, atMs]) => atMs <= this.nowMs()).map(([file]) => file);
    for (const file of due) this.growing.delete(file);
    return due;
  }

  async close(file: TrackedFile): Promise<void> {
    const reader = this.readers.get(file);
    this.readers.delete(file);
    await reader?.close();
  }

  async closeAll(): Promise<void> {
    for (const file of this.readers.keys()) await this.close(file);
  }

  private async open(file: TrackedFile): Promise<ArchiveReader> {
    const reader = await this.handles.withRoom(() => ArchiveReader.open(file.place, file, this.limits));
    this.readers.set(file, reader);
    return reader;
  }
}
