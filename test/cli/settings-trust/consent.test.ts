/** What a project's `logpipe.yaml` sets only with consent, and how that is given. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { logpipe, type Ran, temporaryDirectory } from "../../support/logpipe.js";

const secret = '{"password":"swordfish"}\n';

/** A project with settings, and whoever works in it. */
function project(text: string) {
  const home = temporaryDirectory();
  const cwd = join(home, "project");
  mkdirSync(cwd);
  const file = join(cwd, "logpipe.yaml");
  writeFileSync(file, text);
  const env = { HOME: home, XDG_CONFIG_HOME: join(home, "config"), XDG_STATE_HOME: join(home, "state") };
  const run = (words: readonly string[], stdin = secret, more = {}): Promise<Ran> =>
    logpipe(words, { cwd, env: { ...env, ...more }, stdin });
  return { home, cwd, file, env, run };
}

describe("without consent nothing is done that the file would change", () => {
  it.each([
    ["redact: { detect: none }", ["redact"]],
    ["redact:\n  allow: [swordfish]", ["redact"]],
    ["redact: { failClosed: false }", ["redact"]],
    ["redact: { action: [field=partial] }", ["run", "redact | filter true"]],
    ["store: ./elsewhere", ["sink"]],
    ["sink: { store: ./elsewhere }", ["sink"]],
    ["sink: { to: stdout }", ["run", "redact | sink"]],
    ["sink: { table: other }", ["sink"]],
    ["filter: { output: victim }", ["filter", "true"]],
    ["deadLetters: victim", ["filter", "true"]],
    ["ingest: { checkpoint: victim }", ["ingest", "victim"]],
    ["enrich: { env: [HOME] }", ["enrich", "--set", "a=1"]],
    ["enrich: { lookup: ['victim on a'] }", ["enrich", "--set", "a=1"]],
    ["run: { resetState: true }", ["run", "filter true"]],
    ["store delete: { yes: true }", ["store", "delete", "--where", "true"]],
    ["store vacuum: { grace: 0s }", ["store", "vacuum"]],
  ])("%s", async (text, words) => {
    const { cwd, file, run } = project(`${text}\n`);
    writeFileSync(join(cwd, "victim"), "as it was");
    const before = readdirSync(cwd);
    const ran = await run(words);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("only with your consent");
    expect(ran.stderr).toContain(`logpipe config trust ${file}`);
    expect(readdirSync(cwd)).toEqual(before);
    expect(readFileSync(join(cwd, "victim"), "utf8")).toBe("as it was");
  });

  it("a setting that would become the variable of a secret does not", async () => {
    const { run } = project("redact: { key_env: x, key: abc }\n");
    const ran = await run(["redact", "--key-env", "LOGPIPE_REDACT_KEY", "--action", "hash"]);
    expect(ran.code).not.toBe(0);
    expect(ran.stdout).toBe("");
  });
});

describe("needs no consent", () => {
  it("what only says how to look at things", async () => {
    const { run } = project("tz: UTC\nworkers: 1\nparse: { format: logfmt }\nview: { utc: true }\n");
    expect((await run(["parse"], "a=1\n")).stdout).toBe('{"a":1}\n');
  });

  it("what flags and variables say instead, and commands that the setting is not for", async () => {
    const { run } = project("redact: { detect: none }\nstore: ./elsewhere\n");
    expect((await run(["redact", "--detect", "all"])).stdout).toBe('{"password":"[REDACTED]"}\n');
    expect((await run(["redact"], secret, { LOGPIPE_REDACT_DETECT: "all" })).code).toBe(0);
    expect((await run(["run", "redact --detect all"])).code).toBe(0);
    expect((await run(["filter", "true"])).code).toBe(0);
    expect((await run(["sink", "--store", "mine", "-q"])).code).toBe(0);
  });

  it("the user's own file, and one that is named", async () => {
    const { home, file, run } = project("redact: { detect: none }\n");
    expect((await run(["redact", "--config", file])).stdout).toBe(secret);
    mkdirSync(join(home, "config/logpipe"), { recursive: true });
    writeFileSync(join(home, "config/logpipe/config.yaml"), "redact: { detect: none }\n");
    writeFileSync(file, "tz: UTC\n");
    expect((await run(["redact"])).stdout).toBe(secret);
  });
});

