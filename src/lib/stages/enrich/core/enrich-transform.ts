import { Block } from "../../../event/block.js";
import { rejectFaults } from "../../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, Transform } from "../../../pipeline/contract/stage.js";
import type { BatchCounters } from "./batch-counters.js";
import type { Pass } from "./projection-pass.js";

/** Runs events through passes; lines that are no JSON objects are set aside. */
export class EnrichTransform implements Transform {
  private readonly passes: readonly Pass[];
  private readonly context: StageContext;
  private readonly tallies: BatchCounters;
  readonly refresh?: () => Promise<void> | undefined;

  /** `refresh` takes up what has changed outside, where something can. */
  constructor(
    passes: readonly Pass[],
    context: StageContext,
    tallies: BatchCounters,
    refresh: (() => Promise<void>) | undefined,
  ) {
    this.passes = passes;
    this.tallies = tallies;
    this.context = context;
    if (refresh !== undefined) this.refresh = refresh;
  }

  push(block: Block, emit: Emit): boolean {
    let lines = block.bytes;
    for (const pass of this.passes) {
      const { bytes, faults } = pass.apply(lines);
      rejectFaults(this.context, lines, faults);
      lines = bytes;
    }
    this.tallies.tell();
    return emit(new Block(lines));
  }
}
