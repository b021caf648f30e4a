import fc from "fast-check";
import { expect, test } from "vitest";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import { openRelation } from "../../../../src/lib/store/read/relation.js";
import { UnflushedTable } from "../../../../src/lib/store/read/unflushed-table.js";
import { blocksOf, factsOf, lineFacts, storeOptions, temporaryDirectory } from "../support.js";

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer() },
  { weight: 4, arbitrary: fc.constantFrom("x", "2026-11-21", "", "é") },
  { weight: 2, arbitrary: fc.constantFrom(1.5, true, false, null) },
  { weight: 1, arbitrary: fc.constantFrom({ a: 1 }, { a: 1, b: "x" }, [1, "two"], {}) },
);
const raw = fc.oneof(
  { weight: 12, arbitrary: value.map((v) => JSON.stringify(v)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("9007199254740993", "12345678901234567890123", '"\\ud800"', "1e5"),
  },
);
const time = fc.constantFrom(
  "2026-11-20T23:59:59.5Z",
  "2026-11-21T00:00:00.123456789Z",
  "not a time",
  "2026-11-21T00:00:00+02:00",
);
const line = fc
  .tuple(fc.option(time), fc.dictionary(fc.constantFrom("a", "b", "c", "D", "d2"), raw, { maxKeys: 4 }))
  .map(([when, members]) => {
    const all = [...(when === null ? [] : [["timestamp", JSON.stringify(when)]]), ...Object.entries(members)];
    return `{${all.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
  });

test("a live end that is kept shows what was acknowledged, whatever comes next", async () => {
  const session = await Session.open({ memoryBytes: 2 ** 30, threads: 1, tempDirectory: "/tmp/none" });
  await session.run("SET preserve_insertion_order = true");
  const rows = (sql: string) => session.rows(sql);
  const steps = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.array(line, { minLength: 1, maxLength: 5 }) },
      { weight: 1, arbitrary: fc.constant("flush" as const) },
    ),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const tableDirectory = temporaryDirectory();
      const tempDirectory = temporaryDirectory();
      let sink = await StoreSink.open(storeOptions(tableDirectory));
      const [log, live] = [new TableLog(tableDirectory), new UnflushedTable()];
      const lines: string[] = [];
      try {
        for (const step of all) {
          if (step === "flush") {
            await sink.close();
            sink = await StoreSink.open(storeOptions(tableDirectory));
          } else {
            for (const block of blocksOf(step)) await sink.write(block);
            await sink.flush();
            lines.push(...step);
          }
          const relation = await openRelation(tableDirectory, { tempDirectory, rows, log, live });
          expect(await factsOf(session, relation)).toEqual(lines.map(lineFacts).sort());
          await relation.close();
        }
      } finally {
        await sink.close();
      }
      const relation = await openRelation(tableDirectory, { tempDirectory, rows, log, live });
      expect(relation.liveEvents).toBe(0);
      await relation.close();
      const left = await session.rows(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'logpipe_live'",
      );
      expect(left).toEqual([]);
    }),
    { numRuns: 15, examples: [[[['{"c":{"a":1}}', '{"c":[1,"two"]}'], ['{"c":"x"}']]]] },
  );
  session.close();
}, 300_000);
