/** Programs that end, fail, hang, flood and leave others behind. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { isAlive } from "../../../../src/lib/base/process/alive.js";
import { commandOf } from "../../../../src/lib/sources/exec/command-words.js";
import { type ExecSettings, ExecSource } from "../../../../src/lib/sources/exec/exec-source.js";
import { Schedule } from "../../../../src/lib/sources/exec/schedule.js";
import { BIN, start } from "../../../support/logpipe.js";
import { readAll, readUntil, temporaryDirectories, textOf } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

vi.setConfig({ testTimeout: 120_000 });
const directory = temporaryDirectories();

function opened(script: string, more: Partial<ExecSettings> = {}, host = fakeHost()) {
  return ExecSource.open(
    {
      command: { words: ["/bin/sh", "-c", script], name: "it" },
      cwd: "/",
      env: process.env,
      stderr: "log",
      restart: "never",
      label: undefined,
      ...more,
    },
    host,
  );
}

const gone = (pid: number) => vi.waitUntil(() => !isAlive(pid), { timeout: 300_000, interval: 20 });
const pidIn = async (path: string) => {
  await vi.waitUntil(() => existsSync(path) && readFileSync(path, "utf8").endsWith("\n"), {
    timeout: 300_000,
  });
  return Number(readFileSync(path, "utf8"));
};

describe("what it writes", () => {
  test("standard error: messages, lines, or nothing; by their names under /dev as well", async () => {
    const script = "echo out > /dev/stdout; echo err > /dev/stderr";
    const host = fakeHost();
    expect(textOf(await readAll(await opened(script, {}, host)))).toBe("out\n");
    expect(host.notices).toEqual(["it: err"]);
    expect(textOf(await readAll(await opened(script, { stderr: "merge" })))).toBe("out\nerr\n");
    const silent = fakeHost();
    expect(textOf(await readAll(await opened("echo out; echo err >&2", { stderr: "drop" }, silent)))).toBe(
      "out\n",
    );
    expect(silent.notices).toEqual([]);
  });

  test("a flood of errors is shown in part, and never holds the program up", async () => {
    const host = fakeHost();
    const source = await opened(
      "i=0; while [ $i -lt 20000 ]; do echo error $i >&2; i=$((i+1)); done; echo done",
      {},
      host,
    );
    expect(textOf(await readAll(source))).toBe("done\n");
    expect(host.notices.length).toBeLessThan(200);
    expect(host.notices.at(-1)).toMatch(/^it: \(\d+ more lines\)$/);
  });

  test("what is not read is not written: the program waits", async () => {
    const path = join(directory(), "count");
    const source = await opened(
      `i=0; while echo "$i ${"x".repeat(1000)}"; do i=$((i+1)); echo $i > ${path}; done`,
      {
        blockBytes: 10_000,
      },
    );
    await source.read();
    const count = () => Number(readFileSync(path, "utf8"));
    let before = -1;
    await vi.waitUntil(() => before === (before = count()) && before > 0, {
      timeout: 300_000,
      interval: 300,
    });
    expect(before).toBeLessThan(2000);
    await source.close();
  });
});

describe("its end", () => {
  test("an exit code is a failure, and what was written before it is read", async () => {
    const host = fakeHost();
    expect(textOf(await readAll(await opened("echo one; printf two; exit 3", {}, host)))).toBe("one\ntwo\n");
    expect(host.complaints).toEqual(["it ended with exit code 3"]);
  });

  test("a signal is one, too; a stop is none", async () => {
    const host = fakeHost();
    await readAll(await opened("kill -KILL $$", {}, host));
    expect(host.complaints).toEqual(["it was ended by SIGKILL"]);
    const stopped = fakeHost();
    const { lines } = await readUntil(await opened("echo one; exec sleep 1000", {}, stopped), () => true);
    expect([lines, stopped.complaints]).toEqual([["one"], []]);
  });

  test("what it says when it is asked to end is read", async () => {
    const script = `trap "echo bye; exit 0" TERM; echo hi; while :; do sleep 0.05; done`;
    expect((await readUntil(await opened(script), () => true)).lines).toEqual(["hi", "bye"]);
  });

  test("one that does not listen is killed, with all that it has started", async () => {
    const path = join(directory(), "pid");
    const script = `trap "" TERM; (echo $$ > /dev/null; sleep 1000) & echo $! > ${path}; echo hi; wait; sleep 1000`;
    await readUntil(await opened(script), () => true);
    await gone(await pidIn(path));
  });

  test("a child that holds its output open does not hold up the end", async () => {
    const path = join(directory(), "pid");
    expect(textOf(await readAll(await opened(`sleep 1000 & echo $! > ${path}; echo hi`)))).toBe("hi\n");
    await gone(await pidIn(path));
  });

  test("nor does a daemon, which is left alone", async () => {
    const path = join(directory(), "pid");
    const script = `setsid sh -c 'echo $$ > ${path}; exec sleep 1000' & echo hi; while [ ! -s ${path} ]; do sleep 0.01; done`;
    expect(textOf(await readAll(await opened(script)))).toBe("hi\n");
    const pid = await pidIn(path);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
  });

  test("a run that takes too long is ended", async () => {
    const host = fakeHost();
    expect(textOf(await readAll(await opened("echo hi; exec sleep 1000", { timeoutMs: 300 }, host)))).toBe(
      "hi\n",
    );
    expect(host.complaints).toEqual(["it took longer than 300ms, and was ended"]);
  });

  test("a silent program ends with logpipe, when that is killed", async () => {
    const path = join(directory(), "pid");
    const child = start([BIN, "exec", "--shell", `echo $$ > ${path}; exec sleep 1000`]);
    const pid = await pidIn(path);
    child.kill("SIGKILL");
    await gone(pid);
  });
});

describe("again and again", () => {
  test("always, and after a failure", async () => {
    const again = await readUntil(
      await opened("echo one", { restart: "always" }),
      (lines) => lines.length === 2,
    );
    expect(again.lines).toEqual(["one", "one"]);
    const path = join(directory(), "seen");
    const host = fakeHost();
    const script = `echo run; [ -e ${path} ] && exit 0; : > ${path}; exit 7`;
    expect(textOf(await readAll(await opened(script, { restart: "on-failure" }, host)))).toBe("run\nrun\n");
    expect(host.complaints).toEqual(["it ended with exit code 7: started again in 1s"]);
  });

  test("every so often, never twice at once", async () => {
    const path = join(directory(), "running");
    const script = `mkdir ${path} || echo TWICE; sleep 0.2; echo ran; rmdir ${path}`;
    const { lines } = await readUntil(await opened(script, { everyMs: 50 }), (seen) => seen.length === 3);
    expect(lines.slice(0, 3)).toEqual(["ran", "ran", "ran"]);
  });

  test("a stop while it waits for the next run ends it at once", async () => {
    const source = await opened("echo one", { everyMs: 3_600_000 });
    expect(textOf([(await source.read())!])).toBe("one\n");
    const reading = source.read();
    source.stop();
    expect(await reading).toBeUndefined();
    await source.close();
  });

  test("a program that is gone for a while is tried again", async () => {
    const host = fakeHost();
    const path = join(directory(), "program");
    const script = `printf '#!/bin/sh\\necho hi\\nrm "$0"\\n' > ${path}; chmod 755 ${path}`;
    await readAll(await opened(script));
    const source = await opened("", { command: { words: [path], name: "program" }, restart: "always" }, host);
    const isTold = () => host.complaints.length > 0;
    const reading = readUntil(source, () => false);
    await vi.waitUntil(isTold, { timeout: 300_000 });
    source.stop();
    expect((await reading).lines).toEqual(["hi"]);
    expect(host.complaints[0]).toBe(
      "program cannot be started: no such file or directory: started again in 2s",
    );
  });

  test("longer and longer between failures, until it has been well for a minute", () => {
    const schedule = new Schedule({ restart: "on-failure" });
    const waits = Array.from({ length: 8 }, () => schedule.next(true, 10));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(schedule.next(true, 60_000)).toBe(1000);
    expect(schedule.next(false, 10)).toBeUndefined();
  });
});

describe("the command", () => {
  test.each([
    ["ls", ["ls"]],
    ["ls -l  'a b' \"c \\\" d\" e\\ f ''", ["ls", "-l", "a b", 'c " d', "e f", ""]],
    ["echo '|' a=b", ["echo", "|", "a=b"]],
  ])("%s", (text, words) => {
    expect(commandOf([text], false).words).toEqual(words);
  });

  test.each(["ls | wc", "ls > out", "a 'b", "  ", "a && b", "x 2>&1"])("%s is refused", (text) => {
    expect(() => commandOf([text], false)).toThrow(/cannot read COMMAND/);
  });

  test("words stay as they are", () => {
    expect(commandOf(["/usr/bin/printf", "a | b"], false)).toEqual({
      words: ["/usr/bin/printf", "a | b"],
      name: "printf",
    });
    expect(commandOf(["/bin/df -P | wc"], true)).toEqual({
      words: ["/bin/sh", "-c", "/bin/df -P | wc"],
      name: "df",
    });
  });

  test("what cannot be started is an error before anything is read", async () => {
    const open = (words: string[], cwd = "/") => opened("", { command: { words, name: "it" }, cwd });
    await expect(open(["no-such-program"])).rejects.toMatchObject({ code: "exec.unstartable" });
    await expect(open(["/etc/passwd"])).rejects.toThrow(/cannot start \/etc\/passwd: /);
    await expect(open(["ls"], "/no/such/place")).rejects.toThrow(/\/no\/such\/place is no directory/);
  });
});
