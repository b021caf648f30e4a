/** Lines of SQL below one that announces a statement or has one; those of a record of MySQL's slow log. */
import * as cue from "../records/cues.js";
import type { LineVerdict } from "./record-kind.js";

/** So many lines of a statement can follow without a sign. */
export const QUIET_LINES = 64;

export class StatementLines {
  private unmarked = 0;
  private isOver: boolean;
  /** Of the slow log: who asked has been said. */
  private hasUser: boolean;
  private readonly kind: "statement" | "sql" | "slow";

  constructor(kind: "statement" | "sql" | "slow", head: string) {
    this.kind = kind;
    this.isOver = kind === "statement" && head.endsWith(";");
    this.hasUser = kind === "slow" && head.startsWith("# User@Host:");
  }

  /** The same for those that go on alike. */
  get state(): string {
    return `${this.unmarked} ${this.isOver} ${this.hasUser}`;
  }

  accept(line: string): LineVerdict {
    if (cue.SEVERITY.test(line)) return "ends";
    const isClause = cue.CLAUSE.test(line);
    if (isClause) this.unmarked = 0;
    else if (this.kind === "sql" || this.isOver || ++this.unmarked >= QUIET_LINES) return "ends";
    this.isOver = line.trimEnd().endsWith(";");
    return "joins";
  }

  /** Comments, then a statement, to its `;`. */
  acceptSlow(line: string): LineVerdict {
    if (line.startsWith("# User@Host:")) {
      if (this.hasUser) return "ends";
      this.hasUser = true;
    }
    if (this.isOver) return "ends";
    if (cue.SLOW_LINE.test(line) || cue.SLOW_OWN.test(line)) return "joins";
    if (cue.CLAUSE.test(line)) this.unmarked = 0;
    else if (++this.unmarked >= QUIET_LINES) return "ends";
    this.isOver = line.trimEnd().endsWith(";");
    return "joins";
  }
}
