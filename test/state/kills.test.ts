/** A pipeline with state, killed at any moment and run again, gives what it gives when nobody kills it: row for row. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { randomOf, SEED } from "../crash/sample.js";
import { inputs, remove, rowsOf, runChild } from "./child.js";

/** LOGPIPE_TEST_KILLS=200 for the long run. */
const KILLS = Number(process.env["LOGPIPE_TEST_KILLS"] ?? 12);
const EVENTS = 6000;

test(`killed at ${KILLS} random moments`, { timeout: 3_600_000 }, async () => {
  const random = randomOf(SEED);
  const whole = inputs(EVENTS);
  const { isDone, complaint, tookMs } = await runChild(whole);
  expect(isDone, complaint).toBe(true);
  const expected = await rowsOf(whole);
  expect(expected.length).toBeGreaterThan(1500);
  remove(whole);
  for (let kills = 0; kills < KILLS; ) {
    const directory = inputs(EVENTS);
    const moments: number[] = [];
    for (;;) {
      const killAfterMs = moments.length < 8 && kills < KILLS ? random() * tookMs * 0.7 : undefined;
      const run = await runChild(directory, "none", killAfterMs === undefined ? {} : { killAfterMs });
      if (run.isDone) break;
      expect(run.signal, run.complaint).toBe("SIGKILL");
      moments.push(killAfterMs!);
      kills++;
    }
    expect(await rowsOf(directory), `killed after ${moments.map((ms) => ms.toFixed(1))} ms`).toEqual(
      expected,
    );
    const [id] = readdirSync(join(directory, "store/logs/_state"));
    expect(readdirSync(join(directory, "store/logs/_state", id!))).toHaveLength(1);
    expect(existsSync(join(directory, "checkpoint.lock"))).toBe(false);
    // The same files once more: nothing is new.
    expect((await runChild(directory)).isDone).toBe(true);
    expect(await rowsOf(directory)).toEqual(expected);
    remove(directory);
  }
});
