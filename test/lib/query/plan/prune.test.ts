import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession, type QuerySession } from "../../../../src/lib/query/session.js";
import { type TimeRange, timeCondition } from "../../../../src/lib/query/sql/time-range.js";
import { openStoreTables } from "../../../../src/lib/query/tables/store-tables.js";
import { withPresence } from "../../../../src/lib/query/values/presence.js";
import { splitKeysOf } from "../../../../src/lib/query/values/scope.js";
import type { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { openRelation, type Relation } from "../../../../src/lib/store/read/relation.js";
import { runs } from "../../../support/runs.js";
import { query } from "./sql-arbitrary.js";
import { makeStore } from "./store.js";

const RUNS = runs(80);

let store: string;
let sink: StoreSink;
/** Reads every file, always. */
let whole: QuerySession;
const relations = new Map<string, Relation>();

beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), "logpipe-test-"));
  sink = await makeStore(store);
  whole = await openSession();
  for (const name of ["logs", "other"]) {
    const rows = async (sql: string) => (await whole.connection.runAndReadAll(sql)).getRowsJS();
    const relation = await openRelation(join(store, name), { tempDirectory: store, rows });
    relations.set(name, relation);
    whole.splitKeys.set(name, splitKeysOf(relation.columns));
  }
}, 300_000);

afterAll(async () => {
  for (const relation of relations.values()) await relation.close();
  whole.close();
  await sink.close();
  rmSync(store, { recursive: true, force: true });
});

/** The rows as texts, sorted; or that it failed. */
async function rowsOf({ connection }: QuerySession, sql: string): Promise<readonly string[]> {
  const result = await connection.runAndReadAll(sql);
  return result
    .getRowsJson()
    .map((row) => JSON.stringify(row))
    .sort();
}

async function wholeRows(sql: string, range: TimeRange): Promise<readonly string[]> {
  const where = timeCondition(range);
  for (const [name, relation] of relations)
    await whole.connection.run(
      `CREATE OR REPLACE VIEW ${name} AS SELECT * FROM (${relation.sql})${where === "" ? "" : ` WHERE ${where}`}`,
    );
  // What `query` runs: whether a value is there is asked of the key's siblings, too.
  return rowsOf(whole, await withPresence(whole, sql));
}

interface Pruned {
  readonly rows: readonly string[];
  readonly files: number;
  readonly read: number;
  /** DuckDB's plan was understood. */
  readonly isPlanned: boolean;
}

async function prunedRows(sql: string, range: TimeRange): Promise<Pruned> {
  const session = await openSession();
  const tables = await openStoreTables(session, { store, sql, range, others: [] });
  try {
    const files = tables.uses.reduce((sum, use) => sum + use.files, 0);
    const read = tables.uses.reduce((sum, use) => sum + use.pruned.files.length, 0);
    const isPlanned = tables.uses.every((use) => use.columnsRead !== undefined);
    return { rows: await rowsOf(session, tables.sql), files, read, isPlanned };
  } finally {
    session.close();
    await tables.close();
  }
}

const instant = fc
  .tuple(
    fc.integer({ min: 8, max: 16 }),
    fc.integer({ min: 0, max: 23 }),
    fc.constantFrom(0n, 1n, 999_999_999n),
  )
  .map(([day, hour, ns]) => BigInt(Date.UTC(2026, 10, day, hour)) * 1_000_000n + ns);
const range: fc.Arbitrary<TimeRange> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: instant.map((sinceNs) => ({ sinceNs })) },
  { weight: 1, arbitrary: fc.tuple(instant, instant).map(([sinceNs, untilNs]) => ({ sinceNs, untilNs })) },
);

test(
  "pruning files never changes what a query gives",
  async () => {
    const seen = { queries: 0, planned: 0, pruning: 0, files: 0, read: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(query, range, async (sql, within) => {
        seen.queries++;
        const wanted = await wholeRows(sql, within).catch((error: unknown) => String(error));
        if (typeof wanted === "string") {
          // A row that was pruned may have been the one that failed.
          seen.failed++;
          return;
        }
        const found = await prunedRows(sql, within);
        expect(found.rows).toEqual(wanted);
        if (found.isPlanned) seen.planned++;
        seen.files += found.files;
        seen.read += found.read;
        if (found.read < found.files) seen.pruning++;
      }),
      { numRuns: RUNS },
    );
    if (process.env["LOGPIPE_TEST_RUNS"] !== undefined) console.log(seen);
    expect(seen.planned).toBeGreaterThan((seen.queries - seen.failed) * 0.8);
    // Of some 60 queries a quarter on average: chance alone is not to decide.
    expect(seen.pruning).toBeGreaterThan(seen.queries / 10);
    expect(seen.failed).toBeLessThan(seen.queries / 5);
  },
  60_000 + RUNS * 2000,
);
