/**
 * The program itself, with the stages people use, killed again and again: the store holds what it holds when nobody
 * does that.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { randomOf, SEED } from "../crash/sample.js";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../support/logpipe.js";

/** LOGPIPE_TEST_KILLS=200 for the long run: that many over all pipelines. */
const STAGES = [
  "window 10s --by service --agg 'count, sum(n), p99(latency_ms), distinct(user), topk(user, 3)'",
  "dedupe --by user,n",
  "patterns --annotate",
  "detect --value latency_ms --by service --warmup 50",
  "dedupe --by user,n | window 10s --agg count",
];
const KILLS = Math.ceil(Number(process.env["LOGPIPE_TEST_KILLS"] ?? 10) / STAGES.length);

/** One file: of several, how they are read in turn is another after a restart, and with that which events are late. */
function writeInput(cwd: string, events: number): void {
  const lines = Array.from({ length: events }, (_, n) => {
    const at = new Date(Date.UTC(2026, 10, 21) + n * 37 - (n % 7) * 500).toISOString();
    const latency = n % 911 === 0 ? 9000 : 20 + ((n * 7919) % 83);
    return `{"timestamp":"${at}","service":"s${n % 5}","n":${Math.floor(n / 3)},"user":"u${(n % 3) * (n % 41)}","latency_ms":${latency},"message":"user u${n % 97} took ${latency} ms"}\n`;
  });
  writeFileSync(join(cwd, "app.log"), lines.join(""));
}

it.each(STAGES)("%s", { timeout: 3_600_000 }, async (stages) => {
  const random = randomOf(SEED);
  const pipeline = `ingest --checkpoint check.json app.log | parse -f json | ${stages} | sink store --segment-size 300k`;
  const words = ["run", "--checkpoint-interval", "20ms", pipeline];
  const whole = temporaryDirectory();
  writeInput(whole, 24_000);
  const startedMs = performance.now();
  expect(await logpipe(words, { cwd: whole })).toMatchObject({ code: 0 });
  const tookMs = performance.now() - startedMs;
  const expected = await rowsOf(whole);
  expect(expected.length).toBeGreaterThan(10);

  const cwd = temporaryDirectory();
  writeInput(cwd, 24_000);
  let kills = 0;
  for (; kills < KILLS; kills++) {
    const child = start([BIN, ...words], { cwd });
    const ended = finished(child, "");
    await sleep(tookMs * (0.2 + 0.7 * random()));
    child.kill("SIGKILL");
    if ((await ended).code === 0) break;
  }
  for (let run = 0; run < 2; run++) {
    expect(await logpipe(words, { cwd })).toMatchObject({ code: 0 });
    expect(differences(await rowsOf(cwd), expected), `run ${run}, seed ${SEED}, ${kills} kills`).toEqual([]);
  }
});

async function rowsOf(cwd: string): Promise<string[]> {
  // What has no time of its own gets that of its storing.
  const sql = "SELECT * EXCLUDE (timestamp) FROM logs";
  const ran = await logpipe(["query", "--store", "store", "--to", "ndjson", sql], { cwd });
  expect(ran.stderr).toBe("");
  return ran.stdout.trim().split("\n").sort();
}

/** The first few rows that only one of the two has. */
function differences(found: readonly string[], expected: readonly string[]): string[] {
  const [of, wanted] = [found, expected].map((rows) => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
    return counts;
  }) as [Map<string, number>, Map<string, number>];
  const odd = [...new Set([...found, ...expected])].filter((row) => of.get(row) !== wanted.get(row));
  return odd.slice(0, 6).map((row) => `${of.get(row) ?? 0} instead of ${wanted.get(row) ?? 0}: ${row}`);
}
