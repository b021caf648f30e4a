import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** LOGPIPE_TEST_SOAK=300 for the long form, in seconds. */
const SECONDS = process.env["LOGPIPE_TEST_SOAK"] ?? "15";

test(`4 writers, 2 compactors and 4 readers on one table for ${SECONDS} s`, { timeout: 3_600_000 }, () => {
  const path = fileURLToPath(new URL("../../bench/soak.mjs", import.meta.url));
  const ran = spawnSync(process.execPath, [path, "--seconds", SECONDS], { encoding: "utf8" });
  expect(`${ran.stdout}${ran.stderr}`).toContain("no fault");
  expect(ran.status).toBe(0);
});
