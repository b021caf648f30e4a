/** How a process ends: always, with its own code, and within ten seconds of a stop signal whatever its threads do. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countEndings } from "../../../tools/endings.mjs";
import { BIN } from "../../support/logpipe.js";

const HOUR = { timeout: 3_600_000 };
/** LOGPIPE_TEST_ENDINGS=84 for the long form: runs of each command, and stops at more moments. */
const LONG_RUNS = process.env["LOGPIPE_TEST_ENDINGS"];
const RUNS = Number(LONG_RUNS ?? 2);
const MOMENTS_MS = LONG_RUNS === undefined ? [0, 900] : [0, 100, 300, 900, 2500];

it("six commands end, though V8's compiler is at work", HOUR, async () => {
  // With the delay, and a plain end of the event loop, every second run of `detect` hung.
  for (const flags of [[], ["--concurrent-recompilation-delay=30"]])
    expect(
      (await countEndings(RUNS, flags)).filter(({ hung, codes, outputs }) => hung + codes + outputs > 0),
    ).toEqual([]);
});

/** Blocks the main thread once its watchdog listens, in one of three ways. */
const BLOCKING = `
  const { isMainThread } = require("node:worker_threads");
  const { openSync, writeSync } = require("node:fs");
  const block = {
    loop: () => { for (;;); },
    wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
    call: () => openSync(process.env.FIFO, "r"),
  }[process.env.HOW];
  if (isMainThread) process.once("worker", (worker) => worker.once("message", () => {
    writeSync(2, "blocked\\n");
    block();
  }));
`;

const isSeen = Number(process.versions.node.split(".")[0]) < 24 && process.platform !== "win32";

let cwd = "";
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "logpipe-endings-"));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** A pattern that no linear engine can read, and lines that it takes minutes for: as many as a FIFO holds. */
const HANGING = ["parse", "-f", "regex:^(?<a>(a+)+)\\2b$"];
const LINES = `${"a".repeat(33)}!\n`.repeat(1800);

/** Most of them take the watchdog's nine seconds. */
describe.concurrent("a stop is not held up", () => {
  it.runIf(isSeen).for(["loop", "wait", "call"])(
    "by a main thread that is blocked by a %s",
    HOUR,
    async (how, { expect }) => {
      const preload = join(cwd, `${how}.cjs`);
      writeFileSync(preload, BLOCKING);
      const fifo = await makeFifo(how);
      const child = spawn(process.execPath, ["--require", preload, BIN, "parse"], {
        env: { ...process.env, HOW: how, FIFO: fifo },
      });
      const end = endOf(child);
      await once(child.stderr, "data");
      // Nobody else ends it: a test that fails here runs into its time-out.
      child.kill("SIGTERM");
      expect(await end).toBe("SIGKILL");
    },
  );

  it("by settings that never come, from a FIFO", HOUR, async ({ expect }) => {
    const fifo = await makeFifo("settings");
    const child = spawn(process.execPath, [BIN, "parse", "--config", fifo], { cwd });
    const end = endOf(child);
    const writer = await openWhenRead(fifo);
    child.kill("SIGTERM");
    expect(await end).toBe("SIGTERM");
    closeSync(writer);
  });

  it.runIf(isSeen).for(MOMENTS_MS)(
    "by lines that hold up a pattern, %i ms after they came",
    HOUR,
    async (afterMs, { expect }) => {
      const fifo = await makeFifo(`lines-${afterMs}`);
      const child = spawn(process.execPath, [BIN, ...HANGING, fifo], { stdio: "ignore" });
      const end = endOf(child);
      const writer = await openWhenRead(fifo);
      writeSync(writer, LINES);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill("SIGTERM");
      // The test waits as long as it takes: without a watchdog that is an hour. 143: no line had come to the pattern.
      expect([143, "SIGTERM", "SIGKILL"]).toContain(await end);
      closeSync(writer);
    },
  );

  it("by a reader that never reads", HOUR, async ({ expect }) => {
    const child = spawn(process.execPath, [BIN, "parse"], { stdio: ["pipe", "pipe", "pipe"] });
    const end = endOf(child);
    child.stdin.on("error", () => {});
    child.stdin.write("level=info msg=x\n".repeat(200_000));
    await once(child.stdout, "readable");
    child.kill("SIGTERM");
    expect([143, "SIGTERM", "SIGKILL"]).toContain(await end);
  });
});

async function makeFifo(name: string): Promise<string> {
  const path = join(cwd, name);
  await once(spawn("mkfifo", [path]), "exit");
  return path;
}

/** Who writes to a FIFO without waiting is let in once somebody reads it. */
async function openWhenRead(fifo: string): Promise<number> {
  for (;;) {
    try {
      return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The signal that ended it, or its exit code. */
function endOf(child: ReturnType<typeof spawn>): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
}
