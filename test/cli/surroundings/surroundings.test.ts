/**
 * What the system around a run can lack: it works all the same, or says in a sentence what is missing. Never exit 70.
 */
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { printed, shell, start, temporaryDirectory } from "../../support/logpipe.js";

const EVENT = '{"timestamp":"2026-11-21T10:00:00Z","a":1,"message":"took 5 ms"}\n';
const HOUR = { timeout: 3_600_000 };
/** Commands that need standard input and nothing else. */
const STREAMS = [
  "parse",
  "filter 'a > 0'",
  "sort --by a",
  "dedupe --by a",
  "redact",
  "enrich --set b=2",
  "window 1m --agg count",
  "patterns",
  "detect",
  "sample --one-in 1",
  "view",
  "query 'SELECT a FROM stdin'",
  "run 'parse | filter \"a > 0\"'",
];
const isLinux = process.platform === "linux";

describe("the working directory is gone", () => {
  it.each(STREAMS)("%s reads and writes as ever", HOUR, async (command) => {
    const there = await shell(`logpipe ${command}`, { stdin: EVENT });
    const gone = await shell(`mkdir gone; cd gone; rmdir ../gone; logpipe ${command}`, { stdin: EVENT });
    expect(gone.code, gone.stderr).toBe(0);
    expect(gone.stdout).toBe(there.stdout);
  });

  it(
    "absolute paths are found, relative ones are not, and another directory of its name is another one",
    HOUR,
    async () => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "a.log"), EVENT);
      const inGone = (line: string) => shell(`mkdir gone; cd gone; rmdir ../gone; ${line}`, { cwd });
      expect((await inGone(`logpipe filter 'a > 0' ${cwd}/a.log`)).stdout).toBe(EVENT);
      const relative = await inGone("logpipe filter 'a > 0' a.log");
      expect(relative).toMatchObject({ code: 1, stdout: "" });
      expect(relative.stderr).toContain("no such file or directory");
      const stored = await inGone(
        `printf '{"a":1}\\n' | logpipe sink ${cwd}/store -q && logpipe query --store ${cwd}/store 'SELECT a FROM logs'`,
      );
      expect(stored).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
      mkdirSync(join(cwd, "deep"));
      rmdirSync(join(cwd, "deep"));
    },
  );
});

describe("no place for temporary files", () => {
  it.each(["/proc/none", "/proc/none/deeper", "/dev/null/x"])("TMPDIR=%s", HOUR, async (place) => {
    for (const command of [
      "sort --by a --memory 8MiB",
      "query 'SELECT a FROM stdin'",
      "window 1m --agg count",
      "view",
    ]) {
      const ran = await shell(`logpipe ${command}`, { stdin: EVENT.repeat(100), env: { TMPDIR: place } });
      expect([0, 1], `${command}: ${ran.stderr}`).toContain(ran.code);
      expect(ran.stderr).not.toContain("this is a bug");
      if (ran.code === 1) expect(ran.stderr).toContain(place);
    }
  });
});

describe.runIf(isLinux)("limits", () => {
  it.each([
    ["of addresses, 4 GB", "ulimit -v 4000000"],
    ["of addresses, 2.5 GB", "ulimit -v 2500000"],
  ])("%s: streams work", HOUR, async (_, limit) => {
    for (const command of ["filter 'a > 0'", "parse", "redact", "sort --by a"]) {
      const ran = await shell(`${limit}; logpipe ${command}`, { stdin: EVENT });
      const free = await shell(`logpipe ${command}`, { stdin: EVENT });
      expect(ran, command).toMatchObject({ code: 0, stdout: free.stdout, stderr: "" });
    }
  });

  it(
    "of addresses: signals, exit codes and descriptors reach the process that does the work",
    HOUR,
    async () => {
      const cwd = temporaryDirectory();
      const line =
        "ulimit -v 4000000; logpipe filter 'a > 0' <(printf '{\"a\":2}\\n'); logpipe filter 'a >'; echo $?";
      expect((await shell(line, { cwd })).stdout).toBe('{"a":2}\n2\n');
      const child = start(["bash", "-c", "ulimit -v 4000000; exec logpipe parse"]);
      const seen = printed(child, "stdout", /disk/);
      child.stdin!.write("level=warn msg=disk\n");
      await seen;
      child.kill("SIGTERM");
      expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(143);
    },
  );

  it("of addresses, less than node itself needs: a sentence", HOUR, async () => {
    const ran = await shell("ulimit -v 900000; node -e 0 || exit 0; logpipe query 'SELECT a FROM stdin'", {
      stdin: EVENT,
    });
    expect([0, 1]).toContain(ran.code);
    expect(ran.stderr).not.toContain("this is a bug");
  });

  it.each(["ulimit -n 40", "ulimit -n 64"])(
    "%s: sorting, merging, storing and asking",
    HOUR,
    async (limit) => {
      const cwd = temporaryDirectory();
      for (let n = 0; n < 300; n++)
        writeFileSync(join(cwd, `${n}.ndjson`), `{"timestamp":${1_700_000_000 + n},"a":${n}}\n`);
      for (const command of ["merge *.ndjson", "sort --by a *.ndjson", "filter 'a >= 0' *.ndjson"]) {
        const ran = await shell(`${limit}; logpipe ${command} | wc -l`, { cwd });
        expect(ran.stderr, command).not.toContain("this is a bug");
        expect([0, 1]).toContain(ran.code);
        if (ran.stderr === "") expect(ran.stdout.trim()).toBe("300");
      }
    },
  );
});

describe.runIf(isLinux)("descriptors", () => {
  it.each(["parse >/dev/full", "parse 2>/dev/full", "parse <&-", "filter 'a > 0' 2>&-", "parse <."])(
    "%s",
    HOUR,
    async (words) => {
      const ran = await shell(`logpipe ${words}`, { stdin: EVENT });
      expect(ran.code, ran.stderr).not.toBe(70);
      expect(ran.stderr).not.toContain("this is a bug");
    },
  );

  it("HOME and everything else unset", HOUR, async () => {
    const ran = await shell('env -i "$(command -v node)" "$(command -v logpipe)" filter "a > 0"', {
      stdin: EVENT,
    });
    expect(ran).toMatchObject({ code: 0, stdout: EVENT, stderr: "" });
  });
});

it("a program that makes no threads any more works without", HOUR, async () => {
  const cwd = temporaryDirectory();
  const preload = join(cwd, "no-threads.cjs");
  writeFileSync(
    preload,
    `const threads = require("node:worker_threads");
     threads.Worker = class extends threads.Worker { constructor() { throw Object.assign(new Error("no thread"), { code: "ERR_WORKER_INIT_FAILED" }); } };
     require("node:module").syncBuiltinESMExports();`,
  );
  const lines =
    '192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1043 "-" "curl/8.5.0"\n'.repeat(60_000);
  writeFileSync(join(cwd, "a.log"), lines);
  const ran = await shell("logpipe parse --workers 2 a.log | wc -l", {
    cwd,
    env: { NODE_OPTIONS: `--require ${preload}` },
  });
  expect(ran).toMatchObject({ code: 0, stdout: "60000\n" });
  expect(ran.stderr).toContain("without worker threads");
});
