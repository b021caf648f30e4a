/** Flags: lines 21 to 24 of docs/manners.md. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../support/logpipe.js";
import { streamers, subcommands } from "../support/subcommands.js";

interface Described {
  readonly name: string;
  readonly kind: string;
  readonly options: readonly { flag: string; short?: string; kind: string }[];
}
let described: readonly Described[] = [];
beforeAll(async () => {
  const { stdout } = await finished(start([BIN, "help", "--json"], { cwd: tmpdir() }), "");
  described = (JSON.parse(stdout) as { commands: Described[] }).commands;
});

describe("21. the shapes of flags", () => {
  const line = '{"n":1}\n';
  const enrich = async (...words: string[]) => (await logpipe(["enrich", ...words], { stdin: line })).stdout;

  it("repeated flags add up, in order; a value may follow = or a blank", async () => {
    expect(await enrich("--set", "a=1", "--set=b=2")).toBe('{"n":1,"a":1,"b":2}\n');
  });

  it("later beats earlier", async () => {
    const cwd = temporaryDirectory();
    const words = ["enrich", "--set", "a=1", "-o", "first", "-o", "second"];
    expect((await logpipe(words, { cwd, stdin: line })).code).toBe(0);
    expect(readdirSync(cwd)).toContain("second");
    expect(readdirSync(cwd)).not.toContain("first");
  });

  it("--stats --no-stats is --no-stats", async () => {
    const ran = await logpipe(["enrich", "--set", "a=1", "--stats", "--no-stats"], { stdin: line });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  it("after -- nothing is a flag", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "--odd.ndjson"), line);
    const ran = await logpipe(["enrich", "--set", "a=1", "--", "--odd.ndjson"], { cwd });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain('"a":1');
  });

  it("common flags may stand before the command, and short ones together", async () => {
    expect(await logpipe(["-qv", "--color=never", "help", "run"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("a flag takes no value but true and false", async () => {
    const ran = await logpipe(["run", "--dry-run=perhaps", "enrich --set a=b"]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect((await logpipe(["run", "--dry-run=true", "enrich --set a=b"])).code).toBe(0);
  });
});

describe("22. one meaning everywhere", () => {
  const meanings: Record<string, string> = {
    "--quiet": "q",
    "--verbose": "v",
    "--output": "o",
    "--dry-run": "n",
    "--help": "h",
  };

  it.each(subcommands.map((name) => ({ name })))(
    "$name: short letters stand for what they stand for",
    async ({ name }) => {
      const command = described.find((known) => known.name === name)!;
      const shorts = command.options.flatMap(({ short }) => (short === undefined ? [] : [short]));
      expect(new Set(shorts).size).toBe(shorts.length);
      for (const { flag, short } of command.options) {
        if (flag in meanings) expect({ flag, short }).toEqual({ flag, short: meanings[flag] });
        if (short === undefined) continue;
        expect(Object.entries(meanings).find(([, letter]) => letter === short)?.[0] ?? flag).toBe(flag);
      }
    },
  );

  it("every command has --quiet, --verbose, --color, --config; every pipeline --strict, --output, --dry-run", async () => {
    for (const { kind, options } of described) {
      const flags = options.map(({ flag }) => flag);
      expect(flags).toEqual(
        expect.arrayContaining(["--quiet", "--verbose", "--color", "--config", "--help", "--output"]),
      );
      if (kind !== "command")
        expect(flags).toEqual(expect.arrayContaining(["--strict", "--dry-run", "--workers"]));
    }
  });
});

describe.runIf(subcommands.includes("query"))("23. phrases of time", () => {
  const phrases = ["10m", "-10m", "10 minutes ago", "yesterday", "today", "friday", "10:30", "2026-11-21"];
  it.each([...phrases, "2026-11-21T10:00:00Z", "2026-11-21T10:00:00.123456789+02:00", "@1700000000"])(
    "%s",
    async (phrase) => {
      const words = ["query", "SELECT 1 AS one", "--since", phrase];
      expect(await logpipe(words, { stdin: "" })).toMatchObject({ code: 0, stderr: "" });
    },
  );

  it("a bad phrase exits 2 and lists the good ones", async () => {
    const ran = await logpipe(["query", "SELECT 1", "--since", "next blue moon"], { stdin: "" });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("next blue moon");
    expect(ran.stderr).toContain("yesterday");
  });
});

describe("24. --dry-run changes nothing", () => {
  const pipelines = streamers.filter(({ name }) => name !== "query");
  it.each(pipelines)("$name", async (streamer) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in.ndjson"), `${streamer.line(1)}\n`);
    const before = hashOf(cwd);
    const ran = await logpipe([...streamer.words, "--dry-run", "-o", "out"], { cwd });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).not.toBe("");
    expect(hashOf(cwd)).toBe(before);
  });

  it.runIf(subcommands.includes("sink"))("sink makes no store", async () => {
    const cwd = temporaryDirectory();
    const ran = await logpipe(["sink", "./store", "-n"], { cwd, stdin: '{"n":1}\n' });
    expect(ran.code).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

/** Names, sizes and contents below a directory. */
function hashOf(directory: string): string {
  const hash = createHash("sha256");
  for (const path of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    hash.update(path);
    const full = join(directory, path);
    if (statSync(full).isFile()) hash.update(readFileSync(full));
  }
  return hash.digest("hex");
}
