import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { OwnTime } from "../../../../src/lib/query/restricted/own-time.js";
import { ask, failureOf } from "./ask.js";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("is without the time of the reader, also for another thread", async () => {
  const time = new OwnTime();
  const seen = new OwnTime(time.shared);
  time.rest();
  const before = seen.elapsedMs;
  await wait(30);
  expect(seen.elapsedMs).toBeLessThanOrEqual(before);
  time.goOn();
  const after = seen.elapsedMs;
  await wait(5);
  expect(seen.elapsedMs).toBeGreaterThan(after);
});

const ENDLESS = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = -1";
const limits = { timeoutMs: 1000 };

it.runIf(existsSync("/proc/self/task"))("ends by itself while who asked is too busy to look", async () => {
  const before = childProcesses();
  const asked = failureOf(ENDLESS, { limits });
  let child: string | undefined;
  while ((child = childProcesses().find((pid) => !before.includes(pid))) === undefined) await wait(5);
  // Its request is on its way once it has read its script; from then on this thread does nothing but look.
  while (!readFileSync(`/proc/${child}/cmdline`, "utf8").includes("query-process")) await wait(5);
  await wait(50);
  const mostMs = performance.now() + 60_000;
  while (isRunning(child) && performance.now() < mostMs);
  expect(isRunning(child)).toBe(false);
  expect((await asked).message).toContain("the query takes longer than 1s");
});

it("ends a result that is too large to write in its time", async () => {
  const asked = failureOf("SELECT range, repeat('x', 100) FROM range(1000000000)", { limits });
  expect((await asked).message).toContain("the query takes longer than 1s");
});

/** A busy machine may need the shorter ones for the query itself: then the next is tried. */
const LIMITS_MS = [1000, 4000, 16_000, 60_000];

it("does not count what the reader takes", { timeout: 240_000 }, async () => {
  const read = async (timeoutMs: number) => {
    let pieces = 0;
    const write = async () => {
      // The reader alone takes all the time that there is.
      if (pieces++ === 0) await wait(timeoutMs + 100);
      return true;
    };
    return ask("SELECT range FROM range(200000)", { limits: { timeoutMs } }, { write });
  };
  for (const timeoutMs of LIMITS_MS) {
    const asked = await read(timeoutMs).catch((error: Error) => error);
    if (asked instanceof Error && timeoutMs !== LIMITS_MS.at(-1)) continue;
    expect(asked).toMatchObject({ rows: 200_000 });
    break;
  }
});

function childProcesses(): string[] {
  return readdirSync("/proc/self/task").flatMap((task) => {
    const text = readFileSync(`/proc/self/task/${task}/children`, "utf8");
    return text.split(" ").filter((pid) => pid !== "");
  });
}

/** Not ended, or not yet waited for: what is dead and only there to be asked about is a zombie. */
function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
