/**
 * A regular expression of the user's over lines of anybody's: JavaScript's engine, which is fast and can take years for a
 * line of forty bytes, under a watch; where it hangs, a linear engine takes over or the line is given up. Why it is done
 * so: docs/decisions/0041-patterns-under-watch.md.
 */
import { expectLongWork } from "../../base/long-work.js";
import type { BlockGuard } from "../format.js";
import { type LinearPattern, linearPattern, type NamedGroups } from "./linear-pattern.js";
import { within } from "./within.js";

export interface Budgets {
  /** For the lines that are read at a time: some hundred times what they need. */
  readonly runMs: number;
  /** For a line of those that took longer, and once PATIENT_LINES were given up. */
  readonly lineMs: number;
  readonly hastyLineMs: number;
}

const BUDGETS: Budgets = { runMs: 1000, lineMs: 250, hastyLineMs: 25 };
const PATIENT_LINES = 8;
/** After the n-th time that took too long, the next 2^n are read line by line from their start. */
const CAREFUL_RUNS_MAX = 256;

export class BoundedPattern implements BlockGuard {
  readonly #regex: RegExp;
  readonly #names: readonly string[];
  readonly #budgets: Budgets;
  #linear: LinearPattern | undefined;
  /** Lines tried in the run at hand; from this one on each has a budget of its own. */
  #tried = 0;
  #carefulFrom = Number.POSITIVE_INFINITY;
  #carefulRuns = 0;
  #hangs = 0;
  #givenUp = 0;
  hasGivenUp = false;

  constructor(regex: RegExp, names: readonly string[], budgets: Budgets = BUDGETS) {
    expectLongWork();
    this.#regex = regex;
    this.#names = names;
    this.#budgets = budgets;
  }

  /** The named groups of the first match in `line`; undefined when there is none, or when it took too long. */
  groups(line: string): NamedGroups | undefined {
    this.hasGivenUp = false;
    if (this.#tried++ < this.#carefulFrom) return this.#regex.exec(line)?.groups;
    return this.#carefully(line);
  }

  run<T>(read: () => T): T {
    this.#tried = 0;
    if (this.#carefulRuns > 0) {
      this.#carefulRuns--;
      this.#carefulFrom = 0;
      return read();
    }
    this.#carefulFrom = Number.POSITIVE_INFINITY;
    const done = within(this.#budgets.runMs, read);
    if (done !== undefined) return done.value;
    // It was cut off in the line tried last, or just behind it: the lines before are known to be harmless.
    this.#carefulFrom = Math.max(0, this.#tried - 1);
    this.#tried = 0;
    this.#carefulRuns = Math.min(2 ** ++this.#hangs, CAREFUL_RUNS_MAX);
    return read();
  }

  #carefully(line: string): NamedGroups | undefined {
    this.#linear ??= linearPattern(this.#regex, this.#names);
    if (this.#linear.canRead(line)) return this.#linear.groups(line);
    const isPatient = this.#givenUp < PATIENT_LINES;
    const ms = isPatient ? this.#budgets.lineMs : this.#budgets.hastyLineMs;
    const attempt = () => within(ms, () => this.#regex.exec(line)?.groups);
    // Twice, for the machine may have been asleep.
    const done = attempt() ?? (isPatient ? attempt() : undefined);
    if (done !== undefined) return done.value;
    this.#givenUp++;
    this.hasGivenUp = true;
    return undefined;
  }
}
