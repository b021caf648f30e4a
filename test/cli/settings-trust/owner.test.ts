/** Whose settings files are read. To make files of other users takes root; everything else is tried always. */
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { geteuid } from "node:process";
import { describe, expect, it } from "vitest";
import { finished, logpipe, type RunSettings, start, temporaryDirectory } from "../../support/logpipe.js";

const OTHER = 65534;
const isRoot = geteuid?.() === 0;
const event = '{"password":"swordfish"}\n';

/** A shared directory with somebody's `logpipe.yaml` in it, and one's own directory below. */
function shared(text = "quiet: true\nenrich: { set: [from=file] }\n") {
  const top = temporaryDirectory();
  chmodSync(top, 0o755);
  const cwd = join(top, "own/deep");
  mkdirSync(cwd, { recursive: true });
  const file = join(top, "logpipe.yaml");
  writeFileSync(file, text);
  return { top, cwd, file };
}

const enriched = (settings: RunSettings) => logpipe(["enrich"], { stdin: '{"n":1}\n', ...settings });

describe.runIf(isRoot)("a settings file of another user", () => {
  it("is left out and named, and what lies above it is read", async () => {
    const { top, cwd, file } = shared();
    const foreign = join(top, "own/logpipe.yaml");
    writeFileSync(foreign, "enrich: { set: [from=stranger] }\n");
    chownSync(foreign, OTHER, OTHER);
    const ran = await enriched({ cwd });
    expect(ran.stdout).toBe('{"n":1,"from":"file"}\n');
    chownSync(file, OTHER, OTHER);
    const both = await enriched({ cwd });
    expect(both.stdout).toBe('{"n":1}\n');
    expect(both.stderr).toContain(
      `ignored the settings file ${file}: it belongs to another user (uid ${OTHER})`,
    );
    expect(both.stderr).toContain(`ignored the settings file ${foreign}`);
    expect(both.code).toBe(0);
  });

  it.each([
    ["a link of another user", (file: string) => linked(file, OTHER, 0)],
    ["an own link to a file of another user", (file: string) => linked(file, 0, OTHER)],
    ["a file that anyone can write to", (file: string) => chmodSync(file, 0o666)],
    ["a directory of another user", (file: string) => chownSync(join(file, ".."), OTHER, OTHER)],
    ["a directory that anyone can write to", (file: string) => chmodSync(join(file, ".."), 0o777)],
  ])("%s", async (_, spoil) => {
    const { cwd, file } = shared();
    spoil(file);
    const ran = await enriched({ cwd });
    expect(ran.stdout).toBe('{"n":1}\n');
    expect(ran.stderr).toContain(`ignored the settings file ${file}: `);
  });

  it("a sticky directory that all can write to, as /tmp is, is no harm to one's own file", async () => {
    const { top, cwd } = shared();
    chmodSync(top, 0o1777);
    expect((await enriched({ cwd })).stdout).toBe('{"n":1,"from":"file"}\n');
  });

  it("one that cannot be read blocks nobody, nor does a named pipe", async () => {
    const { cwd, file } = shared();
    chownSync(file, OTHER, OTHER);
    chmodSync(file, 0);
    expect((await enriched({ cwd })).code).toBe(0);
    const child = start(["bash", "-c", `rm ${file}; mkfifo ${file}; logpipe enrich`], { cwd });
    expect(await finished(child, '{"n":1}\n')).toMatchObject({ code: 0, stdout: '{"n":1}\n' });
  });

  it("that of who called sudo counts, as in git", async () => {
    const { top, cwd, file } = shared();
    for (const path of [top, file]) chownSync(path, OTHER, OTHER);
    expect((await enriched({ cwd })).stdout).toBe('{"n":1}\n');
    const env = { SUDO_UID: String(OTHER) };
    expect((await enriched({ cwd, env })).stdout).toBe('{"n":1,"from":"file"}\n');
  });

  it("in the user's own place is left out, too; named with --config it is read", async () => {
    const { cwd, file } = shared("{}\n");
    const config = join(cwd, "config/logpipe");
    mkdirSync(config, { recursive: true });
    const path = join(config, "config.yaml");
    writeFileSync(path, "enrich: { set: [from=user] }\n");
    chownSync(path, OTHER, OTHER);
    const env = { XDG_CONFIG_HOME: join(cwd, "config") };
    const ran = await enriched({ cwd, env });
    expect(ran.stdout).toBe('{"n":1}\n');
    expect(ran.stderr).toContain(path);
    renameSync(path, file);
    const named = await logpipe(["enrich", "--config", file], { cwd, stdin: '{"n":1}\n' });
    expect(named.stdout).toBe('{"n":1,"from":"user"}\n');
  });

  it("is shown by config show and config files, and cannot be trusted", async () => {
    const { cwd, file } = shared("redact: { detect: none }\n");
    chownSync(file, OTHER, OTHER);
    for (const action of ["show", "files"]) {
      const { stdout } = await logpipe(["config", action], { cwd });
      expect(stdout).toMatch(new RegExp(`${file}.*ignored: it belongs to another user`));
    }
    for (const words of [
      ["config", "trust"],
      ["config", "trust", file],
    ])
      expect(await logpipe(words, { cwd })).toMatchObject({
        code: 2,
        stderr: expect.stringMatching("another user"),
      });
    expect((await logpipe(["redact"], { cwd, stdin: event })).stdout).not.toContain("swordfish");
  });

  it("a second name for one's own file in a directory of a stranger is not read", async () => {
    const { top, cwd, file } = shared();
    const theirs = join(top, "theirs");
    mkdirSync(theirs);
    linkSync(file, join(theirs, "logpipe.yaml"));
    chownSync(theirs, OTHER, OTHER);
    mkdirSync(join(theirs, "w"));
    renameSync(file, join(top, "elsewhere"));
    const ran = await enriched({ cwd: join(theirs, "w") });
    expect([ran.stdout, cwd]).toEqual(['{"n":1}\n', cwd]);
  });
});

function linked(file: string, linkOwner: number, fileOwner: number): void {
  const target = `${file}.target`;
  renameSync(file, target);
  chownSync(target, fileOwner, fileOwner);
  symlinkSync(target, file);
  lchownSync(file, linkOwner, linkOwner);
}
