/** How far a source is, where its lines are in a log that nobody has made Parquet of. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { withLogPositions } from "../../../../src/lib/sinks/store/log-positions.js";
import { TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { Wal } from "../../../../src/lib/store/wal/writer.js";
import { blocksOf, temporaryDirectory } from "../../store/support.js";

async function logOf(offsets: readonly number[]): Promise<{ table: string; wal: Wal }> {
  const table = temporaryDirectory();
  const wal = await Wal.open({
    files: diskFiles,
    tableDirectory: table,
    segmentBytes: 1_000_000,
    nowMs: () => 1_700_000_000_000,
    onSealed: () => {},
  });
  for (const offset of offsets) await wal.append(blocksOf(['{"n":1}'], { stream: "c/a", offset })[0]!);
  await wal.flush();
  return { table, wal };
}

test("a writer that is alive, or cannot be seen from here, has acknowledged what its log says", async () => {
  const { table, wal } = await logOf([10, 20, 30]);
  const positions = await withLogPositions(diskFiles, new TableLog(table));
  expect(positions.map(({ source, offset }) => [source, offset])).toEqual([["c/a", 30]]);
  await wal.close();
});

test("but not without the bytes that it is about, nor of what is no log", async () => {
  const { table, wal } = await logOf([10]);
  writeFileSync(join(table, "_wal", "notes.txt"), "nothing of ours");
  rmSync(join(wal.directory, "00000000000000000001.ndjson"));
  expect(await withLogPositions(diskFiles, new TableLog(table))).toEqual([]);
  await wal.close();
});
