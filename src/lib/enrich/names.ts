/** Lists of field names for `--keep` and `--drop`: names, paths, and patterns with `*`. */

/** What a list says of the fields of one object. */
export class NameList {
  /** Names to compare with, none of them with `*`. */
  private readonly exact: ReadonlySet<string>;
  private readonly patterns: readonly RegExp[];
  private readonly texts: readonly string[];
  private readonly inner = new Map<string, NameList | undefined>();

  constructor(texts: readonly string[]) {
    this.texts = texts;
    this.exact = new Set(texts.filter((text) => !text.includes("*")));
    this.patterns = texts.filter((text) => text.includes("*")).map(patternOf);
  }

  has(name: string): boolean {
    return this.exact.has(name) || this.patterns.some((pattern) => pattern.test(name));
  }

  /** What the list says of the fields inside of the object `name`; undefined: nothing. */
  inside(name: string): NameList | undefined {
    if (this.inner.has(name)) return this.inner.get(name);
    const prefix = `${name}.`;
    const rest = this.texts.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length));
    const list = rest.length === 0 ? undefined : new NameList(rest);
    if (this.inner.size < INNER_MAX) this.inner.set(name, list);
    return list;
  }
}

/** Names come from the events: what is remembered of them is bounded. */
const INNER_MAX = 4096;

/** `*` stands for any characters, dots too. Linear: between two stars there is only text. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
