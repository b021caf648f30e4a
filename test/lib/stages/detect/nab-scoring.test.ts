/** The benchmark's scoring on series small enough to be worked out by hand. */
import { describe, expect, test } from "vitest";
import {
  bestThreshold,
  PROFILES,
  perSeries,
  probationRows,
  reward,
  scoreAt,
  windowRows,
} from "../../../../bench/nab/scoring.mjs";
import { uniform } from "../../../support/random.js";

const { standard } = PROFILES;
/** 100 rows, of which 15 are for learning; windows of 10 rows. */
const windows = [
  { left: 40, right: 49 },
  { left: 70, right: 79 },
];
const at = (...rows: number[]) => {
  const scores = new Float64Array(100);
  for (const row of rows) scores[row] = 1;
  return [{ scores, windows }];
};

describe("the reward of a place", () => {
  test("is nearly 1 a window before its end, 0 at the end, nearly -1 far behind", () => {
    expect(reward(-1)).toBeCloseTo(0.98661, 5);
    expect(reward(0)).toBe(0);
    expect(reward(1)).toBeCloseTo(-0.98661, 5);
    expect(reward(3.01)).toBe(-1);
  });
});

describe("a corpus", () => {
  test("nothing detected is 0, the first row of every window and nothing else 100", () => {
    for (const profile of Object.values(PROFILES)) {
      expect(bestThreshold(at(), profile).score).toBeCloseTo(0, 9);
      expect(bestThreshold(at(40, 70), profile).score).toBeCloseTo(100, 9);
    }
  });

  test("one window of two is half; more detections in it change nothing", () => {
    expect(scoreAt(at(40), standard, 1).raw).toBeCloseTo(1 - 1, 9);
    expect(scoreAt(at(40), standard, 1).score).toBeCloseTo(50, 9);
    expect(scoreAt(at(40, 41, 49), standard, 1).score).toBeCloseTo(50, 9);
  });

  test("a later detection in the window earns less, and the earliest counts", () => {
    const late = scoreAt(at(49, 70), standard, 1);
    // Row 49 of [40, 49] is at place -0.1: (2 / (1 + e^-0.5) - 1) / 0.98661.
    expect(late.raw).toBeCloseTo(0.244919 / 0.986614 + 1, 5);
    expect(scoreAt(at(44, 49, 70), standard, 1).raw).toBeGreaterThan(late.raw);
  });

  test("a false alarm before any window costs all of its weight, soon behind a window less", () => {
    expect(scoreAt(at(20, 40, 70), standard, 1).raw).toBeCloseTo(2 - 0.11, 9);
    // Row 51 is 2 rows behind a window that is 9 steps long.
    expect(scoreAt(at(40, 51, 70), standard, 1).raw).toBeCloseTo(2 + 0.11 * reward(2 / 9), 9);
    expect(scoreAt(at(20, 40, 70), PROFILES["low false positives"], 1).raw).toBeCloseTo(2 - 0.22, 9);
  });

  test("a missed window weighs double where misses are to be few", () => {
    expect(scoreAt(at(40), PROFILES["low false negatives"], 1).raw).toBeCloseTo(1 - 2, 9);
  });

  test("rows for learning are not scored", () => {
    expect(scoreAt(at(0, 5, 14, 40, 70), standard, 1).score).toBeCloseTo(100, 9);
    expect(scoreAt(at(15, 40, 70), standard, 1).score).toBeLessThan(100);
    expect([probationRows(100), probationRows(4032), probationRows(20_000)]).toEqual([15, 604, 750]);
  });

  test("one threshold for all series, and the best one", () => {
    const scores = new Float64Array(100);
    scores[20] = 0.4;
    scores[40] = 0.9;
    scores[70] = 0.6;
    const other = Float64Array.from({ length: 100 }, (_, row) => (row === 90 ? 0.5 : 0));
    const corpus = [
      { name: "one", scores, windows },
      { name: "two", scores: other, windows: [] },
    ];
    expect(bestThreshold(corpus, standard)).toEqual({ threshold: 0.6, raw: 2, score: 100 });
    expect(scoreAt(corpus, standard, 0.5).raw).toBeCloseTo(2 - 0.11, 9);
    expect(perSeries(corpus, standard, 0.4).map(({ found, falseAlarms }) => [found, falseAlarms])).toEqual([
      [2, 1],
      [0, 1],
    ]);
  });

  test("chance earns little", () => {
    const next = uniform(3);
    const corpus = Array.from({ length: 20 }, () => ({
      scores: Float64Array.from({ length: 4000 }, next),
      windows: [{ left: 2000, right: 2400 }],
    }));
    expect(bestThreshold(corpus, standard).score).toBeLessThan(35);
  });
});

test("windows are found by the times of the rows, both ends included", () => {
  const times = ["2014-04-01 00:00:00", "2014-04-01 00:05:00", "2014-04-01 00:10:00"];
  const labels = [["2014-04-01 00:05:00.000000", "2014-04-01 00:10:00.000000"]] as const;
  expect(windowRows(times, labels)).toEqual([{ left: 1, right: 2 }]);
});
