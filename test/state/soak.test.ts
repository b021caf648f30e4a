import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** LOGPIPE_TEST_SOAK=3600 for the long form, in seconds. */
const SECONDS = process.env["LOGPIPE_TEST_SOAK"] ?? "10";

test(`a stream at full speed through stages that keep state, for ${SECONDS} s`, {
  timeout: 7_200_000,
}, () => {
  const path = fileURLToPath(new URL("../../bench/soak-stream.mjs", import.meta.url));
  const growth = Number(SECONDS) < 120 ? "2" : "1.15";
  const ran = spawnSync(process.execPath, [path, "--seconds", SECONDS, "--growth", growth], {
    encoding: "utf8",
  });
  expect(`${ran.stdout}${ran.stderr}`).toContain("flat, nothing lost");
  expect(ran.status).toBe(0);
});
