/**
 * `--dead-letters FILE` is a file of its own: what would be lost, or would damage another file, is refused before
 * anything is written.
 */
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { files, parse, pipeline } from "../../../src/index.js";
import { shell, temporaryDirectory } from "../../support/logpipe.js";

const LINES = '{"n":1}\nbad\n{"n":2}\n';

function place(): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "in"), LINES);
  writeFileSync(join(cwd, "app.log"), LINES);
  symlinkSync("in", join(cwd, "link"));
  linkSync(join(cwd, "in"), join(cwd, "hard"));
  mkdirSync(join(cwd, "d"));
  symlinkSync("d", join(cwd, "e"));
  return cwd;
}

describe("--dead-letters is refused", () => {
  it.each([
    ["that is the output", "filter true in -o out --dead-letters out"],
    ["that is the output by another path", "filter true in -o d/out --dead-letters ./e/../e/out"],
    ["that is the output in the environment", "filter true in -o out"],
    ["that is an input", "filter true in --dead-letters in"],
    ["that is the second input", "filter true app.log in --dead-letters in"],
    ["that is an input by a symbolic link", "filter true in --dead-letters link"],
    ["that is an input by a hard link", "filter true hard --dead-letters in"],
    ["that is the input of a source", "ingest in --dead-letters in"],
    ["that a pattern of a source matches", "ingest '*.log' --dead-letters app.log"],
    ["that is the checkpoint", "ingest --checkpoint cp in --dead-letters cp"],
    ["that is the file of a sink", "sink --to file -o out --dead-letters out in"],
    ["that is the audit", "redact --audit a in --dead-letters a"],
    ["that is the input of a quoted pipeline", "run --dead-letters in 'filter true' in"],
  ])("%s", async (name, line) => {
    const cwd = place();
    const env = name.endsWith("environment") ? { LOGPIPE_DEAD_LETTERS: "out" } : {};
    const ran = await shell(`logpipe ${line}`, { cwd, env });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("are the same file");
    expect(readFileSync(join(cwd, "in"), "utf8")).toBe(LINES);
    expect(readFileSync(join(cwd, "app.log"), "utf8")).toBe(LINES);
  });

  it("that a pattern with the whole path matches", async () => {
    const cwd = place();
    const ran = await shell("logpipe ingest $PWD/'*.log' --dead-letters app.log", { cwd });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
  });

  it("in a library's pipeline, too", async () => {
    const path = join(place(), "in");
    const output = join(place(), "out");
    const run = pipeline(files(path), parse()).run({ output, deadLetters: path });
    await expect(run).rejects.toMatchObject({ code: "usage.same-file" });
  });
});

describe("--dead-letters is not refused", () => {
  it.each([
    ["for a file of its own", "filter true in -o out --dead-letters dead"],
    ["for one that is there", "touch dead; logpipe filter true in -o out --dead-letters dead"],
    ["for a device that takes anything", "filter true in -o /dev/null --dead-letters /dev/null"],
    ["for a file of the same name elsewhere", "filter true in -o out --dead-letters d/in"],
    ["for standard error", "filter true in -o out --dead-letters -"],
  ])("%s", async (_, line) => {
    const cwd = place();
    const ran = await shell(line.includes("logpipe") ? line : `logpipe ${line}`, { cwd });
    expect(ran).toMatchObject({ code: 0 });
    if (line.includes("-o out")) expect(readFileSync(join(cwd, "out"), "utf8")).toBe('{"n":1}\n{"n":2}\n');
  });
});
