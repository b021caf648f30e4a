/** verify and repair while writers write and stores are compacted: no false alarm, no row lost or doubled. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { repairTable } from "../../../../src/lib/store/inspect/repair.js";
import { verifyTable } from "../../../../src/lib/store/inspect/verify.js";
import { blocksOf, storeOptions, temporaryDirectory } from "../support.js";
import { kindsOf, linesOf, readFacts } from "./support.js";

it("two writers, two repairs and a verification at a time", async () => {
  const directory = join(temporaryDirectory(), "logs");
  let isOver = false;
  let written = 0;
  const write = async (first: number) => {
    const sink = await StoreSink.open(storeOptions(directory, { segmentBytes: 10_000 }));
    for (let n = first; !isOver; n += 10) {
      for (const block of blocksOf(linesOf(n, n + 10))) await sink.write(block);
      await sink.flush();
      written += 10;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await sink.close();
  };
  const writers = [write(0), write(1_000_000)];
  const options = { files: diskFiles, directory, nowMs: Date.now };
  try {
    for (let round = 0; round < 3; round++) {
      const [first, second, report] = await Promise.all([
        repairTable({ ...options, isDryRun: false, isDeep: false, mayDrop: true }),
        repairTable({ ...options, isDryRun: false, isDeep: true, mayDrop: true }),
        verifyTable({ ...options, isDeep: true }),
      ]);
      expect(first.steps).toEqual([]);
      expect(second.steps).toEqual([]);
      expect(report.findings).toEqual([]);
    }
  } finally {
    isOver = true;
    await Promise.all(writers);
  }
  const facts = await readFacts(directory);
  expect(facts).toHaveLength(written);
  expect(new Set(facts).size).toBe(written);
  expect(await kindsOf(directory, true)).toEqual([]);
}, 300_000);
