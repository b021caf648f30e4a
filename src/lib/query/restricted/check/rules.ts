/** What a member of DuckDB's syntax tree may be, said as data. Anything that a rule does not expect is refused. */

/** What the check knows where it stands in the tree. */
export interface SyntaxPlace {
  /** Names that may stand for a table here, in lower case: common table expressions. */
  readonly ctes: ReadonlySet<string>;
  /** How many queries and expressions are around this one. */
  readonly depth: number;
  /** Bytes from the start of the SQL text, of the nearest node that has one. */
  readonly position: number | undefined;
}

/** Throws Refusal unless `value` is as the rule wants it. */
export type SyntaxRule = (value: unknown, place: SyntaxPlace) => void;

/** Why the text is refused. */
export class Refusal extends Error {
  readonly position: number | undefined;
  readonly help: string | undefined;

  constructor(reason: string, position: number | undefined, help?: string) {
    super(reason);
    this.name = "Refusal";
    this.position = position;
    this.help = help;
  }
}

/** The tree has something that no rule expects, as a newer DuckDB may write it. */
export function notUnderstood(what: string, { position }: SyntaxPlace): Refusal {
  return new Refusal(`this SQL is not understood well enough to be allowed (${what})`, position);
}

export type SyntaxNode = Readonly<Record<string, unknown>>;

export function nodeOf(value: unknown, place: SyntaxPlace): SyntaxNode {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw notUnderstood("a node that is none", place);
  return value as SyntaxNode;
}

/** An object with exactly these members: one that is missing would go unchecked, one more would, too. */
export function members(rules: Readonly<Record<string, SyntaxRule>>): SyntaxRule {
  const names = Object.keys(rules);
  return (value, place) => {
    const node = nodeOf(value, place);
    for (const name of Object.keys(node))
      if (!Object.hasOwn(rules, name)) throw notUnderstood(`member ${name}`, place);
    for (const name of names) {
      if (!Object.hasOwn(node, name)) throw notUnderstood(`no member ${name}`, place);
      rules[name]!(node[name], place);
    }
  };
}

export function many(rule: SyntaxRule): SyntaxRule {
  return (value, place) => {
    if (!Array.isArray(value)) throw notUnderstood("no list", place);
    for (const element of value) rule(element, place);
  };
}

export function maybe(rule: SyntaxRule): SyntaxRule {
  return (value, place) => {
    if (value !== null) rule(value, place);
  };
}

/** `what`: as a sentence calls the member: "the join". */
export function only(what: string, ...allowed: readonly (string | number | boolean | null)[]): SyntaxRule {
  const known = new Set<unknown>(allowed);
  return (value, place) => {
    if (!known.has(value)) throw new Refusal(`${what} ${String(value)} is not allowed here`, place.position);
  };
}

export const textRule: SyntaxRule = (value, place) => {
  if (typeof value !== "string") throw notUnderstood("no text", place);
};

export const flagRule: SyntaxRule = (value, place) => {
  if (typeof value !== "boolean") throw notUnderstood("no flag", place);
};

export const number: SyntaxRule = (value, place) => {
  if (typeof value !== "number") throw notUnderstood("no number", place);
};

/** Of a value that is data and nothing else: a constant. */
export const anything: SyntaxRule = () => {};

/** Nothing may be there. */
export const nothing: SyntaxRule = (value, place) => {
  const isEmpty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  if (!isEmpty) throw notUnderstood("a member that is empty elsewhere", place);
};

/** SQL ignores the case of the letters of ASCII and of no others. */
export function lowerCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
