/** `%{NAME:field:type}` to one Oniguruma expression with a group for every field. */

import { table } from "../../../base/table.js";
import type { GrokDefinitions, GrokType } from "./grok-definitions.js";
import { type GrokReference, readReference } from "./grok-reference.js";

export interface Capture {
  /** The name of the group in the expression. */
  readonly group: string;
  /** The field: `["bytes"]`, `["http", "status"]`. */
  readonly path: readonly string[];
  readonly type: GrokType;
}

export interface Expanded {
  readonly source: string;
  readonly captures: readonly Capture[];
  /** The definitions that it is made of, by name, those without references to others first. */
  readonly names: readonly string[];
}

/** What is wrong with a grok pattern, and where. */
export class GrokFault extends Error {
  /** The definition that it is in; undefined: the pattern itself. */
  readonly definition: string | undefined;
  /** Where in the text of the definition, or of the pattern, in UTF-16 units. */
  readonly offset: number;
  /** A name or type that does not exist. */
  readonly unknown: string | undefined;

  constructor(message: string, definition: string | undefined, offset: number, unknown?: string) {
    super(message);
    this.definition = definition;
    this.offset = offset;
    this.unknown = unknown;
  }
}

export const GROK_TYPES: Readonly<Record<string, GrokType>> = table({
  int: "int",
  integer: "int",
  long: "int",
  float: "float",
  double: "float",
  number: "float",
  boolean: "boolean",
  bool: "boolean",
  string: "text",
  text: "text",
});

/**
 * What grows beyond these is a mistake, and takes long to compile: the largest of Logstash's library has 9,334 units
 * and 52 fields.
 */
const SOURCE_UNITS_MAX = 1 << 16;
const REFERENCES_MAX = 5000;
const CAPTURES_MAX = 1000;
const DEPTH_MAX = 100;
/** Where something begins that is not copied: an escape, a named group but no look-behind, a reference. */
const PARTS = /\\k<([^>]+)>|\\.|\(\?P?<(?![=!])([^>]*)>|%\{/gs;

/** Throws GrokFault. Fields that nothing names are not captured. */
export function expandGrok(pattern: string, definitions: GrokDefinitions): Expanded {
  return new Expansion(definitions).of(pattern);
}

class Expansion {
  private readonly definitions: GrokDefinitions;
  private readonly captures: Capture[] = [];
  private readonly names = new Set<string>();
  private readonly within: string[] = [];
  private references = 0;
  private units = 0;

  constructor(definitions: GrokDefinitions) {
    this.definitions = definitions;
  }

  of(pattern: string): Expanded {
    const source = this.expand(pattern, pattern, 0);
    this.checkPaths();
    return { source, captures: this.captures, names: [...this.names] };
  }

  /** `text`, which stands in the definition at hand at `start`, with its references replaced. */
  private expand(text: string, whole: string, start: number): string {
    let expanded = "";
    let from = 0;
    PARTS.lastIndex = 0;
    for (let match = PARTS.exec(text); match !== null; match = PARTS.exec(text)) {
      const at = match.index;
      let end = at + match[0].length;
      expanded += text.slice(from, at);
      if (match[1] !== undefined) expanded += this.backReference(match[1], start + at);
      else if (match[2] !== undefined) expanded += `(?<${this.capture(match[2], "text", start + at)}>`;
      else if (match[0] !== "%{") expanded += match[0];
      else {
        const reference = readReference(text, at);
        if (reference === undefined) throw this.fault('"%{" is never closed', start + at);
        end = reference.end;
        expanded += this.replaced(reference, whole, start);
      }
      from = end;
      PARTS.lastIndex = end;
    }
    expanded += text.slice(from);
    this.units += text.length;
    if (this.units > SOURCE_UNITS_MAX || this.references > REFERENCES_MAX)
      throw this.fault("the pattern grows beyond 64 KiB", start);
    return expanded;
  }

  /** `start`: where the text of the reference begins in the whole definition. */
  private replaced(reference: GrokReference, whole: string, start: number): string {
    const { name, field, type, definition } = reference;
    const at = start + reference.at;
    this.references++;
    if (name === "" || field === "") throw this.fault("write %{NAME} or %{NAME:field}", at);
    const open =
      field === undefined
        ? "(?:"
        : `(?<${this.capture(field, this.typeOf(type, name, start + reference.typeAt), at)}>`;
    if (definition !== undefined) {
      const offset = whole.indexOf(definition, at);
      return `${open}${this.expand(definition, whole, offset)})`;
    }
    const body = this.definitions.get(name)?.source;
    if (body === undefined) throw this.fault(`there is no grok pattern "${name}"`, at + 2, name);
    if (this.within.includes(name)) throw this.fault(`grok pattern "${name}" contains itself`, at);
    if (this.within.length >= DEPTH_MAX) throw this.fault(`patterns are ${DEPTH_MAX} deep in each other`, at);
    this.within.push(name);
    const inner = this.expand(body, body, 0);
    this.within.pop();
    this.names.add(name);
    return `${open}${inner})`;
  }

  private capture(field: string, type: GrokType, at: number): string {
    if (this.captures.length === CAPTURES_MAX)
      throw this.fault(`it has more than ${CAPTURES_MAX} fields`, at);
    const group = `g${this.captures.length}`;
    this.captures.push({ group, path: this.pathOf(field, at), type });
    return group;
  }

  /** The group that captured the field last. */
  private backReference(field: string, at: number): string {
    const path = this.pathOf(field, at).join("\n");
    const capture = this.captures.findLast((c) => c.path.join("\n") === path);
    if (capture === undefined)
      throw this.fault(`\\k<${field}> refers to a group that does not come before it`, at);
    return `\\k<${capture.group}>`;
  }

  private typeOf(type: string | undefined, name: string, at: number): GrokType {
    if (type === undefined) return this.definitions.get(name)?.type ?? "text";
    if (Object.hasOwn(GROK_TYPES, type)) return GROK_TYPES[type]!;
    throw this.fault(`unknown type "${type}": write :int, :float, :boolean or :string`, at, type);
  }

  /** `[a][b]` is a field within a field; anything else is a name. */
  private pathOf(field: string, at: number): string[] {
    if (field === "") throw this.fault("a group has an empty name", at);
    if (!field.startsWith("[")) return [field];
    // Logstash pays no heed to signs behind the last bracket, and its own library has one there.
    const [, brackets] = /^((?:\[[^[\]]+\])+)[^\w[\]]*$/.exec(field) ?? [];
    if (brackets === undefined) throw this.fault(`malformed field "${field}": write [outer][inner]`, at);
    return brackets.slice(1, -1).split("][");
  }

  private checkPaths(): void {
    const leaves = new Set(this.captures.map(({ path }) => path.join("\n")));
    for (const { path } of this.captures) {
      for (let depth = 1; depth < path.length; depth++) {
        if (leaves.has(path.slice(0, depth).join("\n"))) {
          const name = path.slice(0, depth).join(".");
          throw this.fault(`field "${name}" is both a value and an object`, 0);
        }
      }
    }
  }

  private fault(message: string, offset: number, unknown?: string): GrokFault {
    return new GrokFault(message, this.within.at(-1), offset, unknown);
  }
}
