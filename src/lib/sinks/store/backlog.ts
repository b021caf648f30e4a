import { isNoRoom } from "../../base/files.js";
import type { DiskFullRetry } from "../../store/wal/room/disk-full-retry.js";
import type { SealedSegment } from "../../store/wal/segment-writer.js";

export interface BacklogOptions {
  /** Makes a segment Parquet and removes it from the log. Harmless when it is done twice. */
  readonly store: (segment: SealedSegment) => Promise<void>;
  /** Removes a segment from the log. */
  readonly remove: (segment: SealedSegment) => Promise<void>;
  readonly fullness: DiskFullRetry;
  /** Whether storing waits for room at the end, too; else what cannot be stored then stays in the log. */
  readonly isPatient: boolean;
}

/** What was thrown away to make room. */
export interface Dropped {
  events: number;
  /** Lines that had been set aside. */
  asideLines: number;
  bytes: number;
}

/** Sealed segments that are not in the table yet. They are stored in order, one at a time, in the background. */
export class Backlog {
  readonly dropped: Dropped = { events: 0, asideLines: 0, bytes: 0 };
  readonly #options: BacklogOptions;
  readonly #queue: SealedSegment[] = [];
  #work: Promise<void> | undefined;
  #isStoring = false;
  #isStuck = false;
  #isEnding = false;
  #failure: { readonly error: unknown } | undefined;
  #changed = announcement();

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** Bytes of the log that wait. */
  get bytes(): number {
    return this.#queue.reduce((sum, segment) => sum + sizeOf(segment), 0);
  }

  /** Bytes of the largest segment that waits. */
  get largestBytes(): number {
    return this.#queue.reduce((most, segment) => Math.max(most, sizeOf(segment)), 0);
  }

  /** Those that wait. */
  get segments(): readonly SealedSegment[] {
    return this.#queue;
  }

  /** Whether the first segment waits for room on the disk. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  add(segment: SealedSegment): void {
    this.#queue.push(segment);
    this.#work ??= this.#run();
  }

  /** Resolves when a segment was stored or dropped, or storing has failed or is tried again. */
  async changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Throws away the oldest segment that is not being stored at this moment. False: there is none. */
  async dropOldest(): Promise<boolean> {
    const [segment] = this.#queue.splice(this.#isStoring ? 1 : 0, 1);
    if (segment === undefined) return false;
    this.dropped.events += segment.events;
    this.dropped.asideLines += segment.asideLines;
    this.dropped.bytes += sizeOf(segment);
    await this.#options.remove(segment);
    this.#tell();
    return true;
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Resolves once all is stored, or once what is left cannot be and nobody wants to wait: `segments` are then left. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#tell();
    await this.#work;
    this.throwIfFailed();
  }

  async #run(): Promise<void> {
    // Never done before the caller has kept the promise.
    await Promise.resolve();
    while (this.#queue.length > 0 && this.#failure === undefined) if (!(await this.#storeFirst())) break;
    this.#work = undefined;
  }

  /** False: it cannot be stored, and nobody wants to wait. */
  async #storeFirst(): Promise<boolean> {
    const { store, fullness, isPatient } = this.#options;
    this.#isStoring = true;
    let error: unknown;
    try {
      await store(this.#queue[0]!);
      this.#queue.shift();
    } catch (caught) {
      error = caught;
    }
    this.#isStoring = false;
    this.#isStuck = error !== undefined;
    if (error === undefined) fullness.end();
    else if (!isNoRoom(error)) this.#failure = { error };
    this.#tell();
    if (error === undefined || this.#failure !== undefined) return true;
    if (fullness.isStopped || (this.#isEnding && !isPatient)) return false;
    fullness.begin(error);
    await fullness.pause(this.changed());
    return true;
  }

  #tell(): void {
    const { tell } = this.#changed;
    this.#changed = announcement();
    tell();
  }
}

function announcement(): { readonly promise: Promise<void>; readonly tell: () => void } {
  let tell = () => {};
  const promise = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { promise, tell };
}

function sizeOf(segment: SealedSegment): number {
  return segment.length + segment.asideLength;
}
