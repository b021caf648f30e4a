/**
 * A regular expression of the user's over lines of anybody's: JavaScript's engine, which is fast and can take years for
 * a line of forty bytes, under a watch; where it hangs, a linear engine takes over or the line is given up. Why it is
 * done so: docs/decisions/0041-patterns-under-watch.md.
 */
import { expectLongWork } from "../../base/long-work.js";
import { type GroupTexts, groupReader, type Rounds } from "./group-texts.js";
import { type LinearPattern, linearPattern, NOT_LINEAR } from "./linear-pattern.js";
import { type Budgets, PatternWatch } from "./watch.js";
import { within } from "./within.js";

const PATIENT_LINES = 8;

export class BoundedPattern {
  /** Of this pattern, and of others where it was handed in. */
  readonly watch: PatternWatch;
  readonly #regex: RegExp;
  readonly #names: readonly string[];
  readonly #exec: (line: string) => GroupTexts | undefined;
  readonly #ownsWatch: boolean;
  #linear: LinearPattern | undefined;
  #givenUp = 0;

  constructor(
    regex: RegExp,
    names: readonly string[],
    watch?: PatternWatch,
    budgets?: Budgets,
    rounds: readonly Rounds[] = [],
  ) {
    expectLongWork();
    this.watch = watch ?? new PatternWatch(budgets);
    this.#ownsWatch = watch === undefined;
    this.#regex = regex;
    this.#names = names;
    this.#exec = groupReader(regex, names, rounds);
    if (rounds.length > 0) this.#linear = NOT_LINEAR;
  }

  /** The named groups of the first match in `line`; undefined when there is none, or when it took too long. */
  groups(line: string): GroupTexts | undefined {
    if (this.#ownsWatch) this.watch.beginLine();
    return this.watch.isCareful() ? this.#carefully(line) : this.#exec(line);
  }

  #carefully(line: string): GroupTexts | undefined {
    this.#linear ??= linearPattern(this.#regex, this.#names);
    if (this.#linear.canRead(line)) return this.#linear.groups(line);
    const { lineMs, hastyLineMs } = this.watch.budgets;
    const isPatient = this.#givenUp < PATIENT_LINES;
    const attempt = () => within(isPatient ? lineMs : hastyLineMs, () => this.#exec(line));
    // Twice, for the machine may have been asleep.
    const done = attempt() ?? (isPatient ? attempt() : undefined);
    if (done !== undefined) return done.value;
    this.#givenUp++;
    this.watch.giveUp();
    return undefined;
  }
}
