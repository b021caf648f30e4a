import { appendFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../../support/logpipe.js";

const PIPELINE = "ingest --follow --checkpoint check.json app.log | parse | sink store --segment-size 100k";

/** Every tenth line has a stack trace behind it, so that records wait for what may follow. */
function text(from: number, to: number): string {
  let out = "";
  for (let n = from; n < to; n++) {
    out += `2026-11-21T10:00:00Z ERROR line n=${n};\n`;
    if (n % 10 === 3) out += `Traceback (most recent call last):\n  File "x.py", line 1\nValueError: ${n}\n`;
  }
  return out;
}

const HOUR = { timeout: 3_600_000 };

it("a followed file is in the store once, whatever kills the pipeline, through rotation", HOUR, async () => {
  const cwd = temporaryDirectory();
  const log = join(cwd, "app.log");
  writeFileSync(log, text(0, 1000));
  let total = 1000;
  const write = (count: number) => {
    appendFileSync(log, text(total, total + count));
    total += count;
  };
  for (let round = 0; round < 6; round++) {
    const before = changed(cwd);
    const child = start([BIN, "run", PIPELINE], { cwd });
    const ended = finished(child, "");
    // Lines are waiting: it is at work once it has acknowledged some.
    await until(async () => changed(cwd) !== before);
    for (let n = 0; n < 4; n++) {
      write(700);
      await sleep(50 + 40 * round);
    }
    if (round % 2 === 1) renameSync(log, `${log}.${round}`);
    if (round % 2 === 1) write(300);
    child.kill("SIGKILL");
    await ended;
    write(500);
  }
  const last = start([BIN, "run", PIPELINE], { cwd });
  const ended = finished(last, "");
  const count = `SELECT count(DISTINCT regexp_extract(message, 'n=(\\d+);', 1)) AS n FROM logs`;
  await until(async () => JSON.parse((await query(cwd, count)) || "{}").n === total);
  last.kill("SIGINT");
  expect((await ended).code).toBe(130);

  const sql = `WITH lines AS (SELECT message, regexp_extract(message, 'n=(\\d+);', 1) AS n FROM logs)
    SELECT count(*) AS n, count(DISTINCT n) AS different, count(*) FILTER (message LIKE '%ValueError%') AS traces FROM lines`;
  expect(JSON.parse(await query(cwd, sql))).toEqual({ n: total, different: total, traces: total / 10 });
});

/** When the checkpoint was written last; 0 before the first. */
function changed(cwd: string): number {
  return statSync(join(cwd, "check.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function query(cwd: string, sql: string): Promise<string> {
  return (await logpipe(["query", "--store", "store", sql], { cwd })).stdout;
}

/** The time-out of the test is the only limit. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}
