/** Reads one stream of bytes as labelled blocks with cursors. What every source is made of. */
import { Block, type Labels } from "../../event/block.js";
import type { ByteReader } from "../bytes/bytes.js";
import { type Cut, type LineLimits, LineSplitter } from "./line-splitter.js";

export interface StreamFacts {
  readonly labels: Labels | undefined;
  /** What messages call it: the path as given, or <stdin>. */
  readonly name: string;
  /** The stream's identity, once its first bytes are known; absent: there are no cursors. */
  readonly identify?: ((headLines: Buffer) => string | undefined) | undefined;
  /** Where reading starts, when it is resumed. */
  readonly startOffset?: number;
}

/** Lines wait this long for more to fill the block when input pauses... */
const IDLE_MS = 5;
/** ...and this long when it trickles. */
const LONGEST_WAIT_MS = 50;
const TURN_BYTES = 4 << 20;

export class BlockReader {
  private readonly bytes: ByteReader;
  private readonly cutter: LineSplitter;
  private readonly facts: StreamFacts;
  private identity: string | undefined;
  private hasIdentity = false;
  private isStopped = false;
  private hasEnded = false;

  constructor(bytes: ByteReader, limits: LineLimits, facts: StreamFacts) {
    this.bytes = bytes;
    this.facts = facts;
    this.cutter = new LineSplitter(limits, facts.startOffset ?? 0);
  }

  /**
   * The next block; undefined at the end. When reading fails, what came before is handed over first, its cut last line
   * included, and the next call rejects.
   */
  async next(): Promise<Block | undefined> {
    let heldSinceMs: number | undefined;
    while (!this.hasEnded) {
      const cut = this.cutter.isFull ? this.cutter.take() : undefined;
      if (cut !== undefined) return this.block(cut);
      const waiting = this.bytes.wait?.();
      if (waiting !== undefined) {
        heldSinceMs ??= performance.now();
        const patienceMs = Math.min(IDLE_MS, heldSinceMs + LONGEST_WAIT_MS - performance.now());
        if (this.cutter.hasLines && !(await settlesWithin(waiting, patienceMs))) return this.takeNow();
        await waiting;
        if (!this.cutter.hasLines) heldSinceMs = undefined;
      }
      if (!(await this.fill())) return this.lastBlock();
      await this.turn();
    }
    return this.fail();
  }

  /** What is decoded in this thread never waits: signals get their turn every few megabytes. */
  private async turn(): Promise<void> {
    if (this.bytesSinceTurn < TURN_BYTES) return;
    this.bytesSinceTurn = 0;
    await new Promise(setImmediate);
  }

  /** Takes nothing new. `isReadAgain`: an unfinished line is not handed over, because it can be read again. */
  stop(isReadAgain: boolean): void {
    this.isStopped = true;
    this.dropsPartialLine = isReadAgain;
    this.bytes.stop();
  }

  close(): Promise<void> {
    return this.bytes.close();
  }

  private dropsPartialLine = false;
  private bytesSinceTurn = 0;
  private error: unknown;

  private async fill(): Promise<boolean> {
    try {
      const reading = this.bytes.read(this.cutter.free);
      const byteCount = typeof reading === "number" ? reading : await reading;
      this.cutter.filled(byteCount);
      this.bytesSinceTurn += byteCount;
      return byteCount > 0;
    } catch (error) {
      this.error = error;
      return false;
    }
  }

  private takeNow(): Block | undefined {
    const cut = this.cutter.take();
    return cut && this.block(cut);
  }

  private lastBlock(): Block | undefined {
    this.hasEnded = true;
    if (this.isStopped && this.dropsPartialLine) {
      const cut = this.cutter.take();
      this.cutter.dropPartialLine();
      return cut && this.block(cut);
    }
    const cut = this.cutter.end();
    return cut === undefined ? this.fail() : this.block(cut);
  }

  private fail(): undefined {
    const { error } = this;
    this.error = undefined;
    if (error !== undefined && !this.isStopped) throw error;
    return undefined;
  }

  private block(cut: Cut): Block {
    if (!this.hasIdentity) {
      this.hasIdentity = true;
      this.identity = this.facts.identify?.(cut.bytes);
    }
    const block = new Block(cut.bytes, this.facts.labels);
    if (this.identity !== undefined) block.cursor = { stream: this.identity, offset: cut.endOffset };
    block.origin = { name: this.facts.name };
    return block;
  }
}

/** Whether `promise` settles within `ms`. */
function settlesWithin(promise: Promise<void>, ms: number): Promise<boolean> {
  if (ms <= 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
