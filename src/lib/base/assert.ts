/** What must hold unless logpipe itself is wrong. Reported as a bug of ours, exit code 70. */
export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";
}

/** Throws AssertionFailure when `claim` is false. Never for user input: that is a LogpipeError or a dead letter. */
export function assert(claim: boolean, message: string): asserts claim {
  if (!claim) throw new AssertionFailure(message);
}

/** The value, which cannot be null or undefined here. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new AssertionFailure(`${what} is missing`);
  return value;
}
