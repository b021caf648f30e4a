/** Lists of field names for `--keep` and `--drop`: names, paths, and patterns with `*`. */

/** What a list says of the fields of one object. */
export class NameList {
  /** Names to compare with, none of them with `*`. */
  private readonly exact: ReadonlySet<string>;
  private readonly patterns: readonly (readonly string[])[];
  private readonly texts: readonly string[];
  private readonly inner = new Map<string, NameList | undefined>();

  constructor(texts: readonly string[]) {
    this.texts = texts;
    this.exact = new Set(texts.filter((text) => !text.includes("*")));
    this.patterns = texts.filter((text) => text.includes("*")).map((text) => text.split(/\*+/));
  }

  has(name: string): boolean {
    return this.exact.has(name) || this.patterns.some((pattern) => matches(name, pattern));
  }

  /** What the list says of the fields inside of the object `name`; undefined: nothing. */
  inside(name: string): NameList | undefined {
    if (this.inner.has(name)) return this.inner.get(name);
    const prefix = `${name}.`;
    const rest = this.texts
      .filter((text) => text.startsWith(prefix))
      .map((text) => text.slice(prefix.length));
    const list = rest.length === 0 ? undefined : new NameList(rest);
    if (this.inner.size < INNER_MAX) this.inner.set(name, list);
    return list;
  }
}

/** Names come from the events: what is remembered of them is bounded. */
const INNER_MAX = 4096;

/**
 * Whether a name has these parts in order, the first at its start and the last at its end: `*`, any characters, is
 * between them.
 */
function matches(name: string, parts: readonly string[]): boolean {
  const first = parts[0]!;
  const last = parts[parts.length - 1]!;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  const end = name.length - last.length;
  for (let n = 1; n < parts.length - 1; n++) {
    const found = name.indexOf(parts[n]!, at);
    if (found < 0 || found + parts[n]!.length > end) return false;
    at = found + parts[n]!.length;
  }
  return true;
}
