/** Which functions a restricted query may call. */
import { suggest } from "../../../base/suggest.js";
import { ALLOWED, REFUSED, VOLATILE } from "./function-lists.js";
import { lowerCase, Refusal, type SyntaxRule } from "./rules.js";

export interface Functions {
  /** Further functions that may be called, in lower case: macros of the session. */
  readonly more: ReadonlySet<string>;
  /** Refuses those that can give another value for the same row. */
  readonly isRepeatable: boolean;
}

/** The rule for the name of a function. */
export function functionAt({ more, isRepeatable }: Functions): SyntaxRule {
  return (value, { position }) => {
    const name = lowerCase(String(value));
    if (isRepeatable && VOLATILE.has(name))
      throw new Refusal(
        `the function ${name} gives another value each time, and may not be used here`,
        position,
      );
    if (ALLOWED.has(name) || more.has(name)) return;
    throw new Refusal(`the function ${String(value)} may not be used here`, position, helpFor(name, more));
  };
}

function helpFor(name: string, more: ReadonlySet<string>): string | undefined {
  const refused = REFUSED.find(
    ({ names, prefixes }) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
  if (refused !== undefined) return refused.reason;
  const near = suggest(name, [...ALLOWED, ...more]);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}
