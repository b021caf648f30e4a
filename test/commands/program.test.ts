/** Every golden case that test/commands/cases.test.ts runs in process, through bin/logpipe. */
import { describe, expect, it } from "vitest";
import { printCase } from "../support/case-file.js";
import { goldenCases, runProgram } from "./cases.js";

const cases = goldenCases().filter(({ words }) => words !== undefined);

describe.each(cases)("$path", ({ file }) => {
  it("holds through bin/logpipe", async () => {
    expect(printCase(await runProgram(file))).toBe(printCase(file));
  });
});
