/** Behind a network: sinks that take blocks as they come, and a journal that the others read from. */
import type { Block } from "../../../event/block.js";
import { Block as EventBlock } from "../../../event/block.js";
import {
  type Delivery,
  newDelivery,
  type Outcome,
  STORED,
  worseOutcome,
} from "../../../event/delivery/delivery.js";
import type { Aside, AsidePlace, CheckpointStore, Sink } from "../../contract/sink.js";
import type { QueuedSink } from "./queued-sink.js";

/** What may wait for queued sinks before it comes to the journal. */
const WAITING_BYTES = 4 << 20;

export interface QueuedExit {
  /** Of the network. */
  readonly exit: number;
  readonly sink: QueuedSink;
  /** Nothing is acknowledged before it has stored it. */
  readonly isAwaited: boolean;
}

/**
 * A block is settled with the worst outcome of what is awaited; it comes to the journal behind that, so that no cursor
 * is durable before what it stands for.
 */
export class FanOut implements Sink {
  onExitClosed?: (exit: number) => void;
  readonly setAside?: (aside: Aside) => void;
  readonly asideAt?: (exits: readonly number[]) => AsidePlace | undefined;
  readonly checkpoints: CheckpointStore | undefined;
  private readonly queues: ReadonlyMap<number, QueuedExit>;
  private readonly journal: Sink | undefined;
  private behind: Promise<void> = Promise.resolve();
  private waiting = 0;
  private waitingBytes = 0;
  private failure: { readonly error: unknown } | undefined;
  private readonly closed = new Set<number>();
  /** For the journal, before the block that comes next. */
  private asides: Aside[] = [];
  /** Of sinks that are not awaited. */
  private readonly unawaited: Delivery;

  /** `onLost`: told what a sink that is not awaited could not store. */
  constructor(queues: readonly QueuedExit[], onLost: (reason: string) => void, journal?: Sink) {
    this.unawaited = {
      share: () => this.unawaited,
      settle: (outcome) => {
        if (outcome.kind === "failed") onLost(outcome.reason);
      },
    };
    this.queues = new Map(queues.map((queue) => [queue.exit, queue]));
    this.journal = journal;
    if (journal?.setAside !== undefined) this.setAside = (aside) => void this.asides.push(aside);
    if (journal?.asideAt !== undefined) this.asideAt = (exits) => journal.asideAt?.(exits);
    const store = journal?.checkpoints;
    this.checkpoints = store && {
      resume: () => store.resume(),
      begin: () => store.begin(),
      commit: async (checkpoint) => {
        await this.settled();
        this.passAsides();
        return store.commit(checkpoint);
      },
      states: store.states,
    };
  }

  /** The queued sink of this exit wants nothing more. */
  left(exit: number): void {
    this.closed.add(exit);
    this.onExitClosed?.(exit);
  }

  async write(block: Block): Promise<boolean> {
    this.throwIfFailed();
    const { exits = [], delivery = NOBODYS } = block;
    const queues = exits.flatMap((exit) => this.queues.get(exit) ?? []);
    const offers = queues.map((queue) => this.offer(block, queue));
    await Promise.all(offers.map(({ isTaken }) => isTaken));
    const stored = Promise.all(offers.map(({ outcome }) => outcome)).then(worstOf);
    if (this.journal === undefined) {
      void stored.then((worst) => delivery.settle(worst));
      return this.closed.size < this.queues.size;
    }
    const isAwaiting = queues.some(({ isAwaited }) => isAwaited);
    const rest = passedOn(
      block,
      exits.filter((exit) => !this.queues.has(exit)),
    );
    const asides = this.asides.splice(0);
    if (!isAwaiting && this.waiting === 0) await this.toJournal(rest, asides);
    else await this.writeBehind(stored, rest, asides);
    return true;
  }

  async flush(): Promise<void> {
    for (const { sink } of this.queues.values()) await sink.flush();
    if (this.waiting === 0) this.passAsides();
    await this.journal?.flush();
  }

  async close(): Promise<void> {
    await this.end(false);
  }

  async abandon(): Promise<void> {
    await this.end(true);
  }

  private offer(block: Block, { sink, isAwaited }: QueuedExit): Offer {
    if (!isAwaited) return { isTaken: sink.offer(block, this.unawaited), outcome: Promise.resolve(STORED) };
    let settle: (outcome: Outcome) => void = () => {};
    const outcome = new Promise<Outcome>((resolve) => (settle = resolve));
    return { isTaken: sink.offer(block, newDelivery(settle)), outcome };
  }

  /** Writes to the journal once those before it have been, and `stored` says that it may. */
  private async writeBehind(stored: Promise<Outcome>, block: Block, asides: readonly Aside[]): Promise<void> {
    this.waiting++;
    this.waitingBytes += block.bytes.length;
    this.behind = Promise.all([this.behind, stored])
      .then(([, outcome]) => this.passOn(outcome, block, asides))
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.waiting--;
        this.waitingBytes -= block.bytes.length;
      });
    while (this.waitingBytes >= WAITING_BYTES) await this.behind;
    this.throwIfFailed();
  }

  private async passOn(outcome: Outcome, block: Block, asides: readonly Aside[]): Promise<void> {
    // Behind what is not stored nothing may become durable: the next run reads on before it.
    if (outcome.kind === "failed") throw this.failureOfQueue() ?? new Error(outcome.reason);
    if (this.failure === undefined) await this.toJournal(block, asides);
  }

  private failureOfQueue(): unknown {
    return [...this.queues.values()].find(({ sink }) => sink.failure !== undefined)?.sink.failure?.error;
  }

  private async toJournal(block: Block, asides: readonly Aside[]): Promise<void> {
    for (const aside of asides) this.journal?.setAside?.(aside);
    await this.journal?.write(block);
  }

  private passAsides(): void {
    for (const aside of this.asides.splice(0)) this.journal?.setAside?.(aside);
  }

  private async settled(): Promise<void> {
    for (const { sink, isAwaited } of this.queues.values()) if (isAwaited) await sink.drained();
    await this.behind;
    this.throwIfFailed();
  }

  private async end(hasFailed: boolean): Promise<void> {
    try {
      await closeAll([...this.queues.values()], hasFailed);
      await this.behind;
      if (!hasFailed) this.throwIfFailed();
      if (this.failure === undefined) this.passAsides();
    } finally {
      await this.journal?.close();
    }
  }

  private throwIfFailed(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}

/** All of them, whatever one says. */
async function closeAll(queues: readonly QueuedExit[], hasFailed: boolean): Promise<void> {
  let failed: PromiseRejectedResult | undefined;
  for (const { sink } of queues) {
    const [closed] = await Promise.allSettled([sink.close(hasFailed)]);
    if (closed.status === "rejected") failed ??= closed;
  }
  if (failed !== undefined) throw failed.reason;
}

interface Offer {
  /** There is room for more. */
  readonly isTaken: Promise<void>;
  readonly outcome: Promise<Outcome>;
}

const NOBODYS: Delivery = { share: () => NOBODYS, settle: () => {} };

function worstOf(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce(worseOutcome, STORED);
}

/** The block as the journal gets it. */
function passedOn(block: Block, exits: readonly number[]): Block {
  const passed = exits.length === 0 ? new EventBlock(NOTHING, block.labels) : block;
  if (passed !== block) {
    const { delivery, cursor, held, knownBehind, isPart } = block;
    Object.assign(passed, { delivery, cursor, held, knownBehind, isPart });
  }
  passed.exits = exits;
  return passed;
}

const NOTHING = Buffer.alloc(0);
