/**
 * Golden cases that test/commands/cases.test.ts runs in process, through bin/logpipe: the first of each folder and
 * every fourth, for a process each. LOGPIPE_TEST_CASES=all runs all of them.
 */
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { printCase } from "../support/case-file.js";
import { type GoldenCase, goldenCases, runProgram } from "./cases.js";

const isWhole = process.env["LOGPIPE_TEST_CASES"] === "all";
const isFirst = ({ path }: GoldenCase, n: number, all: readonly GoldenCase[]) =>
  n === 0 || dirname(all[n - 1]!.path) !== dirname(path);
const cases = goldenCases()
  .filter(({ words }) => words !== undefined)
  .filter((golden, n, all) => isWhole || n % 4 === 0 || isFirst(golden, n, all));

describe.each(cases)("$path", ({ file }) => {
  it("holds through bin/logpipe", async () => {
    expect(printCase(await runProgram(file))).toBe(printCase(file));
  });
});
