// From the acknowledgement of an event to the first answer that has it: for a reader that keeps its log and live end
// open and asks again and again, and for `logpipe query` started over. The writer is another process.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { logpipe, root } from "../lib/paths.mjs";

const RATE = 1000;
const PAUSE_MS = 10;
const FRESH_EVERY_MS = 2000;

export function freshness({ isQuick, isFull }) {
  const seconds = isQuick ? 5 : isFull ? 130 : 30;
  return [
    {
      title: `Freshness at ${RATE.toLocaleString("en-US")} events/s for ${seconds} s`,
      sheet: () => measure(seconds),
    },
  ];
}

async function measure(seconds) {
  const store = mkdtempSync(join(tmpdir(), "logpipe-bench-"));
  try {
    const table = join(store, "logs");
    const script = join(root, "bench/peers/acknowledging-writer.mjs");
    const flushMs = isLong(seconds) ? 60_000 : 10_000;
    const writer = spawn("node", [script, table, String(RATE), String(seconds), String(flushMs)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const acknowledged = [];
    let isOver = false;
    createInterface({ input: writer.stdout })
      .on("line", (line) => {
        const [n, at] = line.split(" ");
        acknowledged.push({ n: Number(n), at: BigInt(at) });
      })
      .on("close", () => {
        isOver = true;
      });
    const [answers, starts] = await Promise.all([
      ask(table, () => isOver),
      startAnew(store, acknowledged, () => isOver),
    ]);
    return {
      columns: ["reader", "p50 ms", "p99 ms", "max ms", "answers"],
      rows: [
        ["kept open", ...spread(delays(acknowledged, answers)), answers.length],
        ["`logpipe query`, process start included", ...spread(starts), starts.length],
      ],
    };
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

const isLong = (seconds) => seconds > 60;

/** When which event was the newest one seen, until the writer is done and all is seen. */
async function ask(table, isOver) {
  const ours = (path) => import(join(root, "dist/lib", path));
  const [{ Session }, { openRelation }, { TableLog }, { UnflushedTable }] = await Promise.all([
    ours("store/duckdb/duckdb.js"),
    ours("store/read/relation.js"),
    ours("store/delta/snapshot.js"),
    ours("store/read/unflushed-table.js"),
  ]);
  const tempDirectory = mkdtempSync(join(tmpdir(), "logpipe-bench-live-"));
  const session = await Session.open({ memoryBytes: 2 ** 30, threads: 2, tempDirectory });
  const rows = (sql) => session.rows(sql);
  const [log, live] = [new TableLog(table), new UnflushedTable()];
  const answers = [];
  for (let isLast = false; !isLast; ) {
    isLast = isOver();
    const relation = await openRelation(table, { tempDirectory, rows, log, live });
    const isEmpty = !relation.columns.some(({ name }) => name === "n");
    const found = isEmpty ? [[0]] : await rows(`SELECT max(n) FROM (${relation.sql})`);
    answers.push({ n: Number(found[0][0] ?? 0), at: process.hrtime.bigint() });
    await relation.close();
    await setTimeout(PAUSE_MS);
  }
  session.close();
  rmSync(tempDirectory, { recursive: true, force: true });
  return answers;
}

/** Milliseconds of processes started one after the other; throws when one does not see what was acknowledged before. */
async function startAnew(store, acknowledged, isOver) {
  const milliseconds = [];
  while (acknowledged.length === 0 && !isOver()) await setTimeout(50);
  while (!isOver()) {
    await setTimeout(FRESH_EVERY_MS);
    const known = acknowledged.at(-1)?.n ?? 0;
    const start = performance.now();
    const child = spawn(logpipe, [
      "query",
      "SELECT max(n)::INT AS n FROM logs",
      "--store",
      store,
      "--to",
      "ndjson",
    ]);
    let text = "";
    for await (const chunk of child.stdout) text += chunk;
    milliseconds.push(performance.now() - start);
    const { n } = JSON.parse(text);
    if (n < known) throw new Error(`event ${known} was acknowledged before the query that saw ${n} at most`);
  }
  return milliseconds;
}

/** Of each event, milliseconds until it was seen. */
function delays(acknowledged, answers) {
  const milliseconds = [];
  let answer = 0;
  let seen = 0;
  for (const { n, at } of acknowledged) {
    while (answers[answer] !== undefined && answers[answer].n < n) answer++;
    if (answers[answer] === undefined) throw new Error(`event ${n} was never seen`);
    const delay = Math.max(0, Number(answers[answer].at - at) / 1e6);
    for (; seen < n; seen++) milliseconds.push(delay);
  }
  return milliseconds;
}

function spread(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  const at = (share) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return [at(0.5), at(0.99), at(1)];
}
