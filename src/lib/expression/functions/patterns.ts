/** Functions of regular expressions: RE2 syntax, time that grows with the text and no faster, whatever the pattern. */
import { RE2JS } from "re2js";
import type { Compiled, Evaluate } from "../compiled.js";
import { ExpressionFault } from "../syntax/fault.js";
import { type FunctionDeclaration, NUMBER, STRING } from "./function.js";

const PATTERN_MAX = 2000;

export const patternFunctions: readonly FunctionDeclaration[] = [
  {
    name: "matches",
    takes: "text, pattern",
    parameters: [STRING, STRING],
    returns: "bool",
    summary: "whether the pattern is found somewhere in `text`; `(?i)` before it ignores case",
    examples: [
      { expression: '"GET /a 503".matches(r" 5\\d\\d$")', result: "true" },
      { expression: '"Timeout".matches("(?i)^time")', result: "true" },
    ],
    call: () => undefined,
    compile: ([text, pattern], _scope, at) => {
      const regex = compilePattern(pattern!, at(1));
      const { evaluate } = text!;
      const test: Evaluate = (rows, row) => {
        const value = evaluate(rows, row);
        return typeof value === "string" ? regex.test(value) : undefined;
      };
      return { kind: "bool", evaluate: test };
    },
  },
  {
    name: "extract",
    takes: "text, pattern[, group]",
    parameters: [STRING, STRING, NUMBER],
    required: 2,
    returns: "string",
    summary:
      "the text of the first match: of its first group, or of all of it where the pattern has none; of group number `group` where that is given",
    examples: [
      { expression: '"user=ann id=7".extract(r"id=(\\d+)")', result: '"7"' },
      { expression: '"user=ann".extract("id=")', result: undefined },
    ],
    call: () => undefined,
    compile: ([text, pattern, group], _scope, at) => {
      const regex = compilePattern(pattern!, at(1));
      const wanted = groupOf(regex, group, at);
      const { evaluate } = text!;
      const extract: Evaluate = (rows, row) => {
        const value = evaluate(rows, row);
        if (typeof value !== "string") return undefined;
        const matcher = regex.matcher(value);
        return matcher.find() ? (matcher.group(wanted) ?? undefined) : undefined;
      };
      return { kind: "string", evaluate: extract };
    },
  },
];

function compilePattern(pattern: Compiled, at: number): RE2JS {
  const text = pattern.constant?.value;
  if (typeof text !== "string") {
    const hint = "patterns are read once, before the first event; to search for a field's text, use contains";
    throw new ExpressionFault(at, "the pattern must be written out", { hint });
  }
  return readPattern(text, at);
}

/** Throws ExpressionFault at `at`. */
export function readPattern(text: string, at: number): RE2JS {
  if (text.length > PATTERN_MAX)
    throw new ExpressionFault(at, `a pattern longer than ${PATTERN_MAX} characters`);
  try {
    return RE2JS.compile(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isPerl = /\(\?[=!<]|\\[1-9]/.test(text);
    throw new ExpressionFault(at, `this pattern cannot be read: ${reason.replace(/\s+/g, " ")}`, {
      hint: isPerl
        ? "look-around and back-references are left out: their time can grow without bound"
        : 'the syntax is that of RE2; r"..." keeps backslashes as they are',
    });
  }
}

function groupOf(regex: RE2JS, group: Compiled | undefined, at: (n: number) => number): number {
  const count = regex.groupCount();
  if (group === undefined) return count > 0 ? 1 : 0;
  const wanted = group.constant?.value;
  if (typeof wanted === "number" && Number.isInteger(wanted) && wanted >= 0 && wanted <= count) return wanted;
  throw new ExpressionFault(at(2), `the pattern has no such group: it has ${count}`);
}
