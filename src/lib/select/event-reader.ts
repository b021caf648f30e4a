import type { Block } from "../event/block.js";
import { lineAt } from "../event/lines.js";
import { type FieldSet, Projector, type Rows } from "../event/rows.js";
import type { StageContext } from "../stage/stage.js";

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
    for (const { start, end, column, reason } of faults) {
      const raw = Buffer.from(block.bytes.subarray(start, end));
      this.context.reject({ reason, raw, line: lineAt(block.bytes, start), column });
    }
    return rows;
  }
}
