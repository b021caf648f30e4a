/** Names of columns for keys that SQL, Delta and Spark would take for one: docs/decisions/0051-spellings.md. */
import { nameFor } from "../names.js";
import { TEXT_COLUMN_KEYS } from "../types/first.js";

/** A set of names in lower case. */
export type Names = Pick<ReadonlySet<string>, "has">;

/**
 * Names for new columns. Keys that come together have their own names before any name is made up, and of those that
 * differ only in case the one in lower case does; the name of a well-known field is kept for that field, whatever comes
 * first.
 */
export class StoredNames {
  readonly #taken: Names;
  /** Names in lower case, and the keys that they are for. */
  readonly #owners = new Map<string, string>();

  /** `taken`: may grow meanwhile. `keys`: all new ones, in order. */
  constructor(taken: Names, keys: Iterable<string>) {
    this.#taken = taken;
    for (const key of keys) {
      const lower = key.toLowerCase();
      if (nameFor(key, NONE) === key && (!this.#owners.has(lower) || key === lower))
        this.#owners.set(lower, key);
    }
  }

  /** Of a key's first column. */
  of(key: string): string {
    const plain = nameFor(key, NONE);
    const lower = plain.toLowerCase();
    const owner = TEXT_COLUMN_KEYS.has(lower) ? lower : (this.#owners.get(lower) ?? key);
    return owner === key && !this.#taken.has(lower) ? plain : nameFor(key, this.#but(lower));
  }

  /** Of a further column. */
  made(name: string): string {
    return nameFor(name, this.#but());
  }

  #but(more?: string): Names {
    return { has: (name) => name === more || this.#taken.has(name) || this.#owners.has(name) };
  }
}

const NONE: Names = new Set();
