import { failure, type LogpipeError } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { table } from "../../base/table.js";
import type { EventWriter } from "../../event/writer.js";
import type { FormatContext, LineParser } from "../format.js";
import { FieldTree } from "./field-tree.js";
import type { GrokType } from "./grok/grok-definitions.js";
import type { PatternFormat } from "./pattern-format.js";
import { LINE_UNITS_MAX } from "./user-fields.js";

/**
 * The format of `dissect:PATTERN`: a line cut at the texts between its fields, without regular expressions, as
 * Logstash, Beats and Elasticsearch have it. What stands before the first field begins the line; each other text is
 * looked for from left to right, but what stands behind the last field ends it where the line ends so. More that
 * follows is left out, as Logstash does.
 *
 * ```text
 * %{name} %{[outer][inner]}   a field            %{name->}   the text behind may be repeated (columns)
 * %{} %{?name}                passed over        %{+name} %{+name/2}   joined to what `name` has, in that order
 * %{*name} ... %{&name}       a field whose name is one part, its value another (Logstash: %{?name} ... %{&name})
 * %{name|integer}             a number, where it is one: integer, long, float, double, boolean, string
 * ```
 *
 * `timestamp`, `level` and empty values are handled as in `writeUserField`. Takes time linear in the line.
 * Throws usage.syntax; `what` leads its message.
 */
export function dissectFormat(pattern: string, what = "--format dissect"): PatternFormat {
  const compiled = compile(pattern, what);
  return {
    name: "dissect",
    summary: "lines that are cut at the texts between their fields",
    auto: false,
    hasContinuations: true,
    reference: "https://www.elastic.co/guide/en/logstash/current/plugins-filters-dissect.html",
    examples: [],
    create: (context) => new DissectParser(compiled, context),
  };
}

interface Slot {
  /** The text behind it; empty: it goes to the end of the line. */
  readonly after: string;
  readonly isPadded: boolean;
}

interface Key {
  readonly kind: "field" | "skip" | "append" | "name" | "value";
  readonly name: string;
  readonly order: number;
  readonly type: GrokType;
}

interface Compiled {
  readonly before: string;
  readonly slots: readonly Slot[];
  /** Fields in the order of the pattern, each with the slots that make its value and the texts that join them. */
  readonly fields: readonly Joined[];
  readonly pairs: readonly { readonly name: number; readonly value: number }[];
}

interface Joined {
  readonly name: string;
  readonly type: GrokType;
  readonly parts: readonly { readonly slot: number; readonly glue: string }[];
}

class DissectParser implements LineParser {
  private readonly compiled: Compiled;
  private readonly nowMs: () => number;
  private readonly tree: FieldTree;

  constructor(compiled: Compiled, context: FormatContext) {
    this.compiled = compiled;
    this.nowMs = context.nowMs;
    this.tree = new FieldTree(compiled.fields.map(({ name, type }) => ({ path: pathOf(name), type })));
  }

  parse(line: string, event: EventWriter): boolean {
    if (line.length > LINE_UNITS_MAX) return false;
    const { fields, pairs } = this.compiled;
    const values = cut(line, this.compiled);
    if (values === undefined) return false;
    const texts = fields.map(({ parts }) =>
      parts.length === 1
        ? values[parts[0]!.slot]
        : parts.map(({ slot, glue }, n) => (n === 0 ? "" : glue) + values[slot]).join(""),
    );
    this.tree.write(texts, event, this.nowMs());
    for (const { name, value } of pairs) {
      const key = values[name]!;
      if (key !== "" && values[value] !== "" && !event.mayHave(key)) event.text(key, values[value]!);
    }
    return true;
  }
}

/** The texts of the slots; undefined when the line is not so. */
function cut(line: string, { before, slots }: Compiled): string[] | undefined {
  if (!line.startsWith(before)) return undefined;
  const values: string[] = [];
  let from = before.length;
  for (let n = 0; n < slots.length; n++) {
    const { after, isPadded } = slots[n]!;
    const isLast = n === slots.length - 1;
    if (isLast && after === "") {
      values.push(line.slice(from));
      return values;
    }
    let end = line.indexOf(after, from);
    if (end === -1) return undefined;
    // Trailing text is that at the end of the line, however often it comes before.
    if (isLast && !isPadded && line.endsWith(after)) end = line.length - after.length;
    values.push(line.slice(from, end));
    from = end + after.length;
    if (isPadded) while (line.startsWith(after, from)) from += after.length;
  }
  return values;
}

const PART = /%\{([^}]*)\}/g;
const TYPES: Readonly<Record<string, GrokType>> = table({
  integer: "int",
  long: "int",
  float: "float",
  double: "float",
  boolean: "boolean",
  string: "text",
  ip: "text",
});

