/** A condition over the rows of a result (`--fail-if`): which of them it holds for. */
import { FieldSet, Projector } from "../../event/rows/rows.js";
import { compileExpression, type Expression } from "../../expression/expression.js";
import type { StageContext } from "../../pipeline/contract/stage.js";

/** Rows that the condition holds for; with `: ` and what the first of them says behind it, what is shown. */
export const CONDITION_HELD = "condition_held";
/** Rows of which it says nothing: a value in it is missing or null, or is no value that can be compared so. */
const CONDITION_UNKNOWN = "condition_unknown";
/** Rows that it was asked of. */
const CONDITION_ASKED = "condition_asked";
/** What only the row of all groups that were given up says: how many they are. No other column is called so. */
export const GROUPS_DROPPED = "groups_dropped";

export class RowCondition {
  private readonly fields = new FieldSet();
  private readonly condition: Expression;
  private readonly projector: Projector;
  private readonly shown: readonly number[];
  private readonly partial: number;
  private readonly dropped: number;
  private readonly context: Pick<StageContext, "count">;
  /** Whether it has held for a row; belongs to the state of the stage. */
  hasHeld = false;

  /**
   * `groups`: the fields that say which row it is. Early results, marked `partial`, are not asked: they may still
   * change. Nor is the row of the groups that were given up, which is no group. Throws usage.bad-expression.
   */
  constructor(
    text: string,
    groups: readonly string[],
    context: Pick<StageContext, "count">,
    what = "--fail-if",
  ) {
    this.context = context;
    this.condition = compileExpression(text, this.fields, what, { isCondition: true });
    const names = ["window_start", ...groups, ...this.condition.paths];
    this.shown = [...new Set(names)].map((name) => this.fields.add(name));
    this.partial = this.fields.add("partial");
    this.dropped = this.fields.add(GROUPS_DROPPED);
    this.projector = new Projector(this.fields);
  }

  /** Counts the rows of a block of results that it holds for. `isOfNothing`: no event has come, and values are null. */
  look(bytes: Buffer, isOfNothing = false): void {
    const { rows } = this.projector.apply(bytes);
    for (let row = 0; row < rows.count; row++) {
      if (rows.raw(this.partial, row) === "true" || rows.raw(this.dropped, row) !== undefined) continue;
      const answer = this.condition.evaluate(rows, row);
      if (!isOfNothing) this.context.count(CONDITION_ASKED);
      if (!isOfNothing && typeof answer !== "boolean") this.context.count(CONDITION_UNKNOWN);
      if (answer !== true) continue;
      this.context.count(CONDITION_HELD);
      if (this.hasHeld) continue;
      this.hasHeld = true;
      const said = this.shown.flatMap((field) => {
        const value = rows.text(field, row) ?? rows.raw(field, row);
        return value === undefined ? [] : [`${this.fields.paths[field]}=${value}`];
      });
      this.context.count(`${CONDITION_HELD}: ${said.join(" ")}`);
    }
  }
}

/**
 * What is to be said where the condition has held: `counts` of a stage that has one. Undefined: it has not. `asked`:
 * what it was asked by, `stats --fail-if 'r > 0.02'`.
 */
export function heldText(counts: Readonly<Record<string, number>>, asked: string): string | undefined {
  const rows = counts[CONDITION_HELD] ?? 0;
  if (rows === 0) return undefined;
  const prefix = `${CONDITION_HELD}: `;
  const first =
    Object.keys(counts)
      .find((name) => name.startsWith(prefix))
      ?.slice(prefix.length) ?? "";
  const more = rows === 1 ? "" : `, and ${rows - 1} more ${rows === 2 ? "row" : "rows"}`;
  return `${asked}: ${first}${more}`;
}

/** What is to be said where the condition had no value for any row: it would pass for one that does not hold. */
export function unknownText(counts: Readonly<Record<string, number>>, failIf: string): string | undefined {
  const rows = counts[CONDITION_ASKED] ?? 0;
  if (rows === 0 || counts[CONDITION_UNKNOWN] !== rows) return undefined;
  const of = rows === 1 ? "the only row" : `each of ${rows} rows`;
  return `--fail-if '${failIf}' cannot be told: a value in it is null or missing in ${of} of the results`;
}
