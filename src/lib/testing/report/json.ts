/** One JSON object with all of it, for programs. */
import { plainJson } from "../../json/value.js";
import type { CaseResult, TestResults } from "./results.js";

export function jsonReport({ cases, coverage, skipped }: TestResults): string {
  const count = (state: CaseResult["state"]) => cases.filter((one) => one.state === state).length;
  const report = {
    tests: cases.length + skipped,
    ok: count("ok"),
    failed: count("failed"),
    updated: count("updated"),
    skipped,
    cases: cases.map(({ name, file, pipeline, place, state, failings, durationMs }) => ({
      name,
      file,
      pipeline,
      place,
      state,
      duration_ms: Math.round(durationMs * 1000) / 1000,
      failures: failings.map(({ at, place, differences }) => ({
        at,
        place,
        differences: differences.map(({ what, expected, actual, fields, hint }) => ({
          what,
          expected,
          actual,
          fields: fields.map(({ path, expected, actual }) => ({
            path,
            expected: expected === undefined ? undefined : plainJson(expected),
            actual: actual === undefined ? undefined : plainJson(actual),
          })),
          hint,
        })),
      })),
    })),
    not_covered: coverage.flatMap(({ file, gaps }) => gaps.map((gap) => ({ file, ...gap }))),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