describe("config trust", () => {
  it("holds for this content at this path, in a record that nobody else can read", async () => {
    const { home, file, run } = project("redact: { detect: none }\ntz: UTC\n");
    const said = await run(["config", "trust"]);
    expect(said.stdout).toBe(`trusted: ${file}: it may set redact.detect\n`);
    expect((await run(["redact"])).stdout).toBe(secret);
    const records = join(home, "state/logpipe/trusted");
    expect(statSync(records).mode & 0o777).toBe(0o700);
    const [record] = readdirSync(records);
    expect(statSync(join(records, record!)).mode & 0o777).toBe(0o600);
    writeFileSync(file, "redact: { detect: none }\ntz: UTC\n# a word more\n");
    expect((await run(["redact"])).code).toBe(2);
    expect((await run(["config", "trust", file])).code).toBe(0);
    expect((await run(["redact"])).code).toBe(0);
    expect((await run(["config", "untrust"])).stdout).toBe(`no longer trusted: ${file}\n`);
    expect((await run(["redact"])).code).toBe(2);
  });

  it("the same content at another path is another file", async () => {
    const text = "redact: { detect: none }\n";
    const { home, run, env } = project(text);
    await run(["config", "trust"]);
    const copy = join(home, "copy");
    mkdirSync(copy);
    writeFileSync(join(copy, "logpipe.yaml"), text);
    expect((await logpipe(["redact"], { cwd: copy, env, stdin: secret })).code).toBe(2);
  });

  it("a record that comes with the project, or that others can write, says nothing", async () => {
    const { home, cwd, run } = project("redact: { detect: none }\n");
    await run(["config", "trust"], "", { XDG_STATE_HOME: join(cwd, ".local/state") });
    expect(existsSync(join(cwd, ".local/state/logpipe/trusted"))).toBe(true);
    for (const more of [{ XDG_STATE_HOME: ".local/state" }, { XDG_STATE_HOME: "", HOME: "" }])
      expect((await run(["redact"], secret, more)).code).toBe(2);
    const { chmodSync } = await import("node:fs");
    await run(["config", "trust"]);
    chmodSync(join(home, "state/logpipe/trusted"), 0o777);
    expect((await run(["redact"])).code).toBe(2);
    expect((await run(["config", "trust"])).code).toBe(1);
  });

  it("is not given to what cannot be read, and needs a file", async () => {
    const { file, run } = project("redact: [\n");
    expect(await run(["config", "trust"])).toMatchObject({ code: 2, stderr: expect.stringContaining(file) });
    expect((await run(["config", "trust", "nowhere.yaml"])).code).toBe(2);
    expect((await run(["config", "trust"], "", { XDG_STATE_HOME: "", HOME: "" })).code).toBe(2);
  });

  it("config show says what waits for it", async () => {
    const { run } = project("redact: { detect: none }\nstore: x\ntz: UTC\n");
    const rows = async () =>
      (await run(["config", "show", "--json"])).stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, string>)
        .filter(({ state }) => state !== "")
        .map(({ key }) => key);
    expect(await rows()).toEqual(["store", "redact.detect"]);
    await run(["config", "trust"]);
    expect(await rows()).toEqual([]);
  });
});

describe("names that every object has are names like others", () => {
  it.each(["toString", "constructor", "__proto__", "hasOwnProperty", "valueOf"])("%s", async (name) => {
    for (const text of [`${name}: 1`, `${name}:\n  a: 1`, `filter:\n  ${name}: 1`]) {
      const { run } = project(`${text}\n`);
      const ran = await run(["filter", "true"]);
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toMatch(/logpipe\.yaml:\d/);
    }
    const { cwd, run } = project("{}\n");
    for (const text of [`- ${name}`, `- filter: { ${name}: 1 }`, `- ${name}: { a: 1 }`, `${name}: []`]) {
      writeFileSync(join(cwd, "p.yaml"), `${text}\n`);
      expect(await run(["run", "p.yaml"])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/p\.yaml:1/),
      });
    }
    const words = [
      `--since=10${name}`,
      `--${name}`,
      `--max-count=${name}`,
      `--level=${name}`,
      `--tz=${name}`,
    ];
    for (const word of words) expect((await run(["filter", "true", word])).code).toBe(2);
    for (const rate of [`1/${name}`, `1${name}/s`])
      expect((await run(["sample", "--throttle", rate])).code).toBe(2);
    expect((await run(["sink", "s", "--segment-size", `1${name}`])).code).toBe(2);
  });
});
