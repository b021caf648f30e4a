import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSession, type QuerySession } from "../../../../src/lib/query/session.js";
import { splitStatements } from "../../../../src/lib/query/sql/sql-text.js";

const split = (sql: string) => splitStatements(sql).map((statement) => statement.sql.trim());

describe("statements", () => {
  it.each<[string, string[]]>([
    ["SELECT 1", ["SELECT 1"]],
    ["SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]],
    ["", []],
    [" ;; ; ", []],
    ["-- a; b\n", []],
    ["/* a; /* nested; */ b; */", []],
    ["SELECT ';'", ["SELECT ';'"]],
    ["SELECT 'it''s; '; SELECT 2", ["SELECT 'it''s; '", "SELECT 2"]],
    ['SELECT 1 AS "a;""b"', ['SELECT 1 AS "a;""b"']],
    ["SELECT E'\\';'; SELECT 2", ["SELECT E'\\';'", "SELECT 2"]],
    ["SELECT name'\\'; SELECT 2", ["SELECT name'\\'", "SELECT 2"]],
    ["SELECT $$;$$, $t$;$$;$t$; SELECT 2", ["SELECT $$;$$, $t$;$$;$t$", "SELECT 2"]],
    ["SELECT a$b;c$d; SELECT $1", ["SELECT a$b", "c$d", "SELECT $1"]],
    ["SELECT 1 -- the end; really", ["SELECT 1 -- the end; really"]],
    ["SELECT 'open; ", ["SELECT 'open;"]],
  ])("%j", (sql, expected) => {
    expect(split(sql)).toEqual(expected);
  });

  it("says where each begins", () => {
    const sql = "SELECT 1;\n SELECT 2";
    for (const { sql: text, offset } of splitStatements(sql)) expect(sql.startsWith(text, offset)).toBe(true);
  });
});

describe("against DuckDB's own parser", () => {
  let session: QuerySession;
  beforeAll(async () => {
    session = await openSession();
  });
  afterAll(() => session.close());

  it("finds as many statements", async () => {
    const piece = fc.constantFrom(
      "SELECT 1",
      "SELECT ';'",
      "SELECT ''''",
      'SELECT 1 AS "x;"',
      "SELECT $$a;'$$",
      "SELECT E'\\'' || ';'",
      "FROM range(1)",
    );
    const gap = fc.constantFrom(";", " ; ", ";-- x;\n", ";/* ; */", ";\n");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(piece, gap), { minLength: 1, maxLength: 6 }), async (pairs) => {
        const sql = pairs.flat().join("");
        const extracted = await session.connection.extractStatements(sql);
        expect(splitStatements(sql).length).toBe(extracted.count);
      }),
      { numRuns: 60 },
    );
  });
});
