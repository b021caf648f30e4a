/** A checkpoint that is killed or fails at any of its steps, and states that cannot be used. */
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { twoAtATime } from "../crash/attack.js";
import { type Call, pointsOf, textOf } from "../crash/calls.js";
import { isLong, sample } from "../crash/sample.js";
import { inputs, remove, rowsOf, runChild } from "./child.js";

const EVENTS = 1500;
const HOUR = { timeout: 3_600_000 };
let expected: readonly string[] = [];
let calls: readonly Call[] = [];

beforeAll(async () => {
  const whole = inputs(EVENTS);
  const run = await runChild(whole, "calls");
  expect(run.isDone, run.complaint).toBe(true);
  expected = await rowsOf(whole);
  calls = run.calls;
  remove(whole);
});

function directoryOf(): string {
  const directory = inputs(EVENTS);
  onTestFinished(() => remove(directory));
  return directory;
}

test("killed before, in and after every step of a checkpoint", HOUR, async () => {
  const all = pointsOf(calls.filter(({ name, count }) => count <= 6 && /_state|_wal/.test(name)));
  const points = isLong ? all : sample(all, 16);
  expect(points.length).toBeGreaterThan(10);
  await twoAtATime(points, async (point) => {
    const directory = inputs(EVENTS);
    const killed = await runChild(directory, point);
    expect(killed.signal === "SIGKILL" || killed.isDone, killed.complaint).toBe(true);
    const again = await runChild(directory);
    expect(again.isDone, `${textOf(point)}: ${again.complaint}`).toBe(true);
    expect(await rowsOf(directory), textOf(point)).toEqual(expected);
    remove(directory);
  });
});

test("a step of a checkpoint that fails ends the run, and the next one goes on", HOUR, async () => {
  const all = calls.filter(({ name, count, isChange }) => isChange && count <= 3 && /_state/.test(name));
  const points = sample(all, isLong ? all.length : 6).map(
    ({ name, count }) => ({ when: "before", name, count }) as const,
  );
  let failures = 0;
  await twoAtATime(points, async (point) => {
    const directory = inputs(EVENTS);
    const failed = await runChild(directory, { ...point, error: "EIO" } as typeof point);
    // Checkpoints keep a distance to what they cost: on a slow machine there are fewer, and the point may not be
    // reached.
    if (failed.isDone) return remove(directory);
    failures++;
    if (!point.name.startsWith("remove"))
      expect(failed.complaint, textOf(point)).toMatch(/store\.unwritable|output\.unwritable/);
    expect((await runChild(directory)).isDone).toBe(true);
    expect(await rowsOf(directory), textOf(point)).toEqual(expected);
    remove(directory);
  });
  expect(failures).toBeGreaterThan(0);
});

test("a full disk in the middle of a transaction: it goes on in the next segment", HOUR, async () => {
  const all = calls.filter(({ name }) => /^(write|sync) (_wal|_state)/.test(name));
  const points = sample(all, isLong ? all.length : 8).map(
    ({ name, count }) => ({ when: "before", name, count }) as const,
  );
  await twoAtATime(points, async (point) => {
    const directory = inputs(EVENTS);
    const waited = await runChild(directory, { ...point, error: "ENOSPC" } as typeof point);
    expect(waited.isDone, `${textOf(point)}: ${waited.complaint}`).toBe(true);
    expect(await rowsOf(directory), textOf(point)).toEqual(expected);
    remove(directory);
  });
});

/** Stops a run in the middle. Resolves with the path of its state. */
async function interrupted(directory: string): Promise<string> {
  const { isDone } = await runChild(directory, "none", { flags: ["reads=20"] });
  expect(isDone).toBe(true);
  const states = join(directory, "store/logs/_state");
  const [id] = readdirSync(states);
  const [name] = readdirSync(join(states, id!));
  return join(states, id!, name!);
}

test("a stop closes nothing: what stages hold goes on in the next run", async () => {
  const directory = directoryOf();
  await interrupted(directory);
  const rows = await rowsOf(directory);
  expect(rows.length).toBeLessThan(expected.length);
  expect(rows.filter((row) => row.endsWith("true"))).toEqual([]);
  expect((await runChild(directory)).isDone).toBe(true);
  expect(await rowsOf(directory)).toEqual(expected);
});

test("a state that is missing, cut off, damaged or of another version: a clear error, and a way on", async () => {
  const directory = directoryOf();
  const path = await interrupted(directory);
  const whole = readFileSync(path);
  const harms: [() => void, RegExp][] = [
    [() => rmSync(path), /it is not there/],
    [() => writeFileSync(path, ""), /it is no saved state/],
    [() => writeFileSync(path, "garbage\n".repeat(50)), /it is no saved state/],
    [() => truncateSync(path, whole.length - 1), /cut off or damaged/],
    [() => truncateSync(path, 40), /cut off or damaged/],
    [
      () => writeFileSync(path, whole.with(whole.length >> 1, whole[whole.length >> 1]! ^ 1)),
      /cut off or damaged/,
    ],
    [
      () => writeFileSync(path, whole.toString("latin1").replace("state 1", "state 9"), "latin1"),
      /version is 9/,
    ],
  ];
  for (const [harm, reason] of harms) {
    writeFileSync(path, whole);
    harm();
    const run = await runChild(directory);
    expect(run.isDone).toBe(false);
    expect(run.complaint).toMatch(/^state\.unusable/);
    expect(run.complaint).toMatch(reason);
  }
  expect((await runChild(directory, "none", { flags: ["reset"] })).isDone).toBe(true);
  expect((await runChild(directory)).isDone).toBe(true);
});

test("the state of another pipeline is not taken", async () => {
  const directory = directoryOf();
  await interrupted(directory);
  const changed = await runChild(directory, "none", { flags: ["twice"] });
  expect(changed.complaint).toMatch(/^state\.changed.*of sums, not of sums \| sums/);
  expect((await runChild(directory, "none", { flags: ["plain"] })).isDone).toBe(true);
  const stale = await runChild(directory);
  expect(stale.complaint).toMatch(/^state\.unusable.*read on by another pipeline/);
});

test("two runs at once: the second is told so", async () => {
  const directory = directoryOf();
  const first = runChild(directory, "none", { flags: ["waits"] });
  while (!existsSync(join(directory, "checkpoint.lock")))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await runChild(directory);
  expect(second.complaint).toMatch(/^checkpoint\.locked/);
  writeFileSync(join(directory, "go"), "");
  expect((await first).isDone).toBe(true);
});
