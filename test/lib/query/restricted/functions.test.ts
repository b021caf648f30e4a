import { afterAll, beforeAll, expect, it } from "vitest";
import {
  ALLOWED,
  REFUSED,
  REFUSED_IN_FROM,
  VOLATILE,
} from "../../../../src/lib/query/restricted/check/function-lists.js";
import { TABLE_FUNCTIONS } from "../../../../src/lib/query/restricted/check/queries.js";
import { openSession, type QuerySession } from "../../../../src/lib/query/session.js";
import { sketchMacroSql } from "../../../../src/lib/query/sql/sketch-macros.js";

let session: QuerySession;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

async function named(types: string): Promise<string[]> {
  const reader = await session.connection.runAndReadAll(
    `SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN (${types}) AND internal ORDER BY 1`,
  );
  return reader.getRows().map(([name]) => String(name));
}

const isRefused = (name: string) =>
  REFUSED.some(
    ({ names, prefixes }) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );

/** A function that a newer DuckDB brings: read what it does, then put it into function-lists.ts. */
it("classifies every function of the bundled DuckDB", async () => {
  const all = await named("'scalar', 'aggregate', 'macro'");
  expect(all.length).toBeGreaterThan(700);
  expect(all.filter((name) => !ALLOWED.has(name.toLowerCase()) && !isRefused(name.toLowerCase()))).toEqual(
    [],
  );
});

it("classifies every function of FROM", async () => {
  const all = await named("'table', 'table_macro'");
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter((name) => !TABLE_FUNCTIONS.has(name) && !REFUSED_IN_FROM.has(name))).toEqual([]);
});

it("allows and refuses nothing at once, and nothing that is not there", async () => {
  const all = new Set((await named("'scalar', 'aggregate', 'macro'")).map((name) => name.toLowerCase()));
  expect([...ALLOWED].filter(isRefused).filter((name) => name !== "pg_size_pretty")).toEqual([]);
  expect([...ALLOWED].filter((name) => !all.has(name) && name !== "unnest")).toEqual([]);
  expect([...VOLATILE].filter((name) => !ALLOWED.has(name))).toEqual([]);
});

it("knows as volatile what DuckDB does, time aside", async () => {
  const reader = await session.connection.runAndReadAll(
    "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability = 'VOLATILE' AND function_type = 'scalar'",
  );
  const volatile = reader.getRows().map(([name]) => String(name).toLowerCase());
  expect(volatile.filter((name) => ALLOWED.has(name) && !VOLATILE.has(name))).toEqual(["error"]);
});

it("sketches' macros call nothing that is refused", () => {
  const called = [...sketchMacroSql().matchAll(/\b([a-z_]+)\(/g)].map(([, name]) => name!);
  const own = new Set([...sketchMacroSql().matchAll(/MACRO (\w+)/g)].map(([, name]) => name!));
  const unknown = called.filter(
    (name) => !ALLOWED.has(name) && !own.has(name) && !/^(lambda|coalesce)$/.test(name),
  );
  expect(new Set(unknown)).toEqual(new Set());
});
