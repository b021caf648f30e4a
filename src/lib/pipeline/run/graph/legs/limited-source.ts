/** A source, or a reader of a journal, that gives no more than its rate limit allows. */
import { Block } from "../../../../event/block.js";
import type { DeadLetter } from "../../../../event/dead-letter.js";
import type { RateLimit } from "../../../contract/graph.js";
import type { Host } from "../../../contract/host.js";
import { throttleStep } from "../../../contract/rate-limit.js";
import type { Source } from "../../../contract/source.js";
import type { StageDeclaration, Transform } from "../../../contract/stage.js";
import { lastReceipt, takeReceipt, withReceipt } from "../../../delivery/receipt.js";
import type { LimitCounts } from "./limit-counts.js";

/** What keeps to a limit, and who counts what it leaves out. */
export interface Limiting {
  /** The declaration of `throttle`. */
  readonly throttle: () => Promise<StageDeclaration>;
  readonly limits: LimitCounts;
}

/** The same, opened. */
export interface OpenLimit {
  readonly throttle: StageDeclaration;
  readonly limits: LimitCounts;
  /**
   * Before a sink: after a crash one that keeps its place has all of a block or nothing of it. Behind a source nothing
   * would be seen of a block before the last of it has passed.
   */
  readonly areParts?: boolean;
}

/**
 * Nothing is held that was not read: what has to wait of a block is given before the next one is read, so that waiting
 * is backpressure, and there is nothing to save. A block is acknowledged with its last piece.
 */
export class LimitedSource implements Source {
  private readonly source: Source;
  private readonly throttle: Transform;
  private readonly ready: Block[] = [];
  /** Of which pieces are to come. */
  private current: Block | undefined;
  private isStopped = false;
  private wake: () => void = () => {};
  private readonly areParts: boolean;

  constructor(
    source: Source,
    limit: RateLimit,
    name: string,
    { throttle, limits, areParts = false }: OpenLimit,
    host: Pick<Host, "nowMs">,
  ) {
    this.source = source;
    this.areParts = areParts;
    const step = throttleStep(throttle, limit, `${name}.throttle`);
    const { declaration, given } = step;
    const counts = limits.of(name, step);
    this.throttle = declaration.create(
      given,
      {
        nowMs: host.nowMs,
        reject: (_: DeadLetter) => {},
        count: (counter, by = 1) => {
          counts[counter] = (counts[counter] ?? 0) + by;
        },
      },
      undefined,
    );
  }

  get replay() {
    return this.source.replay;
  }

  get isPassive(): boolean {
    return this.source.isPassive === true;
  }

  set onOversized(told: NonNullable<Source["onOversized"]>) {
    this.source.onOversized = told;
  }

  async read(): Promise<Block | undefined> {
    for (;;) {
      const next = this.ready.shift();
      if (next !== undefined) return next;
      if (this.current !== undefined) await this.goOn();
      else if (!(await this.begin())) return undefined;
    }
  }

  stop(): void {
    this.isStopped = true;
    this.source.stop();
    this.wake();
  }

  amount() {
    return this.source.amount?.();
  }

  timeCounts() {
    return this.source.timeCounts?.() ?? {};
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private async begin(): Promise<boolean> {
    const block = await this.source.read();
    if (block === undefined) return false;
    if (block.aside !== undefined) this.ready.push(block);
    else this.give(block, (emit) => this.throttle.push(block, emit));
    return true;
  }

  /** What waits: once it may pass. Once asked to stop all of it goes on, since it was read. */
  private async goOn(): Promise<void> {
    const waitMs = this.isStopped ? 0 : (this.throttle.waitMs?.() ?? 0);
    if (waitMs > 0) await this.pause(waitMs);
    const current = this.current!;
    if (this.isStopped) this.give(current, (emit) => this.throttle.end?.(emit));
    else this.give(current, (emit) => this.throttle.idle?.(emit));
  }

  private async pause(waitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, waitMs);
    });
    clearTimeout(timer);
  }

  private give(block: Block, push: (emit: (piece: Block) => boolean) => unknown): void {
    const pieces: Block[] = [];
    push(({ bytes }) => {
      if (bytes.length > 0) pieces.push(pieceOf(block, bytes));
      return true;
    });
    const isDone = this.isStopped || (this.throttle.waitMs?.() ?? 0) === 0;
    if (isDone) {
      this.current = undefined;
      const receipt = takeReceipt(block);
      this.ready.push(...withReceipt(pieces, this.areParts ? lastReceipt(receipt) : receipt));
      return;
    }
    this.current = block;
    for (const piece of pieces) {
      piece.delivery = block.delivery?.share();
      if (this.areParts) piece.isPart = true;
    }
    this.ready.push(...pieces);
  }
}

function pieceOf({ labels, origin, entry }: Block, bytes: Buffer): Block {
  const piece = new Block(bytes, labels);
  piece.origin = origin;
  piece.entry = entry;
  return piece;
}
