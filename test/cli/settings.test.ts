/** Settings: lines 31 to 34 of docs/manners.md. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { logpipe, shell, temporaryDirectory } from "../support/logpipe.js";
import { linesOf, streamers, subcommands } from "../support/subcommands.js";

describe("31. flag, variable, project, user, machine", () => {
  const words = ["enrich", "--dry-run"];
  const event = '{"n":1}\n';

  it("a command's options come from its section, its variable beats the file, a flag beats both", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "logpipe.yaml"), "enrich:\n  set: [from=file]\n");
    const run = async (more: readonly string[], env: Record<string, string> = {}) =>
      (await logpipe(["enrich", ...more], { cwd, env, stdin: event })).stdout;
    expect(await run([])).toBe('{"n":1,"from":"file"}\n');
    expect(await run([], { LOGPIPE_ENRICH_SET: "from=variable" })).toBe('{"n":1,"from":"variable"}\n');
    const flag = await run(["--set", "from=flag"], { LOGPIPE_ENRICH_SET: "from=variable" });
    expect(flag).toBe('{"n":1,"from":"flag"}\n');
  });

  it("a command of two words has its section and its variable too", async () => {
    const cwd = temporaryDirectory();
    await logpipe(["sink", "--store", "s", "-q"], { cwd, stdin: event });
    const info = async (env: Record<string, string>) =>
      (await logpipe(["store", "info", "--store", "s"], { cwd, env })).stdout;
    expect(await info({})).toMatch(/^table logs/);
    expect(await info({ LOGPIPE_STORE_INFO_JSON: "true" })).toMatch(/^\{"table":"logs"/);
    writeFileSync(join(cwd, "logpipe.yaml"), "store info:\n  json: true\n");
    expect(await info({})).toMatch(/^\{"table":"logs"/);
  });

  it("the project's file is found from below, and holds inside a quoted pipeline", async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "deep/er"), { recursive: true });
    writeFileSync(join(cwd, "logpipe.yaml"), "enrich:\n  set:\n    - from=project\n");
    const ran = await logpipe(["run", "enrich"], { cwd: join(cwd, "deep/er"), stdin: event });
    expect(ran.stdout).toBe('{"n":1,"from":"project"}\n');
  });

  it("--config stands in for the project's file", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "logpipe.yaml"), "{{{");
    writeFileSync(join(cwd, "other.yaml"), "enrich: { set: [from=other] }\n");
    const ran = await logpipe(["enrich", "--config", "other.yaml"], { cwd, stdin: event });
    expect(ran.stdout).toBe('{"n":1,"from":"other"}\n');
  });

  it.each(subcommands.map((name) => ({ name })))(
    "a broken file never blocks $name --help",
    async ({ name }) => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "logpipe.yaml"), "a: [1,\nb: 2\n");
      expect(await logpipe([...name.split(" "), "--help"], { cwd })).toMatchObject({ code: 0, stderr: "" });
      expect(await logpipe(["--version"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    },
  );

  it("a broken file names its line to what needs it", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "logpipe.yaml"), "store: x\nworkers: [1,\n");
    const ran = await logpipe(words, { cwd });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/logpipe\.yaml:[23]:\d+/);
  });
});

it("32. state is kept in $XDG_STATE_HOME and nowhere else", async () => {
  const cwd = temporaryDirectory();
  const work = join(cwd, "work");
  mkdirSync(work);
  const env = {
    HOME: join(cwd, "home"),
    XDG_STATE_HOME: join(cwd, "state"),
    XDG_CONFIG_HOME: join(cwd, "config"),
  };
  const ran = await logpipe(["enrich", "--set", "a=b"], { cwd: work, env, stdin: '{"n":1}\nbroken\n' });
  expect(ran.code).toBe(0);
  expect(readdirSync(work)).toEqual([]);
  expect(readdirSync(cwd).sort()).toEqual(["state", "work"]);
});

describe("33. secrets", () => {
  it("config show prints none", async () => {
    const env = { LOGPIPE_SINK_PASSWORD: "hunter2", LOGPIPE_SINK_API_KEY: "abc123" };
    const ran = await logpipe(["config", "show"], { env });
    expect(ran.stdout).not.toMatch(/hunter2|abc123/);
  });

  it("no command takes one as a flag", async () => {
    const { stdout } = await logpipe(["help", "--json"]);
    const { commands } = JSON.parse(stdout) as { commands: { options: { flag: string }[] }[] };
    const flags = commands.flatMap(({ options }) => options.map(({ flag }) => flag));
    expect(flags.filter((flag) => /password|secret|token|api-key|credential/.test(flag))).toEqual([]);
  });
});

describe("34. no network unless asked", () => {
  it.each([...streamers])("$name", async (streamer) => {
    const cwd = temporaryDirectory();
    const guard = `const net = require("node:net"); const dns = require("node:dns"); const fs = require("node:fs");
const caught = (what) => () => { fs.writeSync(2, "NETWORK " + what + "\\n"); process.exit(99); };
net.Socket.prototype.connect = caught("connect"); dns.lookup = caught("lookup"); net.Server.prototype.listen = caught("listen");\n`;
    writeFileSync(join(cwd, "guard.cjs"), guard);
    const env = { NODE_OPTIONS: `--require ${join(cwd, "guard.cjs")}` };
    const ran = await logpipe(streamer.words, { cwd, env, stdin: linesOf(streamer, 100) });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  it("the guard of this test works", async () => {
    const cwd = temporaryDirectory();
    const line = `node -e 'const net = require("net"); net.Socket.prototype.connect = () => process.exit(99); net.connect(9)'`;
    expect((await shell(line, { cwd })).code).toBe(99);
  });
});
