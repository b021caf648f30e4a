/** A condition over the rows of a result (`--fail-if`): which of them it holds for. */
import { FieldSet, Projector } from "../../event/rows/rows.js";
import { compileExpression, type Expression } from "../../expression/expression.js";
import type { StageContext } from "../../pipeline/contract/stage.js";

/** Rows that the condition holds for; with `: ` and what the first of them says behind it, what is shown. */
export const CONDITION_HELD = "condition_held";
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

  /** Counts the rows of a block of results that it holds for. */
  look(bytes: Buffer): void {
    const { rows } = this.projector.apply(bytes);
    for (let row = 0; row < rows.count; row++) {
      if (!this.condition.test(rows, row) || rows.raw(this.partial, row) === "true") continue;
      if (rows.raw(this.dropped, row) !== undefined) continue;
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
