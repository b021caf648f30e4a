import { expect, test } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import type { Files } from "../../../../src/lib/base/files.js";
import { newDelivery } from "../../../../src/lib/event/delivery/delivery.js";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { blocksOf, readFacts, storeLines, storeOptions, temporaryDirectory } from "../../store/support.js";
import { failingFiles } from "../../store/wal/faults.js";

const BLOCKS = 3;

/** Writes numbered blocks of two events until something fails; says how many were acknowledged. */
async function writeUntilFailure(
  table: string,
  files: Files,
): Promise<{ acknowledged: number; error: unknown }> {
  let acknowledged = 0;
  try {
    // Asked to stop, so that a full disk is not waited for.
    const signal = AbortSignal.abort();
    const sink = await StoreSink.open(storeOptions(table, { files, segmentBytes: 300, signal }));
    let error: unknown;
    try {
      for (let n = 1; n <= BLOCKS; n++) {
        const block = blocksOf([event(n, 0), event(n, 1)])[0]!;
        block.delivery = newDelivery(({ kind }) => {
          if (kind === "stored") acknowledged = n;
        });
        await sink.write(block);
        await sink.flush();
      }
    } catch (caught) {
      error = caught;
    }
    await sink.close().catch((caught: unknown) => {
      error ??= caught;
    });
    return { acknowledged, error };
  } catch (error) {
    return { acknowledged, error };
  }
}

function event(block: number, n: number): string {
  return `{"timestamp":"2026-11-21T10:00:00Z","block":${block},"n":${n},"text":"${"x".repeat(50)}"}`;
}

/** How often each block is in the table: 0, or 2 times n 0 and n 1. */
async function blocksIn(table: string): Promise<number[]> {
  const facts = await readFacts(table);
  return Array.from(
    { length: BLOCKS },
    (_, i) => facts.filter((f) => f.startsWith(`"block"=${i + 1} `)).length,
  );
}

for (const [code, isForever] of [
  ["ENOSPC", true],
  ["EIO", false],
] as const) {
  test(`whichever file call fails with ${code}, what was acknowledged is there exactly once`, {
    timeout: 300_000,
  }, async () => {
    for (let failAt = 1; ; failAt++) {
      const table = `${temporaryDirectory()}/logs`;
      const { files, calls } = failingFiles(failAt, code, isForever);
      const { acknowledged, error } = await writeUntilFailure(table, files);
      const at = `call ${failAt}`;
      if (error !== undefined) {
        expect(error, at).toBeInstanceOf(LogpipeError);
        expect((error as LogpipeError).code, at).toMatch(
          code === "ENOSPC" ? /^store\.(full|unwritable)$/ : /^store\.unwritable$/,
        );
      }
      // What a query sees before anybody recovers: looked at every few times, it takes a while.
      const live = failAt % 5 === 0 ? await blocksIn(table) : undefined;
      // The next writer finds whatever was left and stores it.
      await storeLines(storeOptions(table), []);
      const stored = await blocksIn(table);
      for (let block = 1; block <= BLOCKS; block++) {
        const allowed = block <= acknowledged ? [2] : [0, 2];
        if (live !== undefined) expect(allowed, `${at}, block ${block} live`).toContain(live[block - 1]);
        expect(allowed, `${at}, block ${block} stored`).toContain(stored[block - 1]);
      }
      if (calls() < failAt) return expect(acknowledged).toBe(BLOCKS);
    }
  });
}
