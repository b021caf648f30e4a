// The journal: appends beside plain writes with as many syncs on the same disk, reading from the disk, the memory of a
// reader that is far behind, and how long single events wait for their acknowledgement.
import { spawnSync } from "node:child_process";
import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { data, root } from "../lib/paths.mjs";

const BLOCK_BYTES = 128 * 1024;
const SYNC_DELAY_MS = 20;
const APPENDS_PER_SECOND = 10_000;

export function journal({ isQuick, isFull }) {
  const behindBytes = isFull ? 10e9 : isQuick ? 0.5e9 : 2e9;
  const appendBytes = isQuick ? 0.25e9 : 1e9;
  return [
    {
      title: "journal",
      sheet: async (log) => {
        const rows = [];
        const add = (...row) => {
          rows.push([...row, loadavg()[0].toFixed(1)]);
          log(`  ${rows.at(-1).join("  ")}`);
        };
        await writing(appendBytes, add);
        await singles(isQuick ? 2 : 5, add);
        await behind(behindBytes, add);
        return { columns: ["what", "figure", "of", "load"], rows };
      },
    },
  ];
}

function directory() {
  const path = join(data, "journal");
  rmSync(path, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  return path;
}

/** Blocks of 128 KiB from one caller, with three readers; as many bytes and syncs in a plain file. */
async function writing(bytes, add) {
  const count = Math.round(bytes / BLOCK_BYTES);
  const { Journal } = await import(`${root}/dist/lib/journal/journal.js`);
  const { files, syncs } = await countingFiles();
  const journal = await Journal.open({
    directory: directory(),
    files,
    nowMs: Date.now,
    readers: ["a", "b", "c"].map((name) => ({ name, counts: true, onFull: "block" })),
    limitBytes: bytes * 4,
    syncDelayMs: SYNC_DELAY_MS,
  });
  const block = await blockOf(BLOCK_BYTES);
  const began = performance.now();
  for (let n = 0; n < count; n++) await journal.sink.write(block());
  await journal.sink.flush();
  const appendSeconds = (performance.now() - began) / 1000;
  const rounds = syncs();
  const plainSeconds = plain(block().bytes, count, rounds);
  const rate = (seconds) => `${Math.round(bytes / 1e6 / seconds)} MB/s`;
  add("plain writes", rate(plainSeconds), `${rounds} syncs`);
  add(
    "appended to a journal",
    rate(appendSeconds),
    `${(plainSeconds / appendSeconds).toFixed(2)} of plain writes`,
  );
  await journal.finish();
  const readBegan = performance.now();
  await drain(journal.reader("a"));
  add("read from the disk", rate((performance.now() - readBegan) / 1000), "one reader");
  await journal.close();
}

function plain(bytes, count, rounds) {
  const path = join(data, "journal-plain");
  const file = openSync(path, "w");
  const began = performance.now();
  let synced = 0;
  for (let n = 1; n <= count; n++) {
    writeSync(file, bytes);
    for (; synced < Math.floor((n / count) * rounds); synced++) fdatasyncSync(file);
  }
  const seconds = (performance.now() - began) / 1000;
  closeSync(file);
  rmSync(path);
  return seconds;
}

/** Single events at a rate, from callers that do not wait for each other; a reader follows. */
async function singles(seconds, add) {
  const { Journal } = await import(`${root}/dist/lib/journal/journal.js`);
  const { newDelivery } = await import(`${root}/dist/lib/event/delivery/delivery.js`);
  const journal = await Journal.open({
    directory: directory(),
    nowMs: Date.now,
    readers: [{ name: "a", counts: true, onFull: "block" }],
  });
  const block = await blockOf(200);
  const times = [];
  const reading = drain(journal.reader("a"));
  const beside = plainSyncs(block().bytes);
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < seconds * 1000) {
    for (const due = ((performance.now() - began) / 1000) * APPENDS_PER_SECOND; count < due; count++) {
      const one = block();
      const before = performance.now();
      one.delivery = newDelivery(() => times.push(performance.now() - before));
      void journal.sink.write(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const syncTimes = await beside.stop();
  await journal.sink.flush();
  await journal.finish();
  await reading;
  await journal.close();
  add("single events, acknowledged", percentiles(times), `${Math.round(count / seconds)}/s`);
  add("a plain fdatasync beside them", percentiles(syncTimes), `${syncTimes.length} syncs`);
}

function percentiles(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => `${sorted[Math.floor((sorted.length - 1) * share)].toFixed(1)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}`;
}

/** What the disk, and the rest of the machine, let a sync take meanwhile: some 50 a second, in a file of its own. */
function plainSyncs(bytes) {
  const path = join(data, "journal-plain");
  const file = openSync(path, "w");
  const sync = promisify(fdatasync);
  const times = [];
  let isStopped = false;
  const run = async () => {
    while (!isStopped) {
      writeSync(file, bytes);
      const before = performance.now();
      await sync(file);
      times.push(performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    closeSync(file);
    rmSync(path);
    return times;
  };
  const running = run();
  return {
    stop: () => {
      isStopped = true;
      return running;
    },
  };
}

/** The most memory of a process whose reader is so far behind. */
async function behind(bytes, add) {
  const path = directory();
  const { Journal } = await import(`${root}/dist/lib/journal/journal.js`);
  const options = {
    directory: path,
    nowMs: Date.now,
    readers: [{ name: "a", counts: true, onFull: "block" }],
    limitBytes: bytes * 2,
  };
  const journal = await Journal.open({ ...options, syncDelayMs: 200 });
  const block = await blockOf(BLOCK_BYTES);
  for (let n = 0; n < bytes / BLOCK_BYTES; n++) await journal.sink.write(block());
  await journal.close();
  const code = `
    import { Journal } from "${root}/dist/lib/journal/journal.js";
    import { STORED } from "${root}/dist/lib/event/delivery/delivery.js";
    const { signal: _, ...options } = ${JSON.stringify(options)};
    const began = performance.now();
    const journal = await Journal.open({ ...options, nowMs: Date.now });
    const openMs = performance.now() - began;
    await journal.finish();
    const reader = journal.reader("a");
    const readBegan = performance.now();
    for (let block; (block = await reader.read()) !== undefined; ) block.delivery.settle(STORED);
    const seconds = (performance.now() - readBegan) / 1000;
    await reader.close();
    await journal.close();
    console.log(JSON.stringify({ openMs, seconds, memoryBytes: process.resourceUsage().maxRSS * 1024 }));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  const { openMs, seconds, memoryBytes } = JSON.parse(stdout);
  const gb = `${(bytes / 1e9).toFixed(1)} GB`;
  add(
    `a reader ${gb} behind`,
    `${Math.round(bytes / 1e6 / seconds)} MB/s`,
    `opened in ${Math.round(openMs)} ms`,
  );
  add("its memory at most", `${Math.round(memoryBytes / 1e6)} MB`, gb);
  rmSync(path, { recursive: true, force: true });
}

async function drain(reader) {
  const { STORED } = await import(`${root}/dist/lib/event/delivery/delivery.js`);
  for (let block = await reader.read(); block !== undefined; block = await reader.read())
    block.delivery.settle(STORED);
  await reader.close();
}

async function blockOf(bytes) {
  const { Block } = await import(`${root}/dist/lib/event/block.js`);
  const { scan } = await import(`${root}/dist/lib/event/scan.js`);
  const line = { timestamp: "2026-11-30T12:00:00Z", service: "bench", status: 200, message: "x".repeat(120) };
  const text = `${JSON.stringify(line)}\n`;
  const [{ bytes: all, summary }] = scan(
    Buffer.from(text.repeat(Math.max(1, Math.floor(bytes / text.length)))),
  );
  return () => new Block(all, undefined, summary);
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
