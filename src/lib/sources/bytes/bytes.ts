// Enter here: bytes from files and pipes, pulled.
/** Bytes from outside, pulled: the one shape that files, pipes and decompressors have. */
import { read as readFile } from "node:fs";

export interface ByteReader {
  /**
   * Resolves when `read` would not have to wait; undefined when it would not already. Absent: input never turns idle.
   */
  wait?(): Promise<void> | undefined;
  /** Puts bytes at the start of `into`; how many, 0 only at the end. `into` is not empty and is not kept. */
  read(into: Buffer): number | Promise<number>;
  /** Takes nothing new from outside: `read` gives what has come already, then 0. */
  stop(): void;
  /** Frees what is held. The promise of a `read` under way settles before. */
  close(): Promise<void>;
}

/** Reads an open regular file or device. */
export class FileBytes implements ByteReader {
  readonly fd: number;
  private offset: number | undefined;
  private readonly closeFile: (() => Promise<void>) | undefined;
  private underWay: Promise<unknown> = Promise.resolve();
  private isStopped = false;

  /** `offset`: where to start; undefined: where the descriptor stands. Without `closeFile` it stays open. */
  constructor(fd: number, offset: number | undefined, closeFile?: () => Promise<void>) {
    this.fd = fd;
    this.offset = offset;
    this.closeFile = closeFile;
  }

  /** Where the next bytes come from; undefined: where the descriptor stands. */
  get position(): number | undefined {
    return this.offset;
  }

  read(into: Buffer): number | Promise<number> {
    if (this.isStopped) return 0;
    const reading = readAt(this.fd, into, this.offset).then((byteCount) => {
      if (this.offset !== undefined) this.offset += byteCount;
      return byteCount;
    });
    this.underWay = reading.catch(() => undefined);
    return reading;
  }

  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {
    this.isStopped = true;
    await this.underWay;
    await this.closeFile?.();
  }
}

/** `read(2)` or `pread(2)` of as much as fits. */
export function readAt(fd: number, into: Uint8Array, offset: number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    readFile(fd, into, 0, into.length, offset ?? null, (error, byteCount) =>
      error === null ? resolve(byteCount) : reject(error),
    );
  });
}

/** Chunks that something pushes, pulled as bytes. Keeps the pusher from running ahead. */
export class ChunkQueue {
  private readonly chunks: Buffer[] = [];
  private readonly onDrained: () => void;
  private readonly onCopied: ((chunk: Buffer) => void) | undefined;
  private byteCount = 0;
  private wakeUp: (() => void) | undefined;
  private waiting: Promise<void> | undefined;
  private hasEnded = false;
  private error: unknown;
  private readonly capacityBytes: number;

  /** `onDrained` is called when there is room again, `onCopied` with a chunk that is not needed any more. */
  constructor(capacityBytes: number, onDrained: () => void, onCopied?: (chunk: Buffer) => void) {
    this.capacityBytes = capacityBytes;
    this.onDrained = onDrained;
    this.onCopied = onCopied;
  }

  get isOpen(): boolean {
    return !this.hasEnded;
  }

  get isFull(): boolean {
    return this.byteCount >= this.capacityBytes;
  }

  /** Takes a chunk, which the queue then owns; false when the pusher should pause. */
  push(chunk: Buffer): boolean {
    if (chunk.length > 0) this.chunks.push(chunk);
    this.byteCount += chunk.length;
    this.wake();
    return this.byteCount < this.capacityBytes;
  }

  /** No more chunks; `error` is thrown once the ones before have been read. */
  end(error?: unknown): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.error = error;
    this.wake();
  }

  wait(): Promise<void> | undefined {
    if (this.chunks.length > 0 || this.hasEnded) return undefined;
    this.waiting ??= new Promise((resolve) => {
      this.wakeUp = resolve;
    });
    return this.waiting;
  }

  read(into: Buffer): number | Promise<number> {
    const waiting = this.wait();
    return waiting === undefined ? this.readNow(into) : waiting.then(() => this.readNow(into));
  }

  private readNow(into: Buffer): number {
    const chunk = this.chunks[0];
    if (chunk === undefined) {
      if (this.error !== undefined) throw this.error;
      return 0;
    }
    const copied = chunk.copy(into);
    if (copied === chunk.length) {
      this.chunks.shift();
      this.onCopied?.(chunk);
    } else this.chunks[0] = chunk.subarray(copied);
    const wasFull = this.byteCount >= this.capacityBytes;
    this.byteCount -= copied;
    if (wasFull && this.byteCount < this.capacityBytes) this.onDrained();
    return copied;
  }

  private wake(): void {
    this.wakeUp?.();
    this.wakeUp = this.waiting = undefined;
  }
}
