/** What a method of detection is: a pure declaration that works on numbers it is handed. */

/**
 * What a method found out about the value that it has just taken in. One object a method, rewritten by each `observe`.
 */
export class AnomalyFinding {
  /** 0: as usual. 1: as far out as what a person should be told of at the ordinary sensitivity. 2: twice that. */
  surprise = 0;
  /** What the value would have been if all were as usual; NaN when that is not known. */
  expected = Number.NaN;
  /** What `explain` needs besides, each as the method says. */
  kind = 0;
  detail = 0;
  seen = 0;
}

export interface Method {
  readonly name: string;
  /** What it looks for, in a line of help. */
  readonly summary: string;
  /** How many numbers one series takes. All are 0 at first; they are the whole state, so that saving is copying. */
  readonly size: number;
  /**
   * Takes in the next value of a series, whose numbers are `memory[at]` to `memory[at + size - 1]`, and says in
   * `finding` what it thinks of it. Looks at nothing that came later. `timeMs` is NaN for a value without a time.
   */
  observe(memory: Float64Array, at: number, timeMs: number, value: number, finding: AnomalyFinding): void;
  /** Why, as a sentence that begins with the name of what is watched and its value: "latency_ms is 812, ...". */
  explain(finding: AnomalyFinding, subject: string, value: number): string;
}

/** 0 to 1; 0.5 for a surprise of 1. */
export function scoreOf(surprise: number): number {
  return 1 - 2 ** -surprise;
}

/** The surprise that has this score, from 0 to below 1. */
export function surpriseOf(score: number): number {
  return -Math.log2(1 - score);
}

/** For sentences: 6 digits at most, no more than are needed. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) < 1e6 ? 6 : 12)));
}

/** For sentences where less is enough: 3 digits. */
export function roughly(value: number): string {
  const digits = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return Number.isFinite(digits) ? String(digits) : String(value);
}
