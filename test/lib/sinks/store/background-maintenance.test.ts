import { expect, test } from "vitest";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import { blocksOf, lineFacts, readFacts, storeOptions, temporaryDirectory } from "../../store/support.js";

test("a sink that is told to compacts beside writing; nothing is lost and it ends in time", {
  timeout: 300_000,
}, async () => {
  const table = `${temporaryDirectory()}/logs`;
  const notices: string[] = [];
  const sink = await StoreSink.open(
    storeOptions(table, {
      segmentBytes: 400,
      compactEveryMs: 50,
      nowMs: Date.now,
      onNotice: (text) => notices.push(text),
    }),
  );
  const lines: string[] = [];
  const compacted = async () =>
    (await readSnapshot(table)).files.some((file) => file.tags["logpipe.level"] !== undefined);
  for (let n = 0; n < 5000 && !(await compacted()); n++) {
    const line = `{"timestamp":"2026-11-21T10:00:00Z","n":${n},"text":"${"x".repeat(80)}"}`;
    lines.push(line);
    for (const block of blocksOf([line])) await sink.write(block);
    await sink.flush();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await sink.close();
  expect(await compacted()).toBe(true);
  expect(await readFacts(table)).toEqual(lines.map(lineFacts).sort());
  expect(notices).toEqual([]);
});
