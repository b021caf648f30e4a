/**
 * `SELECT *` gives every value back as it came: in text forms of a result the siblings of a key are put back under the
 * key. An explicit list of columns is printed as it was written.
 */
import type { QuerySession } from "../session.js";
import { splitStatements } from "../sql/sql-text.js";
import { type SplitKey, starredKeys } from "./scope.js";
import { keysWithin, noteAlignedSets } from "./statements.js";
import { askOf, selectTree } from "./tree.js";

/** A column of a result and the columns whose values go into its place. */
export interface Fold {
  /** -1: it was left out of `*`, and its siblings go with it. */
  readonly column: number;
  readonly siblings: readonly {
    readonly column: number;
    readonly form: "plain" | "number" | "json" | "escaped";
  }[];
  /** The key that it is printed under. */
  readonly key?: string;
  /** It reads other columns that are in the result, and is not printed itself. */
  readonly isDouble?: boolean;
}

/** The split keys that the last statement hands on whole. Cost: nothing while no table has any. */
export async function foldedKeys(session: QuerySession, sql: string): Promise<readonly SplitKey[]> {
  if (session.splitKeys.size === 0) return [];
  const last = splitStatements(sql).at(-1);
  if (last === undefined) return [];
  const ask = askOf(session);
  const tree = await selectTree(ask, last.sql).catch(() => undefined);
  if (tree === undefined) return [];
  const split = await keysWithin(ask, session.splitKeys, sql);
  await noteAlignedSets(ask, tree, split);
  return starredKeys(tree, split);
}

/** Where the columns of the keys are. Keys that are not there exactly once are left as they are. */
export function foldsFor(keys: readonly SplitKey[], names: readonly string[]): readonly Fold[] {
  const places = new Map<string, number>();
  for (const [k, name] of names.entries()) places.set(name, places.has(name) ? -1 : k);
  return keys.flatMap(({ name, siblings, key, spellings, isExcluded = false }): Fold[] => {
    const column = places.get(name) ?? -1;
    if (spellings !== undefined) {
      const isWhole = spellings.every((one) => one.names.every((exact) => (places.get(exact) ?? -1) >= 0));
      const isPrinted = spellings.some((one) => one.names.length > 0);
      return isWhole && isPrinted && column >= 0 ? [{ column, siblings: [], isDouble: true }] : [];
    }
    const found = siblings.map((sibling) => ({
      column: places.get(sibling.name) ?? -1,
      form: formOf(sibling.type),
    }));
    const isThere = found.every((one) => one.column >= 0);
    if (!isThere || column < 0 !== isExcluded) return [];
    return [{ column, siblings: found, ...(key === undefined ? {} : { key }) }];
  });
}

function formOf(type: SplitKey["siblings"][number]["type"]): Fold["siblings"][number]["form"] {
  return type === "number" || type === "json" || type === "escaped" ? type : "plain";
}

/** The cells with each sibling's value in the place of its key. */
export function foldedResult<T extends (string | null)[]>(
  cells: readonly T[],
  folds: readonly Fold[],
  form: "json" | "text",
): readonly T[] {
  for (const fold of folds) {
    if (fold.column < 0) continue;
    const target = cells[fold.column]!;
    for (const { column, form: stored } of fold.siblings) {
      const source = cells[column]!;
      for (let row = 0; row < source.length; row++) {
        const cell = source[row]!;
        if (cell === null) continue;
        if (form === "json") target[row] = jsonOf(cell, stored);
        // A text column shows it already, as a table or CSV does.
        else if (target[row] === null || stored !== "escaped") target[row] = cell;
      }
    }
  }
  return cells;
}

function jsonOf(cell: string, form: Fold["siblings"][number]["form"]): string {
  if (form === "plain") return cell;
  if (form === "json") return rawOfOldTable(cell) ?? cell;
  return JSON.parse(cell) as string;
}

/** Tables of old have JSON text with half a surrogate pair among JSON; it is shown as a JSON string of that text. */
function rawOfOldTable(cell: string): string | undefined {
  if (cell[0] !== '"' || !/\\\\u[dD][89a-fA-F]/.test(cell)) return undefined;
  const raw = JSON.parse(cell) as string;
  if (!/^["{[]/.test(raw)) return undefined;
  try {
    JSON.parse(raw);
    return raw;
  } catch {
    return undefined;
  }
}
