import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../../src/lib/base/files.js";
import {
  balanceOf,
  type StoreOptions,
  type StoreReport,
  StoreSink,
} from "../../../../src/lib/sinks/store/store.js";
import { type Settled, watched } from "../../../support/deliveries.js";
import { blocksOf, readFacts, storeLines, storeOptions, temporaryDirectory } from "../../store/support.js";
import { failingFiles } from "../../store/wal/faults.js";

const full = () => Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });

/** A disk that has no room for Parquet (nothing can be put into a day's directory) until told. */
function diskWithoutRoom(): { files: Files; makeRoom: () => void } {
  let isFull = true;
  const files: Files = {
    ...diskFiles,
    rename: async (from, to) => {
      if (isFull && to.endsWith(".parquet")) throw full();
      await diskFiles.rename(from, to);
    },
  };
  return { files, makeRoom: () => (isFull = false) };
}

const line = (n: number) => `{"timestamp":"2026-11-21T10:00:00Z","n":${n},"text":"${"x".repeat(60)}"}`;

async function open(table: string, more: Partial<StoreOptions>) {
  const notices: string[] = [];
  const onNotice = (text: string) => notices.push(text);
  const sink = await StoreSink.open(storeOptions(table, { segmentBytes: 300, onNotice, ...more }));
  const settled: Settled[] = [];
  const stored = () =>
    settled.flatMap(({ cursor, outcome }) => (outcome.kind === "stored" ? [cursor.offset] : []));
  const blockOf = (n: number) => watched(blocksOf([line(n)], { stream: "test", offset: n })[0]!, settled);
  return { sink, notices, settled, stored, blockOf };
}

function expectBalance(report: StoreReport): void {
  expect(balanceOf(report), JSON.stringify(balanceOf(report))).toMatchObject({ isBalanced: true });
}

test("whichever file call finds the disk full for once, nothing fails and nothing is lost", {
  timeout: 300_000,
}, async () => {
  for (let failAt = 1; ; failAt++) {
    const table = join(temporaryDirectory(), "logs");
    const { files, calls } = failingFiles(failAt, "ENOSPC", false);
    const { sink, stored, blockOf } = await open(table, { files });
    for (let n = 1; n <= 6; n++) {
      sink.setAside({ bytes: Buffer.from(`{"raw":"bad ${n}"}\n`), lines: 1 });
      await sink.write(blockOf(n));
      await sink.flush();
    }
    await sink.close();
    expect(stored(), `call ${failAt}`).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await readFacts(table), `call ${failAt}`).toHaveLength(6);
    // A directory that could not be removed at the end is removed by the next.
    await storeLines(storeOptions(table), []);
    expect(await diskFiles.list(join(table, "_wal")), `call ${failAt}`).toEqual([]);
    expect(sink.report.stored, `call ${failAt}`).toMatchObject({ events: 6, asideLines: 6 });
    expectBalance(sink.report);
    if (calls() < failAt) return;
  }
});

test("at its limit the log waits for Parquet, and goes on when there is room", async () => {
  const table = join(temporaryDirectory(), "logs");
  const { files, makeRoom } = diskWithoutRoom();
  const warnings: string[] = [];
  const onWarning = (text: string) => warnings.push(text);
  const { sink, blockOf } = await open(table, { files, logLimitBytes: 1200, onWarning });
  let written = 0;
  const writing = (async () => {
    for (let n = 1; n <= 40; n++) {
      await sink.write(blockOf(n));
      await sink.flush();
      written = n;
    }
  })();
  while (warnings.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(written).toBeLessThan(15);
  expect(warnings[0]).toMatch(/waiting for room/);
  expect(await readFacts(table)).toHaveLength(written);
  makeRoom();
  await writing;
  await sink.close();
  expect(warnings.at(-1)).toMatch(/going on/);
  expect(await readFacts(table)).toHaveLength(40);
  expectBalance(sink.report);
});

test("asked to stop while it waits, it ends; what was acknowledged stays in the log for the next", async () => {
  const table = join(temporaryDirectory(), "logs");
  const { files } = diskWithoutRoom();
  const stop = new AbortController();
  const { sink, stored, blockOf } = await open(table, { files, logLimitBytes: 1200, signal: stop.signal });
  const writing = (async () => {
    for (let n = 1; n <= 40; n++) await sink.write(blockOf(n));
    await sink.flush();
  })();
  setTimeout(() => stop.abort(), 300);
  await expect(writing).rejects.toMatchObject({ code: "store.full" });
  await expect(sink.close()).rejects.toMatchObject({ code: "store.full" });
  const acknowledged = stored().at(-1)!;
  expect(acknowledged).toBeLessThan(20);
  expect(sink.report.left.events).toBe(acknowledged);
  expectBalance(sink.report);
  await storeLines(storeOptions(table), []);
  expect(await readFacts(table)).toHaveLength(acknowledged);
});

for (const onFull of ["drop-newest", "drop-oldest"] as const) {
  test(`${onFull} never waits, counts what it throws away, and refuses what it has not stored`, async () => {
    const table = join(temporaryDirectory(), "logs");
    const { files, makeRoom } = diskWithoutRoom();
    const { sink, settled, stored, blockOf } = await open(table, { files, logLimitBytes: 1200, onFull });
    for (let n = 1; n <= 60; n++) {
      sink.setAside({ bytes: Buffer.from('{"raw":"bad"}\n'), lines: 1 });
      await sink.write(blockOf(n));
      await sink.flush();
    }
    expect(settled.map(({ cursor }) => cursor.offset)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    makeRoom();
    await sink.close();
    const { report } = sink;
    const [thrown, others] =
      onFull === "drop-newest"
        ? [report.droppedNewest, report.droppedOldest]
        : [report.droppedOldest, report.droppedNewest];
    expect(others.events).toBe(0);
    expect(thrown.events).toBeGreaterThan(40);
    expect(thrown.asideLines).toBe(thrown.events);
    const refused = settled.filter(({ outcome }) => outcome.kind === "refused");
    expect(refused).toHaveLength(onFull === "drop-newest" ? thrown.events : 0);
    expectBalance(report);
    const kept = (await readFacts(table)).map((fact) => Number(/"n"=(\d+)/.exec(fact)![1]));
    expect(kept).toHaveLength(60 - thrown.events);
    if (onFull === "drop-newest") expect(kept).toEqual(stored());
    expect(kept.includes(onFull === "drop-newest" ? 1 : 60)).toBe(true);
    expect(kept.includes(onFull === "drop-newest" ? 60 : 1)).toBe(false);
  });
}

test("the log leaves room on the disk for its own Parquet", async () => {
  const table = join(temporaryDirectory(), "logs");
  let freeBytes = 300 * 1024;
  const files: Files = { ...diskFiles, freeBytes: async () => freeBytes };
  const { sink } = await open(table, { files, segmentBytes: 10_000_000, onFull: "drop-newest" });
  const block = blocksOf(Array.from({ length: 1000 }, (_, n) => line(n)))[0]!;
  await sink.write(block);
  await sink.close();
  expect(sink.report.droppedNewest.events).toBe(1000);
  freeBytes = 10_000_000;
  await storeLines(storeOptions(table, { files }), [line(1)]);
  expect(await readFacts(table)).toHaveLength(1);
});
