// Runs one shell command and says what it cost, by GNU time: wall and CPU of all its processes, peak RSS of the
// largest.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const gnuTime = "/usr/bin/time";
export const hasGnuTime = existsSync(gnuTime);

/**
 * Runs `command` under bash with pipefail. Returns seconds, CPU seconds and RSS in MB (both undefined without GNU
 * time). Throws with the end of stderr when the command fails.
 */
export function measure(command) {
  const report = join(tmpdir(), `logpipe-bench-${process.pid}.time`);
  const shell = ["bash", "-o", "pipefail", "-c", command];
  const argv = hasGnuTime ? [gnuTime, "-o", report, "-f", "%e %U %S %M", ...shell] : shell;
  const started = process.hrtime.bigint();
  const { status, signal, stderr } = spawnSync(argv[0], argv.slice(1), {
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 26,
  });
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0)
    throw new Error(`${command}\n  ended with ${signal ?? status}: ${String(stderr).trim().slice(-600)}`);
  if (!hasGnuTime) return { wallSeconds };
  const [, user, system, rssKib] = readFileSync(report, "utf8")
    .trim()
    .split("\n")
    .at(-1)
    .split(" ")
    .map(Number);
  rmSync(report, { force: true });
  return { wallSeconds, cpuSeconds: user + system, rssMb: (rssKib * 1024) / 1e6 };
}

/** Median, least and most of the numbers; the middle two averaged when even. */
export function summary(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, least: sorted[0], most: sorted.at(-1) };
}

/** Whether a program can be found on PATH. */
export function isInstalled(program) {
  return spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;
}
