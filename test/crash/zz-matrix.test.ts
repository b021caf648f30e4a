/** Every operation is killed with SIGKILL before, in the middle of and after its file calls. */
import { expect, test } from "vitest";
import { attack, type Origin, originOf, twoAtATime } from "./attack.js";
import { type Point, pointsOf, textOf } from "./calls.js";
import { runChild } from "./child.js";
import { OPERATIONS } from "./operations/index.js";
import { isLong, SEED, sample } from "./sample.js";

/** The long form kills at every point; else a few stand for them, others in every run. */
const POINTS = isLong ? Number.POSITIVE_INFINITY : 60;

for (const operation of OPERATIONS) {
  test(`${operation.name}, killed at a file call`, { timeout: 3_600_000 }, async () => {
    const origin = await originOf(operation);
    const points = await pointsOfRun(origin);
    await twoAtATime(sample(points, POINTS), (point) => kill(origin, point));
  });
}

/** A run that nobody kills tells the points. */
async function pointsOfRun(origin: Origin): Promise<Point[]> {
  const points: Point[] = [];
  const faults = await attack(origin, async (table) => {
    const run = await runChild([origin.operation.name, table], "calls");
    expect(run.isDone, run.complaint).toBe(true);
    points.push(...pointsOf(run.calls));
    return run.said;
  });
  expect(faults, "not killed at all").toEqual([]);
  return points;
}

async function kill(origin: Origin, point: Point): Promise<void> {
  const faults = await attack(origin, async (table) => {
    const { signal, isDone, complaint, said } = await runChild([origin.operation.name, table], point);
    // Calls of a timer are not made by every run: then this one came to its end.
    expect(signal === "SIGKILL" || isDone, `${textOf(point)}: ${complaint}`).toBe(true);
    return said;
  });
  expect(faults, `${textOf(point)} (LOGPIPE_TEST_SEED=${SEED})`).toEqual([]);
}
