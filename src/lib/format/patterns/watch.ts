/** The watch over the lines that one parser reads, whatever the number of its patterns. */
import type { BlockGuard } from "../format.js";
import { within } from "./within.js";

export interface Budgets {
  /** For the lines that are read at a time: some hundred times what they need. */
  readonly runMs: number;
  /** For a line of those that took longer, and once some were given up. */
  readonly lineMs: number;
  readonly hastyLineMs: number;
}

const BUDGETS: Budgets = { runMs: 1000, lineMs: 250, hastyLineMs: 25 };
/** After the n-th time that took too long, the next 2^n are read line by line from their start. */
const CAREFUL_RUNS_MAX = 256;

export class PatternWatch implements BlockGuard {
  readonly budgets: Budgets;
  /** Attempts in the run at hand: a line, a pattern; from this one on each has a budget of its own. */
  #tried = 0;
  #carefulFrom = Number.POSITIVE_INFINITY;
  #carefulRuns = 0;
  #hangs = 0;
  #hasGivenUp = false;

  constructor(budgets: Budgets = BUDGETS) {
    this.budgets = budgets;
  }

  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  beginLine(): void {
    this.#hasGivenUp = false;
  }

  giveUp(): void {
    this.#hasGivenUp = true;
  }

  /** Counts an attempt; whether it must have a budget of its own. */
  isCareful(): boolean {
    return this.#tried++ >= this.#carefulFrom;
  }

  run<T>(read: () => T): T {
    this.#tried = 0;
    if (this.#carefulRuns > 0) {
      this.#carefulRuns--;
      this.#carefulFrom = 0;
      return read();
    }
    this.#carefulFrom = Number.POSITIVE_INFINITY;
    const done = within(this.budgets.runMs, read);
    if (done !== undefined) return done.value;
    // It was cut off in the attempt made last, or just behind it: those before are known to be harmless.
    this.#carefulFrom = Math.max(0, this.#tried - 1);
    this.#tried = 0;
    this.#carefulRuns = Math.min(2 ** ++this.#hangs, CAREFUL_RUNS_MAX);
    return read();
  }
}
