/** Blocks from one who writes to one who reads, one at a time. */
import type { Block } from "../../event/block.js";
import type { Source } from "../../pipeline/contract/source.js";

export class Handover implements Source {
  private offered: Block | undefined;
  private isTaken: (() => void) | undefined;
  private refuse: ((error: unknown) => void) | undefined;
  private wake: (() => void) | undefined;
  private hasEnded = false;
  private fault: { readonly error: unknown } | undefined;

  /** Resolves once the block after it is asked for: by then nothing needs its bytes. Rejects once reading failed. */
  give(block: Block): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault.error);
    return new Promise((resolve, reject) => {
      this.offered = block;
      this.isTaken = resolve;
      this.refuse = reject;
      this.wake?.();
    });
  }

  end(): void {
    this.hasEnded = true;
    this.wake?.();
  }

  /** The reader has given up. */
  fail(error: unknown): void {
    this.fault = { error };
    this.refuse?.(error);
  }

  async read(): Promise<Block | undefined> {
    if (this.offered === undefined) this.isTaken?.();
    for (;;) {
      const block = this.offered;
      this.offered = undefined;
      if (block !== undefined) return block;
      if (this.hasEnded) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  stop(): void {
    this.end();
  }

  async close(): Promise<void> {}
}
