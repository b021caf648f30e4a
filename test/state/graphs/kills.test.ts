/**
 * Pipelines killed with SIGKILL, at random moments and at their file calls, and started again until they come to an
 * end: their sinks then have what they promise. LOGPIPE_TEST_KILLS=200 LOGPIPE_TEST_POINTS=20 for the long run,
 * LOGPIPE_TEST_SEED repeats one.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { randomOf, SEED, sample } from "../../crash/sample.js";
import { ASIDES } from "./aside-cases.js";
import { CHAINS, GRAPHS } from "./cases.js";
import {
  type Case,
  contentOf,
  faultsOf,
  type Kill,
  newDirectory,
  type Point,
  remove,
  run,
  toEnd,
} from "./harness.js";

const CASES = [...CHAINS, ...GRAPHS, ...ASIDES];
/** Of all cases together. */
const KILLS = Number(process.env["LOGPIPE_TEST_KILLS"] ?? 20);
/** So often a pipeline is killed before it may come to its end. */
const KILLS_IN_ROW = 5;
/** File calls of each case. */
const POINTS = Number(process.env["LOGPIPE_TEST_POINTS"] ?? 2);
const KILLS_OF_CASE = Math.max(2, Math.ceil(KILLS / CASES.length));

describe.each(CASES)("$name", (testCase) => {
  test(`killed at ${KILLS_OF_CASE} random moments and at file calls`, { timeout: 3_600_000 }, async () => {
    const { expected, tookMs, points } = await uninterrupted(testCase);
    const random = randomOf(SEED);
    const moment = (): Kill => ({ afterMs: (0.1 + 0.9 * random()) * tookMs });
    for (let kills = 0; kills < KILLS_OF_CASE; kills += KILLS_IN_ROW)
      await survives(
        testCase,
        expected,
        Array.from({ length: Math.min(KILLS_IN_ROW, KILLS_OF_CASE - kills) }, moment),
      );
    for (const at of sample(points, POINTS)) await survives(testCase, expected, [{ at }]);
  });
});

/**
 * What an uninterrupted run gives, and where it can be killed: at the first, a middle and the last call of each
 * kind.
 */
async function uninterrupted(testCase: Case) {
  const directory = newDirectory(testCase);
  const first = await toEnd(testCase, directory);
  expect(first.code, first.stderr).toBe(0);
  const expected = await contentOf(testCase, directory);
  for (const [name, lines] of expected) expect(lines.length, `events of ${name}`).toBeGreaterThan(10);
  remove(directory);
  const other = newDirectory(testCase);
  const report = join(mkdtempSync(join(tmpdir(), "logpipe-calls-")), "calls");
  const second = await toEnd(testCase, other, report);
  expect(second.code, second.stderr).toBe(0);
  // Two runs that nobody kills give the same, or the case says nothing.
  expect(faultsOf(testCase, expected, await contentOf(testCase, other), 2 + second.runs)).toEqual([]);
  remove(other);
  return { expected, tookMs: first.tookMs, points: pointsIn(readFileSync(report, "utf8")) };
}

function pointsIn(report: string): Point[] {
  const most = new Map<string, number>();
  for (const line of report.split("\n").filter((text) => text !== "")) {
    const { name, count } = JSON.parse(line) as Point;
    most.set(name, Math.max(count, most.get(name) ?? 0));
  }
  return [...most].flatMap(([name, last]) =>
    [...new Set([1, Math.ceil(last / 2), last])].flatMap((count) => [
      { when: "before" as const, name, count },
      ...(name.startsWith("writev") ? [{ when: "half" as const, name, count }] : []),
      { when: "after" as const, name, count },
    ]),
  );
}

/** Killed so, then run to its end: every sink has what it promises. */
async function survives(
  testCase: Case,
  expected: ReadonlyMap<string, readonly string[]>,
  kills: readonly Kill[],
): Promise<void> {
  const directory = newDirectory(testCase);
  const what = `${testCase.name}, killed ${kills.map((kill) => JSON.stringify(kill)).join(", ")} (LOGPIPE_TEST_SEED=${SEED}; ${directory})`;
  let runs = 0;
  for (const kill of kills) {
    const { signal, code, stderr } = await run(testCase, directory, kill);
    runs++;
    expect(signal === "SIGKILL" || code === 0 || testCase.isTriedAgain, `${what}: ${stderr}`).toBe(true);
    if (code === 0) break;
  }
  const last = await toEnd(testCase, directory);
  runs += last.runs;
  expect(last.code, `${what}: ${last.stderr}`).toBe(0);
  const faults = faultsOf(testCase, expected, await contentOf(testCase, directory), runs);
  faults.push(...((await testCase.check?.(directory)) ?? []));
  expect(faults, what).toEqual([]);
  remove(directory);
}
