#!/usr/bin/env node
// A synthetic stream at full speed through stages that keep state, for a long time: the memory of the process must stay flat, and no event may
// get lost between the counts that come out. Keys come and go, so that every map that is not bounded grows.
//   node bench/soak-stream.mjs [--seconds 3600] [--pipeline 'parse | window ...'] [--growth 1.15]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const BIN = fileURLToPath(new URL("../bin/logpipe", import.meta.url));
const PIPELINE =
  "parse -f json | enrich --set env=prod | redact | dedupe --by trace_id --within 1m | " +
  "window 10s --by service,path --agg 'count, p99(latency_ms), distinct(user_id), topk(path, 5)' | sink store --segment-size 8MB";
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3600" },
    pipeline: { type: "string", default: PIPELINE },
    /** Memory of the last quarter may be this many times that of the second. */
    growth: { type: "string", default: "1.15" },
  },
});
const SAMPLE_MS = 500;
const EVENTS_A_BLOCK = 2000;
/** Milliseconds of the events' time between two events: stages forget by that time, and are to do so often. */
const STEP_MS = 1;
/** What the heap of a short run may still grow by, in MiB. */
const SLACK_MIB = 48;

const directory = await mkdtemp(join(tmpdir(), "logpipe-soak-stream-"));
const startMs = performance.now();
const child = spawn(process.execPath, [BIN, "run", "--stats", values.pipeline], {
  cwd: directory,
  env: { ...process.env, XDG_STATE_HOME: directory },
  stdio: ["pipe", "ignore", "pipe"],
});
const samples = [];
let complaint = "";
child.stderr.on("data", (chunk) => (complaint += chunk));
const ended = once(child, "close");
let hasEnded = false;
void ended.then(() => (hasEnded = true));
child.stdin.on("error", () => {});
const timer = setInterval(sample, SAMPLE_MS);
let sent = 0;
try {
  while (!hasEnded && performance.now() - startMs < Number(values.seconds) * 1000) {
    const isTaken = child.stdin.write(blockOf(sent));
    sent += EVENTS_A_BLOCK;
    if (!isTaken) await Promise.race([once(child.stdin, "drain"), ended]);
  }
  clearInterval(timer);
  child.stdin.end();
  const [code] = await ended;
  process.exitCode = report(code);
} finally {
  clearInterval(timer);
  child.kill();
  await rm(directory, { recursive: true, force: true });
}

/** Users and traces come and go for ever; services and paths do not. Times are that of the stream, not of the clock. */
function blockOf(first) {
  let text = "";
  for (let n = first; n < first + EVENTS_A_BLOCK; n++) {
    const timestamp = new Date(Date.UTC(2026, 0, 1) + n * STEP_MS).toISOString();
    const jitter = (n * 2654435761) % 1000;
    text += `{"timestamp":"${timestamp}","service":"s${n % 7}","path":"/p/${n % 301}","user_id":"u${n % 50_021}-${n >> 18}","trace_id":"t${n - (n % 5 === 0 ? 1 : 0)}","latency_ms":${jitter / 7},"message":"user ann${n % 977}@example.com took ${jitter} ms"}\n`;
  }
  return text;
}

/** Resident memory of the process, in MiB (proc(5), field VmRSS). */
function sample() {
  try {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    if (kib !== undefined) samples.push(Number(kib) / 1024);
  } catch {
    // It has ended.
  }
}

function report(code) {
  const seconds = (performance.now() - startMs) / 1000;
  const quarter = (n) =>
    samples.slice((samples.length * n) >> 2, (samples.length * (n + 1)) >> 2).sort((a, b) => a - b);
  const middle = (sorted) => sorted[sorted.length >> 1] ?? 0;
  const medians = [0, 1, 2, 3].map((n) => middle(quarter(n)));
  const growth = medians[3] / Math.max(medians[1], 1);
  const isFlat = medians[3] <= medians[1] * Number(values.growth) + SLACK_MIB;
  console.log(complaint.trimEnd());
  console.log(
    `${sent} events in ${seconds.toFixed(0)} s (${Math.round(sent / seconds)}/s); memory by quarters ${medians.map((m) => m.toFixed(0)).join(", ")} MiB, most ${Math.max(0, ...samples).toFixed(0)} MiB`,
  );
  const took = Number(/in: ([\d ]+) lines?/.exec(complaint)?.[1]?.replaceAll(" ", ""));
  const faults = [
    ...(code === 0 ? [] : [`the pipeline ended with ${code}`]),
    ...(took === sent ? [] : [`${sent} events were sent, ${took} came in`]),
    ...(isFlat ? [] : [`memory of the last quarter is ${growth.toFixed(2)} times that of the second`]),
  ];
  for (const fault of faults) console.log(`FAULT: ${fault}`);
  if (faults.length === 0) console.log("flat, nothing lost");
  return faults.length === 0 ? 0 : 1;
}
