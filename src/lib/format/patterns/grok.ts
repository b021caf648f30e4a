import { createRequire } from "node:module";
import { failure } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { type EventWriter, quote } from "../../event/writer.js";
import type { Format, FormatContext, LineParser } from "../format.js";
import { BoundedPattern } from "./bounded-pattern.js";
import { type Expanded, expandGrok, GrokFault } from "./grok-expand.js";
import { GROK_PATTERNS } from "./grok-patterns.js";
import { LINE_UNITS_MAX, numberOrText, writeUserField } from "./user-fields.js";

/**
 * The format of `grok:PATTERN`: `%{NAME}`, `%{NAME:field}`, `%{NAME:field:int}`, `%{NAME:[nested][field]}` among an Oniguruma
 * regular expression, searched in each line. `:int` and `:float` make a number where the text is one; `timestamp` and `level`
 * are read as in `writeUserField`. A field that is captured in several places is an array of its values when more than one
 * took part. Lines over 64 Ki characters are not tried, and one that takes too long is given up: see `BoundedPattern`.
 *
 * Throws usage.bad-value when a name is unknown or the expression malformed.
 */
export function grokFormat(pattern: string, patterns: ReadonlyMap<string, string> = GROK_PATTERNS): Format {
  const { expanded, regex } = compile(pattern, patterns);
  return {
    name: "grok",
    summary: "lines that a grok pattern matches",
    auto: false,
    hasContinuations: true,
    reference: "https://www.elastic.co/guide/en/logstash/current/plugins-filters-grok.html",
    examples: [],
    create: (context) => new GrokParser(expanded, regex, context),
  };
}

/** A field and what it holds: leaves below it, or the groups that capture it. */
interface Field {
  readonly name: string;
  readonly groups: { readonly group: string; readonly type: "int" | "float" | "text" }[];
  readonly children: Field[];
}

class GrokParser implements LineParser {
  readonly guard: BoundedPattern;
  private readonly fields: readonly Field[];
  private readonly nowMs: () => number;

  constructor(expanded: Expanded, regex: RegExp, context: FormatContext) {
    this.guard = new BoundedPattern(
      regex,
      expanded.captures.map(({ group }) => group),
    );
    this.fields = fieldTree(expanded);
    this.nowMs = context.nowMs;
  }

  parse(line: string, event: EventWriter): boolean {
    if (line.length > LINE_UNITS_MAX) return false;
    const groups = this.guard.groups(line);
    if (groups === undefined) return false;
    for (const field of this.fields) {
      const only = field.children.length === 0 && field.groups.length === 1 ? field.groups[0] : undefined;
      const text = only === undefined ? undefined : groups[only.group];
      if (only?.type === "text") {
        if (text !== undefined) writeUserField(field.name, text, event, this.nowMs());
        continue;
      }
      this.writeOther(field, groups, event);
    }
    return true;
  }

  private writeOther(field: Field, groups: Groups, event: EventWriter): void {
    const texts = capturedTexts(field, groups);
    const isPlain =
      field.children.length === 0 && texts.length === 1 && field.groups.every((g) => g.type === "text");
    if (isPlain) {
      writeUserField(field.name, texts[0]!, event, this.nowMs());
      return;
    }
    const json = jsonOf(field, groups);
    if (json !== undefined) event.json(field.name, json);
  }
}

type Groups = Readonly<Record<string, string | undefined>>;

function capturedTexts(field: Field, groups: Groups): string[] {
  return field.groups.map(({ group }) => groups[group]).filter((text) => text !== undefined);
}

function jsonOf(field: Field, groups: Groups): string | undefined {
  if (field.children.length > 0) {
    const members: string[] = [];
    for (const child of field.children) {
      const json = jsonOf(child, groups);
      if (json !== undefined) members.push(`${quote(child.name)}:${json}`);
    }
    return members.length === 0 ? undefined : `{${members.join(",")}}`;
  }
  const values: string[] = [];
  for (const { group, type } of field.groups) {
    const text = groups[group];
    if (text === undefined || text === "") continue;
    values.push(type === "text" ? quote(text) : numberOrText(text, type === "int"));
  }
  return values.length > 1 ? `[${values.join(",")}]` : values[0];
}

function fieldTree(expanded: Expanded): Field[] {
  const roots: Field[] = [];
  for (const { path, group, type } of expanded.captures) {
    let level = roots;
    let field: Field | undefined;
    for (const name of path) {
      field = level.find((f) => f.name === name);
      if (field === undefined) level.push((field = { name, groups: [], children: [] }));
      level = field.children;
    }
    field?.groups.push({ group, type });
  }
  return roots;
}

function compile(
  pattern: string,
  patterns: ReadonlyMap<string, string>,
): { expanded: Expanded; regex: RegExp } {
  try {
    const expanded = expandGrok(pattern, patterns);
    return { expanded, regex: toRegExp(expanded.source) };
  } catch (error) {
    const suggestion =
      error instanceof GrokFault && error.unknown !== undefined
        ? suggest(error.unknown, patterns.keys())
        : undefined;
    const reason = error instanceof Error ? error.message : String(error);
    const hint = "write it like grok:'%{IP:client} %{WORD:method} %{NUMBER:bytes:int}'";
    throw failure(
      "usage.bad-value",
      { option: "--format", value: `grok:${pattern}`, reason, suggestion, hint },
      error,
    );
  }
}

/**
 * The translator is loaded when the first grok pattern is compiled: it takes as long to load as node takes to start. Patterns
 * are translated to the older Unicode mode where it can say them: with the `v` flag, the engine of Node 20 fails to match
 * repeats of negated classes, such as `^(?:x[^x]*)+$`.
 */
function toRegExp(source: string): RegExp {
  const require = createRequire(import.meta.url);
  const { toRegExp: translate } = require("oniguruma-to-es") as typeof import("oniguruma-to-es");
  // ASCII digits, spaces and word characters, as grok patterns mean them; `^` and `$` are the ends of the line.
  const options = { flags: "DSW", rules: { asciiWordBoundaries: true, singleline: true } };
  try {
    return translate(source, { ...options, target: "ES2018" });
  } catch {
    return translate(source, options);
  }
}
