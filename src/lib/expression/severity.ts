/** `level >= "warn"`: the levels of events have an order that is not the alphabet's. */
import { suggest } from "../base/suggest.js";
import type { Compiled, Evaluate } from "./compiled.js";
import { ExpressionFault } from "./fault.js";
import { SEVERITIES, severityOf } from "./functions/general.js";
import type { Comparison } from "./syntax.js";

/** By severity; a level that is none of the words has no place in the order. */
export function comparesSeverity(
  operator: Comparison,
  left: Compiled,
  right: Compiled,
  at: number,
): Compiled {
  const rank = (side: Compiled): Evaluate => {
    const wanted = side.constant?.value;
    if (wanted !== undefined) {
      const severity = typeof wanted === "string" ? severityOf(wanted) : undefined;
      if (severity === undefined) throw unknownLevel(wanted, operator, at);
      return () => severity;
    }
    return (rows, row) => {
      const word = side.evaluate(rows, row);
      return typeof word === "string" ? severityOf(word) : undefined;
    };
  };
  const [first, second] = [rank(left), rank(right)];
  const holds = HOLDS[operator];
  const evaluate: Evaluate = (rows, row) => {
    const a = first(rows, row);
    if (a === undefined) return undefined;
    const b = second(rows, row);
    return b === undefined ? undefined : holds(a as number, b as number);
  };
  return { kind: "bool", evaluate };
}

function unknownLevel(wanted: unknown, operator: Comparison, at: number): ExpressionFault {
  const names = Object.keys(SEVERITIES);
  if (typeof wanted !== "string") {
    const hint = `write it like level ${operator} "warn"`;
    return new ExpressionFault(at, "levels are compared by severity, and this is no level", { hint });
  }
  return new ExpressionFault(at, `"${wanted.slice(0, 40)}" is no level`, {
    suggestion: suggest(wanted, names),
    hint: `levels are ${names.join(", ")}`,
  });
}

const HOLDS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
