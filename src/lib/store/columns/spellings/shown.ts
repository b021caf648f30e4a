/**
 * What SQL calls the keys of a table. A key has its own name; keys that differ only in case share one, under which a
 * column reads all of them, and each has a column of its own beside that: docs/decisions/0051-spellings.md.
 */
import { nameFor } from "../names.js";

export interface SpelledColumn {
  readonly key: string;
  /** The name of its column where the events are stored. */
  readonly stored: string;
}

export interface KeyNames {
  /** Of the column with exactly the values of the key. */
  readonly exact: ReadonlyMap<string, string>;
  /** Keys that share a name, the one whose values come first before the others, by each of them. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
  /** Names in lower case that are the keys'. Names that are made up must be others. */
  readonly taken: Set<string>;
}

/** `fixed`: names in lower case of columns that stand for no key. */
export function keyNames(columns: readonly SpelledColumn[], fixed: Iterable<string>): KeyNames {
  const taken = new Set(fixed);
  const groups = new Map<string, SpelledColumn[]>();
  for (const column of columns) {
    if (!isNameable(column.key)) continue;
    const lower = column.key.toLowerCase();
    const group = groups.get(lower);
    if (group === undefined) groups.set(lower, [column]);
    else group.push(column);
  }
  const exact = new Map<string, string>();
  const shared = new Map<string, readonly string[]>();
  const later: SpelledColumn[] = columns.filter(({ key }) => !isNameable(key));
  for (const [lower, group] of groups) {
    const isFree = !taken.has(lower);
    taken.add(lower);
    if (isFree && group.length === 1) exact.set(group[0]!.key, group[0]!.key);
    else later.push(...group);
    if (!isFree || group.length === 1) continue;
    const first = group.find(({ key }) => key === lower) ?? group[0]!;
    const keys = [first, ...group.filter((one) => one !== first)].map(({ key }) => key);
    for (const key of keys) shared.set(key, keys);
  }
  for (const { key, stored } of later) {
    const name = shared.has(key) ? freeFrom(1, key, stored, taken) : free(stored, taken);
    exact.set(key, name);
    taken.add(name.toLowerCase());
  }
  return { exact, shared, taken };
}

/** Whether the key can be a name in SQL. */
export function isNameable(key: string): boolean {
  return key !== "" && !/[\u0000\ud800-\udfff]/u.test(key);
}

function free(stored: string, taken: ReadonlySet<string>): string {
  return taken.has(stored.toLowerCase()) ? nameFor(stored, taken) : stored;
}

/** The stored name, unless that is the one that is shared. */
function freeFrom(first: number, key: string, stored: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stored.toLowerCase())) return stored;
  for (let n = first; ; n++) {
    const numbered = `${key}_${n}`;
    if (!taken.has(numbered.toLowerCase())) return numbered;
  }
}
