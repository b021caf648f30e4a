// How long an event waits for its acknowledgement: from the call that appends it until it is durable in the log. Events
// of about 200 bytes, one a call. At a given rate the callers do not wait for each other; in a loop each waits for its
// own acknowledgement before it appends again. The first row is the disk by itself: 200 bytes appended and synced.
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { data, root } from "../lib/paths.mjs";

const DELAYS_MS = [0, 2, 10];
const LOADS = [
  { rate: 100, callers: 1 },
  { rate: 1000, callers: 1 },
  { rate: 1000, callers: 4 },
  { rate: 10_000, callers: 4 },
  { callers: 1 },
  { callers: 4 },
];

export function ack({ isQuick }) {
  const seconds = isQuick ? 1 : 5;
  return [
    {
      title: `acknowledgement, ${seconds} s a row`,
      sheet: async (log) => {
        const rows = [diskRow(seconds)];
        for (const delayMs of DELAYS_MS)
          for (const load of LOADS) {
            rows.push(await measureLoad(load, delayMs, seconds));
            log(`  ${rows.at(-1).join("  ")}`);
          }
        return {
          columns: ["load", "--sync-delay", "events/s", "syncs/s", "p50 ms", "p99 ms", "most ms"],
          rows,
        };
      },
    },
  ];
}

/** What the device takes for one small append with fdatasync. */
function diskRow(seconds) {
  mkdirSync(data, { recursive: true });
  const path = join(data, "ack-probe");
  const file = openSync(path, "w");
  const times = [];
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const before = performance.now();
    writeSync(file, "x".repeat(200));
    fdatasyncSync(file);
    times.push(performance.now() - before);
  }
  closeSync(file);
  rmSync(path);
  return rowOf("the disk alone", "", times, times.length, seconds);
}

async function measureLoad({ rate, callers }, delayMs, seconds) {
  const { StoreSink } = await import(`${root}/dist/lib/sinks/store/store.js`);
  const tableDirectory = join(data, "ack-store", "logs");
  rmSync(tableDirectory, { recursive: true, force: true });
  const { files, syncs } = await countingFiles();
  const sink = await StoreSink.open({
    tableDirectory,
    segmentBytes: 128 * 1024 * 1024,
    flushIntervalMs: 3_600_000,
    maxColumns: 1000,
    syncDelayMs: delayMs,
    nowMs: Date.now,
    files,
  });
  const blockOf = await blockMaker();
  const times = [];
  const append = async (n) => {
    const before = performance.now();
    await sink.write(blockOf(n));
    await sink.flush();
    times.push(performance.now() - before);
  };
  await append(0);
  times.length = 0;
  const syncsBefore = syncs();
  if (rate === undefined) await inLoops(append, callers, seconds);
  else await Promise.all(Array.from({ length: callers }, () => atRate(append, rate / callers, seconds)));
  const done = syncs() - syncsBefore;
  await sink.close();
  const many = callers === 1 ? "1 caller" : `${callers} callers`;
  return rowOf(
    rate === undefined ? `${many} in a loop` : `${rate}/s, ${many}`,
    `${delayMs} ms`,
    times,
    done,
    seconds,
  );
}

async function inLoops(append, callers, seconds) {
  const end = performance.now() + seconds * 1000;
  const loop = async () => {
    for (let n = 0; performance.now() < end; n++) await append(n);
  };
  await Promise.all(Array.from({ length: callers }, loop));
}

/** Begins appends when they are due, whatever became of those before. */
async function atRate(append, rate, seconds) {
  const start = performance.now();
  const under = [];
  let begun = 0;
  for (;;) {
    const elapsed = performance.now() - start;
    if (elapsed >= seconds * 1000) break;
    for (const due = (elapsed / 1000) * rate; begun < due; begun++) under.push(append(begun));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(under);
}

async function blockMaker() {
  const { Block } = await import(`${root}/dist/lib/event/block.js`);
  const { scan } = await import(`${root}/dist/lib/event/scan.js`);
  return (n) => {
    const line = { timestamp: new Date().toISOString(), service: "bench", n, message: "x".repeat(120) };
    const [{ bytes, summary }] = scan(Buffer.from(`${JSON.stringify(line)}\n`));
    return new Block(bytes, undefined, summary);
  };
}

/** The machine's files, with the rounds of sync counted: each syncs the segment's data once. */
async function countingFiles() {
  const { diskFiles } = await import(`${root}/dist/lib/base/files.js`);
  let count = 0;
  const files = {
    ...diskFiles,
    open: async (path, mode) => {
      const file = await diskFiles.open(path, mode);
      const sync = async () => {
        if (path.endsWith(".ndjson")) count++;
        await file.sync();
      };
      return { ...file, sync };
    },
  };
  return { files, syncs: () => count };
}

function rowOf(load, delay, times, syncs, seconds) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
  const perSecond = (count) => Math.round(count / seconds).toLocaleString("en-US");
  return [
    load,
    delay,
    perSecond(times.length),
    perSecond(syncs),
    at(0.5),
    at(0.99),
    sorted.at(-1).toFixed(1),
  ];
}