function compile(pattern: string, what: string): Compiled {
  const fault = (offset: number, reason: string, suggestion?: string): LogpipeError =>
    failure("usage.syntax", {
      what,
      text: pattern,
      offset,
      reason,
      suggestion,
      hint: "it is like '%{timestamp} %{level} [%{thread}] %{message}'",
    });
  const parts = [...pattern.matchAll(PART)];
  const open = pattern.replace(PART, (all) => " ".repeat(all.length)).indexOf("%{");
  if (open !== -1) throw fault(open, '"%{" is never closed');
  if (parts.length === 0) throw fault(0, "it has no field: write %{name} for each");
  const slots: Slot[] = [];
  const keys: Key[] = [];
  for (const [n, part] of parts.entries()) {
    const end = part.index + part[0].length;
    const after = pattern.slice(end, parts[n + 1]?.index);
    if (after === "" && n + 1 < parts.length)
      throw fault(end, "two fields with nothing between: where does the first one end?");
    const isPadded = part[1]!.endsWith("->");
    slots.push({ after, isPadded });
    keys.push(
      keyOf(isPadded ? part[1]!.slice(0, -2) : part[1]!, (reason, suggestion) =>
        fault(part.index + 2, reason, suggestion),
      ),
    );
  }
  const fields = fieldsOf(keys, slots);
  checkNames(fields, keys, (n, reason) => fault(parts[n]!.index, reason));
  return { before: pattern.slice(0, parts[0]!.index), slots, fields, pairs: pairsOf(keys) };
}

function keyOf(text: string, fault: (reason: string, suggestion?: string) => LogpipeError): Key {
  const [, sign, name = "", order, type] =
    /^([+?&*]?)([^/|]*)(?:\/(\d{1,4}))?(?:\|(\w+))?$/s.exec(text.trim()) ?? [];
  if (sign === undefined) throw fault(`"${text}" is no field`);
  if (type !== undefined && !Object.hasOwn(TYPES, type))
    throw fault(`unknown type "${type}"`, suggest(type, Object.keys(TYPES)));
  if (name.startsWith("[") && pathOf(name).length === 0)
    throw fault(`malformed field "${name}": write [outer][inner]`);
  const kinds = { "+": "append", "?": "skip", "&": "value", "*": "name", "": "field" } as const;
  const kind = name === "" ? "skip" : kinds[sign as keyof typeof kinds];
  return { kind, name, order: Number(order ?? 0), type: type === undefined ? "text" : TYPES[type]! };
}

/** `[a][b]` is a field within a field; anything else is a name. Empty: it is malformed. */
function pathOf(field: string): string[] {
  if (!field.startsWith("[")) return [field];
  const names = [...field.matchAll(/\[([^[\]]+)\]/g)].map((match) => match[1]!);
  return names.map((name) => `[${name}]`).join("") === field ? names : [];
}

function fieldsOf(keys: readonly Key[], slots: readonly Slot[]): Joined[] {
  const fields = new Map<
    string,
    { type: GrokType; parts: { slot: number; glue: string; order: number }[] }
  >();
  for (const [slot, { kind, name, order, type }] of keys.entries()) {
    if (kind !== "field" && kind !== "append") continue;
    const part = { slot, glue: slots[slot === 0 ? 0 : slot - 1]!.after, order };
    const known = fields.get(name);
    if (known === undefined) fields.set(name, { type, parts: [part] });
    else known.parts.push(part);
  }
  return [...fields].map(([name, { type, parts }]) => ({
    name,
    type,
    parts: parts.toSorted((a, b) => a.order - b.order),
  }));
}

/** A part that gives a name, and the part that gives its value. */
function pairsOf(keys: readonly Key[]): { name: number; value: number }[] {
  const pairs: { name: number; value: number }[] = [];
  for (const [value, key] of keys.entries()) {
    if (key.kind !== "value") continue;
    const name = nameOf(keys, key.name);
    if (name !== -1) pairs.push({ name, value });
  }
  return pairs;
}

function nameOf(keys: readonly Key[], name: string): number {
  const named = keys.findIndex((key) => key.kind === "name" && key.name === name);
  return named === -1 ? keys.findIndex((key) => key.kind === "skip" && key.name === name) : named;
}

function checkNames(
  fields: readonly Joined[],
  keys: readonly Key[],
  fault: (key: number, reason: string) => LogpipeError,
): void {
  for (const [n, { kind, name }] of keys.entries()) {
    const isSecond = keys.slice(0, n).some((key) => key.kind === "field" && key.name === name);
    if (kind === "field" && isSecond)
      throw fault(n, `field "${name}" stands twice: write %{+${name}} to join both`);
    if (kind === "value" && nameOf(keys, name) === -1)
      throw fault(n, `no part gives the name: write %{*${name}}`);
    if (kind === "name" && !keys.some((key) => key.kind === "value" && key.name === name))
      throw fault(n, `no part gives the value: write %{&${name}}`);
  }
  if (fields.length === 0 && pairsOf(keys).length === 0)
    throw fault(0, "it has no field: write %{name} for each");
}
