import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { geteuid } from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePrivateDirectories } from "../../../../src/lib/base/private-files/modes.js";
import { isOwnerGone, ownerMark } from "../../../../src/lib/base/private-files/owner-mark.js";
import { makeTemporaryDirectory } from "../../../../src/lib/base/private-files/temporary-directory.js";
import { temporaryDirectory } from "../../../support/logpipe.js";

const before = process.env["TMPDIR"];
let directory = "";

beforeEach(() => {
  directory = temporaryDirectory();
  process.env["TMPDIR"] = join(directory, "scratch");
});

afterEach(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
});

describe("a directory for what a process needs for a while", () => {
  it("is in TMPDIR, which is made when it is missing, and for its owner alone", async () => {
    const old = process.umask(0);
    try {
      const path = await makeTemporaryDirectory("test");
      expect(path.startsWith(join(directory, "scratch", "logpipe-test-"))).toBe(true);
      expect(statSync(path).mode & 0o777).toBe(0o700);
      expect(await makeTemporaryDirectory("test")).not.toBe(path);
    } finally {
      process.umask(old);
    }
  });

  it("removes those of processes of this user that are gone, with what is in them", async () => {
    const parent = join(directory, "scratch");
    const mark = await markOfDead();
    const [, boot] = mark.split("-");
    mkdirSync(join(parent, `logpipe-query-${mark}-00ff`, "live-logs"), { recursive: true });
    writeFileSync(join(parent, `logpipe-query-${mark}-00ff`, "live-logs", "x.ndjson"), "secret");
    const stay = [
      `logpipe-query-${ownerMark()}-00ff`,
      `logpipe-query-00000000-${boot}-1-1-00ff`,
      `logpipe-${mark}`,
      "mine",
    ];
    for (const name of stay) mkdirSync(join(parent, name));
    symlinkSync(join(parent, "mine"), join(parent, `logpipe-query-${mark}-00fe`));
    if (geteuid?.() === 0) {
      mkdirSync(join(parent, `logpipe-query-${mark}-00aa`));
      spawnSync("chown", ["65534", join(parent, `logpipe-query-${mark}-00aa`)]);
      stay.push(`logpipe-query-${mark}-00aa`);
    }
    const made = await makeTemporaryDirectory("query");
    const left = readdirSync(parent).map((name) => join(parent, name));
    const wanted = [...stay, `logpipe-query-${mark}-00fe`].map((name) => join(parent, name));
    expect(left.sort()).toEqual([...wanted, made].sort());
  });
});

describe("missing directories", () => {
  it("are made one by one, for the owner alone", () => {
    const path = join(directory, "a", "b", "c");
    makePrivateDirectories(path);
    for (const part of [path, join(directory, "a", "b"), join(directory, "a")])
      expect(statSync(part).mode & 0o777).toBe(0o700);
    makePrivateDirectories(path);
  });

  it("are refused at once below /proc, and where a file is in their place", () => {
    expect(() => makePrivateDirectories("/proc/nothing/here")).toThrow(/ENOENT/);
    writeFileSync(join(directory, "file"), "");
    expect(() => makePrivateDirectories(join(directory, "file", "x"))).toThrow(/ENOTDIR/);
  });
});

it("a process that runs is not gone, one that has ended is", async () => {
  expect(isOwnerGone(ownerMark())).toBe(false);
  expect(isOwnerGone(await markOfDead())).toBe(true);
});

/** The mark of a process that has run and was killed. */
async function markOfDead(): Promise<string> {
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  const { pid } = child;
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "latin1") : "";
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  child.kill("SIGKILL");
  await once(child, "close");
  const [place, boot] = ownerMark().split("-");
  return `${place}-${boot}-${pid}-${started}`;
}
