import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { requestRoll, uncoveredSegments } from "../../../../src/lib/store/wal/rotation-request.js";
import { Wal } from "../../../../src/lib/store/wal/writer.js";
import { recoverTable } from "../../../../src/lib/store/write/recover-table.js";
import { blocksOf, OBSERVED_MS, readFacts, storeOptions, temporaryDirectory } from "../support.js";

const uncovered = (table: string) =>
  uncoveredSegments(diskFiles, table, async () => (await readSnapshot(table)).txns);

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test("a live writer that is asked stores what it holds and goes on", async () => {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table));
  await sink.write(blocksOf(['{"n":1}'])[0]!);
  await sink.flush();
  expect(await uncovered(table)).toHaveLength(1);
  await requestRoll(diskFiles, table);
  await requestRoll(diskFiles, table);
  await until(async () => (await uncovered(table)).length === 0);
  expect((await readSnapshot(table)).files).toHaveLength(1);
  await sink.write(blocksOf(['{"n":2}'])[0]!);
  await sink.close();
  expect(await readFacts(table)).toHaveLength(2);
});

test("nothing is asked of a table without a log, nor of a directory whose writer is gone", async () => {
  const table = temporaryDirectory();
  await requestRoll(diskFiles, table);
  expect(await uncovered(table)).toEqual([]);
  mkdirSync(join(table, "_wal", "empty"), { recursive: true });
  writeFileSync(join(table, "_wal", "stray"), "");
  await requestRoll(diskFiles, table);
  const log = new TableLog(table);
  await recoverTable({ files: diskFiles, log, maxColumns: 10, nowMs: () => OBSERVED_MS });
  expect(await diskFiles.list(join(table, "_wal"))).toEqual(["stray"]);
});

test("what dead writers left is stored without opening a writer; the spill of a killed one is swept", async () => {
  const table = join(temporaryDirectory(), "logs");
  const directories: string[] = [];
  for (let writer = 0; writer < 2; writer++) {
    const wal = await Wal.open({
      files: diskFiles,
      tableDirectory: table,
      segmentBytes: 20,
      nowMs: () => OBSERVED_MS,
      onSealed: async () => {},
    });
    for (let n = 0; n < 5; n++) await wal.append(blocksOf([`{"writer":${writer},"n":${n}}`])[0]!);
    await wal.close();
    await wal.release();
    directories.push(wal.directory);
  }
  mkdirSync(join(directories[0]!, "spill"));
  writeFileSync(join(directories[0]!, "spill", "duckdb_temp_storage_DEFAULT-0.tmp"), "left");
  expect((await uncovered(table)).length).toBeGreaterThan(2);
  const log = new TableLog(table);
  const recovery = await recoverTable({ files: diskFiles, log, maxColumns: 10, nowMs: () => OBSERVED_MS });
  expect(recovery).toMatchObject({ writers: 2, tornBytes: 0, stored: { events: 10 } });
  expect(await uncovered(table)).toEqual([]);
  expect(await diskFiles.list(join(table, "_wal"))).toEqual([]);
  expect(await readFacts(table)).toHaveLength(10);
});
