/** Keys of `redact`: where they may come from, what is never printed, and what is said when they do not fit. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { getuid } from "node:process";
import { describe, expect, it } from "vitest";
import { logpipe, shell, temporaryDirectory } from "../../support/logpipe.js";

const ONE = "one 0123456789abcdef0123456789abcdef";
const OTHER = "one fedcba9876543210fedcba9876543210";
const MANY = 60_000;

function place(): string {
  const cwd = temporaryDirectory();
  for (const [name, text] of [
    ["one", ONE],
    ["other", OTHER],
    ["second", OTHER.replace("one", "two")],
  ] as const)
    writeFileSync(join(cwd, name), `${text}\n`, { mode: 0o600 });
  writeFileSync(join(cwd, "in"), '{"u":"ada@example.com","v":"bob@example.com"}\n');
  return cwd;
}

describe("what cannot be revealed is said, and the exit code is 1", () => {
  const hide = "logpipe redact --action encrypt --key-file one in > enc";
  it.each([
    ["another secret", "cp other keys", 2],
    ["no key of the id", "cp second keys", 2],
    ["a changed value", "cp one keys; sed -i 's/\\(enc:one:\\)./\\1_/' enc", 1],
    ["a value that is cut", "cp one keys; sed -i 's/\\(enc:one:.\\{30\\}\\)[^]]*\\]/\\1/' enc", 1],
    ["a foreign value", `cp one keys; echo '{"w":"[enc:x:0123456789abcdefghijklmn]"}' >> enc`, 1],
  ])("%s", async (_, change, count) => {
    const cwd = place();
    for (const flag of ["", "-q", "--text"]) {
      const ran = await shell(
        `${hide}; ${change}; chmod 600 keys; logpipe redact --reveal --key-file keys enc ${flag}`,
        { cwd },
      );
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain(`${count} encrypted value`);
    }
  });

  it("nothing is said when all of them are", async () => {
    const cwd = place();
    const ran = await shell(`${hide}; cat other in > x; logpipe redact --reveal --key-file one enc`, { cwd });
    expect(ran).toMatchObject({
      code: 0,
      stderr: "",
      stdout: '{"u":"ada@example.com","v":"bob@example.com"}\n',
    });
  });

  it("by worker threads, too", async () => {
    const cwd = place();
    writeFileSync(join(cwd, "in"), '{"u":"ada@example.com","v":"bob@example.com"}\n'.repeat(MANY));
    const ran = await shell(`${hide}; logpipe redact --reveal --key-file other --workers 2 enc > out`, {
      cwd,
    });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("120,000 encrypted values");
  });
});

describe("keys that can be read once", () => {
  const hashed = (text: string) => [...new Set(text.match(/\[EMAIL:one:[0-9a-f]{32}\]/g))];
  it.each([
    ["from standard input", "--key-file - in < one"],
    ["from a pipe", "--key-file <(cat one) in"],
    ["from standard input by its name", "--key-file /dev/stdin in < one"],
    ["from standard input, and worker threads", "--workers 2 --key-file - in < one"],
    ["from a pipe, and worker threads", "--workers 2 --key-file <(cat one) in"],
    [
      "by standard input, in a pipeline with a source",
      "- 'ingest in | redact --action hash --key-file -' < one",
    ],
  ])("%s", async (_, words) => {
    const cwd = place();
    writeFileSync(join(cwd, "in"), '{"u":"ada@example.com","v":"bob@example.com"}\n'.repeat(MANY));
    const line = words.startsWith("- ") ? `run ${words.slice(2)}` : `redact --action hash ${words}`;
    const ran = await shell(`logpipe ${line}`, { cwd });
    const wanted = await shell("head -1 in | logpipe redact --action hash --key-file one", { cwd });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(hashed(ran.stdout)).toEqual(hashed(wanted.stdout));
    expect(ran.stdout).not.toContain("example.com");
  });

  it("not from standard input where the events are", async () => {
    const cwd = place();
    for (const line of [
      "redact --action hash --key-file -",
      "redact --action hash --key-file - -",
      "run 'redact --action hash --key-file -'",
    ]) {
      const ran = await shell(`logpipe ${line}`, { cwd, stdin: `${ONE}\n` });
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toContain("cannot both come from standard input");
    }
  });
});

describe("a key in place of a name is not printed", () => {
  const SECRET = "Zx81Secret0123456789abcdef0123456789";
  it.each([
    ["--key-env", `one ${SECRET}`],
    ["--key-env", SECRET],
    ["--key-env", `one ${SECRET},two ${SECRET}`],
    ["--key-file", `one ${SECRET}`],
    ["--key-file", SECRET],
    ["--key-file", `# keys\none ${SECRET}`],
  ])("%s %s", async (flag, value) => {
    const ran = await logpipe(["redact", "--action", "hash", flag, value], { stdin: "{}\n" });
    expect(ran.code).not.toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain("Secret0123");
  });

  it("in a settings file and a variable", async () => {
    const cwd = place();
    writeFileSync(join(cwd, "c.yaml"), `redact: { keyEnv: "one ${SECRET}", action: hash }\n`);
    for (const [words, env] of [
      [["redact", "--config", "c.yaml"], {}],
      [["redact", "--action", "hash"], { LOGPIPE_REDACT_KEY_ENV: `one ${SECRET}` }],
    ] as const) {
      const ran = await logpipe(words, { cwd, env, stdin: "{}\n" });
      expect(ran.code).toBe(2);
      expect(ran.stderr).not.toContain("Secret0123");
    }
  });

  it("and a name is", async () => {
    const ran = await logpipe(["redact", "--action", "hash", "--key-env", "APP_KEYS"], { stdin: "{}\n" });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("--key-env APP_KEYS") });
  });
});

it.runIf(getuid?.() === 0)("root takes no key file of another user but of who called sudo", async () => {
  const cwd = place();
  const line = "chown 65534 one; logpipe redact --action hash --key-file one in";
  const refused = await shell(line, { cwd });
  expect(refused).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("another user (uid 65534)"),
  });
  expect(await shell(line, { cwd, env: { SUDO_UID: "65534" } })).toMatchObject({ code: 0 });
});
