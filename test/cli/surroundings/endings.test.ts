/** How a process ends: always, with its own code, and within ten seconds of a stop signal whatever its threads do. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { countEndings } from "../../../tools/endings.mjs";
import { BIN, temporaryDirectory } from "../../support/logpipe.js";

const HOUR = { timeout: 3_600_000 };
/** LOGPIPE_TEST_ENDINGS=84 for the long form: runs of each command. */
const RUNS = Number(process.env["LOGPIPE_TEST_ENDINGS"] ?? 2);

it("six commands end, though V8's compiler is at work", HOUR, async () => {
  // With the delay, and a plain end of the event loop, every second run of `detect` hung.
  for (const flags of [[], ["--concurrent-recompilation-delay=30"]])
    expect(
      (await countEndings(RUNS, flags)).filter(({ hung, codes, outputs }) => hung + codes + outputs > 0),
    ).toEqual([]);
});

/** Blocks the main thread once its watchdog is there, in one of three ways. */
const BLOCKING = `
  const { isMainThread } = require("node:worker_threads");
  const { openSync, writeSync } = require("node:fs");
  const block = {
    loop: () => { for (;;); },
    wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
    call: () => openSync(process.env.FIFO, "r"),
  }[process.env.HOW];
  if (isMainThread) process.once("worker", (worker) => worker.once("online", () => setTimeout(() => {
    writeSync(2, "blocked\\n");
    block();
  }, 500)));
`;

const isSeen = Number(process.versions.node.split(".")[0]) < 24 && process.platform !== "win32";

it.runIf(isSeen).each(["loop", "wait", "call"])(
  "a main thread that is blocked by a %s is ended by SIGTERM",
  HOUR,
  async (how) => {
    const cwd = temporaryDirectory();
    const preload = join(cwd, "blocking.cjs");
    writeFileSync(preload, BLOCKING);
    const fifo = join(cwd, "fifo");
    await new Promise((resolve) => spawn("mkfifo", [fifo]).on("exit", resolve));
    const child = spawn(process.execPath, ["--require", preload, BIN, "parse"], {
      env: { ...process.env, HOW: how, FIFO: fifo },
    });
    await new Promise((resolve) => child.stderr.once("data", resolve));
    // Nobody else ends it: a test that fails here runs into its time-out.
    child.kill("SIGTERM");
    expect(await signalOf(child)).toBe("SIGKILL");
  },
);

it("settings that never come, from a FIFO, do not hold up a stop", HOUR, async () => {
  const cwd = temporaryDirectory();
  await new Promise((resolve) => spawn("mkfifo", [join(cwd, "settings")]).on("exit", resolve));
  const child = spawn(process.execPath, [BIN, "parse", "--config", "settings"], { cwd });
  // It blocks where nothing can be seen of it: a stop that came too early would end it, too.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  child.kill("SIGTERM");
  expect(await signalOf(child)).toBe("SIGTERM");
});

/** A pattern that no linear engine can read, and lines that it takes minutes for: some thousand a block. */
const HANGING = ["parse", "-f", "regex:^(?<a>(a+)+)\\2b$"];

it.runIf(isSeen).each([0, 300, 900, 2500])(
  "lines that hold up a pattern do not hold up a stop, %i ms after they came",
  HOUR,
  async (afterMs) => {
    const child = spawn(process.execPath, [BIN, ...HANGING], { stdio: ["pipe", "ignore", "ignore"] });
    child.stdin.on("error", () => {});
    child.stdin.write(`${"a".repeat(33)}!\n`.repeat(100_000));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    child.kill("SIGTERM");
    // The test waits as long as it takes: without a watchdog that is an hour.
    expect(await signalOf(child)).toMatch(/SIGTERM|SIGKILL/);
  },
);

it("a reader that never reads does not hold up a stop", HOUR, async () => {
  const child = spawn(process.execPath, [BIN, "parse"], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {});
  child.stdin.write("level=info msg=x\n".repeat(200_000));
  await new Promise((resolve) => child.stdout.once("readable", resolve));
  child.kill("SIGTERM");
  expect(await signalOf(child)).toMatch(/SIGTERM|SIGKILL/);
});

function signalOf(child: ReturnType<typeof spawn>): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
}
