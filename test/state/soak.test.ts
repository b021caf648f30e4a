import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, test } from "vitest";
import { judge } from "../../bench/soak-judge.mjs";

/** LOGPIPE_TEST_SOAK=3600 for the long form, in seconds. The short one ends once every table has been full for long. */
const LONG_SECONDS = process.env["LOGPIPE_TEST_SOAK"];
const HOW_LONG =
  LONG_SECONDS === undefined ? ["--events", "200000", "--seconds", "600"] : ["--seconds", LONG_SECONDS];

test(`a stream at full speed through stages that keep state: ${HOW_LONG.join(" ")}`, {
  timeout: 7_200_000,
}, () => {
  const path = fileURLToPath(new URL("../../bench/soak-stream.mjs", import.meta.url));
  const ran = spawnSync(process.execPath, [path, ...HOW_LONG], { encoding: "utf8" });
  expect(`${ran.stdout}${ran.stderr}`).toContain("flat, nothing lost");
  expect(ran.status).toBe(0);
});

describe("what is flat", () => {
  const figures = (of: (n: number) => number) => Array.from({ length: 90 }, (_, n) => of(n));

  it("warm-up does not count", () => {
    expect(
      judge(
        figures((n) => Math.min(n, 30) * 10),
        0,
      ).isFlat,
    ).toBe(true);
  });

  it("noise does not count, and growth does", () => {
    expect(
      judge(
        figures((n) => 100 + ((n * 7919) % 13)),
        2,
      ).isFlat,
    ).toBe(true);
    expect(
      judge(
        figures((n) => 100 + n),
        2,
      ).isFlat,
    ).toBe(false);
    expect(
      judge(
        figures((n) => Math.min(n, 30) * 10 + Math.max(0, n - 30)),
        2,
      ).isFlat,
    ).toBe(false);
  });

  it("a few samples prove nothing", () => {
    expect(judge([5, 5, 5, 5, 5, 5, 5, 5], 2).isFlat).toBe(false);
  });
});
