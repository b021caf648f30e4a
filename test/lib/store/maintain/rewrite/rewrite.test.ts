import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { rewriteFiles } from "../../../../../src/lib/store/maintain/rewrite/rewrite.js";
import { openWorkspace, removeTree } from "../../../../../src/lib/store/maintain/rewrite/workspace.js";
import { lineFacts, readFacts, temporaryDirectory } from "../../support.js";
import { type Bench, eventLine, filesBelow, openBench, storeBatches } from "../support.js";

async function rewriteAll(bench: Bench, more: object = {}) {
  const { files: inputs, schema } = await bench.log.refresh();
  return rewriteFiles({ ...bench, inputs, schema, isDataChange: false, operation: "OPTIMIZE", ...more });
}

test("files become one a partition, sorted, with the same rows", async () => {
  const directory = temporaryDirectory();
  const lines = Array.from({ length: 40 }, (_, i) =>
    eventLine(i % 3 === 0 ? "b" : "a", (97 * i) % 86_400, i % 2 === 0 ? { status: i } : { status: `s${i}` }),
  );
  const other = eventLine("c", 100_000);
  await storeBatches(directory, [lines.slice(0, 10), [...lines.slice(10), other]]);
  const bench = await openBench(directory);
  const report = await rewriteAll(bench);
  expect(report).toMatchObject({ filesIn: 3, filesOut: 2, rowsIn: 41, rowsOut: 41 });
  expect(await readFacts(directory)).toEqual([...lines, other].map(lineFacts).sort());
  const { files } = await bench.log.refresh();
  expect(files.map((file) => file.rows).sort()).toEqual([1, 40]);
  const large = files.find((file) => file.rows === 40)!;
  expect(large.stats?.nullCount["status"]).toBe(20);
  const order = await bench.session.rowsJson(
    `SELECT service, timestamp::VARCHAR FROM read_parquet('${large.path}')`,
  );
  expect(order).toEqual([...order].sort((a, b) => (String(a) < String(b) ? -1 : 1)));
  expect(filesBelow(directory).filter((path) => path.startsWith("_work"))).toEqual([]);
});

test("rows that are not kept are gone, by the columns that query shows", async () => {
  const directory = temporaryDirectory();
  const lines = [{ user: 1 }, { user: "1" }, { user: null }, { user: 2 }].map((more, i) =>
    eventLine("a", i, more),
  );
  await storeBatches(directory, [lines]);
  const bench = await openBench(directory);
  const keep = "(TRY_CAST(user AS BIGINT) = 1 AND service = 'a') IS NOT TRUE";
  expect(await rewriteAll(bench, { keep, isDataChange: true })).toMatchObject({ rowsIn: 4, rowsOut: 3 });
  // "1" is text: it stands in `user_string`.
  expect(await readFacts(directory)).toEqual(lines.slice(1).map(lineFacts).sort());
  expect(await rewriteAll(bench, { keep: "false", isDataChange: true })).toMatchObject({ filesOut: 0 });
  expect(await readFacts(directory)).toEqual([]);
});

test("a condition that says another thing each time changes nothing", async () => {
  const directory = temporaryDirectory();
  const lines = Array.from({ length: 200 }, (_, i) => eventLine("a", i));
  await storeBatches(directory, [lines]);
  const bench = await openBench(directory);
  await expect(rewriteAll(bench, { keep: "random() < 0.5" })).rejects.toThrow("were not replaced");
  expect(await readFacts(directory)).toEqual(lines.map(lineFacts).sort());
  expect(filesBelow(directory)).toHaveLength(1);
});

test("what another has rewritten meanwhile is left alone", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [[eventLine("a", 1)], [eventLine("a", 2)]]);
  const [one, two] = [await openBench(directory), await openBench(directory)];
  const { files: inputs, schema } = await one.log.refresh();
  expect(await rewriteAll(two)).toMatchObject({ filesOut: 1 });
  const left = filesBelow(directory);
  const job = { ...one, inputs, schema, isDataChange: false, operation: "OPTIMIZE" };
  expect(await rewriteFiles(job)).toBeUndefined();
  expect(filesBelow(directory)).toEqual(left);
  expect(await readFacts(directory)).toHaveLength(2);
});

test("a workspace goes when it is closed, and links in it are not followed", async () => {
  const directory = temporaryDirectory();
  const outside = temporaryDirectory();
  const one = await openWorkspace(diskFiles, directory);
  const two = await openWorkspace(diskFiles, directory);
  await diskFiles.makeDirectory(join(one.directory, "spill"));
  for (const path of [join(one.directory, "spill", "x"), join(outside, "kept")])
    await (await diskFiles.open(path, "create")).close();
  const { symlinkSync } = await import("node:fs");
  symlinkSync(outside, join(one.directory, "spill", "link"));
  await one.close();
  expect(existsSync(one.directory)).toBe(false);
  expect(existsSync(join(outside, "kept"))).toBe(true);
  expect(existsSync(two.directory)).toBe(true);
  await removeTree(diskFiles, join(directory, "nothing"));
});

test("the names of directories above the table are no values of its columns", async () => {
  const directory = join(temporaryDirectory(), "service=other", "logs");
  await storeBatches(directory, [[eventLine("a", 1)], [eventLine("b", 2)]]);
  const bench = await openBench(directory);
  await rewriteAll(bench);
  expect(await readFacts(directory)).toEqual([eventLine("a", 1), eventLine("b", 2)].map(lineFacts).sort());
});
