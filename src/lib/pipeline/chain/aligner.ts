/** Cuts the source's blocks where a record ends, for a first stage whose records can span lines. */
import { takeBuffer } from "../../base/buffers.js";
import { Block } from "../../event/block.js";
import { Owed } from "../../event/delivery/owed.js";
import { BoundaryPace } from "../contract/boundary-pace.js";
import type { Alignment } from "../contract/stage.js";

/** Of more streams the oldest are read as if nothing were known. */
const KNOWN_STREAMS_MAX = 8192;

export class Aligner {
  private readonly alignment: Alignment;
  private readonly shown: (lines: Buffer) => Buffer;
  private held: Block | undefined;
  private readonly pace = new BoundaryPace();
  private readonly owed = new Owed();
  /** What a run before has held, by stream, until the stream goes on. */
  private readonly waiting = new Map<string, Block>();
  /** Pieces whose buffers were made here: nobody else reads them. */
  private readonly own = new WeakSet<Block>();
  /**
   * What is known of streams, by name; "" of those that have begun. The one of which that changed last is at the end.
   */
  private readonly known = new Map<string, string>();

  /**
   * `shown`: lines that are held as they may be saved with a cursor, in the log of a table.
   */
  constructor(alignment: Alignment, shown = (lines: Buffer): Buffer => lines) {
    this.alignment = alignment;
    this.shown = shown;
  }

  /**
   * What was held when the run before ended, and what was known of streams: each block waits for the next of its
   * stream, which comes before those of others.
   */
  load(blocks: readonly Block[], known: ReadonlyMap<string, string> = new Map()): void {
    for (const block of blocks) this.waiting.set(streamOf(block), block);
    for (const [stream, text] of known) this.known.set(stream, text);
  }

  /**
   * Blocks that can be handled apart, in order: usually one. Each has its part in the deliveries of those it is made
   * of.
   */
  push(block: Block): Block[] {
    if (this.waiting.size === 0) return this.pushNext(block);
    const own = this.waiting.get(streamOf(block));
    if (own !== undefined) {
      this.waiting.delete(streamOf(block));
      return [...this.pushNext(own), ...this.pushNext(block)];
    }
    const others = [...this.waiting.values()].map((block) => this.withKnown(block));
    this.waiting.clear();
    return [...others, ...this.pushNext(block)];
  }

  /** Whether the buffer of a block that came from here is of nobody else. */
  owns(block: Block): boolean {
    return this.own.has(block);
  }

  /** How long at least what is held waits for more, by what stands in it. */
  get holdMs(): number {
    const { holdMs } = this.alignment;
    if (holdMs === undefined) return 0;
    const blocks = this.held === undefined ? this.waiting.values() : [...this.waiting.values(), this.held];
    let longest = 0;
    for (const { bytes } of blocks) longest = Math.max(longest, holdMs(bytes));
    return longest;
  }

  /** What is held, when nothing follows for now. */
  release(): Block[] {
    const blocks = [
      ...[...this.waiting.values()].map((block) => this.withKnown(block)),
      ...this.releaseHeld(),
    ];
    this.waiting.clear();
    return blocks;
  }

  private releaseHeld(): Block[] {
    const { held } = this;
    if (held === undefined) return [];
    this.held = undefined;
    this.pace.reset();
    held.delivery = this.owed.allBut(0);
    return [this.withKnown(held)];
  }

  private pushNext(block: Block): Block[] {
    const { held } = this;
    if (held !== undefined && !isOfSameInput(held, block))
      return [...this.releaseHeld(), ...this.pushNext(block)];
    this.owed.add(block.delivery, block.bytes.length);
    const bytes = held === undefined ? block.bytes : joined(held.bytes, block.bytes);
    const cut = this.pace.cut(bytes, this.alignment.boundary);
    const rest = cut === bytes.length ? undefined : Buffer.from(bytes.subarray(cut));
    this.held = rest && pieceOf(block, rest);
    if (rest !== undefined && cut === 0) return [];
    const piece = pieceOf(block, bytes.subarray(0, cut));
    piece.delivery = this.owed.allBut(rest?.length ?? 0);
    if (held !== undefined) this.own.add(piece);
    if (rest !== undefined && block.cursor !== undefined) piece.held = this.shown(rest);
    return [this.withKnown(piece)];
  }

  /** Puts on a block what is known before it and behind it. Blocks of a stream must come in order. */
  private withKnown(block: Block): Block {
    const { learn } = this.alignment;
    if (learn === undefined) return block;
    const stream = streamOf(block);
    const before = this.known.get(stream);
    const behind = learn(block.bytes, before);
    block.known = before;
    if (behind !== before) remember(this.known, stream, behind);
    if (behind !== "" && block.cursor !== undefined) block.knownBehind = behind;
    return block;
  }
}

function joined(held: Buffer, bytes: Buffer): Buffer {
  const both = takeBuffer(held.length + bytes.length);
  held.copy(both, 0);
  bytes.copy(both, held.length);
  return both;
}

/** A rotated file and the one in its place have one name, but each is a stream of its own. */
function isOfSameInput(a: Block, b: Block): boolean {
  if (a.cursor !== undefined || b.cursor !== undefined) return a.cursor?.stream === b.cursor?.stream;
  return a.labels?.source === b.labels?.source && a.origin?.name === b.origin?.name;
}

function streamOf({ cursor, labels, origin }: Block): string {
  return cursor?.stream ?? origin?.name ?? labels?.source ?? "";
}

function remember(known: Map<string, string>, stream: string, text: string): void {
  known.delete(stream);
  known.set(stream, text);
  if (known.size > KNOWN_STREAMS_MAX) known.delete(known.keys().next().value!);
}

function pieceOf(block: Block, bytes: Buffer): Block {
  const piece = new Block(bytes, block.labels);
  piece.origin = block.origin;
  piece.cursor = block.cursor;
  return piece;
}
