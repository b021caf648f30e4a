/** What is asked of an event's fields, apart from its text. */
import { formatCount } from "../../base/size.js";
import type { Level } from "../../event/level-words.js";
import type { FieldSet, Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { instant } from "../../event/time/instant.js";
import { compileExpression, type Expression } from "../../expression/expression.js";
import { hasField } from "../../expression/fields.js";
import { takeNumbersRead } from "../../expression/severity.js";
import type { TimeValue } from "../../expression/values/time-value.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import { isOfLevel } from "./levels.js";

export interface ConditionSettings {
  /** Texts of expressions, which have been checked. */
  readonly expressions: readonly string[];
  readonly levels?: ReadonlySet<Level>;
  readonly timeField: string;
  /** From this moment on. */
  readonly since?: TimeValue;
  /** Before this moment. */
  readonly until?: TimeValue;
}

/** The counter of levels that were read from numbers. */
export const NUMERIC_LEVELS = "numeric_levels";

export function numericLevelsText(count: number): string {
  const are = count === 1 ? "level is a number" : "levels are numbers";
  return `${formatCount(count)} ${are}, read as those of pino and bunyan (10 to 60), syslog and GELF (0 to 7) or Monolog (100 to 600)`;
}

type Test = (rows: Rows, row: number) => boolean;

/** All of them must hold. */
export class Conditions {
  private readonly context: StageContext;
  private readonly tests: readonly Test[];
  /** The fields that expressions read, with their paths. */
  private readonly read: readonly { readonly path: string; readonly field: number }[];
  private undecided = 0;
  private untimed = 0;
  /** Levels that were numbers, and those under another name. */
  private numbers = 0;
  private otherNames = 0;
  /** Those that are none of the words and numbers. */
  private unknownLevels = 0;
  private readonly missing: number[];

  constructor(settings: ConditionSettings, fields: FieldSet, context: StageContext) {
    this.context = context;
    const { levels, since, until, timeField } = settings;
    const tests: Test[] = [];
    const notes = { otherName: () => this.otherNames++, unknown: () => this.unknownLevels++ };
    if (levels !== undefined) tests.push(isOfLevel(fields.add("level"), levels, notes));
    if (since !== undefined || until !== undefined)
      tests.push(this.within(new EventTime(fields, timeField, (name) => context.count(name)), since, until));
    const needs = { nowMs: context.nowMs, isCondition: true };
    const expressions = settings.expressions.map((text) => compileExpression(text, fields, "EXPR", needs));
    const paths = [...new Set(expressions.flatMap((expression) => expression.paths))];
    this.read = paths.map((path) => ({ path, field: fields.add(path) }));
    this.missing = paths.map(() => 0);
    this.tests = [...tests, ...expressions.map((expression) => this.counting(expression))];
  }

  /** Sets `wanted` to 1 for each row that they hold for. `taken`: rows that are not asked about have no 0 there. */
  decide(rows: Rows, wanted: Uint8Array, taken?: Uint8Array): void {
    const [first, ...more] = this.tests;
    takeNumbersRead();
    if (first === undefined) wanted.fill(1);
    else if (taken !== undefined) {
      for (let row = 0; row < wanted.length; row++)
        if (taken[row] === 0 && first(rows, row) && more.every((test) => test(rows, row))) wanted[row] = 1;
    } else {
      for (let row = 0; row < wanted.length; row++) {
        wanted[row] = first(rows, row) && more.every((test) => test(rows, row)) ? 1 : 0;
      }
    }
    this.numbers += takeNumbersRead();
  }

  /**
   * Counts what was read otherwise than it is written, and the events that an expression said nothing of, since the
   * last time; `isReal` false: forgets them.
   */
  countUndecided(isReal: boolean): void {
    if (isReal && this.untimed > 0) this.context.count("without_time", this.untimed);
    this.untimed = 0;
    if (isReal && this.numbers > 0) this.context.count(NUMERIC_LEVELS, this.numbers);
    if (isReal && this.otherNames > 0) this.context.count("levels_by_other_name", this.otherNames);
    if (isReal && this.unknownLevels > 0) this.context.count("unknown_levels", this.unknownLevels);
    this.numbers = this.otherNames = this.unknownLevels = 0;
    if (this.undecided === 0) return;
    if (isReal) this.context.count("without_answer", this.undecided);
    this.undecided = 0;
    this.read.forEach(({ path }, n) => {
      if (isReal && this.missing[n]! > 0) this.context.count(`without.${path}`, this.missing[n]);
      this.missing[n] = 0;
    });
  }

  /** Events without a time are outside of any range, and counted. */
  private within(time: EventTime, since: TimeValue | undefined, until: TimeValue | undefined): Test {
    return (rows, row) => {
      if (!time.read(rows, row)) {
        this.untimed++;
        return false;
      }
      const { ms, ns } = instant;
      if (since !== undefined && (ms < since.ms || (ms === since.ms && ns < since.ns))) return false;
      return until === undefined || ms < until.ms || (ms === until.ms && ns < until.ns);
    };
  }

  private counting({ evaluate }: Expression): Test {
    return (rows, row) => {
      const value = evaluate(rows, row);
      if (value === undefined) this.noteUndecided(rows, row);
      return value === true;
    };
  }

  private noteUndecided(rows: Rows, row: number): void {
    this.undecided++;
    for (let n = 0; n < this.read.length; n++)
      if (!hasField(rows, this.read[n]!.field, row)) this.missing[n]!++;
  }
}
