/**
 * What of a line goes to the dead letters of a pipeline that hides things. The rule: a line that was set aside before
 * such a stage, or by it, is kept as the stage leaves it or not at all; behind it a line is kept as it is.
 */

import type { Host } from "../../contract/host.js";
import type { Step } from "../../contract/pipeline.js";
import type { Screen } from "../../contract/screen.js";
import type { StageDeclaration } from "../../contract/stage.js";

/** What is kept of a line. */
export interface KeptLine {
  /** Undefined: nothing of it. */
  readonly raw: Buffer | undefined;
  readonly hash?: string | undefined;
}

/** Where the source stands among the stages. */
export const BEFORE_ALL = -1;

export class Screens {
  private readonly names: readonly string[];
  private readonly screens: readonly { readonly index: number; readonly screen: Screen }[];

  /** `stages`: all of the pipeline, in order, opened. */
  constructor(stages: readonly Step<StageDeclaration>[]) {
    this.names = stages.map(({ declaration }) => declaration.name);
    this.screens = stages.flatMap(({ declaration, given, opened }, index) => {
      const screen = declaration.screen?.(given, opened);
      return screen === undefined ? [] : [{ index, screen }];
    });
  }

  get isNone(): boolean {
    return this.screens.length === 0;
  }

  /** What the stages from number `first` on remember is saved: says so of those that see events as they came. */
  warnOfState(first: number, { log }: Pick<Host, "log">): void {
    const names = this.names.slice(first, this.screens.at(-1)?.index ?? 0);
    if (names.length === 0) return;
    const text = `what ${names.join(" and ")} remembers between runs is kept in the store as it came, for its owner alone`;
    log("info", `${text}: put redact first`);
  }

  /** Of a line that the stage with this number, from 0, has set aside. */
  keptOf(raw: Buffer, stageIndex: number): KeptLine {
    let kept: Buffer = raw;
    for (const { index, screen } of this.screens) {
      if (index < stageIndex) continue;
      const screened = screen.letter(kept);
      if (screened.raw === undefined) return { raw: undefined, hash: screened.hash };
      kept = screened.raw;
    }
    return { raw: kept };
  }

  /** Lines in front of the first stage, for a restart. */
  waiting(lines: Buffer): Buffer {
    return this.screens.reduce((seen, { screen }) => screen.waiting(seen), lines);
  }
}
