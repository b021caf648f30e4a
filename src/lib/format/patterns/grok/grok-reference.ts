/**
 * `%{NAME}`, `%{NAME:field}`, `%{NAME:field:type}`, and each of them with `=expression` before the brace;
 * `%{regex("expression"):field}` as Datadog and Vector write that.
 */

export interface GrokReference {
  /** Where its `%{` stands. */
  readonly at: number;
  readonly name: string;
  readonly field: string | undefined;
  readonly type: string | undefined;
  /** Where the type stands in the text, or would. */
  readonly typeAt: number;
  /** What the name stands for here alone. */
  readonly definition: string | undefined;
  /** Behind the closing brace. */
  readonly end: number;
}

const REGEX = /\s*regex\((["'])((?:\\.|(?!\1).)*)\1\)\s*/sy;
const NAME = /[^{}:=]*/y;
/** A field has a colon only within brackets; behind the last one outside stands the type. */
const FIELD = /(?:\[[^[\]{}]*\]|[^{}:=[\]])*/y;
const TYPE = /[^{}:=]*/y;

/**
 * The reference whose `%{` stands in `text` at `at`; undefined when it is never closed, or has more parts than three.
 */
export function readReference(text: string, at: number): GrokReference | undefined {
  let next = at + 2;
  const take = (part: RegExp): string => {
    part.lastIndex = next;
    const found = part.exec(text)![0];
    next += found.length;
    return found;
  };
  const takeColon = () => text[next] === ":" && next++ > 0;
  REGEX.lastIndex = next;
  const regex = REGEX.exec(text);
  if (regex !== null) next += regex[0].length;
  const name = regex === null ? take(NAME).trim() : "regex";
  const field = takeColon() ? take(FIELD).trim() : undefined;
  const hasType = field !== undefined && takeColon();
  const typeAt = next;
  const type = hasType ? take(TYPE).trim() : undefined;
  let definition = regex?.[2];
  if (definition === undefined && text[next] === "=") {
    const end = endOfDefinition(text, next + 1);
    if (end === undefined) return undefined;
    definition = text.slice(next + 1, end);
    next = end;
  }
  if (text[next] !== "}") return undefined;
  return { at, name, field, type, typeAt, definition, end: next + 1 };
}

/** Where the brace stands that closes what begins at `from`: braces within come in pairs, but for escaped ones. */
function endOfDefinition(text: string, from: number): number | undefined {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") i++;
    else if (c === "{") depth++;
    else if (c === "}" && depth-- === 0) return i;
  }
  return undefined;
}
