/** What the system refuses is said in words, and with what to do. */
import { existsSync } from "node:fs";
import { getuid } from "node:process";
import { expect, it } from "vitest";
import { shell, temporaryDirectory } from "../../support/logpipe.js";

const EVENT = '{"timestamp":"2026-11-20T10:00:00Z","a":1}\n';

it.each([24, 28, 32, 36])("ulimit -n %i", async (count) => {
  const ran = await shell(`ulimit -n ${count}; logpipe filter true`, { stdin: EVENT });
  if (ran.code === 0) return;
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/^logpipe.*too many open files/);
  expect(ran.stderr).not.toContain("    at ");
});

it.each(["logpipe --version", "logpipe -V", "logpipe help"])("%s > /dev/full", async (line) => {
  const ran = await shell(`${line} > /dev/full`);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("cannot write standard output: no space left on the device");
});

it.runIf(existsSync("/proc/self"))("no place for temporary files", async () => {
  const cwd = temporaryDirectory();
  const env = { TMPDIR: "/proc" };
  const query = await shell("logpipe query 'SELECT a FROM stdin'", { cwd, env, stdin: EVENT });
  expect(query).toMatchObject({ code: 1, stderr: expect.stringContaining("set TMPDIR") });
  const restricted = await shell("logpipe query --restricted 'FROM stdin'", { cwd, env, stdin: EVENT });
  expect(restricted).toMatchObject({ code: 1, stderr: expect.stringContaining("set TMPDIR") });
  for (const line of ["sink st -q", "compact --store st", "store verify --store st", "sort --by a"])
    expect(await shell(`logpipe ${line}`, { cwd, env, stdin: EVENT })).toMatchObject({ code: 0 });
});

it.each([
  "compact --store st",
  "store delete logs --where 'a = 1' --yes --store st",
  "store retention set logs --older-than 3d --store st",
  "store retention apply logs --store st",
  "store schema set a string --store st",
  "store schema rename a b --store st",
  "sink st",
])("a store that may not be written to: %s", async (line) => {
  const cwd = temporaryDirectory();
  const as = getuid?.() === 0 ? "setpriv --reuid 65534 --clear-groups " : "";
  const made = "for n in 1 2; do logpipe sink st -q < in; done; chmod 755 .; chmod -R a+rX,a-w st";
  const ran = await shell(
    `cat > in; ${made}; HOME=/ ${as} logpipe ${line} < in; code=$?; chmod -R u+w st; exit $code`,
    { cwd, stdin: EVENT },
  );
  if (ran.code === 0) expect(ran.stdout).toMatch(/nothing is too old/);
  else expect(ran.stderr).toMatch(/cannot write to the store \S+: permission denied/);
});
