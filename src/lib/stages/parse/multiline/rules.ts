// Enter here: records of several lines by the user's own patterns: `--multiline start:REGEX`, and where such input can
// be cut.
/** Which lines are one record, by what a user says of them: `parse --multiline`. */
import { failure } from "../../../base/errors/index.js";
import type { RecordRules } from "../records/joining.js";
import { linearTest } from "./linear-test.js";

/** The options as given: plain data. */
export interface MultilineOptions {
  /** `start:REGEX`, `continue:REGEX`, `end:REGEX`; each at most once. */
  readonly multiline: readonly string[];
  readonly multilineMaxLines: number;
  /** Bytes, where a character is one. */
  readonly multilineMaxBytes: number;
  /** Each line is an event of its own. */
  readonly noMultiline: boolean;
}

type Test = (line: string) => boolean;

/**
 * The rules that options give; undefined when they give none, and lines are joined by what stands in them. A line
 * begins a record when it matches `start`, when the line before matches `end`, and, if there is `continue`, when it
 * does not match that. With `start` and `end` what stands between an end and the next start is a record, too.
 *
 * Throws usage.bad-value.
 */
export function recordRules(options: MultilineOptions): RecordRules | undefined {
  if (options.noMultiline) return EACH_LINE;
  if (options.multiline.length === 0) return undefined;
  const tests = new Map<string, Test>();
  for (const spec of options.multiline) {
    const [, kind = "", pattern = ""] = SPEC.exec(spec) ?? [];
    if (pattern === "") throw badSpec(spec, "a rule is start:REGEX, continue:REGEX or end:REGEX");
    if (tests.has(kind)) throw badSpec(spec, `there is a rule ${kind} already; join the two with |`);
    tests.set(kind, testOf(pattern, spec));
  }
  return {
    begins: beginning(tests.get("start"), tests.get("continue"), tests.get("end")),
    linesMax: options.multilineMaxLines,
    lengthMax: options.multilineMaxBytes,
  };
}

const SPEC = /^(start|continue|end):(.+)$/s;

const EACH_LINE: RecordRules = { begins: () => true, linesMax: 1, lengthMax: Number.POSITIVE_INFINITY };

function beginning(start: Test | undefined, goesOn: Test | undefined, end: Test | undefined) {
  return (line: string, before: string): boolean =>
    start?.(line) === true || end?.(before) === true || (goesOn !== undefined && !goesOn(line));
}

function testOf(pattern: string, spec: string): Test {
  const test = linearTest(pattern);
  if (typeof test === "string") throw badSpec(spec, test);
  return test;
}

function badSpec(value: string, reason: string) {
  const hint = "e.g. --multiline 'start:^\\d{4}-\\d\\d-\\d\\d'";
  return failure("usage.bad-value", { option: "--multiline", value, reason, hint });
}
