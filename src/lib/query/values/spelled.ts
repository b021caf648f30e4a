/** The sentence for a name in SQL that reads several keys, which differ only in case. */
import { countOf } from "../../base/size.js";
import { identifier } from "../../store/columns/names.js";
import type { SplitKey } from "./scope.js";

export interface CountedKey {
  /** SQL of numbers. */
  readonly sums: readonly string[];
  /** What to say of them; undefined: nothing. */
  readonly say: (numbers: readonly number[]) => string | undefined;
}

/** `table`: what it is called. */
export function spelledKey(table: string, { name, spellings = [] }: SplitKey): CountedKey {
  const isThere = spellings.map(
    ({ names }) => `(${names.map((one) => `${identifier(one)} IS NOT NULL`).join(" OR ")})`,
  );
  const several = `${isThere.map((condition) => `${condition}::INTEGER`).join(" + ")} > 1`;
  return {
    sums: [...isThere, several].map((condition) => `count_if(${condition})`),
    say: (numbers) => {
      const found = spellings.flatMap(({ key, names: [exact] }, k) =>
        numbers[k]! > 0 ? [{ key, exact: exact!, count: numbers[k]! }] : [],
      );
      if (found.length < 2) return undefined;
      const parts = found.map(
        ({ key, exact, count }) => `${JSON.stringify(key)} (${countOf(count, "value")}: ${exact})`,
      );
      const both = numbers.at(-1)!;
      const first = both === 0 ? "" : `; of ${countOf(both, "event")} with several it reads the first`;
      return `${table}.${name} reads the keys ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}${first}`;
    },
  };
}
