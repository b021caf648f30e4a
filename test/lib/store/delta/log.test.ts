import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { Kind } from "../../../../src/lib/event/summary.js";
import { parseInstant } from "../../../../src/lib/store/columns/instant.js";
import { checkTableName, nameFor } from "../../../../src/lib/store/columns/names.js";
import {
  decodeSchema,
  EMPTY_SCHEMA,
  encodeSchema,
  evolve,
} from "../../../../src/lib/store/columns/schema.js";
import { putCommit } from "../../../../src/lib/store/delta/commit.js";
import { commitName, readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { LocalStorage } from "../../../../src/lib/store/storage/local.js";
import { lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";

test("of several who put the same version one succeeds", async () => {
  const table = temporaryDirectory();
  const put = (n: number) =>
    putCommit(new LocalStorage(table, diskFiles), 0, [{ txn: { appId: `writer-${n}`, version: 1 } }]);
  const results = await Promise.all(Array.from({ length: 8 }, (_, n) => put(n)));
  expect(results.filter(Boolean).length).toBe(1);
  expect(readdirSync(join(table, "_delta_log"))).toEqual([commitName(0)]);
});

test("a log of thousands of commits is replayed, then followed", async () => {
  const table = temporaryDirectory();
  const log = join(table, "_delta_log");
  mkdirSync(log);
  const add = (path: string) => ({
    add: { path, partitionValues: { date: "2026-11-21" }, size: 1, modificationTime: 0, dataChange: true },
  });
  for (let v = 0; v < 3000; v++) {
    const remove = v % 3 === 2 ? [{ remove: { path: `f${v - 1}.parquet`, dataChange: true } }] : [];
    writeFileSync(
      join(log, commitName(v)),
      [add(`f${v}.parquet`), ...remove].map((a) => `${JSON.stringify(a)}\n`).join(""),
    );
  }
  const followed = new TableLog(table);
  const before = await followed.refresh();
  expect([before.version, before.files.length]).toEqual([2999, 2000]);
  expect(await followed.refresh()).toBe(before);
  await putCommit(new LocalStorage(table, diskFiles), 3000, [{ txn: { appId: "a", version: 7 } }]);
  const after = await followed.refresh();
  expect([after.version, after.txns.get("a")]).toEqual([3000, 7]);
});

test("a table that asks for more than we read is refused, not misread", async () => {
  const table = temporaryDirectory();
  await putCommit(new LocalStorage(table, diskFiles), 0, [
    { protocol: { minReaderVersion: 3, minWriterVersion: 7 } },
  ]);
  await expect(readSnapshot(table)).rejects.toThrow("reader version 3");
});

test("writers at the same time that add different columns all succeed", { timeout: 300_000 }, async () => {
  const table = `${temporaryDirectory()}/logs`;
  const linesOf = (writer: number) =>
    Array.from(
      { length: 30 },
      (_, n) => `{"timestamp":"2026-11-21T10:00:00Z","w${writer}":${n},"same":${writer % 2 ? n : `"${n}"`}}`,
    );
  await Promise.all(
    [1, 2, 3, 4].map((w) => storeLines(storeOptions(table, { segmentBytes: 600 }), linesOf(w), 5)),
  );
  expect(await readFacts(table)).toEqual([1, 2, 3, 4].flatMap(linesOf).map(lineFacts).sort());
});

test("a schema survives the Delta log", () => {
  const schema = evolve(
    EMPTY_SCHEMA,
    [
      { name: "status", kinds: Kind.integer | Kind.string | Kind.object },
      { name: "Status", kinds: Kind.double },
      { name: "date", kinds: Kind.boolean },
      { name: "timestamp", kinds: Kind.timestamp | Kind.nanoseconds | Kind.string },
    ],
    1000,
  );
  expect(schema.columns.map((c) => [c.name, c.type])).toEqual([
    ["timestamp", "timestamp"],
    ["status", "string"],
    ["status_integer", "integer"],
    ["status_json", "json"],
    ["Status_2", "double"],
    ["_date", "boolean"],
    ["_timestamp_ns", "integer"],
    ["timestamp_string", "string"],
  ]);
  expect(decodeSchema(encodeSchema(schema))).toEqual(schema);
  expect(evolve(schema, [{ name: "status", kinds: Kind.integer | Kind.null }], 1000)).toBe(schema);
});

test("names: unique when case is ignored, readable by every engine", () => {
  expect(nameFor("user id", new Set())).toBe("user_id");
  expect(nameFor("", new Set())).toBe("_empty");
  expect(nameFor("Level", new Set(["level", "level_2"]))).toBe("Level_3");
  expect(() => checkTableName("../etc")).toThrow("cannot be the name of a table");
  expect(() => checkTableName("_wal")).toThrow();
  expect(checkTableName("web_logs-2")).toBe("web_logs-2");
});

test("instants: days that exist, offsets, fractions", () => {
  expect(parseInstant("2026-11-21T10:00:00+02:00")?.micros).toBe(BigInt(Date.UTC(2026, 10, 21, 8)) * 1000n);
  expect(parseInstant("1969-12-31T23:59:59.9999995Z")).toEqual({
    micros: -1n,
    nanoseconds: 500,
    isExact: true,
  });
  expect(parseInstant("2023-02-29T00:00:00Z")).toBeUndefined();
  expect(parseInstant("2026-11-21T10:00:00")).toBeUndefined();
  expect(parseInstant("2026-11-21T10:00:00.1234567891Z")?.isExact).toBe(false);
});
