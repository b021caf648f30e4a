import type { Block } from "../../event/block.js";
import type { Fault } from "../../event/faults.js";
import { LineCounter } from "../../event/lines.js";
import { type FieldSet, Projector, type Rows } from "../../event/rows/rows.js";
import type { StageContext } from "./stage.js";

/** Reads the events of blocks; lines that are none are set aside. */
export class EventReader {
  private readonly projector: Projector;
  private readonly context: StageContext;

  /** `fields` must be complete. */
  constructor(fields: FieldSet, context: StageContext) {
    this.projector = new Projector(fields);
    this.context = context;
  }

  read(block: Block): Rows {
    const { rows, faults } = this.projector.apply(block.bytes);
    rejectFaults(this.context, block.bytes, faults);
    return rows;
  }
}

/** Sets the faulty lines of a block aside, each with its place. */
export function rejectFaults(context: StageContext, bytes: Buffer, faults: readonly Fault[]): void {
  const lines = new LineCounter(bytes);
  for (const { start, end, column, reason } of faults) {
    const raw = Buffer.from(bytes.subarray(start, end));
    context.reject({ reason, raw, line: lines.lineOf(start), column });
  }
}
