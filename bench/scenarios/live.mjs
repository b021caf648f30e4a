// How long until a reader of a table's live end (`ingest --table --follow --live`) is handed an event: from the call
// that appends it, its sync included, until `read` gives the block with it. One event a call, at a given rate, into a
// table with a log of its own and into one that a journal feeds; the reader has a checkpoint's id, so that it claims
// segments as a lasting one does. The goal is 100 ms.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { data, root } from "../lib/paths.mjs";

const RATES = [10, 100, 1000];
const GOAL_MS = 100;

export function live({ isQuick }) {
  const seconds = isQuick ? 2 : 10;
  return [
    {
      title: `from append to a live reader, ${seconds} s a row`,
      sheet: async (log) => {
        const rows = [];
        for (const kind of ["own log", "fed by a journal"])
          for (const rate of RATES) {
            rows.push(await measure(kind, rate, seconds));
            log(`  ${rows.at(-1).join("  ")}`);
          }
        const columns = [
          "table",
          "events/s",
          "events",
          "p50 ms",
          "p99 ms",
          "most ms",
          `within ${GOAL_MS} ms`,
        ];
        return { columns, rows };
      },
    },
  ];
}

async function measure(kind, rate, seconds) {
  const directory = join(data, "live-store");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const tableDirectory = join(directory, "store", "logs");
  const eventOf = await eventMaker();
  const filling = await (kind === "own log" ? ownLog(tableDirectory) : journal(directory, tableDirectory));
  const reader = await readerOf(tableDirectory);
  const appended = new Map();
  const times = [];
  let isOver = false;
  const reading = (async () => {
    for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
      const now = performance.now();
      for (const [, n] of block.bytes.toString().matchAll(/"n":(\d+)/g))
        if (appended.has(Number(n))) times.push(now - appended.get(Number(n)));
      block.delivery?.settle({ kind: "stored" });
      if (isOver && times.length >= appended.size) return;
    }
  })();
  const start = performance.now();
  const under = [];
  for (let n = 1; performance.now() - start < seconds * 1000; ) {
    for (const due = ((performance.now() - start) / 1000) * rate; n < due; n++) {
      appended.set(n, performance.now());
      under.push(filling.append(eventOf(n)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(under);
  isOver = true;
  // So that a block comes whose end the reader looks at.
  await filling.append(eventOf(0));
  await reading;
  await reader.close();
  await filling.close();
  rmSync(directory, { recursive: true, force: true });
  return rowOf(kind, rate, times);
}

const TABLE = { segmentBytes: 128 * 1024 * 1024, flushIntervalMs: 3_600_000, maxColumns: 1000 };

/** A version of the table first: a reader of the live end begins with one. */
async function ownLog(tableDirectory) {
  const { StoreSink } = await import(`${root}/dist/lib/sinks/store/store.js`);
  const open = () => StoreSink.open({ ...TABLE, tableDirectory, syncDelayMs: 2, nowMs: Date.now });
  const first = await open();
  await first.write((await eventMaker())(-1));
  await first.close();
  const sink = await open();
  return {
    append: async (block) => {
      await sink.write(block);
      await sink.flush();
    },
    close: () => sink.close(),
  };
}

async function journal(directory, tableDirectory) {
  await (await ownLog(tableDirectory)).close();
  const { Journal } = await import(`${root}/dist/lib/journal/journal.js`);
  const { FedTableSink } = await import(`${root}/dist/lib/sinks/store/fed/fed-table-sink.js`);
  const readers = [{ name: "logs", counts: true, onFull: "block" }];
  const opened = await Journal.open({ directory: join(directory, "journal"), nowMs: Date.now, readers });
  const fed = await FedTableSink.open({
    ...TABLE,
    tableDirectory,
    feed: opened.feed("logs"),
    nowMs: Date.now,
  });
  const running = fed.run();
  return {
    append: async (block) => {
      await opened.sink.write(block);
      await opened.sink.flush();
    },
    close: async () => {
      await opened.finish();
      await running;
      await fed.close();
      await opened.close();
    },
  };
}

async function readerOf(tableDirectory) {
  const { TableSource } = await import(`${root}/dist/lib/sources/table/table-source.js`);
  const kept = {
    ...{ id: "bench", cursors: [], held: new Map(), starts: [] },
    ...{ begin: () => {}, ready: async () => {}, keep: () => {}, close: async () => {} },
  };
  const options = { name: "logs", isFollowing: true, isLive: true, from: "end", kept };
  const reader = new TableSource({ tableDirectory, ...options });
  // What tells that it stands at the end.
  const first = await reader.read();
  first.delivery?.settle({ kind: "stored" });
  return reader;
}

async function eventMaker() {
  const { Block } = await import(`${root}/dist/lib/event/block.js`);
  const { scan } = await import(`${root}/dist/lib/event/scan.js`);
  return (n) => {
    const line = `{"timestamp":"2026-11-21T10:00:00Z","n":${n},"message":"${"x".repeat(150)}"}\n`;
    const [checked] = scan(Buffer.from(line));
    return new Block(checked.bytes, undefined, checked.summary);
  };
}

function rowOf(kind, rate, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  const within = times.filter((ms) => ms <= GOAL_MS).length / times.length;
  return [kind, `${rate}`, `${times.length}`, at(0.5), at(0.99), at(1), `${(within * 100).toFixed(1)} %`];
}
