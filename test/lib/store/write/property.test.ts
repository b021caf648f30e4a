import fc from "fast-check";
import { expect, test } from "vitest";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { blocksOf, lineFacts, readFacts, storeOptions, temporaryDirectory } from "../support.js";

/** Few keys and many kinds, so that conflicts are the rule. */
const key = fc.constantFrom(
  "a",
  "A",
  "b",
  "status",
  "service",
  "timestamp",
  "date",
  "x y",
  "a_string",
  "_rest",
  "é",
);
const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((n) => JSON.stringify(n)),
);
const value = fc.oneof(
  number,
  fc.string({ unit: "binary", maxLength: 8 }).map((s) => JSON.stringify(s)),
  fc.constantFrom(
    "true",
    "false",
    "null",
    "[]",
    "{}",
    '{"k":[1,"x"]}',
    '"2026-11-21T10:00:00.123456789Z"',
    '"200"',
  ),
);
const event = fc
  .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 })
  .map((members) => `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`);

test("random events in are the rows out, whatever the cuts", { timeout: 300_000 }, async () => {
  const runs = fc.array(fc.array(event, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(runs, fc.boolean(), async (blocks, isRolledOften) => {
      const table = `${temporaryDirectory()}/logs`;
      const sink = await StoreSink.open(storeOptions(table, isRolledOften ? { segmentBytes: 64 } : {}));
      for (const lines of blocks) for (const block of blocksOf(lines)) await sink.write(block);
      await sink.flush();
      const wanted = blocks.flat().map(lineFacts).sort();
      expect(await readFacts(table)).toEqual(wanted);
      await sink.close();
      expect(await readFacts(table)).toEqual(wanted);
    }),
    { numRuns: Number(process.env["LOGPIPE_TEST_RUNS"] ?? 25) },
  );
});
