/** Looks: lines 25 to 30 of docs/manners.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wantsColour } from "../../src/lib/terminal/output/descriptor.js";
import { logpipe, temporaryDirectory } from "../support/logpipe.js";
import { hasPseudoTerminal, onTerminal } from "../support/pseudo-terminal.js";
import { lineByLine, linesOf, subcommands, typed } from "../support/subcommands.js";

const ESCAPE = "\u001b";

describe("25. colour: flag, NO_COLOR, FORCE_COLOR, TERM=dumb, terminal, in this order", () => {
  it.each([
    ["always", { NO_COLOR: "1" }, false, true],
    ["never", { FORCE_COLOR: "1" }, true, false],
    ["auto", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    ["auto", { NO_COLOR: "" }, true, true],
    ["auto", { FORCE_COLOR: "1", TERM: "dumb" }, false, true],
    ["auto", { FORCE_COLOR: "0" }, true, false],
    ["auto", { TERM: "dumb" }, true, false],
    ["auto", { TERM: "xterm" }, true, true],
    ["auto", {}, false, false],
  ] as const)("%s %j terminal %s: %s", (flag, env, isTerminal, wanted) => {
    expect(wantsColour(flag, env, isTerminal)).toBe(wanted);
  });

  const help = async (words: readonly string[], env: Record<string, string>) =>
    (await logpipe(words, { env })).stdout;
  it("help obeys", async () => {
    expect(await help(["help", "run"], {})).not.toContain(ESCAPE);
    expect(await help(["help", "run"], { FORCE_COLOR: "1" })).toContain(ESCAPE);
    expect(await help(["help", "run", "--color", "always"], { NO_COLOR: "1" })).toContain(ESCAPE);
    expect(await help(["help", "run", "--color=never"], { FORCE_COLOR: "1" })).not.toContain(ESCAPE);
  });

  it.runIf(subcommands.includes("view"))("view obeys", async () => {
    const stdin = '{"timestamp":"2026-11-21T10:00:00Z","level":"error","message":"no"}\n';
    const view = async (words: readonly string[], env: Record<string, string>) =>
      (await logpipe(["view", ...words], { env, stdin })).stdout;
    expect(await view([], {})).not.toContain(ESCAPE);
    expect(await view([], { FORCE_COLOR: "1" })).toContain(ESCAPE);
    expect(await view(["--color=always"], { NO_COLOR: "1" })).toContain(ESCAPE);
  });

  it.skipIf(!hasPseudoTerminal)("stderr decides for itself: no colour in a file beside a terminal", () => {
    const { screen } = onTerminal("logpipe help run --no-pager 2> err; logpipe hlep 2> err; cat err");
    expect(screen).toContain(ESCAPE);
    expect(screen.slice(screen.indexOf("unknown command"))).not.toContain(ESCAPE);
  });
});

describe.skipIf(!hasPseudoTerminal)("26. machine formats are the same on a terminal and in a pipe", () => {
  const machines = lineByLine.filter(({ name }) => name !== "view");
  it.each(machines)("$name", async (streamer) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in"), linesOf(streamer, 3));
    const { screen } = onTerminal(`${typed(streamer)} < in`, { cwd });
    const piped = await logpipe(streamer.words, { stdin: linesOf(streamer, 3) });
    expect(screen).toBe(piped.stdout);
  });

  it.runIf(subcommands.includes("query"))("query --to csv, and NDJSON by default on a pipe", async () => {
    const cwd = temporaryDirectory();
    const sql = "SELECT 1 AS one, 'a b' AS text";
    const { screen } = onTerminal(`logpipe query "${sql}" --to csv < /dev/null`, { cwd });
    expect(screen).toBe((await logpipe(["query", sql, "--to", "csv"])).stdout);
    expect((await logpipe(["query", sql])).stdout).toBe('{"one":1,"text":"a b"}\n');
  });
});

describe.runIf(subcommands.includes("query"))("27. tables", () => {
  const long = "x".repeat(200);

  it("are never cut when piped", async () => {
    const ran = await logpipe(["query", `SELECT '${long}' AS long, 1 AS one`, "--to", "table"]);
    expect(ran.stdout).toContain(long);
  });

  it.skipIf(!hasPseudoTerminal)("fit the terminal", () => {
    const { screen } = onTerminal(
      `logpipe query "SELECT '${long}' AS long, 1 AS one" --color never < /dev/null`,
    );
    for (const line of screen.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
    expect(screen).toContain("one");
  });

  it("align with wide characters", async () => {
    const { default: stringWidth } = await import("string-width");
    const sql = "SELECT * FROM (VALUES ('日本語', 1), ('plain', 2), ('é', 3)) t(word, n)";
    const lines = (await logpipe(["query", sql, "--to", "table"])).stdout.trimEnd().split("\n");
    const ends = lines.filter((line) => /[123]\s*\S?$/.test(line)).map((line) => stringWidth(line.trimEnd()));
    expect(ends.length).toBeGreaterThanOrEqual(3);
    expect(new Set(ends).size).toBe(1);
  });
});

describe.skipIf(!hasPseudoTerminal)("28. control characters of log data are escaped on a terminal", () => {
  const nasty =
    '{"level":"info","message":"bell \\u0007 title \\u001b]0;owned\\u0007 up \\u001b[2A c1 \\u009b31m"}\n';
  const shown = ["\u0007", "\u001b]", "\u001b[2A", "\u009b"];

  it.each(lineByLine.filter(({ line }) => line(1).startsWith("{")))("$name", (streamer) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in"), nasty);
    const { screen } = onTerminal(`${typed(streamer)} < in`, { cwd });
    expect(screen).toContain("owned");
    for (const sequence of shown.slice(0, 3)) expect(screen).not.toContain(sequence);
  });

  it.runIf(subcommands.includes("view"))("view also escapes the C1 controls", () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in"), nasty);
    expect(onTerminal("logpipe view < in", { cwd }).screen).not.toContain("\u009b");
  });
});

describe("29. and 30. no progress and no pager beside a pipe", () => {
  it.each(lineByLine)("$name", async (streamer) => {
    const ran = await logpipe(streamer.words, {
      stdin: linesOf(streamer, 3000),
      env: { PAGER: "echo PAGED" },
    });
    expect(ran.stderr).toBe("");
    expect(ran.stdout).not.toContain("PAGED");
  });
});
