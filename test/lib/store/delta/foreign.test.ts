/** Logs as other engines write them. */

import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import type { LogAction } from "../../../../src/lib/store/delta/actions.js";
import { writeCheckpoint } from "../../../../src/lib/store/delta/checkpoints/checkpoint-write.js";
import { commitWith } from "../../../../src/lib/store/delta/commit.js";
import { checkpointKey, commitPath } from "../../../../src/lib/store/delta/listing.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { localTable } from "../../../../src/lib/store/storage/local.js";
import { lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";
import { addOf, firstCommit, NOW_MS, openSession, plain, writeCommit } from "./support.js";

function tableOf(...commits: LogAction[][]): string {
  const table = join(temporaryDirectory(), "logs");
  for (const [version, actions] of [firstCommit(), ...commits].entries())
    writeCommit(table, version, actions);
  return table;
}

test("a checkpoint in parts is read when all parts are there, and statistics that are a struct", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const table = tableOf([addOf(1), addOf(2)], [addOf(3)]);
  const whole = plain(await readSnapshot(table));
  await writeCheckpoint({
    table: localTable(table),
    session,
    snapshot: await readSnapshot(table),
    nowMs: NOW_MS,
  });
  const one = join(table, checkpointKey(2));
  const part = (n: number) => one.replace(".parquet", `.000000000${n}.0000000002.parquet`);
  const parsed = `struct_pack(path := add.path, "partitionValues" := add."partitionValues", size := add.size, "modificationTime" := add."modificationTime", "dataChange" := add."dataChange",
    stats_parsed := {'numRecords': (add.stats->>'numRecords')::BIGINT, 'minValues': {'timestamp': add.stats->'minValues'->>'timestamp'}, 'maxValues': {'timestamp': add.stats->'maxValues'->>'timestamp'}, 'nullCount': {'timestamp': 0}})`;
  await session.run(
    `COPY (SELECT * REPLACE (CASE WHEN add IS NOT NULL THEN ${parsed} END AS add) FROM '${one}' WHERE add IS NOT NULL) TO '${part(1)}' (FORMAT parquet)`,
  );
  await session.run(
    `COPY (SELECT * EXCLUDE (add) FROM '${one}' WHERE add IS NULL) TO '${part(2)}' (FORMAT parquet)`,
  );
  rmSync(one);
  rmSync(commitPath(table, 0));
  expect(plain(await readSnapshot(table))).toEqual(whole);
  rmSync(join(table, "_index"), { recursive: true });
  renameSync(part(1), `${part(1)}.gone`);
  await expect(readSnapshot(table)).rejects.toThrow("version 0 of its log is missing");
});

test("checkpoints of the second specification are refused in words", { timeout: 300_000 }, async () => {
  const session = await openSession();
  const table = tableOf([addOf(1)]);
  const sidecars = `SELECT {minReaderVersion: 1, minWriterVersion: 2} AS protocol, {path: 'x.parquet'} AS sidecar`;
  await session.run(`COPY (${sidecars}) TO '${join(table, checkpointKey(1))}' (FORMAT parquet)`);
  await expect(readSnapshot(table)).rejects.toThrow("second specification");
  rmSync(join(table, checkpointKey(1)));
  rmSync(commitPath(table, 0));
  await session.run(
    `COPY (${sidecars}) TO '${join(table, checkpointKey(1)).replace(".parquet", ".80a083e8-7026-4e79-81be-64bd76c43a11.parquet")}' (FORMAT parquet)`,
  );
  await expect(readSnapshot(table)).rejects.toThrow("second specification");
});

test("files by absolute URI and by path are read wherever they are", { timeout: 300_000 }, async () => {
  const table = join(temporaryDirectory(), "logs");
  const elsewhere = join(temporaryDirectory(), "else where%20#");
  const lines = ['{"timestamp":"2026-11-21T10:00:00Z","n":1}'];
  await storeLines(storeOptions(table), lines);
  const [file] = (await readSnapshot(table)).files;
  await diskFiles.makeDirectory(elsewhere);
  const moved = join(elsewhere, "a b.parquet");
  renameSync(file!.path, moved);
  const log = new TableLog(table);
  let previous = file!.add;
  for (const path of [
    pathToFileURL(moved).href,
    pathToFileURL(moved).href.replace("file:///", "file:/"),
    encodeURI(moved).replaceAll("#", "%23"),
  ]) {
    const add = { ...previous, path };
    await commitWith(log, () => [{ remove: { path: previous.path, dataChange: false } }, { add }]);
    expect((await readSnapshot(table)).files.map((one) => one.path)).toEqual([moved]);
    expect(await readFacts(table)).toEqual(lines.map(lineFacts));
    previous = add;
  }
  expect(existsSync(moved)).toBe(true);
});

test("what would be misread or broken is refused", async () => {
  const vector = tableOf([addOf(1, { deletionVector: { storageType: "u" } })]);
  await expect(readSnapshot(vector)).rejects.toThrow("deletion vector");
  await expect(readSnapshot(tableOf([addOf(1, { path: "s3://bucket/x.parquet" })]))).rejects.toThrow(
    "not in a file system",
  );
  const append = (table: string) => commitWith(new TableLog(table), () => [addOf(5)]);
  const features = tableOf([
    { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["rowTracking"] } },
  ]);
  await expect(append(features)).rejects.toThrow("Delta writer version 7 (rowTracking)");
  const schemaString = JSON.stringify({
    type: "struct",
    fields: [{ name: "x", type: "long", nullable: true, metadata: { "delta.invariants": "{}" } }],
  });
  const [, , opening] = firstCommit();
  const invariants = tableOf([{ metaData: { ...opening!.metaData!, schemaString } }]);
  await expect(append(invariants)).rejects.toThrow("invariants");
});
