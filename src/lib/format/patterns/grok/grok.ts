// Enter here: `%{NAME:field}` patterns, their definitions and the names that are built in.
import type { EventWriter } from "../../../event/writer.js";
import type { FormatContext, LineParser } from "../../format.js";
import { BoundedPattern } from "../bounded-pattern.js";
import { FieldTree } from "../field-tree.js";
import type { PatternFormat } from "../pattern-format.js";
import { LINE_UNITS_MAX } from "../user-fields.js";
import type { PatternWatch } from "../watch.js";
import { type CompiledGrok, compileGrok } from "./grok-compile.js";
import type { GrokDefinitions } from "./grok-definitions.js";
import { builtInDefinitions } from "./library/built-in.js";

/**
 * The format of `grok:PATTERN`: `%{NAME}`, `%{NAME:field}`, `%{NAME:field:int}`, `%{NAME:[nested][field]}`,
 * `%{NAME:field=expression}` and `(?<field>expression)` among an Oniguruma regular expression, searched in each line.
 * `:int`, `:float` and `:boolean` make a number or a boolean where the text is one; `timestamp` and `level` are read as
 * in `writeUserField`. A field that is captured in several places is an array of its values when more than one took
 * part. Lines over 64 Ki characters are not tried, and one that takes too long is given up: see `BoundedPattern`.
 *
 * Throws usage.syntax when a name is unknown or the expression malformed; `what` leads its message.
 */
export function grokFormat(
  pattern: string,
  definitions: GrokDefinitions = builtInDefinitions("legacy"),
  what = "--format grok",
): PatternFormat {
  const compiled = compileGrok(pattern, definitions, what);
  return {
    name: "grok",
    summary: "lines that a grok pattern matches",
    auto: false,
    hasContinuations: true,
    reference: "https://www.elastic.co/guide/en/logstash/current/plugins-filters-grok.html",
    examples: [],
    create: (context, watch) => new GrokParser(compiled, context, watch),
  };
}

class GrokParser implements LineParser {
  readonly guard: PatternWatch;
  private readonly pattern: BoundedPattern;
  private readonly fields: FieldTree;
  private readonly nowMs: () => number;

  constructor(
    { expanded, regex, rounds }: CompiledGrok,
    context: FormatContext,
    watch: PatternWatch | undefined,
  ) {
    const groups = expanded.captures.map(({ group }) => group);
    this.pattern = new BoundedPattern(regex, groups, watch, undefined, rounds);
    this.guard = this.pattern.watch;
    this.fields = new FieldTree(expanded.captures);
    this.nowMs = context.nowMs;
  }

  parse(line: string, event: EventWriter): boolean {
    if (line.length > LINE_UNITS_MAX) return false;
    const groups = this.pattern.groups(line);
    if (groups === undefined) return false;
    this.fields.write(groups, event, this.nowMs());
    return true;
  }
}
