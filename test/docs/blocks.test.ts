/**
 * The command blocks of README.md and docs/: a fenced block marked `console` is run. Lines that begin with `$ ` are
 * commands, those after them what they print on standard output; `...` stands for any lines. A block with the name of
 * a file after its kind (`yaml nightly.yaml`) is that file. The blocks of one page run one after the other in one
 * directory, which holds the project's fixtures/ and nothing else. They are run twice there.
 */
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, shell, temporaryDirectory } from "../support/logpipe.js";

interface Command {
  readonly line: string;
  readonly expected: string;
  readonly at: number;
  /** Files that the page has shown since the command before. */
  readonly files: ReadonlyMap<string, string>;
}

const pages = ["README.md", "CONTRIBUTING.md", ...markdownBelow("docs")].filter((page) =>
  existsSync(join(ROOT, page)),
);
const BLOCK = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm;
/** Its programs are part of the same story: test/library/page.test.ts runs it. */
const ELSEWHERE = ["docs/node.md"];
const withBlocks = pages
  .filter((page) => !ELSEWHERE.includes(page))
  .map((page) => ({ page, commands: commandsOf(page) }))
  .filter(({ commands }) => commands.length > 0);

describe("console blocks", () => {
  it("are found", () => {
    expect(withBlocks.map(({ page }) => page)).toContain("README.md");
  });

  it.each(withBlocks.filter(({ page }) => onceReason(page) !== undefined))(
    "$page, which says what a second run does",
    async ({ page, commands }) => {
      await runAll(page, commands, withFixtures());
    },
  );

  it.each(withBlocks.filter(({ page }) => onceReason(page) === undefined))(
    "$page gives the same when it is run again in its directory: nothing is counted twice, nothing is in the way",
    async ({ page, commands }) => {
      const cwd = withFixtures();
      const first = await runAll(page, commands, cwd);
      expect(await runAll(page, commands, cwd)).toEqual(first);
    },
  );
});

/** `<!-- run once: WHY -->`: what a second run does is told on the page, and is not the same. */
function onceReason(page: string): string | undefined {
  return /^<!-- run once: (.+) -->$/m.exec(readFileSync(join(ROOT, page), "utf8"))?.[1];
}

function withFixtures(): string {
  const cwd = temporaryDirectory();
  symlinkSync(join(ROOT, "fixtures"), join(cwd, "fixtures"));
  return cwd;
}

/** What each command has printed. */
async function runAll(page: string, commands: readonly Command[], cwd: string): Promise<string[]> {
  const printed: string[] = [];
  for (const { line, expected, at, files } of commands) {
    for (const [name, text] of files) writeFileSync(join(cwd, name), text);
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
  const commands: Command[] = [];
  let files = new Map<string, string>();
  for (const [block, kind, name, text] of readFileSync(join(ROOT, page), "utf8").matchAll(BLOCK)) {
    if (name !== undefined) files.set(name, text!);
    if (kind !== "console" || name !== undefined) continue;
    const start = lineOf(page, block);
    for (const [k, line] of text!.split("\n").slice(0, -1).entries()) {
      if (line.startsWith("$ ")) {
        commands.push({ line: line.slice(2), expected: "", at: start + k + 1, files });
        files = new Map();
      } else {
        const last = commands.pop()!;
        commands.push({ ...last, expected: `${last.expected}${line}\n` });
      }
    }
  }
  return commands;
}

function lineOf(page: string, block: string): number {
  const text = readFileSync(join(ROOT, page), "utf8");
  return text.slice(0, text.indexOf(block)).split("\n").length;
}

function matches(printed: string, expected: string): boolean {
  const pattern = expected
    .split("\n")
    .map((line) => (line === "..." ? "[\\s\\S]*?" : line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("\n");
  return new RegExp(`^${pattern}$`).test(printed);
}
