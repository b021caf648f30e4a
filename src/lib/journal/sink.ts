import { assert } from "../base/assert.js";
import { Block } from "../event/block.js";
import type { Outcome } from "../event/delivery/delivery.js";
import type { Position } from "../event/position.js";
import type { Summary } from "../event/summary.js";
import type {
  Aside,
  AsidePlace,
  CheckpointCommit,
  CheckpointStore,
  SavedProgress,
  Sink,
  States,
} from "../pipeline/contract/sink.js";
import { checksumOf } from "../store/wal/checksum.js";
import { positionsOf, progressOf } from "../store/wal/progress/progress.js";
import type { BlockFacts } from "../store/wal/segment.js";
import type { Wal } from "../store/wal/writer.js";

export interface JournalSinkOptions {
  readonly wal: Wal;
  readonly states: States;
  /** Names of the readers that a block for these exits is for; undefined: all. Counts those that are left out. */
  readonly addressed: (
    exits: readonly number[] | undefined,
    block: { readonly events: number; readonly bytes: number },
  ) => readonly string[] | undefined;
  /** The first of these exits whose reader keeps records of lines that were set aside. */
  readonly asideAt: (exits: readonly number[]) => (AsidePlace & { readonly reader: string }) | undefined;
  readonly positions: () => readonly Position[];
  readonly attempt: <T>(action: () => Promise<T>) => Promise<T>;
  readonly finish: () => Promise<void>;
  readonly counts: () => Readonly<Record<string, number>>;
}

/** What is written here is in the journal, for the readers that it is for. */
export class JournalSink implements Sink {
  onReleased?: (block: Block) => void;
  onExitClosed?: (exit: number) => void;
  readonly checkpoints: CheckpointStore;
  /** How far the sinks say that sources were read: asked once, at the start. */
  knownBefore?: () => Promise<SavedProgress>;
  readonly #options: JournalSinkOptions;
  /** By reader. */
  readonly #asides = new Map<string, Aside[]>();
  /** What was written last goes on with the next block. */
  #isWithin = false;

  constructor(options: JournalSinkOptions) {
    this.#options = options;
    const { states, positions, attempt } = options;
    this.checkpoints = {
      resume: async () => withBefore(progressOf(positions()), await this.knownBefore?.()),
      begin: () => options.wal.beginTransaction(),
      commit: (checkpoint: CheckpointCommit) =>
        attempt(async () => {
          await this.#appendAsides();
          return options.wal.commit(positionsOf(checkpoint));
        }),
      states,
    };
  }

  asideAt(exits: readonly number[]): AsidePlace | undefined {
    return this.#options.asideAt(exits);
  }

  /** They are durable, for the reader that keeps them, in one with the block that comes next, or with a `flush`. */
  setAside(aside: Aside): void {
    const { exit } = aside;
    const place = exit === undefined ? undefined : this.#options.asideAt([exit]);
    assert(place !== undefined, "lines were set aside for a sink that does not keep them");
    this.#asides.set(place.reader, [...(this.#asides.get(place.reader) ?? []), aside]);
  }

