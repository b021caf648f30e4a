import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compactFiles } from "../../../../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../../../../src/lib/store/maintain/delete.js";
import { temporaryDirectory } from "../../support.js";
import { eventLine, openBench, storeBatches } from "../support.js";

test("a file that changed on the disk is not given a fresh checksum; other days are compacted all the same", async () => {
  const directory = temporaryDirectory();
  const ofDay = (day: number, n: number) =>
    [n, n + 10].map((k) => eventLine("a", day * 86_400 + k, { n: k }));
  await storeBatches(directory, [ofDay(0, 1), ofDay(0, 2), ofDay(1, 1), ofDay(1, 2)]);
  const bench = await openBench(directory);
  const { files } = await bench.log.refresh();
  const [victim] = files;
  const bytes = readFileSync(victim!.path);
  bytes[20] = bytes[20]! ^ 1;
  writeFileSync(victim!.path, bytes);

  const report = await compactFiles({ ...bench, targetBytes: 1 << 28 });
  expect(report).toMatchObject({ filesIn: 2, filesOut: 1 });
  expect(report.damaged).toEqual([expect.stringContaining(victim!.path)]);
  const left = (await bench.log.refresh()).files.map(({ path }) => path);
  expect(left).toContain(victim!.path);
  await expect(deleteEvents({ ...bench, condition: "n = 1" })).rejects.toThrow("has changed on the disk");
});
