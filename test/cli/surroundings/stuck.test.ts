/** A stop, while whoever reads the output has gone to sleep: the run ends by itself, and says what it has to say. */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { BIN, cleanEnvironment, temporaryDirectory } from "../../support/logpipe.js";

const MINUTE = { timeout: 60_000, interval: 50 };
const LINES = Array.from({ length: 20_000 }, (_, n) => `{"n":${n},"pad":"${"x".repeat(100)}"}\n`).join("");

const SINKS = {
  "standard output behind a journal": "slow: { from: a }",
  "standard output that is waited for": "slow: { from: a, required: together }",
  "a named pipe": "slow: { from: a, sink: { to: file, output: p } }",
  "a named pipe that is waited for": "slow: { from: a, required: together, sink: { to: file, output: p } }",
  "a named pipe as an output": "slow: { from: a, output: p }",
};

it.each(Object.entries(SINKS))("a graph: %s", { timeout: 120_000 }, async (_, slow) => {
  const cwd = ground();
  writeFileSync(join(cwd, "g.yaml"), graphWith(slow));
  const run = started(cwd, ["run", "--stats", "g.yaml"]);
  await expect.poll(() => isFull(run.pipe), MINUTE).toBe(true);
  if (slow.endsWith("from: a }")) await expect.poll(() => linesIn(cwd), MINUTE).toBe(20_000);
  run.child.kill("SIGTERM");
  expect(["SIGTERM", 143]).toContain(await run.ended);
  expect(run.said()).toMatch(/^ {2}in: /m);
  expect(run.said()).not.toContain("cut off");
  if (slow.endsWith("from: a }"))
    expect(run.said()).toMatch(/events wait in the journal for slow: the next run/);
  else expect(run.said()).toMatch(/(standard output|p) takes nothing more/);
});

it.each(["SIGINT", "SIGTERM"] as const)("a chain, stopped by %s", { timeout: 120_000 }, async (signal) => {
  const cwd = ground();
  const run = started(cwd, ["parse", "--stats", "app.log"]);
  await expect.poll(() => isFull(run.pipe), MINUTE).toBe(true);
  run.child.kill(signal);
  expect([signal, signal === "SIGINT" ? 130 : 143]).toContain(await run.ended);
  expect(run.said()).toContain("standard output takes nothing more");
  expect(run.said()).toMatch(/^ {2}in: /m);
  expect(run.said()).not.toContain("cut off");
});

it("a named pipe that nobody has opened is no end", { timeout: 120_000 }, async () => {
  const cwd = ground();
  execFileSync("mkfifo", [join(cwd, "nobody")]);
  const run = started(cwd, ["parse", "-v", "app.log", "-o", "nobody"]);
  await expect
    .poll(() => readFileSync(`/proc/${run.child.pid}/wchan`, "utf8"), MINUTE)
    .toContain("epoll_wait");
  run.child.kill("SIGTERM");
  expect(await run.ended).toBe(143);
});

function ground(): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.log"), LINES);
  execFileSync("mkfifo", [join(cwd, "p")]);
  return cwd;
}

/** What replaces its file is no end of a source that goes on where it was. */
function graphWith(slow: string): string {
  const fast = "fast: { from: a, sink: { to: file, output: fast.ndjson, append: true } }";
  const source = slow.includes(" p }")
    ? "a: { ingest: { file: app.log } }"
    : "a: { ingest: { file: app.log, follow: true } }";
  return `journal: { directory: ./j }\nsources: { ${source} }\nsinks:\n  ${fast}\n  ${slow}\n`;
}

function started(cwd: string, words: readonly string[]) {
  const pipe = openSync(join(cwd, "p"), constants.O_RDWR | constants.O_NONBLOCK);
  const writing = openSync(join(cwd, "p"), "w");
  const errors = join(cwd, "errors");
  const stderr = openSync(errors, "w");
  const child = spawn(BIN, words, { cwd, env: cleanEnvironment(cwd), stdio: ["ignore", writing, stderr] });
  closeSync(writing);
  closeSync(stderr);
  onTestFinished(() => {
    child.kill("SIGKILL");
    closeSync(pipe);
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on("exit", (code, signal) => resolve(signal ?? code)),
  );
  return { child, pipe, ended, said: () => readFileSync(errors, "utf8") };
}

/** Whether the pipe takes not one byte more. It has what is asked with, a byte each time. */
function isFull(pipe: number): boolean {
  try {
    writeSync(pipe, " ");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN";
  }
}

function linesIn(cwd: string): number {
  try {
    return readFileSync(join(cwd, "fast.ndjson"), "utf8").split("\n").length - 1;
  } catch {
    return 0;
  }
}
