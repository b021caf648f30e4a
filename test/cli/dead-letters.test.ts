/** Lines that cannot be handled are kept where there is a place for them, and where there is none the events go on. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { geteuid } from "node:process";
import { describe, expect, it } from "vitest";
import { BIN, logpipe, shell, temporaryDirectory } from "../support/logpipe.js";

const GOOD = 20_000;
const numbers = Array.from({ length: GOOD }, (_, n) => `{"n":${n}}\n`).join("");
const INPUT = `${numbers}bad one\n${numbers}bad two\n`;
const LINES = 2 * GOOD;

/** What the environment may be like, made in `cwd`. */
const PLACES: Readonly<Record<string, (cwd: string) => Record<string, string | undefined>>> = {
  "below /proc": () => ({ XDG_STATE_HOME: "/proc/nothing", HOME: "/proc/nothing" }),
  "a file as HOME": (cwd) => {
    writeFileSync(join(cwd, "file"), "");
    return { XDG_STATE_HOME: undefined, HOME: join(cwd, "file") };
  },
  "a file in the place of the state directory": (cwd) => {
    mkdirSync(join(cwd, "state"));
    writeFileSync(join(cwd, "state", "logpipe"), "");
    return { XDG_STATE_HOME: join(cwd, "state") };
  },
  "a directory in the place of the file": (cwd) => {
    mkdirSync(join(cwd, "state", "logpipe", "dead-letters.ndjson"), { recursive: true });
    return { XDG_STATE_HOME: join(cwd, "state") };
  },
  "a link in the place of the file": (cwd) => {
    mkdirSync(join(cwd, "state", "logpipe"), { recursive: true });
    symlinkSync(join(cwd, "victim"), join(cwd, "state", "logpipe", "dead-letters.ndjson"));
    return { XDG_STATE_HOME: join(cwd, "state") };
  },
  "a full device": (cwd) => {
    mkdirSync(join(cwd, "state"), { recursive: true });
    symlinkSync("/dev/full", join(cwd, "state", "logpipe"));
    return { XDG_STATE_HOME: join(cwd, "state") };
  },
};

describe.each(Object.keys(PLACES))("no place for dead letters: %s", (what) => {
  it.each([
    ["one command", "logpipe filter true in.ndjson"],
    ["a pipeline", "logpipe run 'filter true | enrich --set a=1' in.ndjson"],
    [
      "with worker threads",
      "cat in.ndjson wide.ndjson | logpipe run --workers 2 'filter true' - | grep -v wide",
    ],
  ])(
    "%s: every event comes, the loss is counted and said, and the exit code is 1",
    { timeout: 300_000 },
    async (_, line) => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "in.ndjson"), INPUT);
      writeFileSync(join(cwd, "wide.ndjson"), `{"wide":"${"x".repeat(1000)}"}\n`.repeat(4000));
      const env = PLACES[what]!(cwd);
      const input = line.includes(" - ") ? line : line.replace("in.ndjson", "< in.ndjson");
      const { code, stdout, stderr } = await shell(input, { cwd, env });
      expect([code, stdout.split("\n").length - 1]).toEqual([1, LINES]);
      expect(stderr.match(/cannot keep 2 dead letters in /g)).toHaveLength(1);
      expect(stderr).not.toContain("kept in");
      expect(existsSync(join(cwd, "victim"))).toBe(false);
    },
  );
});

