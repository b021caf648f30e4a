/**
 * A pipeline that reads a table and counts into another one, killed again and again: it holds what it holds when nobody
 * does that.
 */
import { cpSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { randomOf, SEED } from "../crash/sample.js";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../support/logpipe.js";

/** LOGPIPE_TEST_KILLS=200 for the long run. */
const KILLS = Math.ceil(Number(process.env["LOGPIPE_TEST_KILLS"] ?? 10) / 2);
const EVENTS = 20_000;
const PIPELINE =
  "ingest --table logs --store store --checkpoint check.json | window 10s --by service --agg 'count, sum(n), p99(n)' --sketches | sink store --table sums --segment-size 300k";
const WORDS = ["run", "--checkpoint-interval", "20ms", PIPELINE];

function lines(first: number, count: number): string {
  let text = "";
  for (let n = first; n < first + count; n++) {
    const at = new Date(Date.UTC(2026, 10, 20, 23, 50) + n * 37).toISOString();
    text += `{"timestamp":"${at}","service":"s${n % 5}","n":${n},"message":"event ${n} of many"}\n`;
  }
  return text;
}

/** Stores events `first` and so on, in commits of some thousands. */
async function store(cwd: string, first: number, count: number): Promise<void> {
  const words = ["sink", "store", "--segment-size", "400k", "-q"];
  expect(await logpipe(words, { cwd, stdin: lines(first, count) })).toMatchObject({ code: 0 });
}

async function sums(cwd: string): Promise<string[]> {
  const sql = "SELECT * FROM sums ORDER BY ALL";
  const ran = await logpipe(["query", "--store", "store", "--to", "ndjson", sql], { cwd });
  expect(ran.stderr).toBe("");
  return ran.stdout.trim().split("\n");
}

it.each([
  ["what a table has", EVENTS],
  ["what is added to one", 0],
])("%s, killed", { timeout: 3_600_000 }, async (_what, before) => {
  const random = randomOf(SEED);
  const beginning = async () => {
    const cwd = temporaryDirectory();
    await store(cwd, 0, Math.max(before, 100));
    // Knows that place, whose window is open.
    if (before === 0) {
      const ran = await logpipe(["run", PIPELINE.replace("--table logs", "--table logs --from start")], {
        cwd,
      });
      expect(ran).toMatchObject({ code: 0 });
    }
    await store(cwd, Math.max(before, 100), EVENTS / 2);
    return cwd;
  };
  const prepared = await beginning();
  const whole = copyOf(prepared);
  const startedMs = performance.now();
  expect(await logpipe(WORDS, { cwd: whole })).toMatchObject({ code: 0 });
  const tookMs = performance.now() - startedMs;
  const expected = await sums(whole);
  expect(expected.length).toBeGreaterThan(150);

  for (let kills = 0; kills < KILLS; ) {
    const cwd = copyOf(prepared);
    const isCompacted = random() < 0.5;
    for (let tries = 0; tries < 6 && kills < KILLS; tries++) {
      const child = start([BIN, ...WORDS], { cwd });
      const ended = finished(child, "");
      await sleep(tookMs * (0.3 + 0.6 * random()));
      child.kill("SIGKILL");
      const { code, signal, stderr } = await ended;
      if (code === 0) break;
      expect(signal, stderr).toBe("SIGKILL");
      kills++;
      if (tries === 0 && isCompacted)
        expect(await logpipe(["compact", "logs", "--store", "store"], { cwd })).toMatchObject({ code: 0 });
    }
    for (let run = 0; run < 2; run++) {
      expect(await logpipe(WORDS, { cwd })).toMatchObject({ code: 0 });
      expect(await sums(cwd), `run ${run}, seed ${SEED}, ${kills} kills`).toEqual(expected);
    }
  }
});

function copyOf(directory: string): string {
  const copy = temporaryDirectory();
  cpSync(directory, copy, { recursive: true });
  return copy;
}
