/** Cuts the source's blocks where a record ends, for a first stage whose records can span lines. */
import { Block } from "../event/block.js";

/** A record that goes on for longer is let go in pieces. */
const HELD_BYTES_MAX = 16 << 20;

export class Aligner {
  private readonly boundary: (bytes: Buffer) => number;
  private readonly shown: (lines: Buffer) => Buffer;
  private held: Block | undefined;

  /**
   * `boundary`: the length of the longest prefix that needs nothing of what may follow. `shown`: lines that are held as positions
   * may have them, which are kept in checkpoints and in the log of a table.
   */
  constructor(boundary: (bytes: Buffer) => number, shown = (lines: Buffer): Buffer => lines) {
    this.boundary = boundary;
    this.shown = shown;
  }

  /** Blocks that can be handled apart, in order: usually one. */
  push(block: Block): Block[] {
    const { held } = this;
    this.held = undefined;
    if (held !== undefined && !isOfSameFile(held, block)) return [held, ...this.push(block)];
    const bytes = held === undefined ? block.bytes : Buffer.concat([held.bytes, block.bytes]);
    const cut = bytes.length > HELD_BYTES_MAX ? bytes.length : this.boundary(bytes);
    if (cut === bytes.length) return [withOrigin(new Block(bytes, block.labels, block.position), block)];
    const rest = Buffer.from(bytes.subarray(cut));
    this.held = withOrigin(new Block(rest, block.labels, block.position), block);
    if (cut === 0) return [];
    return [
      withOrigin(new Block(bytes.subarray(0, cut), block.labels, this.positionHolding(block, rest)), block),
    ];
  }

  /** What is held, when nothing follows for now. */
  release(): Block | undefined {
    const { held } = this;
    this.held = undefined;
    return held;
  }

  /** The block's position, with the lines that were read but are not part of what is handed on. */
  private positionHolding({ position }: Block, rest: Buffer): Block["position"] {
    return position && { ...position, held: this.shown(rest).toString("base64") };
  }
}

/** A rotated file and the one in its place have one name, but each its own positions: what is stored of which must be told. */
function isOfSameFile(a: Block, b: Block): boolean {
  return (
    a.labels?.source === b.labels?.source &&
    a.origin?.name === b.origin?.name &&
    a.position?.source === b.position?.source
  );
}

function withOrigin(block: Block, from: Block): Block {
  block.origin = from.origin;
  return block;
}
