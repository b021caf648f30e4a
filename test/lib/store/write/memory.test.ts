import { join } from "node:path";
import { expect, test } from "vitest";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import { lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";

test("work that needs more memory than usual is done once more with more", async () => {
  const session = await Session.open({
    memoryBytes: 24 * 1024 * 1024,
    threads: 2,
    tempDirectory: join(temporaryDirectory(), "spill"),
  });
  const work = () => session.rows("SELECT length(list_sort(list(i))) FROM range(4000000) t(i)");
  try {
    await expect(work()).rejects.toThrow("Out of Memory");
    expect(Number((await session.withRoom(work))[0]![0])).toBe(4_000_000);
    await expect(work()).rejects.toThrow("Out of Memory");
  } finally {
    session.close();
  }
});

test("events of many megabytes get through", { timeout: 300_000 }, async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = [1, 2, 3].map(
    (n) => `{"timestamp":"2026-11-21T10:00:00Z","n":${n},"text":"${"abcdefgh".repeat(2_500_000)}"}`,
  );
  await storeLines(storeOptions(table), lines, 1);
  const facts = await readFacts(table);
  expect(facts.length).toBe(3);
  expect(facts.every((fact, i) => fact === lines.map(lineFacts).sort()[i])).toBe(true);
});