describe("where letters cannot be kept", () => {
  it("--quiet changes neither the exit code nor that it is said", async () => {
    const ran = await logpipe(["filter", "true", "-q"], {
      stdin: "bad\n",
      env: { XDG_STATE_HOME: "/proc/nothing" },
    });
    expect([ran.code, ran.stderr.split("\n")[0]]).toEqual([
      1,
      "logpipe: cannot keep 1 dead letter in /proc/nothing/logpipe/dead-letters.ndjson: no such file or directory",
    ]);
  });

  it("--on-dead-letter-failure stop ends the run at once, with no word of a line", async () => {
    const cwd = temporaryDirectory();
    for (const words of [
      ["filter", "true"],
      ["run", "filter true"],
    ]) {
      const ran = await logpipe(
        [...words, "--on-dead-letter-failure", "stop", "--dead-letters", "/dev/full"],
        { cwd, stdin: INPUT },
      );
      expect(ran.code).toBe(1);
      expect(ran.stdout.split("\n").length - 1).toBeLessThan(LINES);
      expect(ran.stderr).toContain("cannot keep dead letters in /dev/full: no space left on the device");
    }
  });

  it("a setting says the same for all runs", async () => {
    const cwd = temporaryDirectory();
    const env = { LOGPIPE_ON_DEAD_LETTER_FAILURE: "stop", LOGPIPE_DEAD_LETTERS: "/dev/full" };
    const ran = await logpipe(["filter", "true"], { cwd, env, stdin: "bad\n" });
    expect([ran.code, ran.stderr]).toEqual([
      1,
      expect.stringContaining("cannot keep dead letters in /dev/full"),
    ]);
  });

  it("nothing is lost that has nothing to do with them", async () => {
    const ran = await logpipe(["filter", "true"], {
      stdin: numbers,
      env: { XDG_STATE_HOME: "/proc/nothing" },
    });
    expect([ran.code, ran.stderr, ran.stdout]).toEqual([0, "", numbers]);
  });

  it.runIf(geteuid?.() === 0)("a user whose HOME is another's, and one without any, get their events", () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "home"), { mode: 0o700 });
    const as = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    if (spawnSync("setpriv", [...as, BIN, "--version"]).status !== 0) return;
    for (const set of [
      ["env", "-u", "XDG_STATE_HOME", `HOME=${join(cwd, "home")}`],
      ["env", "-u", "XDG_STATE_HOME", "-u", "HOME"],
    ]) {
      const ran = spawnSync("setpriv", [...as, ...set, BIN, "filter", "true"], {
        input: INPUT,
        encoding: "utf8",
        maxBuffer: 1 << 26,
      });
      expect([ran.status, ran.stdout.split("\n").length - 1]).toEqual([1, LINES]);
    }
  });
});

describe("the file of dead letters", () => {
  it("a letter that a crash or a full disk has cut takes none with it", async () => {
    const cwd = temporaryDirectory();
    const path = join(cwd, "dead.ndjson");
    const bad = (text: string) =>
      logpipe(["filter", "true", "--dead-letters", "dead.ndjson"], { cwd, stdin: `${text}\n` });
    for (const cut of [1, 30]) {
      await bad("first");
      truncateSync(path, readFileSync(path).length - cut);
      await bad(`after a cut of ${cut}`);
    }
    const raws = readFileSync(path, "utf8")
      .split("\n")
      .flatMap((line) => /"raw":"(after[^"]*)"\}$/.exec(line)?.[1] ?? []);
    expect(raws).toEqual(["after a cut of 1", "after a cut of 30"]);
  });

  it("may be standard error, in the row with what else is said there", async () => {
    const cwd = temporaryDirectory();
    for (const name of ["-", "/dev/stderr"]) {
      await shell(`echo bad | logpipe filter true --dead-letters ${name} 2> err`, { cwd });
      const [letter, notice] = readFileSync(join(cwd, "err"), "utf8").split("\n");
      expect(JSON.parse(letter!)).toMatchObject({ raw: "bad" });
      expect(notice).toBe(
        "logpipe: filter: not a JSON object: 1 line set aside, first at <stdin>:1:1; kept in standard error",
      );
    }
    expect(existsSync(join(cwd, "-"))).toBe(false);
  });

  it("is found where the base directory specification says, relative paths of which do not count", async () => {
    const cwd = temporaryDirectory();
    const env = { XDG_STATE_HOME: "relative", HOME: join(cwd, "home") };
    await logpipe(["filter", "true"], { cwd, env, stdin: "bad\n" });
    expect(existsSync(join(cwd, "home", ".local", "state", "logpipe", "dead-letters.ndjson"))).toBe(true);
    expect(existsSync(join(cwd, "relative"))).toBe(false);
  });

  it("keeps the mode that the user has given it", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "dead"), "");
    chmodSync(join(cwd, "dead"), 0o640);
    await logpipe(["filter", "true", "--dead-letters", "dead"], { cwd, stdin: "bad\n" });
    expect((await shell("stat -c %a dead", { cwd })).stdout).toBe("640\n");
  });
});
