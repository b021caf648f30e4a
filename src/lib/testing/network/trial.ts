// Enter here: a graph tried by the engine's network, without sources and sinks.
/**
 * One trial of a graph by the engine's own network: blocks are put in at its nodes, and what comes out of every node,
 * port and stage is told. Nothing is read, nothing is written, and the clock stands still.
 */
import { Block, type Labels } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";
import { Aligner } from "../../pipeline/chain/aligner.js";
import { Chain } from "../../pipeline/chain/chain.js";
import { type NetworkPlan, planNetwork } from "../../pipeline/chain/network/plan-network.js";
import type { OpenedGraph } from "./opened.js";
import { type Tap, tappedNetwork } from "./tapped.js";

export interface TrialReader {
  /** Something came out there. Blocks of several taps come in the order in which the engine lets them out. */
  out(tap: Tap, bytes: Buffer): void;
  reject(letter: DeadLetter): void;
}

export class Trial {
  private readonly entries: ReadonlyMap<string, number>;
  private readonly taps: readonly Tap[];
  private readonly plan: NetworkPlan;
  private readonly spread: Chain;
  private readonly serial: Chain;
  private readonly aligners: readonly (Aligner | undefined)[];
  private readonly reader: TrialReader;

  /** `inputs`: the nodes that blocks are put in at. */
  constructor(opened: OpenedGraph, inputs: readonly string[], nowMs: number, reader: TrialReader) {
    const { network, entries, taps } = tappedNetwork(opened, inputs);
    const clock = () => nowMs;
    this.reader = reader;
    [this.entries, this.taps] = [entries, taps];
    this.plan = planNetwork(network, { workers: 0 });
    this.spread = new Chain(this.plan.spread, clock);
    this.serial = new Chain(this.plan.serial, clock);
    this.aligners = this.plan.entries.map(({ align }) => align && new Aligner(align));
  }

  /** Whole lines that come out of a source, or go into any other node. */
  push(node: string, bytes: Buffer, labels?: Labels): void {
    const entry = this.entries.get(node)!;
    const block = new Block(bytes, labels);
    const aligner = this.aligners[entry];
    if (aligner === undefined) this.afterSpread(this.spread.push(block, entry));
    else this.whole(aligner.push(block), entry);
  }

  /** Nothing comes for now: what waits for a line that belongs to it comes out. */
  idle(): void {
    this.release();
    this.afterSpread(this.spread.idle());
    this.afterSerial(this.serial.idle());
  }

  /** The input is over. */
  end(): void {
    this.release();
    for (const blocks of this.spread.ending()) this.afterSpread(blocks);
    for (const blocks of this.serial.ending()) this.afterSerial(blocks);
  }

  /** What was put in is whole: nothing that follows belongs to its last line. */
  release(): void {
    for (const [entry, aligner] of this.aligners.entries()) this.whole(aligner?.release() ?? [], entry);
  }

  private whole(pieces: readonly Block[], entry: number): void {
    for (const piece of pieces) this.afterSpread(this.spread.pushWhole(piece, entry));
  }

  /** Blocks for the part that keeps state go on; exits behind those of the network are its entries. */
  private afterSpread(blocks: readonly Block[]): void {
    this.reject(this.spread);
    const { length } = this.taps;
    for (const block of blocks) {
      const { exits = [0] } = block;
      for (const exit of exits) if (exit < length) this.out(exit, block);
      for (const exit of exits)
        if (exit >= length)
          this.afterSerial(this.serial.push(new Block(Buffer.from(block.bytes)), exit - length));
    }
  }

  private afterSerial(blocks: readonly Block[]): void {
    this.reject(this.serial);
    for (const block of blocks) for (const exit of block.exits ?? [0]) this.out(exit, block);
  }

  private out(exit: number, { bytes }: Block): void {
    if (bytes.length > 0) this.reader.out(this.taps[exit]!, bytes);
  }

  /** Places of lines say something where those are lines of the input. */
  private reject(chain: Chain): void {
    for (const letter of chain.takeTally().rejected) {
      const isOfInput = this.plan.places[letter.stageIndex ?? -1]?.seesInput === true;
      this.reader.reject(isOfInput ? letter : { ...letter, line: undefined, column: undefined });
    }
  }
}
