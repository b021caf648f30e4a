// Enter here: keeps the events for which every condition holds.
/** The running half of `filter`: keeps the events for which every condition holds. */
import { giveBuffer } from "../../base/buffers.js";
import { Block } from "../../event/block.js";
import { type Fault, INVALID_UTF8, shifted } from "../../event/faults.js";
import { countLines } from "../../event/lines.js";
import { FieldSet, Projector, type Rows } from "../../event/rows/rows.js";
import { rejectFaults } from "../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { type ConditionSettings, Conditions } from "./conditions.js";
import { Grep, type GrepSettings, Selection, type Spans } from "./grep.js";
import { bytesOf, runsOf } from "./runs.js";
import { Surroundings, type SurroundingsSettings } from "./surroundings.js";

export interface FilterSettings {
  readonly conditions: ConditionSettings;
  /** Absent: any text. */
  readonly grep?: GrepSettings;
  readonly isInverted: boolean;
  /** Absent: only the events themselves, all of them. */
  readonly surroundings?: SurroundingsSettings;
}

export class Filter implements Transform {
  private readonly context: StageContext;
  private readonly isInverted: boolean;
  private readonly conditions: Conditions;
  private readonly grep: Grep | undefined;
  private readonly projector: Projector;
  private readonly surroundings: Surroundings | undefined;
  readonly save?: () => State;
  readonly load?: (state: State) => void;

  constructor(settings: FilterSettings, context: StageContext) {
    this.context = context;
    this.isInverted = settings.isInverted;
    const fields = new FieldSet();
    this.conditions = new Conditions(settings.conditions, fields, context);
    this.projector = new Projector(fields);
    this.grep = settings.grep && new Grep(settings.grep);
    if (settings.surroundings === undefined) return;
    const surroundings = new Surroundings(settings.surroundings);
    this.surroundings = surroundings;
    this.save = () => surroundings.save();
    this.load = (state) => surroundings.load(state);
  }

  push(block: Block, emit: Emit): boolean {
    const { surroundings } = this;
    if (surroundings?.hasEnded() === true) return false;
    const spans = this.grep?.find(block.bytes);
    const needsOthers = this.isInverted || surroundings !== undefined;
    if (spans !== undefined && !needsOthers) return this.pushFound(block, spans, emit);
    const { rows, faults } = this.projector.apply(block.bytes);
    const wanted = this.decide(rows);
    if (spans !== undefined) this.unmarkOthers(rows, block.bytes, spans, wanted);
    if (this.isInverted) for (let row = 0; row < wanted.length; row++) wanted[row]! ^= 1;
    const before = surroundings?.snapshot();
    const lead = surroundings?.widen(rows, wanted) ?? [];
    if (surroundings?.hasEnded() === true) {
      const end = placeBeside(rows.lineEnd(surroundings.lastRow), faults);
      if (end < block.bytes.length) {
        // What comes after the last wanted event is not looked at, wherever the block ends.
        this.conditions.countUndecided(false);
        before?.();
        return this.push(new Block(block.bytes.subarray(0, end)), emit);
      }
    }
    rejectFaults(this.context, block.bytes, faults);
    const isWanted = this.emitRows(rows, wanted, lead, emit);
    return isWanted && surroundings?.hasEnded() !== true;
  }

  /** With a text to look for, only the lines that hold it are looked at. */
  private pushFound(block: Block, spans: Spans, emit: Emit): boolean {
    const selection = new Selection(block.bytes, spans);
    this.context.count("dropped", countLines(block.bytes) - spans.length / 2);
    const { rows, faults } = this.projector.apply(selection.bytes);
    const placed = faults.map((fault) => shifted(fault, selection.origin(fault.start) - fault.start));
    rejectFaults(this.context, block.bytes, placed);
    let isSpent = selection.bytes !== block.bytes;
    const isWanted = this.emitRows(rows, this.decide(rows), [], (out) => {
      isSpent &&= out.bytes.buffer !== selection.bytes.buffer;
      return emit(out);
    });
    if (isSpent) giveBuffer(selection.bytes.buffer as ArrayBuffer);
    return isWanted;
  }

  /** 1 for each row that the conditions hold for. */
  private decide(rows: Rows): Uint8Array {
    const wanted = new Uint8Array(rows.count);
    this.conditions.decide(rows, wanted);
    return wanted;
  }

  private unmarkOthers(rows: Rows, input: Buffer, spans: Spans, wanted: Uint8Array): void {
    // Lines that are no UTF-8 have been taken out, and the places of the others have moved.
    const places = rows.bytes === input ? spans : this.grep!.find(rows.bytes);
    let next = 0;
    for (let row = 0; row < rows.count; row++) {
      const start = rows.lineStart(row);
      while (next < places.length && places[next]! < start) next += 2;
      if (places[next] !== start) wanted[row] = 0;
    }
  }

  private emitRows(rows: Rows, wanted: Uint8Array, lead: readonly Buffer[], emit: Emit): boolean {
    const { runs, kept } = runsOf(rows, wanted);
    this.conditions.countUndecided(true);
    this.context.count("kept", kept + lead.length);
    this.context.count("dropped", rows.count - kept - lead.length);
    const bytes = bytesOf(rows.bytes, runs, lead);
    return bytes.length === 0 || emit(new Block(bytes));
  }
}

/** Where an offset of the projected bytes is in the input, from which lines that are no UTF-8 were taken out. */
function placeBeside(offset: number, faults: readonly Fault[]): number {
  let place = offset;
  for (const { reason, start, end } of faults)
    if (reason === INVALID_UTF8 && start < place) place += end + 1 - start;
  return place;
}