  async write(block: Block): Promise<boolean> {
    const { wal, addressed, attempt } = this.#options;
    this.#isWithin = block.isPart === true;
    const events = block.summary?.events ?? linesIn(block.bytes);
    const to = addressed(block.exits, { events, bytes: block.bytes.length });
    if (to?.length === 0 && block.bytes.length > 0) {
      // What it has read is acknowledged: it was dealt with.
      await attempt(() => this.#appendSilent(withoutBytes(block)));
      this.onReleased?.(block);
      return true;
    }
    if (block.bytes.length === 0) {
      await attempt(() => this.#appendSilent(block));
      return true;
    }
    // In one with the block: it counts with what comes behind it.
    for (const [reader, aside] of this.#takeAsides())
      await attempt(() => this.#appendAside(reader, aside, PART));
    const summary = block.summary ?? plainSummary(block.bytes, events);
    const checked = block.summary === undefined ? withSummary(block, summary) : block;
    await attempt(() => wal.append(checked, undefined, { to, facts: factsOf(block) }));
    return true;
  }

  flush(): Promise<void> {
    return this.#options.attempt(async () => {
      // Between the parts of a block they would make those count that are there.
      if (!this.#isWithin) await this.#appendAsides();
      await this.#options.wal.flush();
    });
  }

  /** Nothing more is appended; readers go on until they have read all. */
  async close(): Promise<void> {
    await this.flush().finally(() => this.#options.finish());
  }

  counts(): Readonly<Record<string, number>> {
    return this.#options.counts();
  }

  /** A block without bytes: what was set aside takes its place, with its cursor. */
  async #appendSilent(block: Block): Promise<void> {
    const asides = this.#takeAsides();
    const last = asides.pop();
    for (const [reader, aside] of asides) await this.#appendAside(reader, aside, PART);
    if (last === undefined) return this.#options.wal.append(block);
    const { cursor, held, knownBehind, isPart, delivery } = block;
    await this.#appendAside(...last, { cursor, held, knownBehind, isPart, delivery });
  }

  async #appendAsides(): Promise<void> {
    for (const [reader, aside] of this.#takeAsides()) await this.#appendAside(reader, aside, {});
  }

  async #appendAside(reader: string, asides: readonly Aside[], carried: Partial<Block>): Promise<void> {
    const bytes = Buffer.concat(asides.map((aside) => aside.bytes));
    const events = asides.reduce((sum, { lines }) => sum + lines, 0);
    const block = Object.assign(new Block(bytes, undefined, plainSummary(bytes, events)), carried);
    await this.#options.wal.append(block, undefined, { to: [reader], facts: { isAside: true } });
  }

  #takeAsides(): [string, Aside[]][] {
    const all = [...this.#asides];
    this.#asides.clear();
    return all;
  }
}

/** More comes right behind it. */
const PART = { isPart: true };

/** Nobody takes it: it settles, as refused, once its position is in the log. */
function withoutBytes(block: Block): Block {
  const empty = new Block(Buffer.alloc(0));
  const { cursor, held, knownBehind, isPart, delivery } = block;
  Object.assign(empty, { cursor, held, knownBehind, isPart });
  if (delivery !== undefined)
    empty.delivery = {
      share: () => delivery.share(),
      settle: (outcome: Outcome) => delivery.settle(outcome.kind === "stored" ? NO_ROOM : outcome),
    };
  return empty;
}

const NO_ROOM: Outcome = { kind: "refused", reason: "no room in the journal" };

/** The same buffer and all else; the bytes are released as this one's. */
function withSummary(block: Block, summary: Summary): Block {
  const checked = new Block(block.bytes, block.labels, summary);
  const { origin, delivery, cursor, held, known, knownBehind, isPart, entry, exits } = block;
  return Object.assign(checked, { origin, delivery, cursor, held, known, knownBehind, isPart, entry, exits });
}

function plainSummary(bytes: Buffer, events: number): Summary {
  return { events, columns: [], crc32c: checksumOf(bytes) };
}

function factsOf({ summary, entry, labels, origin, cursor }: Block): BlockFacts | undefined {
  if (summary !== undefined && entry === undefined && labels === undefined) return undefined;
  const isText = summary === undefined;
  return {
    ...(isText ? { isText } : {}),
    ...(entry === undefined ? {} : { entry }),
    ...(labels === undefined ? {} : { labels }),
    ...(isText && origin !== undefined ? { origin } : {}),
    ...(isText && cursor !== undefined ? { stream: cursor.stream } : {}),
  };
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  assert(bytes.length === 0 || bytes.at(-1) === 10, "a block for the journal does not end with a line");
  return count;
}

/**
 * Of each stream the furthest: a sink is further than its journal where it was fed without it, or where that is an old
 * copy.
 */
function withBefore(own: SavedProgress, before: SavedProgress | undefined): SavedProgress {
  if (before === undefined) return own;
  const cursors = new Map(own.cursors.map((saved) => [saved.cursor.stream, saved]));
  for (const saved of before.cursors) {
    const { stream, offset } = saved.cursor;
    if (offset > (cursors.get(stream)?.cursor.offset ?? -1)) cursors.set(stream, saved);
  }
  return { cursors: [...cursors.values()], states: new Map([...before.states, ...own.states]) };
}
