// Enter here: `stats` and `top`: one window over everything, which needs no time and ends with the input.
/** The running half of `stats` and `top`: events in, and at the end a row for each group, in order. */
import { Block } from "../../../event/block.js";
import type { Emit, StageContext, State, Transform } from "../../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../../pipeline/contract/state/state-version.js";
import { RowCondition } from "../../common/row-condition.js";
import { readBlock, unpackColumns } from "../prepare.js";
import { ColumnReader, type Columns } from "../read.js";
import { Groups } from "../stores/groups.js";
import type { TotalsDefinition } from "./definition.js";
import { RankedRows } from "./ranked-rows.js";

/** Events between two looks at the memory, at least. */
const CHECK_EVENTS = 65_536;
/** Characters before a block is made. */
const BLOCK_LENGTH = 1 << 18;
const STATE_VERSION = 1;
const NULL = Buffer.from("null\n");

/** Which events count, by their time; absent: all of them, those without a time too. */
export interface TotalsRange {
  readonly sinceMs: number;
  readonly untilMs: number;
}

export class Totals implements Transform {
  private readonly definition: TotalsDefinition;
  private readonly context: StageContext;
  private readonly range: TotalsRange | undefined;
  private readonly reader: ColumnReader;
  private groups: Groups;
  private readonly condition: RowCondition | undefined;
  private firstMs = Number.POSITIVE_INFINITY;
  private lastMs = Number.NEGATIVE_INFINITY;
  private untilCheck = CHECK_EVENTS;
  private isFed = false;

  constructor(definition: TotalsDefinition, context: StageContext, range: TotalsRange | undefined) {
    const { inputs, options, failIf } = definition;
    this.definition = definition;
    this.context = context;
    this.range = range;
    this.reader = new ColumnReader(inputs, definition.needsTimes || range !== undefined);
    this.groups = new Groups(definition.aggregation.makeAccumulators, options.maxGroups);
    this.condition = failIf === undefined ? undefined : new RowCondition(failIf, options.by, context);
  }

  push(block: Block, _emit: Emit): boolean {
    return this.take(readBlock(this.reader, block, this.context));
  }

  pushPrepared(prepared: Buffer, _emit: Emit): boolean {
    return this.take(unpackColumns(prepared));
  }

  end(emit: Emit): void {
    const { groups, definition, condition } = this;
    const { by, maxGroups } = definition.options;
    groups.flush();
    if (by.length === 0 && groups.count === 0) groups.insertKey(Buffer.alloc(0), 0, 0, 0);
    groups.prune(maxGroups);
    this.context.count("groups", groups.count + (groups.other?.groups ?? 0));
    if (groups.other !== undefined) this.context.count("groups_dropped", groups.other.groups);
    let text = "";
    const letOut = (): boolean => {
      const bytes = Buffer.from(text);
      text = "";
      condition?.look(bytes, !this.isFed);
      // Of an empty input nothing comes out; a condition such as `count == 0` is asked all the same.
      return (!this.isFed && definition.options.answersNothing !== true) || emit(new Block(bytes));
    };
    const span = { startMs: this.firstMs, endMs: this.lastMs };
    for (const row of new RankedRows(groups, definition, span)) {
      text += row;
      if (text.length >= BLOCK_LENGTH && !letOut()) break;
    }
    if (text !== "") letOut();
    this.reset();
  }

  save(): State {
    const { firstMs, lastMs, untilCheck, isFed } = this;
    return {
      version: STATE_VERSION,
      firstMs,
      lastMs,
      untilCheck,
      isFed,
      hasHeld: this.condition?.hasHeld,
      groups: this.groups.save(),
    };
  }

  load(state: State): void {
    const saved = state as Saved;
    checkStateVersion("stats", saved.version, STATE_VERSION);
    this.firstMs = saved.firstMs;
    this.lastMs = saved.lastMs;
    this.untilCheck = saved.untilCheck;
    this.isFed = saved.isFed;
    if (this.condition !== undefined) this.condition.hasHeld = saved.hasHeld === true;
    this.groups.load(saved.groups);
  }

  /** What has come out does not come again, where another run goes on. */
  private reset(): void {
    this.groups = new Groups(this.definition.aggregation.makeAccumulators, this.definition.options.maxGroups);
    this.firstMs = Number.POSITIVE_INFINITY;
    this.lastMs = Number.NEGATIVE_INFINITY;
    this.isFed = false;
  }

  private take(columns: Columns): boolean {
    this.isFed = true;
    const { groups } = this;
    for (let row = 0; row < columns.count; row++) {
      if (!this.accepts(columns, row)) continue;
      groups.add(columns, row, groups.groupOf(columns, row));
      if (--this.untilCheck === 0) this.checkMemory();
    }
    groups.flush();
    const mistyped = columns.numbers.reduce((sum, column) => sum + column.mistyped, 0);
    if (mistyped > 0) this.context.count("not_a_number", mistyped);
    return true;
  }

  /** Whether the event counts. One without a time counts as earlier than all others. */
  private accepts({ times, keys }: Columns, row: number): boolean {
    const timeMs = times[row]!;
    if (this.range !== undefined && !(timeMs >= this.range.sinceMs && timeMs < this.range.untilMs)) {
      this.context.count("outside");
      if (Number.isNaN(timeMs)) this.context.count("without_time");
      return false;
    }
    const { needsField, by, within } = this.definition.options;
    if (needsField && isMissing(keys, row, by.length - within)) {
      this.context.count("without_field");
      return false;
    }
    if (Number.isNaN(timeMs)) times[row] = Number.NEGATIVE_INFINITY;
    else {
      if (timeMs < this.firstMs) this.firstMs = timeMs;
      if (timeMs > this.lastMs) this.lastMs = timeMs;
    }
    return true;
  }

  private checkMemory(): void {
    const { groups } = this;
    groups.flush();
    const { memory } = this.definition.options;
    const bytes = groups.memoryBytes;
    if (bytes > memory) {
      this.context.count("memory_limits");
      groups.prune(Math.max(16, Math.floor((groups.count * 0.8 * memory) / bytes)));
    }
    this.untilCheck = Math.max(CHECK_EVENTS, groups.count);
  }
}

/** Whether the last `count` fields of the key are all missing or null. */
function isMissing({ bytes, ends }: Columns["keys"], row: number, count: number): boolean {
  const end = ends[row]!;
  const length = count * NULL.length;
  if (end - (row === 0 ? 0 : ends[row - 1]!) < length) return false;
  for (let at = end - length; at < end; at += NULL.length)
    if (NULL.compare(bytes, at, at + NULL.length) !== 0) return false;
  return true;
}

interface Saved {
  readonly version: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly untilCheck: number;
  readonly isFed: boolean;
  readonly hasHeld?: boolean | undefined;
  readonly groups: State;
}
