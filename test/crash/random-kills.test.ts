/** Every operation is killed at random moments, in the middle of whatever it, DuckDB or the system is doing. */
import { expect, test } from "vitest";
import { attack, originOf, twoAtATime } from "./attack.js";
import { runChild } from "./child.js";
import { OPERATIONS } from "./operations/index.js";
import { randomOf, SEED } from "./sample.js";

/** LOGPIPE_TEST_KILLS=500 for the long run: that many over all operations. */
const KILLS = Math.ceil(Number(process.env["LOGPIPE_TEST_KILLS"] ?? 11) / OPERATIONS.length);

for (const operation of OPERATIONS) {
  test(`${operation.name}, killed at ${KILLS} random moments`, { timeout: 3_600_000 }, async () => {
    const random = randomOf(SEED);
    const origin = await originOf(operation);
    let wholeMs = 0;
    await attack(origin, async (table) => {
      const run = await runChild([operation.name, table], undefined);
      expect(run.isDone, run.complaint).toBe(true);
      wholeMs = run.tookMs;
      return run.said;
    });
    const moments = Array.from({ length: KILLS }, () => random() * wholeMs);
    await twoAtATime(moments, async (ms) => {
      const faults = await attack(origin, async (table) => {
        const run = await runChild([operation.name, table], undefined, ms);
        expect(run.signal === "SIGKILL" || run.isDone, run.complaint).toBe(true);
        return run.said;
      });
      expect(faults, `after ${ms.toFixed(1)} of ${wholeMs.toFixed(0)} ms`).toEqual([]);
    });
  });
}
