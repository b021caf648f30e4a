#!/usr/bin/env node
// A synthetic stream at full speed through stages that keep state, for a long time: the memory of the process must stay
// flat, and no event may get lost between the counts that come out. Keys come and go, so that every table that is not
// bounded grows.
//   node bench/soak-stream.mjs [--seconds 3600] [--events N] [--pipeline 'parse | window ...'] [--follow [--rate 5000]]
// Judged is what follows the first third (soak-judge.mjs): for every thread what is left once garbage is collected
// (soak-probe.mjs), and from RESIDENT_SECONDS on the resident memory of the process, too: before that it shows how the
// collector lets its heaps grow.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync, renameSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { judge } from "./soak-judge.mjs";

const PROBE = new URL("./soak-probe.mjs", import.meta.url).href;
const BIN = fileURLToPath(new URL("../bin/logpipe", import.meta.url));
const STAGES =
  "parse -f json | enrich --set env=prod --url url --user-agent agent | redact | dedupe --by trace_id --within 1m | " +
  "sort --buffer 5s | sample --throttle 40/s --by service --no-keep-errors | patterns --annotate | " +
  "window 10s --by service,path --agg 'count, p99(latency_ms), distinct(user_id), topk(path, 5)' | sink store --segment-size 8MB";
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3600" },
    /** Ends it earlier: a slow machine fills tables later. */
    events: { type: "string", default: "Infinity" },
    pipeline: { type: "string", default: STAGES },
    /**
     * Through a file that is followed and rotated, with checkpoints of all state, instead of standard input; at most so
     * many events a second.
     */
    follow: { type: "boolean", default: false },
    rate: { type: "string", default: "5000" },
  },
});
const SAMPLE_MS = 500;
const EVENTS_A_BLOCK = 2000;
/** Milliseconds of the events' time between two events: stages forget by that time, and are to do so often. */
const STEP_MS = 2;
/** A run this long is judged by its resident memory as well. */
const RESIDENT_SECONDS = 120;
const MIB = 1024 * 1024;
/** What may come on top of 5 %: blocks and buffers under way differ from one moment to the next. */
const RESIDENT_NOISE = 16 * MIB;
/** A file that is followed is rotated at this size. */
const FILE_BYTES_MAX = 32 * MIB;
/** A pipeline that has read less than this for so long has read all there is: it looks at the file time and again. */
const QUIET_BYTES = 64 * 1024;
const QUIET_MS = 3000;
const HEAP_NOISE = 4 * MIB;
const EXTERNAL_NOISE = 16 * MIB;

