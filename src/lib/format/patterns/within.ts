import { Script } from "node:vm";

let work: (() => unknown) | undefined;
const KEY = Symbol.for("logpipe.within");
const script = new Script(`globalThis[Symbol.for("logpipe.within")]()`);

/**
 * What `run` returns, or undefined when it has not returned within `ms` milliseconds: then it was cut off where it
 * stood, in the middle of a regular expression, too. Cost: 50 us.
 */
export function within<T>(ms: number, run: () => T): { readonly value: T } | undefined {
  const outer = work;
  work = run;
  (globalThis as Record<symbol, unknown>)[KEY] = () => work!();
  try {
    return { value: script.runInThisContext({ timeout: ms }) as T };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  } finally {
    work = outer;
  }
}
