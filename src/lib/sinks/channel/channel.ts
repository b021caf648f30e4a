/** A sink that hands blocks to an async iterator, one at a time: who reads slowly slows the source. */
import type { Block } from "../../event/block.js";
import { STORED } from "../../event/delivery/delivery.js";
import type { Sink } from "../../pipeline/contract/sink.js";

export class ChannelSink implements Sink {
  private offered: { readonly block: Block; readonly settle: (isWanted: boolean) => void } | undefined;
  private given: ((isWanted: boolean) => void) | undefined;
  private wake: (() => void) | undefined;
  private hasEnded = false;
  private isWanted = true;

  write(block: Block): Promise<boolean> {
    if (!this.isWanted) return Promise.resolve(false);
    return new Promise((settle) => {
      this.offered = { block, settle };
      this.wake?.();
    });
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.hasEnded = true;
    this.wake?.();
  }

  /** The reader wants no more, whether it has read anything or not. */
  leave(): void {
    this.isWanted = false;
    this.hasEnded = true;
    // Whoever wrote what is in hand waits for an answer, too.
    this.given?.(false);
    this.offered?.settle(false);
    this.given = this.offered = undefined;
    this.wake?.();
  }

  /** The blocks, in order. A block is settled when the next one is asked for. */
  async *blocks(): AsyncGenerator<Block> {
    try {
      for (;;) {
        if (this.offered === undefined) {
          if (this.hasEnded) return;
          await new Promise<void>((resolve) => (this.wake = resolve));
          continue;
        }
        const { block, settle } = this.offered;
        this.offered = undefined;
        this.given = settle;
        yield block;
        this.given = undefined;
        block.delivery?.settle(STORED);
        settle(true);
      }
    } finally {
      this.leave();
    }
  }
}
