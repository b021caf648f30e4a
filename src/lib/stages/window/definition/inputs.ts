/** What a window needs to see of each event, and reading it from blocks into columns. */
import { failure } from "../../../base/errors/index.js";
import { FieldSet, PROJECT_FIELDS_MAX } from "../../../event/rows/rows.js";
import { EventTime } from "../../../event/time/event-time.js";
import { compileExpression, type Expression } from "../../../expression/expression.js";
import { neededFields } from "../../../expression/needed.js";
import type { AskedField } from "../../../pipeline/contract/stage.js";

/** Collects the fields and conditions that the parts of a definition need; the same one twice is read once. */
export class Inputs {
  readonly fields = new FieldSet();
  /** `FieldSet` numbers. */
  readonly numbers: number[] = [];
  readonly texts: number[] = [];
  readonly raws: number[] = [];
  readonly keys: readonly number[];
  readonly time: EventTime;
  readonly conditions: Expression[] = [];
  /** Which events count at all. */
  readonly where: Expression | undefined;
  private readonly conditionTexts: string[] = [];
  private readonly what: string | undefined;
  private readonly whereText: string | undefined;
  /** So many fields are those of the time. */
  private readonly timeFields: number;

  /** `what`: how messages call the text that conditions stand in, where they are no options of their own. */
  constructor(by: readonly string[], timeField: string, where: string | undefined, what?: string) {
    this.what = what;
    this.time = new EventTime(this.fields, timeField);
    this.timeFields = this.fields.paths.length;
    this.keys = by.map((path) => this.fields.add(path));
    this.whereText = where;
    this.where = where === undefined ? undefined : compileExpression(where, this.fields, what ?? "--where");
  }

  /** The fields that were asked for by name, without those that conditions do as well without. */
  get named(): readonly AskedField[] {
    const texts = [...(this.whereText === undefined ? [] : [this.whereText]), ...this.conditionTexts];
    const wanted = texts.flatMap((text) => neededFields(text));
    const needed = new Set(wanted);
    const conditions = [...(this.where === undefined ? [] : [this.where]), ...this.conditions];
    const read = [...this.numbers, ...this.texts, ...this.raws, ...this.keys];
    const { paths } = this.fields;
    const isRead = new Set(read.map((number) => paths[number]!));
    const isInCondition = new Set(conditions.flatMap((condition) => condition.paths));
    const own = paths
      .slice(this.timeFields)
      .filter((path) => isRead.has(path) || needed.has(path) || !isInCondition.has(path));
    return [...own, ...wanted.filter((field) => typeof field !== "string")];
  }

  /** The number of the column of numbers of the field at `path`. */
  addNumber(path: string): number {
    return indexIn(this.numbers, this.fields.add(path));
  }

  addText(path: string): number {
    return indexIn(this.texts, this.fields.add(path));
  }

  /** As `addText`, for the JSON text of values. */
  addRaw(path: string): number {
    return indexIn(this.raws, this.fields.add(path));
  }

  /** The number of the column that says of each event whether `text` is true. */
  addCondition(text: string): number {
    const known = this.conditionTexts.indexOf(text);
    if (known >= 0) return known;
    this.conditions.push(compileExpression(text, this.fields, this.what ?? "--agg"));
    return this.conditionTexts.push(text) - 1;
  }

  /** Throws usage.bad-value when there are more fields than one pass can look for. */
  check(): void {
    const keys = this.fields.paths.reduce((sum, path) => sum + path.split(".").length, 0);
    if (keys <= PROJECT_FIELDS_MAX) return;
    const reason = `it needs more than ${PROJECT_FIELDS_MAX} fields of each event`;
    throw failure("usage.bad-value", {
      option: "--agg",
      value: `${this.fields.paths.length} fields`,
      reason,
    });
  }
}

function indexIn(list: number[], value: number): number {
  const known = list.indexOf(value);
  return known >= 0 ? known : list.push(value) - 1;
}
