import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SEED } from "./sample.js";

/** LOGPIPE_TEST_MUTATIONS=1000 for the long form; LOGPIPE_TEST_SEED repeats one that failed. */
const COUNT = process.env["LOGPIPE_TEST_MUTATIONS"] ?? "30";

test(`${COUNT} random mutations of a store's files, seed ${SEED}`, { timeout: 7_200_000 }, () => {
  const path = fileURLToPath(new URL("mutations.mjs", import.meta.url));
  const ran = spawnSync(process.execPath, [path, "--count", COUNT, "--seed", String(SEED)], {
    encoding: "utf8",
  });
  expect(`${ran.stdout}${ran.stderr}`).toContain("no fault");
  expect(ran.status).toBe(0);
});
