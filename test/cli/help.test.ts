/** Help: lines 16 to 20 of docs/manners.md. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sectionOf, TOPICS } from "../../src/lib/terminal/help/topics.js";
import { logpipeInside } from "../support/in-process.js";
import { logpipe, ROOT, shell, temporaryDirectory } from "../support/logpipe.js";
import { hasPseudoTerminal, onTerminal } from "../support/pseudo-terminal.js";
import { firstWords, subcommands } from "../support/subcommands.js";

const each = subcommands.map((name) => ({ name }));
const hasProgram = (name: string) => spawnSync("bash", ["-c", `command -v ${name}`]).status === 0;

describe("16. help goes to stdout, exit 0; usage errors are a hint on stderr", () => {
  it.each([[[]], [["-h"]], [["--help"]], [["help"]]])("logpipe %j lists the commands", async (words) => {
    const ran = await logpipe(words);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    for (const name of firstWords) expect(ran.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  it.each(each)("help $name, $name -h and $name --help are the same", async ({ name }) => {
    const words = name.split(" ");
    const asked = await logpipeInside(["help", ...words]);
    expect(asked).toMatchObject({ code: 0, stderr: "" });
    expect(asked.stdout).toContain(`Usage: logpipe ${name}`);
    expect(await logpipeInside([...words, "-h"])).toEqual(asked);
    expect(await logpipeInside([...words, "--help"])).toEqual(asked);
    expect(await logpipeInside([...words, "--no-such-thing", "--help"])).toEqual(asked);
  });

  it.each([[["store"]], [["store", "-h"]], [["-q", "store", "--help"]], [["help", "store"]]])(
    "logpipe %j lists the commands of the group",
    async (words) => {
      const ran = await logpipeInside(words);
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      const names = subcommands.filter((name) => name.startsWith("store "));
      for (const name of names) expect(ran.stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    },
  );

  it("options may stand between the two words of a command", async () => {
    const ran = await logpipe(["-q", "store", "--store", "nowhere", "info"]);
    expect(ran.stderr).toContain("nowhere");
    expect(ran.code).toBe(1);
  });
});

describe("17. examples first, no colour when piped", () => {
  it.each(each)("$name", async ({ name }) => {
    const { stdout } = await logpipeInside(["help", ...name.split(" ")]);
    expect(stdout).not.toContain("\u001b");
    expect(stdout.indexOf("Examples")).toBeGreaterThan(0);
    expect(stdout.replace(/\s+/g, " ")).toContain(`"logpipe help ${name} --all"`);
    const all = await logpipeInside(["help", "--all", ...name.split(" ")]);
    expect(all.stdout.indexOf("Examples")).toBeLessThan(all.stdout.indexOf("Common options"));
  });

  it.skipIf(!hasPseudoTerminal)("colour on a terminal, and lines that fit it", () => {
    const { screen, code } = onTerminal("logpipe help run --all --no-pager");
    expect(code).toBe(0);
    expect(screen).toContain("\u001b[1m");
    const options = screen.slice(screen.indexOf("Common options")).split("\n");
    for (const line of options) expect(line.length).toBeLessThanOrEqual(84);
  });
});

describe("topics", () => {
  it.each(Object.entries(TOPICS))("%s", async (name, { page, section }) => {
    expect(existsSync(join(ROOT, "docs", page)), `docs/${page} is missing`).toBe(true);
    const markdown = readFileSync(join(ROOT, "docs", page), "utf8");
    if (section !== undefined) expect(sectionOf(markdown, section)).not.toBe("");
    const { stdout, code } = await logpipeInside(["help", name]);
    expect(code).toBe(0);
    expect(stdout.split("\n").length).toBeGreaterThan(4);
    expect(stdout).not.toMatch(/\]\(|<!--/);
  });

  it("are named where nothing is asked for", async () => {
    const { stdout } = await logpipeInside(["help"]);
    for (const name of Object.keys(TOPICS)) expect(stdout).toContain(`  ${name} `);
  });
});

describe("18. did you mean", () => {
  it.each([
    [["hlep"], "help"],
    [["confg"], "config"],
    [["stroe", "info"], "store"],
    [["store", "inof"], "store info"],
    [["help", "store", "inof"], "store info"],
    [["run", "--dryrun", "x"], "--dry-run"],
    [["run", "--color=allways", "x"], "always"],
    [["run", "enrch --set a=b"], "enrich"],
    [["run", "enrich --sett a=b"], "--set"],
    [["completion", "bsh"], "bash"],
  ])("%j", async (words, meant) => {
    const ran = await logpipeInside(words);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(`did you mean "${meant}"?`);
  });
});

it("19. --version is one line, wherever it stands among flags", async () => {
  for (const words of [["--version"], ["-V"], ["--version", "--quiet"]]) {
    const ran = await logpipe(words);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^logpipe \d+\.\d+\.\d+\S*\n$/);
  }
});

describe("20. completion, manual page, help --json", () => {
  const complete = async (words: readonly string[]) => {
    const script = await logpipe(["completion", "bash"]);
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "completion.bash"), script.stdout);
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const asked = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _logpipe; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const ran = await shell(`source completion.bash; ${asked}`, { cwd });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    return ran.stdout.trim().split("\n");
  };

  it("bash completes commands, options, values and files", async () => {
    expect(await complete(["logpipe", "compl"])).toEqual(["completion"]);
    expect(await complete(["logpipe", ""])).toEqual([...firstWords, "--help", "--version"]);
    expect(await complete(["logpipe", "store", "inf"])).toEqual(["info"]);
    expect(await complete(["logpipe", "-q", "store", "info", "--js"])).toEqual(["--json"]);
    expect(await complete(["logpipe", "run", "--dry"])).toEqual(["--dry-run"]);
    expect(await complete(["logpipe", "run", "--color", "a"])).toEqual(["auto", "always"]);
    expect(await complete(["logpipe", "run", "--color", "=", "n"])).toEqual(["never"]);
    expect(await complete(["logpipe", "-q", "help", "ru"])).toEqual(["run"]);
    expect(await complete(["logpipe", "run", "--output", "comp"])).toEqual(["completion.bash"]);
  });

  it.each(["bash", "zsh", "fish", "powershell"])("%s knows every command and option", async (name) => {
    const ran = await logpipe(["completion", name]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    for (const word of subcommands.flatMap((command) => command.split(" ")))
      expect(ran.stdout).toContain(word);
    expect(ran.stdout).toContain("dry-run");
  });

  it.skipIf(!hasProgram("zsh"))("zsh reads its script", async () => {
    expect(await shell("logpipe completion zsh > _logpipe; zsh -n _logpipe")).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it.skipIf(!hasProgram("fish"))("fish reads its script", async () => {
    expect(await shell("logpipe completion fish > l.fish; fish -n l.fish")).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it.skipIf(!hasProgram("groff"))("groff sets the manual page without a warning", async () => {
    const ran = await shell("logpipe help --man | groff -man -Tutf8 -ww");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    for (const name of subcommands) expect(ran.stdout).toContain(name.slice(0, 3));
  });

  it("help --json describes every command, option and example", async () => {
    const ran = await logpipe(["help", "--json"]);
    const { commands } = JSON.parse(ran.stdout) as {
      commands: { name: string; options: { flag: string }[] }[];
    };
    expect(commands.map(({ name }) => name)).toEqual(subcommands);
    for (const { options } of commands) expect(options.map(({ flag }) => flag)).toContain("--quiet");
  });
});
