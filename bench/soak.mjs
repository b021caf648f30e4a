#!/usr/bin/env node
// Writers, compactors and readers on one table at the same time, each a process of its own. No row may be lost or
// doubled, nobody may fail, and every reader must see a consistent state: of each writer the events from its first on,
// without a hole, each once.
//   node bench/soak.mjs [--seconds 300] [--writers 4] [--compactors 2] [--readers 4]
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const BIN = fileURLToPath(new URL("../bin/logpipe", import.meta.url));
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    writers: { type: "string", default: "4" },
    compactors: { type: "string", default: "2" },
    readers: { type: "string", default: "4" },
  },
});
const store = await mkdtemp(join(tmpdir(), "logpipe-soak-"));
const stopMs = performance.now() + Number(values.seconds) * 1000;
const isOver = () => performance.now() > stopMs;
const faults = [];
const counts = { events: 0, compactions: 0, queries: 0 };
/** Events of each writer that went into its pipe. */
const written = new Map();

try {
  // So that there is a table to look at.
  written.set("first", 1);
  const first = start(["sink", "--store", store, "--table", "logs"]);
  first.child.stdin.end(eventOf("first", 1));
  await first;
  const many = (count, work) => Array.from({ length: Number(count) }, (_, n) => work(n));
  await Promise.all([
    ...many(values.writers, (n) => writeUntilEnd(`w${n}`)),
    ...many(values.compactors, compactUntilEnd),
    ...many(values.readers, readUntilEnd),
  ]);
  await run("sink", "--store", store, "--table", "logs");
  await look("in the end", true);
  await run("compact", "--store", store);
  await look("after a last compaction", true);
  for (const events of written.values()) counts.events += events;
  console.log(
    `${counts.events} events of ${written.size} writers, ${counts.compactions} compactions, ${counts.queries} queries in ${values.seconds} s`,
  );
} catch (error) {
  faults.push(String(error?.stack ?? error));
} finally {
  await rm(store, { recursive: true, force: true });
}
for (const fault of faults.slice(0, 20)) console.log(`FAULT: ${fault}`);
console.log(faults.length === 0 ? "no fault" : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Sinks that come and go: each lives for some seconds. */
async function writeUntilEnd(name) {
  written.set(name, 0);
  while (!isOver()) {
    const ended = start(["sink", "--store", store, "--table", "logs", "--flush-interval", "1s"]);
    const lifeMs = Math.min(stopMs, performance.now() + 3000 + Math.random() * 4000);
    while (performance.now() < lifeMs) {
      const first = written.get(name) + 1;
      const lines = Array.from({ length: 20 }, (_, i) => eventOf(name, first + i));
      written.set(name, first + 19);
      if (!ended.child.stdin.write(lines.join(""))) await sleep(20);
      await sleep(10 + Math.random() * 40);
    }
    ended.child.stdin.end();
    await ended;
  }
}

function eventOf(writer, n) {
  const timestamp = new Date(Date.UTC(2026, 10, 20 + (n % 3), n % 24)).toISOString();
  return `${JSON.stringify({ timestamp, service: writer, n, trace_id: `${writer}-${n}`, [`k${n % 5}`]: n % 2 === 0 ? n : `${n}` })}\n`;
}

async function compactUntilEnd() {
  while (!isOver()) {
    await run("compact", "--store", store);
    counts.compactions++;
    await sleep(200 + Math.random() * 800);
  }
}

async function readUntilEnd() {
  while (!isOver()) {
    await look("while all are at work", false);
    await sleep(50 + Math.random() * 300);
  }
}

/** Of each writer: as many rows as its newest event's number says, none of them twice. */
async function look(when, isEnd) {
  const sql =
    "SELECT service, count(*) AS rows, count(DISTINCT n) AS distinct_rows, max(n) AS newest FROM logs GROUP BY service";
  const output = await run("query", "--store", store, "--to", "ndjson", sql);
  counts.queries++;
  const found = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const { service, rows, distinct_rows, newest } of found) {
    if (rows !== newest || distinct_rows !== newest)
      faults.push(`${when}: ${service} has ${rows} rows, ${distinct_rows} distinct, newest ${newest}`);
  }
  if (!isEnd) return;
  for (const [writer, events] of written) {
    const rows = found.find(({ service }) => service === writer)?.rows ?? 0;
    if (rows !== events) faults.push(`${when}: ${writer} wrote ${events} events, ${rows} are there`);
  }
}

/** Runs a command to its end. Resolves with what it printed. */
async function run(...args) {
  const ended = start(args);
  ended.child.stdin.end();
  return ended;
}

function start(args) {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  let complaint = "";
  child.stdin.on("error", () => {});
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (complaint += chunk));
  const ended = new Promise((resolve, reject) =>
    child.on("close", (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`logpipe ${args.join(" ")}: exit ${code}: ${complaint}`)),
    ),
  );
  ended.child = child;
  return ended;
}