const directory = await mkdtemp(join(tmpdir(), "logpipe-soak-stream-"));
const startMs = performance.now();
const probePath = join(directory, "probe.ndjson");
const input = join(directory, "app.log");
const source = values.follow ? `ingest --follow ${input} --checkpoint ${input}.checkpoint | ` : "";
const child = spawn(process.execPath, [BIN, "run", "--stats", source + values.pipeline], {
  cwd: directory,
  env: {
    ...process.env,
    XDG_STATE_HOME: directory,
    SOAK_PROBE: probePath,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import ${PROBE}`,
  },
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
  if (values.follow) await append();
  else await stream();
  clearInterval(timer);
  const [code] = await ended;
  process.exitCode = report(code);
} finally {
  clearInterval(timer);
  child.kill();
  await rm(directory, { recursive: true, force: true });
}

function isOver() {
  return (
    hasEnded || sent >= Number(values.events) || performance.now() - startMs >= Number(values.seconds) * 1000
  );
}

async function stream() {
  while (!isOver()) {
    const isTaken = child.stdin.write(blockOf(sent));
    sent += EVENTS_A_BLOCK;
    if (!isTaken) await Promise.race([once(child.stdin, "drain"), ended]);
  }
  child.stdin.end();
}

/** Writes the file, and stops the pipeline once it has read all of it. */
async function append() {
  for (let bytes = 0; !isOver(); ) {
    const block = blockOf(sent);
    appendFileSync(input, block);
    sent += EVENTS_A_BLOCK;
    bytes += block.length;
    const aheadMs = (sent / Number(values.rate)) * 1000 - (performance.now() - startMs);
    if (aheadMs > 0) await pause(aheadMs);
    if (bytes < FILE_BYTES_MAX) continue;
    // One rotated file is enough: the one before it was read long ago.
    renameSync(input, `${input}.1`);
    bytes = 0;
  }
  for (let before = -QUIET_BYTES, read = bytesRead(); read - before >= QUIET_BYTES && !hasEnded; ) {
    await pause(QUIET_MS);
    before = read;
    read = bytesRead();
  }
  child.kill("SIGINT");
}

/** Bytes that the process has read from anything (proc(5), /proc/PID/io). */
function bytesRead() {
  const [, bytes] = /rchar: (\d+)/.exec(readFileSync(`/proc/${child.pid}/io`, "utf8")) ?? [];
  return Number(bytes);
}

/** Users and traces come and go for ever; services and paths do not. Times are that of the stream, not of the clock. */
function blockOf(first) {
  let text = "";
  for (let n = first; n < first + EVENTS_A_BLOCK; n++) {
    const timestamp = new Date(Date.UTC(2026, 0, 1) + n * STEP_MS).toISOString();
    const jitter = (n * 2654435761) % 1000;
    text += `{"timestamp":"${timestamp}","service":"s${n % 7}","path":"/p/${n % 301}","url":"https://h${n % 97}.example.com/p/${n % 991}?q=${n % 991}","agent":"Mozilla/5.0 (X11; Linux x86_64; rv:${n % 89}.0) Gecko/20100101 Firefox/${n % 89}.0","user_id":"u${n % 50_021}-${n >> 18}","trace_id":"t${n - (n % 5 === 0 ? 1 : 0)}","latency_ms":${jitter / 7},"message":"user ann${n % 977}@example.com took ${jitter} ms"}\n`;
  }
  return text;
}

/** Resident memory of the process, in bytes (proc(5), field VmRSS). */
function sample() {
  try {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    if (kib !== undefined) samples.push(Number(kib) * 1024);
  } catch {
    // It has ended.
  }
}

/**
 * What is to be flat: a name, its figures in the order of time, its noise, and whether it is judged in a run as short
 * as this one.
 */
function series(seconds) {
  const left = new Map();
  for (const text of readFileSync(probePath, "utf8").split("\n").slice(0, -1)) {
    const { threadId, ...figures } = JSON.parse(text);
    const own = left.get(threadId) ?? { heapUsed: [], external: [] };
    left.set(threadId, own);
    for (const [name, bytes] of Object.entries(figures)) own[name].push(bytes);
  }
  return [
    {
      name: "resident memory",
      figures: samples,
      noise: RESIDENT_NOISE,
      isJudged: seconds >= RESIDENT_SECONDS,
    },
    ...[...left].flatMap(([thread, { heapUsed, external }]) => [
      { name: `heap of thread ${thread}`, figures: heapUsed, noise: HEAP_NOISE, isJudged: true },
      { name: `buffers of thread ${thread}`, figures: external, noise: EXTERNAL_NOISE, isJudged: true },
    ]),
  ];
}

function report(code) {
  const seconds = (performance.now() - startMs) / 1000;
  console.log(complaint.trimEnd());
  const most = (Math.max(0, ...samples) / MIB).toFixed(0);
  console.log(
    `${sent} events in ${seconds.toFixed(0)} s (${Math.round(sent / seconds)}/s), at most ${most} MiB resident; medians of the thirds, MiB:`,
  );
  const faults = [];
  for (const { name, figures, noise, isJudged } of series(seconds)) {
    const { thirds, isFlat } = judge(figures, noise);
    const shown = thirds.map((bytes) => (bytes / MIB).toFixed(1)).join(", ");
    console.log(`  ${name}: ${shown}${isJudged ? "" : " (the run is too short to judge it)"}`);
    if (isJudged && !isFlat) faults.push(`${name} grows: ${shown} MiB`);
  }
  const took = Number(/in: ([\d,]+) lines?/.exec(complaint)?.[1]?.replaceAll(",", ""));
  if (code !== (values.follow ? 130 : 0)) faults.push(`the pipeline ended with ${code}`);
  if (took !== sent) faults.push(`${sent} events were sent, ${took} came in`);
  for (const fault of faults) console.log(`FAULT: ${fault}`);
  if (faults.length === 0) console.log("flat, nothing lost");
  return faults.length === 0 ? 0 : 1;
}
