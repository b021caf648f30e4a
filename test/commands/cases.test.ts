/**
 * Runs every golden case under test/commands: in process, or through the program where it is a shell pipeline.
 * `UPDATE=1 npx vitest run test/commands/cases.test.ts` rewrites them; a person reads the diff.
 */
import { describe, expect, it } from "vitest";
import { printCase } from "../support/case-file.js";
import { isOfNode, isThorough } from "../support/runs.js";
import { type GoldenCase, goldenCases, runInside, runProgram, write } from "./cases.js";

const isUpdate = process.env["UPDATE"] === "1";

/**
 * A shell and a process or several each: `npm test` runs a third of these, a twelfth on newer versions of Node, and
 * `npm run test:long` what `npm test` does not. Those in process it runs through the program: program.test.ts.
 */
const isShort = ({ words }: GoldenCase, n: number) => words !== undefined || n % (isOfNode ? 12 : 3) === 0;
const cases = goldenCases().filter((golden, n) => isUpdate || isShort(golden, n) !== isThorough);

describe.each(cases)("$path", (golden) => {
  const { file, text, words } = golden;

  it.skipIf(isUpdate)("is written in the one layout, and says why it exists", () => {
    expect(printCase(file)).toBe(text);
    expect(file.heading).not.toBe("");
  });

  it("holds", async () => {
    const isInside = words !== undefined && !isUpdate;
    const result = printCase(await (isInside ? runInside(file, words) : runProgram(file)));
    if (isUpdate) write(golden, result);
    else expect(result).toBe(printCase(file));
  });
});
