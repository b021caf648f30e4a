import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  csvText,
  jsonArray,
  markdown,
  ndjson,
  type TextFormat,
  tsvText,
} from "../../../../src/lib/query/output/text-format.js";
import { runSql } from "../../../../src/lib/query/result.js";
import { openSession, type QuerySession } from "../../../../src/lib/query/session.js";

let session: QuerySession;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

async function text(sql: string, format: TextFormat = ndjson()): Promise<string> {
  const result = await runSql(session, sql, []);
  let out = format.begin(result.columns);
  let total = 0;
  for await (const { cells, count } of result.rows(format.cells)) {
    out += format.rows(cells, count);
    total += count;
  }
  return out + format.end(total);
}

const value = async (expression: string) => (await text(`SELECT ${expression} AS v`)).trimEnd();

describe("values as JSON", () => {
  it.each([
    ["true", "true"],
    ["9223372036854775807", "9223372036854775807"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["4503599627370496", "4503599627370496"],
    ["-4503599627370497", "-4503599627370497"],
    ["9007199254740993", "9007199254740993"],
    ["-1::TINYINT", "-1"],
    ["255::UTINYINT", "255"],
    ["(-32768)::SMALLINT", "-32768"],
    ["65535::USMALLINT", "65535"],
    ["(-2147483648)::INTEGER", "-2147483648"],
    ["4294967295::UINTEGER", "4294967295"],
    ["18446744073709551615::UBIGINT", "18446744073709551615"],
    ["170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727"],
    ["(-170141183460469231731687303715884105728)::HUGEINT", "-170141183460469231731687303715884105728"],
    ["340282366920938463463374607431768211455::UHUGEINT", "340282366920938463463374607431768211455"],
    ["(SELECT sum(i) FROM range(5) t(i))", "10"],
    ["-1::HUGEINT", "-1"],
    ["0.05::DECIMAL(4,2)", "0.05"],
    ["-0.05::DECIMAL(4,2)", "-0.05"],
    ["12345.6789::DECIMAL(9,4)", "12345.6789"],
    ["1.5::DECIMAL(18,3)", "1.500"],
    ["-12345678901234567890.12345::DECIMAL(38,5)", "-12345678901234567890.12345"],
    ["7::DECIMAL(5,0)", "7"],
    ["1.0::DOUBLE", "1.0"],
    ["-0.0::DOUBLE", "-0.0"],
    ["0.1::DOUBLE", "0.1"],
    ["1e300::DOUBLE", "1e+300"],
    ["5e-324::DOUBLE", "5e-324"],
    ["'nan'::DOUBLE", '"NaN"'],
    ["'-inf'::DOUBLE", '"-Infinity"'],
    ["'inf'::FLOAT", '"Infinity"'],
    ["0.1::FLOAT", "0.1"],
    ["16777216::FLOAT", "16777216.0"],
    ["3.4028235e38::FLOAT", "3.4028235e+38"],
    ["TIMESTAMP '2026-11-21 10:00:00'", '"2026-11-21T10:00:00"'],
    ["TIMESTAMP '2026-11-21 10:00:00.5'", '"2026-11-21T10:00:00.500"'],
    ["TIMESTAMP '2026-11-21 10:00:00.000001'", '"2026-11-21T10:00:00.000001"'],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", '"1969-12-31T23:59:59.999999"'],
    ["TIMESTAMP '0001-01-01 00:00:00'", '"0001-01-01T00:00:00"'],
    ["TIMESTAMP '294247-01-10 04:00:54.775806'", '"+294247-01-10T04:00:54.775806"'],
    ["'infinity'::TIMESTAMP", '"infinity"'],
    ["'-infinity'::TIMESTAMP", '"-infinity"'],
    ["TIMESTAMP_NS '2026-11-21 10:00:00.123456789'", '"2026-11-21T10:00:00.123456789Z"'],
    ["TIMESTAMP_NS '1700-01-01 00:00:00.000000001'", '"1700-01-01T00:00:00.000000001Z"'],
    ["TIMESTAMP_MS '2026-11-21 10:00:00.120'", '"2026-11-21T10:00:00.120"'],
    ["TIMESTAMP_S '2026-11-21 10:00:00'", '"2026-11-21T10:00:00"'],
    ["TIMESTAMPTZ '2026-07-01 22:30:00+00' AT TIME ZONE 'Asia/Tokyo'", '"2026-07-02T07:30:00"'],
    ["strptime('01.07.2026 22:30', '%d.%m.%Y %H:%M')", '"2026-07-01T22:30:00"'],
    ["[TIMESTAMP '2026-07-01 22:30:00']", '["2026-07-01T22:30:00"]'],
    ["{'at': date_trunc('day', TIMESTAMPTZ '2026-07-01 22:30:00+00')}", '{"at":"2026-07-01T00:00:00Z"}'],
    ["TIMESTAMPTZ '2026-11-21 10:00:00+02'", '"2026-11-21T08:00:00Z"'],
    ["DATE '2024-02-29'", '"2024-02-29"'],
    ["DATE '0044-03-15 (BC)'", '"-000043-03-15"'],
    ["TIME '10:00:00.5'", '"10:00:00.5"'],
    ["INTERVAL '1 month 2 days 3.5 seconds'", '"1 month 2 days 00:00:03.5"'],
    ["'\\x00\\xff'::BLOB", '"AP8="'],
    ["repeat('a', 40)::BLOB", `"${Buffer.from("a".repeat(40)).toString("base64")}"`],
    ["uuid '00000000-0000-0000-0000-0000000000ab'", '"00000000-0000-0000-0000-0000000000ab"'],
    ["'b'::ENUM('a', 'b')", '"b"'],
    ["'101'::BIT", '"101"'],
    [`'{"a": 1.0, "b": 9223372036854775808}'::JSON`, '{"a": 1.0, "b": 9223372036854775808}'],
    [`E'{\\n"a": 1}'::JSON`, '{ "a": 1}'],
    ["[1, NULL, 3]", "[1,null,3]"],
    ["[]::INTEGER[]", "[]"],
    ["[['a'], NULL, []]", '[["a"],null,[]]'],
    ["[1, 2]::INTEGER[2]", "[1,2]"],
    ["{'a': 1, 'b': NULL, 'c': ['x']}", '{"a":1,"b":null,"c":["x"]}'],
    ["row(1, 'x')", '[1,"x"]'],
    ["MAP {'k': 1, 'q\"': 2}", '{"k":1,"q\\"":2}'],
    ["MAP {5: DATE '2026-01-01'}", '{"5":"2026-01-01"}'],
    ["union_value(n := 3)", "3"],
    [`['{"a":1}'::JSON]`, '[{"a":1}]'],
  ])("%s", async (expression, expected) => {
    expect(await value(expression)).toBe(`{"v":${expected}}`);
  });

  it("leaves NULL out of NDJSON and keeps it elsewhere", async () => {
    const sql = "SELECT NULL AS a, 1 AS b, NULL AS c UNION ALL SELECT NULL, NULL, NULL";
    expect(await text(sql)).toBe('{"b":1}\n{}\n');
    expect(await text(sql, jsonArray())).toBe(
      '[\n{"a":null,"b":1,"c":null},\n{"a":null,"b":null,"c":null}\n]\n',
    );
    expect(await text(sql, csvText())).toBe("a,b,c\n,1,\n,,\n");
  });

  it("writes empty results", async () => {
    const sql = "SELECT 1 AS a, 'x' AS b WHERE false";
    expect(await text(sql)).toBe("");
    expect(await text(sql, jsonArray())).toBe("[]\n");
    expect(await text(sql, csvText())).toBe("a,b\n");
    expect(await text(sql, markdown())).toBe("| a | b |\n| ---: | --- |\n");
  });

  it("gives every column its own key", async () => {
    expect(await text("SELECT 1 AS n, 2 AS n, 3 AS n_1, 4 AS n")).toBe('{"n":1,"n_2":2,"n_1":3,"n_3":4}\n');
  });
});

describe("separated values", () => {
  const hostile =
    "SELECT 'a,b' AS \"x,y\", E'line\\nend' AS b, 'quote\"' AS c, '' AS d, NULL AS e, E'\\ttab\\\\' AS f";
  it("quotes as RFC 4180 says", async () => {
    expect(await text(hostile, csvText())).toBe('"x,y",b,c,d,e,f\n"a,b","line\nend","quote""","",,\ttab\\\n');
  });

  it("escapes in TSV", async () => {
    expect(await text(hostile, tsvText())).toBe(
      'x,y\tb\tc\td\te\tf\na,b\tline\\nend\tquote"\t\t\t\\ttab\\\\\n',
    );
  });

  it("keeps Markdown cells in their cell", async () => {
    expect(await text("SELECT 'a|b' AS x, E'c\\nd' AS y, 5 AS n", markdown())).toBe(
      "| x | y | n |\n| --- | --- | ---: |\n| a\\|b | c<br>d | 5 |\n",
    );
  });
});

describe("strings", () => {
  const anyString = fc.string({ unit: "binary", maxLength: 60 }).filter((s) => !/\p{Surrogate}/u.test(s));

  it("come out as they went in, whatever their length, neighbours and NULLs", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(anyString), { minLength: 1, maxLength: 40 }), async (values) => {
        await session.connection.run("CREATE OR REPLACE TABLE strings (n INTEGER, s VARCHAR)");
        const appender = await session.connection.createAppender("strings");
        values.forEach((s, n) => {
          appender.appendInteger(n);
          if (s === null) appender.appendNull();
          else appender.appendVarchar(s);
          appender.endRow();
        });
        appender.closeSync();
        const lines = (await text("SELECT s, encode(s) AS b FROM strings ORDER BY n")).trimEnd().split("\n");
        const rows = lines.map((line) => JSON.parse(line) as { s?: string; b?: string });
        expect(rows.map(({ s }) => s ?? null)).toEqual(values);
        expect(
          rows.map(({ b }) => (b === undefined ? null : Buffer.from(b, "base64").toString("utf8"))),
        ).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  it("holds NUL, quotes, wide and combining characters", async () => {
    const line = await text(`SELECT 'a' || chr(0) || '"\\' || chr(127) || 'é漢👍🏽' || repeat('x', 20) AS s`);
    expect(JSON.parse(line)).toEqual({ s: `a\0"\\\x7fé漢👍🏽${"x".repeat(20)}` });
  });

  it("reads long values far apart, repeated, and sorted against memory order", async () => {
    const sql = `SELECT i, CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN repeat(chr((97 + i % 26)::INTEGER), 5000 + i) ELSE 'one and the same value' END AS s
      FROM range(6000) t(i) ORDER BY hash(i)`;
    const rows = (await text(sql))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { i: number; s?: string });
    expect(rows.length).toBe(6000);
    for (const { i, s } of rows) {
      const expected =
        i % 3 === 0
          ? undefined
          : i % 3 === 1
            ? String.fromCharCode(97 + (i % 26)).repeat(5000 + i)
            : "one and the same value";
      if (s !== expected) expect.fail(`row ${i} differs`);
    }
  });
});

describe("numbers and times", () => {
  it("say what DuckDB says", async () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
    await fc.assert(
      fc.asyncProperty(
        int64,
        micros,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        async (n, us, d) => {
          const literal = Object.is(d, -0) ? "-0.0" : String(d);
          const line = await text(
            `SELECT '${n}'::BIGINT AS n, make_timestamp(${us}) AS t, '${literal}'::DOUBLE AS d, strftime(make_timestamp(${us}), '%Y-%m-%dT%H:%M:%S.%fZ') AS u`,
          );
          const raw = /^\{"n":(-?\d+),"t":"([^"]+)","d":([^,]+),"u":"([^"]+)"\}\n$/.exec(line)!;
          expect(raw[1]).toBe(String(n));
          expect(Number(raw[3])).toBe(d);
          const [date, fraction = ""] = raw[2]!.split(".");
          const [year, rest] = raw[4]!.split(/-(.*)/s) as [string, string];
          expect(`${date}.${fraction.padEnd(6, "0")}Z`).toBe(`${year.padStart(4, "0")}-${rest}`);
        },
      ),
      { numRuns: 100 },
    );
  });
});
