import { failure } from "../../base/errors/index.js";
import type { EventWriter } from "../../event/writer.js";
import type { FormatContext, LineParser } from "../format.js";
import { BoundedPattern } from "./bounded-pattern.js";
import type { PatternFormat } from "./pattern-format.js";
import { unclosedAt } from "./unclosed.js";
import { isNumberName, LINE_UNITS_MAX, numberOrText, writeUserField } from "./user-fields.js";
import type { PatternWatch } from "./watch.js";

/**
 * The format of `regex:PATTERN`: a JavaScript regular expression that is searched in each line; its named groups are
 * the fields, in the order of the pattern. Also takes `(?P<name>...)` and a leading `(?i)`, as other engines write
 * them.
 *
 * A value is a string. It is a number when the group is named status, bytes, pid, tid, port, line, size, count or
 * duration, or ends in _ms, _us, _ns, _seconds, _bytes, _count, _port or _size, and the text is a number. `timestamp`
 * and `level` are read as in `writeUserField`. A group that took no part is absent. Lines over 64 Ki characters are not
 * tried, and one that takes too long (a pattern like `(a+)+$`) goes to a linear engine or is given up: see
 * `BoundedPattern`.
 *
 * Throws usage.syntax when the pattern is malformed or has no named group.
 */
export function regexFormat(pattern: string, what = "--format regex"): PatternFormat {
  const compiled = compile(pattern, what);
  return {
    name: "regex",
    summary: "lines that a JavaScript regular expression matches, its named groups as fields",
    auto: false,
    hasContinuations: true,
    reference: "https://tc39.es/ecma262/#sec-patterns",
    examples: [],
    create: (context, watch) => new RegexParser(compiled, context, watch),
  };
}

class RegexParser implements LineParser {
  readonly guard: PatternWatch;
  private readonly regex: BoundedPattern;
  private readonly names: readonly string[];
  private readonly isNumber: readonly boolean[];
  private readonly nowMs: () => number;

  constructor(compiled: Compiled, context: FormatContext, watch: PatternWatch | undefined) {
    this.regex = new BoundedPattern(new RegExp(compiled.pattern), compiled.names, watch);
    this.guard = this.regex.watch;
    this.names = compiled.names;
    this.isNumber = compiled.names.map(isNumberName);
    this.nowMs = context.nowMs;
  }

  parse(line: string, event: EventWriter): boolean {
    if (line.length > LINE_UNITS_MAX) return false;
    const groups = this.regex.groups(line);
    if (groups === undefined) return false;
    for (let n = 0; n < this.names.length; n++) {
      const name = this.names[n]!;
      const value = groups[n];
      if (value === undefined) continue;
      if (this.isNumber[n] && value !== "") event.json(name, numberOrText(value, false));
      else writeUserField(name, value, event, this.nowMs());
    }
    return true;
  }
}

interface Compiled {
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

function compile(pattern: string, what: string): Compiled {
  const isCaseBlind = pattern.startsWith("(?i)");
  const source = (isCaseBlind ? pattern.slice(4) : pattern).replace(/\(\?P</g, "(?<");
  const reason = faultOf(source);
  if (reason !== undefined) {
    const offset = faultOffset(source, reason) + (pattern.length - source.length);
    throw failure("usage.syntax", {
      what,
      text: pattern,
      offset: Math.max(0, offset),
      reason,
    });
  }
  const names = Object.keys(new RegExp(`${source}|`).exec("")?.groups ?? {});
  if (names.length === 0) {
    const hint = "it has no named group: write (?<name>...) for each field";
    throw failure("usage.syntax", { what, text: pattern, offset: 0, reason: hint });
  }
  return { pattern: new RegExp(source, isCaseBlind ? "is" : "s"), names };
}

/** Why the source is no regular expression, in the engine's words; undefined when it is one. */
function faultOf(source: string): string | undefined {
  try {
    new RegExp(source, "s");
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.slice(text.lastIndexOf(": ") + 2).toLowerCase();
  }
}

/** Where the fault is: at the bracket that is never closed, or where the shortest faulty beginning ends. */
function faultOffset(source: string, reason: string): number {
  if (reason.startsWith("unterminated")) return unclosedAt(source) ?? source.length - 1;
  for (let length = 1; length <= source.length; length++) {
    if (faultOf(source.slice(0, length)) === reason) return length - 1;
  }
  return source.length;
}
