import type { CommandDeclaration, StageDeclaration } from "../pipeline/contract/stage.js";

/** The options as the declaration has them. */
export interface ConditionOptions {
  readonly failIf: readonly string[];
  readonly noData: "ok" | "fail" | undefined;
  readonly onlyFailed: boolean;
  readonly to: "table" | "ndjson" | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly tz: string | undefined;
  readonly timeField: string;
  readonly store: string | undefined;
}

/** The commands that checks are made of, handed in: this room is below them. */
export interface CheckCommands {
  readonly window: StageDeclaration;
  readonly filter: StageDeclaration;
  readonly parse: StageDeclaration;
  readonly query: CommandDeclaration;
}
