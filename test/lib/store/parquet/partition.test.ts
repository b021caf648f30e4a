import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import {
  encodedPath,
  parsePartitionBy,
  partitionDirectory,
} from "../../../../src/lib/store/parquet/partition.js";
import { lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";

const LINES = [
  ...["web", "a/b c=%", "..", ".", "é\\u0000x", "", "x".repeat(300), "__proto__", "'", "NULL"].map(
    (service, i) => `{"timestamp":"2026-11-2${i % 2}T10:00:00Z","service":"${service}","n":${i}}`,
  ),
  '{"timestamp":"2026-11-20T10:00:00Z","n":100}',
  '{"timestamp":"2026-11-20T10:00:00Z","service":7,"n":101}',
  '{"timestamp":"2026-11-20T10:00:00Z","service":{"a":1},"n":102}',
];

test("a table by day and service gives back what went in, in Hive's folders", {
  timeout: 300_000,
}, async () => {
  const table = join(temporaryDirectory(), "logs");
  await storeLines(storeOptions(table, { partitionBy: ["date", "service"] }), LINES);
  await storeLines(storeOptions(table), LINES);
  expect(await readFacts(table)).toEqual([...LINES, ...LINES].map(lineFacts).sort());
  const { files, metadata } = await readSnapshot(table);
  expect(metadata?.partitionColumns).toEqual(["date", "service"]);
  const found = new Set(files.map(({ partition }) => `${partition["date"]} ${partition["service"]}`));
  expect(found).toContain("2026-11-21 a/b c=%");
  // Without a service, with an empty one, or with one that is no text.
  expect(found).toContain("2026-11-20 null");
  expect(found.size).toBe(11);
  for (const file of files) expect(existsSync(file.path)).toBe(true);
  expect(existsSync(join(table, "date=2026-11-20", "service=__HIVE_DEFAULT_PARTITION__"))).toBe(true);
  expect(existsSync(join(table, "date=2026-11-21", "service=a%2Fb c%3D%25"))).toBe(true);
});

test("a table keeps its partitions, and two makers of one table agree", { timeout: 300_000 }, async () => {
  const table = join(temporaryDirectory(), "logs");
  const store = (n: number, partitionBy: string[]) =>
    storeLines(storeOptions(table, { partitionBy }), [`{"service":"s","tenant":"t","n":${n}}`]);
  await Promise.all([store(0, ["date", "service"]), store(1, ["date", "service"])]);
  expect((await readFacts(table)).length).toBe(2);
  await expect(store(2, ["date", "tenant"])).rejects.toThrow(
    "is partitioned by date,service, not by date,tenant",
  );
  await expect(store(2, ["date"])).rejects.toThrow("is partitioned by");
  await store(2, ["date", "service"]);
});

test("lists of partitions", () => {
  expect(parsePartitionBy(" date , service", "--partition-by")).toEqual(["date", "service"]);
  for (const bad of ["", "service", "date,,a", "date,date", "date,a,A", "date,timestamp"])
    expect(() => parsePartitionBy(bad, "--partition-by")).toThrow("--partition-by");
});

test("paths: Hive's escapes in the file system, a second time in the log", () => {
  const directory = partitionDirectory({ date: "2026-11-21", "odd key": "a/b", none: null });
  expect(directory).toBe("date=2026-11-21/odd key=a%2Fb/none=__HIVE_DEFAULT_PARTITION__");
  expect(encodedPath(`${directory}/x y.parquet`)).toBe(
    "date=2026-11-21/odd%20key=a%252Fb/none=__HIVE_DEFAULT_PARTITION__/x%20y.parquet",
  );
  const names = ["é".repeat(200), "%".repeat(200), `${"é".repeat(199)}x`].map((value) =>
    partitionDirectory({ k: value }),
  );
  for (const name of names) expect(Buffer.byteLength(name)).toBeLessThan(255);
  expect(new Set(names).size).toBe(3);
});
