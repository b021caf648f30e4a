/** Whole numbers beyond 64 bits keep their digits in every form of a result. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { ask, failureOf } from "../ask.js";

/** What a query gives that is written as Parquet and read again. */
async function throughParquet(operands: string | string[], select = "*") {
  const { bytes } = await ask(operands, { to: "parquet" });
  const path = join(temporaryDirectory(), "r.parquet");
  writeFileSync(path, bytes);
  return (await ask(`SELECT ${select} FROM '${path}'`)).text;
}

test("ids beside one beyond 64 bits", async () => {
  const path = join(temporaryDirectory(), "ids.ndjson");
  const ids = ["9007199254740993", "9007199254740995", "18446744073709551615"];
  writeFileSync(path, ids.map((id) => `{"id":${id}}\n`).join(""));
  expect(await throughParquet(["SELECT id FROM ids", path])).toBe(ids.map((id) => `{"id":${id}}\n`).join(""));
  expect(await throughParquet(["FROM ids", path], "DISTINCT typeof(id) AS t")).toBe(
    '{"t":"DECIMAL(38,0)"}\n',
  );
  for (const to of ["csv", "tsv"] as const)
    expect((await ask(["SELECT id FROM ids", path], { to })).text).toBe(`id\n${ids.join("\n")}\n`);
  expect((await ask(["SELECT id FROM ids", path], { to: "json" })).text).toContain("9007199254740993");
  const { bytes } = await ask(["SELECT id FROM ids", path], { to: "arrow" });
  const column = tableFromIPC(bytes).getChild("id")!;
  expect(String(column.type)).toBe("Decimal[38e0]");
  const wide = [...column].map(
    (n) => BigInt((n as Uint32Array)[0]!) + (BigInt((n as Uint32Array)[1]!) << 32n),
  );
  expect(wide.map(String)).toEqual(ids);
});

test("sums, lists, objects, maps and unsigned numbers", async () => {
  const n = "9007199254740993";
  const sql = `SELECT sum(i) AS s, [sum(i)] AS l, {'a "b"': sum(i)} AS o, map {'k': sum(i)} AS m, sum(i)::UHUGEINT AS u,
    'x' AS "two", 'y' AS "HUGEINT" FROM (VALUES (9007199254740992), (1)) v(i)`;
  expect(await throughParquet(sql)).toBe(
    `{"s":${n},"l":[${n}],"o":{"a \\"b\\"":${n}},"m":{"k":${n}},"u":${n},"two":"x","HUGEINT":"y"}\n`,
  );
});

test("a column with more than 38 digits is text, the others are not", async () => {
  const largest = "170141183460469231731687303715884105727";
  const sql = `SELECT ${largest}::HUGEINT AS a, [${largest}::UHUGEINT, NULL] AS b, 7::HUGEINT AS c, NULL::HUGEINT AS d`;
  expect(await throughParquet(sql)).toBe(`{"a":"${largest}","b":["${largest}",null],"c":7}\n`);
  expect(await throughParquet(sql, "typeof(a) AS a, typeof(c) AS c")).toBe(
    '{"a":"VARCHAR","c":"DECIMAL(38,0)"}\n',
  );
});

test("statements before it run once, and its order stays", async () => {
  const sql =
    "CREATE TABLE t AS FROM range(5) r(i); INSERT INTO t VALUES (7); SELECT sum(i) AS s, i FROM t GROUP BY i ORDER BY i DESC";
  expect(await throughParquet(sql)).toBe([7, 4, 3, 2, 1, 0].map((i) => `{"s":${i},"i":${i}}\n`).join(""));
  expect((await failureOf("SELECT 1; SELECT nope FROM t", { to: "parquet" })).code).toBe("query.failed");
  expect(
    (await failureOf("SELECT sum(i), error('no') FROM range(3) r(i)", { to: "parquet" })).message,
  ).toContain("no");
});
