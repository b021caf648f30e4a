/** What rows of results say about a condition: whether it holds for one, for none, or cannot be told. */
import { FieldSet, Projector } from "../../../event/rows/rows.js";
import { compileExpression, type Expression } from "../../../expression/expression.js";
import { GROUPS_DROPPED } from "../../common/row-condition.js";

export interface Verdict {
  readonly state: "ok" | "failed" | "no data";
  /** Rows that it holds for. */
  readonly held: number;
  /** All that it was asked of. */
  readonly rows: number;
  /** The first of them as NDJSON; where it holds for none, the only row there is. */
  readonly row: string | undefined;
  /** Groups that were given up, and so could not be asked. */
  readonly groupsDropped: number;
}

export class RowJudge {
  private readonly fields = new FieldSet();
  private readonly condition: Expression | undefined;
  private readonly projector: Projector;
  /** Whether it has given a value that is neither true nor false: `b` for `b > 0`. */
  isNoCondition = false;
  private held = 0;
  private asked = 0;
  private rows = 0;
  private row: string | undefined;
  private readonly seen = new Set<string>();
  private groupsDropped = 0;
  private readonly dropped: number | undefined;

  /**
   * Without a condition it holds for every row. `hasGroups`: rows are those of groups, and the one of those that were
   * given up is none of them. Throws usage.bad-expression naming `what`.
   */
  constructor(text: string | undefined, what: string, hasGroups: boolean) {
    if (hasGroups) this.dropped = this.fields.add(GROUPS_DROPPED);
    if (text !== undefined)
      this.condition = compileExpression(text, this.fields, what, { isCondition: true });
    this.projector = new Projector(this.fields);
  }

  look(bytes: Buffer): void {
    const { rows } = this.projector.apply(bytes);
    for (let row = 0; row < rows.count; row++) {
      const dropped = this.dropped === undefined ? Number.NaN : rows.number(this.dropped, row);
      if (!Number.isNaN(dropped)) {
        this.groupsDropped += dropped;
        continue;
      }
      this.rows++;
      for (const path of this.unseen)
        if (rows.raw(this.fields.add(path), row) !== undefined) this.seen.add(path);
      const value = this.condition === undefined ? true : this.condition.evaluate(rows, row);
      if (typeof value === "boolean") this.asked++;
      else if (value !== undefined && value !== null) this.isNoCondition = true;
      if (value === true && this.held++ === 0) this.row = undefined;
      if (this.row === undefined && (this.held > 0 || this.rows === 1))
        this.row = rows.bytes.toString("utf8", rows.lineStart(row), rows.lineEnd(row)).trimEnd();
    }
  }

  /** What the condition names and no row has had. */
  get unseen(): readonly string[] {
    return this.condition?.paths.filter((path) => !this.seen.has(path)) ?? [];
  }

  get verdict(): Verdict {
    const { held, asked, rows, row, groupsDropped } = this;
    const state = held > 0 ? "failed" : asked > 0 || this.condition === undefined ? "ok" : "no data";
    return { state, held, rows, row: held > 0 || rows === 1 ? row : undefined, groupsDropped };
  }
}
