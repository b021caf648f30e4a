/** One kind of failure that a user or the environment can cause: its text, its help line and its exit code. */
export interface ErrorEntry<Facts> {
  /** 1: could not do it; 2: the command line, pipeline or configuration is wrong. */
  readonly exitCode: 1 | 2;
  /** What happened, to what. One line, no full stop. */
  readonly message: (facts: Facts) => string;
  /** What to do next. One line. */
  readonly help?: (facts: Facts) => string | undefined;
}

/** Declares an entry with its facts typed. */
export function entry<Facts>(value: ErrorEntry<Facts>): ErrorEntry<Facts> {
  return value;
}
