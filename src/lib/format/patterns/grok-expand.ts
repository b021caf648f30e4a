/** `%{NAME:field:type}` to one Oniguruma expression with a group for every field. */

export interface Capture {
  /** The name of the group in the expression. */
  readonly group: string;
  /** The field: `["bytes"]`, `["http", "status"]`. */
  readonly path: readonly string[];
  readonly type: "int" | "float" | "text";
}

export interface Expanded {
  readonly source: string;
  readonly captures: readonly Capture[];
}

/** What is wrong with a grok pattern; `unknown` names a pattern that does not exist. */
export class GrokFault extends Error {
  readonly unknown: string | undefined;

  constructor(message: string, unknown?: string) {
    super(message);
    this.unknown = unknown;
  }
}

/** An expression that grows beyond this is a mistake. */
const SOURCE_UNITS_MAX = 1 << 20;
/** An escaped character; `(?<name>` but not `(?<=` and `(?<!`; `%{NAME:field:type}`. */
const PARTS = /(\\.)|\(\?<([A-Za-z_@[][^>]*)>|%\{([^{}:]+)(?::([^{}:]+))?(?::([^{}:]+))?\}/gs;

/** Throws GrokFault. Fields that nothing names are not captured. */
export function expandGrok(pattern: string, patterns: ReadonlyMap<string, string>): Expanded {
  const captures: Capture[] = [];
  const add = (field: string, type: Capture["type"]): string => {
    const group = `g${captures.length}`;
    captures.push({ group, path: pathOf(field), type });
    return group;
  };
  const bodyOf = (name: string, within: readonly string[]): string => {
    const body = patterns.get(name);
    if (body === undefined) throw new GrokFault(`there is no grok pattern "${name}"`, name);
    if (within.includes(name)) throw new GrokFault(`grok pattern "${name}" contains itself`);
    return body;
  };
  const expand = (source: string, within: readonly string[]): string => {
    const expanded = source.replace(
      PARTS,
      (all, escaped?: string, group?: string, name?: string, field?: string, type?: string) => {
        if (escaped !== undefined) return all;
        if (group !== undefined) return `(?<${add(group, "text")}>`;
        const open = field === undefined ? "(?:" : `(?<${add(field, typeOf(type))}>`;
        return `${open}${expand(bodyOf(name!, within), [...within, name!])})`;
      },
    );
    if (expanded.length > SOURCE_UNITS_MAX) throw new GrokFault("the pattern grows beyond 1 MiB");
    return expanded;
  };
  const source = expand(pattern, []);
  checkPaths(captures);
  return { source, captures };
}

function typeOf(type: string | undefined): Capture["type"] {
  if (type === undefined || type === "string") return "text";
  if (type === "int" || type === "long" || type === "integer") return "int";
  if (type === "float" || type === "double" || type === "number") return "float";
  throw new GrokFault(`unknown type "${type}": write :int or :float`);
}

/** `[a][b]` is a field within a field; anything else is a name. */
function pathOf(field: string): string[] {
  if (!field.startsWith("[")) return [field];
  const names = [...field.matchAll(/\[([^[\]]+)\]/g)].map((match) => match[1]!);
  if (names.map((name) => `[${name}]`).join("") !== field)
    throw new GrokFault(`malformed field "${field}": write [outer][inner]`);
  return names;
}

function checkPaths(captures: readonly Capture[]): void {
  const leaves = new Set(captures.map(({ path }) => path.join("\n")));
  for (const { path } of captures) {
    for (let depth = 1; depth < path.length; depth++) {
      if (leaves.has(path.slice(0, depth).join("\n"))) {
        throw new GrokFault(`field "${path.slice(0, depth).join(".")}" is both a value and an object`);
      }
    }
  }
}
