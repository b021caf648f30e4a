/** SQL and expressions from a program. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expression, LogpipeError, pipeline, query } from "../../src/index.js";
import { withParameters } from "../../src/library/parameters.js";

describe("parameters", () => {
  it("are the values that they are, whatever they hold", async () => {
    const value = fc.oneof(
      ...[
        fc.string({ unit: "binary" }),
        fc.string({ unit: fc.constantFrom("'", "\\", "\0", "$1", "?", "--", ";", "\n") }),
      ],
      ...[
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.constant(null),
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 5 }), async (values) => {
        const texts = values.map((one) => (typeof one === "string" ? one.toWellFormed() : one));
        const sql = `SELECT ${texts.map((_, k) => `? AS c${k}`).join(", ")}`;
        const row = await query(sql, { parameters: texts }).first();
        const expected = texts.map((one) =>
          typeof one === "bigint" && String(Number(one)) === String(one) ? Number(one) : one,
        );
        expect(Object.values(row!)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["SELECT ?, ?", [1, "a"], "SELECT 1, 'a'"],
    ["SELECT $2, $1", [1, "a"], "SELECT 'a', 1"],
    [
      "SELECT $a, '$a ?', \"?\", $$ ? $$, $t$ $a $t$ -- ?\n/* $a */",
      { a: -1 },
      "SELECT (-1), '$a ?', \"?\", $$ ? $$, $t$ $a $t$ -- ?\n/* $a */",
    ],
    ["x = ANY($l)", { l: ["a", 2] }, "x = ANY(['a', 2])"],
    ["SELECT $d", { d: new Date(0) }, "SELECT TIMESTAMPTZ '1970-01-01T00:00:00.000Z'"],
    ["SELECT a$b FROM t", {}, "SELECT a$b FROM t"],
    ["SELECT ?", [Number.NaN], "SELECT CAST('NaN' AS DOUBLE)"],
  ])("%s", (sql, parameters, expected) => {
    expect(withParameters(sql, parameters)).toBe(expected);
  });

  it.each([
    ["SELECT ?", []],
    ["SELECT $b", { a: 1 }],
    ["SELECT 1", [1]],
    ["SELECT $a", { a: Symbol("s") }],
    ["SELECT $a", { a: { b: 1 } }],
    ["SELECT $toString", {}],
  ])("%s refuses what it has no use or no value for", (sql, parameters) => {
    expect(() => withParameters(sql, parameters)).toThrow(LogpipeError);
  });
});

describe("query", () => {
  const orders = [
    { n: 1, at: "2026-11-21T10:00:00Z" },
    { n: 2 ** 53 - 1, list: [1, { x: null }] },
    { n: 12345678901234567890n },
  ];

  it("gives rows as objects", async () => {
    expect(await query('SELECT n, "at", list FROM orders ORDER BY n', { tables: { orders } }).all()).toEqual([
      { n: 1, at: "2026-11-21T10:00:00Z", list: null },
      { n: 2 ** 53 - 1, at: null, list: [1, { x: null }] },
      { n: 12345678901234567890n, at: null, list: null },
    ]);
  });

  it("reads pipelines, streams and log lines as tables, and files beside them", async () => {
    const tables = { a: pipeline([{ id: 1 }, { id: 2 }]), b: ["level=warn id=2 msg=x"] };
    const sql = "SELECT b.level, b.message FROM a JOIN b USING (id)";
    expect(await query(sql, { tables }).all()).toEqual([{ level: "warn", message: "x" }]);
  });

  it("stops when it is left, and when a signal says so", async () => {
    for await (const row of query("SELECT * FROM range(1000000000) t(n)")) {
      expect(row).toEqual({ n: 0 });
      break;
    }
    const stop = new AbortController();
    const long = query("SELECT count(*) FROM range(100000000000) a(x), range(1000) b(y)", {
      signal: stop.signal,
    }).all();
    setTimeout(() => stop.abort(), 100);
    await expect(long).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each([
    ["SELEC 1", "query.failed"],
    ["SELECT * FROM nope", "query.failed"],
    ["  ; ", "usage.missing-operand"],
  ])("%s rejects as on the command line", async (sql, code) => {
    await expect((async () => query(sql, { tables: { orders } }).all())()).rejects.toMatchObject({ code });
  });

  it("gives Arrow", async () => {
    const table = await query("SELECT n::INTEGER AS n FROM orders WHERE n < 10", {
      tables: { orders },
    }).arrow();
    expect(table.toString()).toContain('{"n": 1}');
  });
});

describe("expression", () => {
  it("is asked of objects, events and lines", () => {
    const isSlow = expression('level == "error" && user.ms > 200');
    expect(isSlow.paths).toEqual(["level", "user.ms"]);
    expect(isSlow.test({ level: "error", user: { ms: 201 } })).toBe(true);
    expect(isSlow.test('{"level":"error","user":{"ms":200}}')).toBe(false);
    expect(expression("id").evaluate({ id: 12345678901234567890n })).toBe(12345678901234567890n);
    expect(expression("missing").evaluate({})).toBeUndefined();
  });

  it("says what is no event", () => {
    expect(() => expression("a").test("no json")).toThrow(LogpipeError);
  });
});
