/**
 * The command blocks of README.md and docs/: a fenced block marked `console` is run. Lines that begin with `$ ` are
 * commands, those after them what they print on standard output; `...` stands for any lines. The blocks of one page run
 * one after the other in one directory, which holds the project's fixtures/ and nothing else.
 */
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, shell, temporaryDirectory } from "../support/logpipe.js";

interface Command {
  readonly line: string;
  readonly expected: string;
  readonly at: number;
}

const pages = ["README.md", "CONTRIBUTING.md", ...markdownBelow("docs")].filter((page) =>
  existsSync(join(ROOT, page)),
);
const withBlocks = pages
  .map((page) => ({ page, commands: commandsOf(page) }))
  .filter(({ commands }) => commands.length > 0);

describe("console blocks", () => {
  it("are found", () => {
    expect(withBlocks.map(({ page }) => page)).toContain("README.md");
  });

  it.each(withBlocks)("$page", async ({ page, commands }) => {
    await runAll(page, commands, withFixtures());
  });

  it("the recipes of the cookbook give the same when they are run again: nothing is counted twice", async () => {
    const [cookbook] = withBlocks.filter(({ page }) => page === "docs/cookbook.md");
    const { page, commands } = cookbook!;
    const cwd = withFixtures();
    const first = await runAll(page, commands, cwd);
    expect(await runAll(page, commands, cwd)).toEqual(first);
  });
});

function withFixtures(): string {
  const cwd = temporaryDirectory();
  symlinkSync(join(ROOT, "fixtures"), join(cwd, "fixtures"));
  return cwd;
}

/** What each command has printed. */
async function runAll(page: string, commands: readonly Command[], cwd: string): Promise<string[]> {
  const printed: string[] = [];
  for (const { line, expected, at } of commands) {
    const ran = await shell(line, { cwd });
    const where = `${page}:${at}: ${line}`;
    expect({ where, stderr: ran.stderr }).toEqual({ where, stderr: "" });
    if (!matches(ran.stdout, expected))
      expect({ where, stdout: ran.stdout }).toEqual({ where, stdout: expected });
    printed.push(`${where}\n${ran.stdout}`);
  }
  return printed;
}

function markdownBelow(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join(directory, path))
    .sort();
}

function commandsOf(page: string): Command[] {
  const commands: { line: string; expected: string; at: number }[] = [];
  let isInside = false;
  for (const [index, line] of readFileSync(join(ROOT, page), "utf8").split("\n").entries()) {
    if (line.startsWith("```")) isInside = line === "```console";
    else if (isInside && line.startsWith("$ "))
      commands.push({ line: line.slice(2), expected: "", at: index + 1 });
    else if (isInside) commands.at(-1)!.expected += `${line}\n`;
  }
  return commands;
}

function matches(printed: string, expected: string): boolean {
  const pattern = expected
    .split("\n")
    .map((line) => (line === "..." ? "[\\s\\S]*?" : line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("\n");
  return new RegExp(`^${pattern}$`).test(printed);
}
