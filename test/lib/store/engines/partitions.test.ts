import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { compactFiles } from "../../../../src/lib/store/maintain/compact.js";
import { deltaRsAppend, PYTHON } from "../../../support/engines/other-engines.js";
import { openSession } from "../delta/support.js";
import { lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";

test.skipIf(PYTHON === undefined)(
  "what deltalake puts into a partition has its value, before and after compaction",
  { timeout: 300_000 },
  async () => {
    const table = join(temporaryDirectory(), "logs");
    await storeLines(storeOptions(table, { partitionBy: ["date", "service"] }), [
      '{"timestamp":"2026-11-21T10:00:00Z","service":"web","number":1}',
    ]);
    const rows = [2, 3].map((number) => ({
      timestamp: "2026-11-21T10:00:00Z",
      date: "2026-11-21",
      service: "web",
      number,
    }));
    deltaRsAppend(table, rows);
    deltaRsAppend(table, [{ ...rows[0], service: "it's", number: 4 }]);
    const wanted = [1, 2, 3, 4]
      .map((n) =>
        lineFacts(
          `{"timestamp":"2026-11-21T10:00:00Z","service":"${n === 4 ? "it's" : "web"}","number":${n}}`,
        ),
      )
      .sort();
    expect(await readFacts(table)).toEqual(wanted);
    await compactWhole(table);
    expect((await readSnapshot(table)).files.length).toBe(2);
    expect(await readFacts(table)).toEqual(wanted);
  },
);

async function compactWhole(table: string): Promise<void> {
  const session = await openSession();
  await compactFiles({
    files: diskFiles,
    session,
    log: new TableLog(table),
    nowMs: Date.now,
    targetBytes: 2 ** 28,
  });
}
