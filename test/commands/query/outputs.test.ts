import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, failureOf } from "./ask.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-query-test-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("outputs", () => {
  const sql = "SELECT 1 AS n, 'a' AS s UNION ALL SELECT 2, NULL ORDER BY n";

  it.each([
    ["ndjson", '{"n":1,"s":"a"}\n{"n":2}\n'],
    ["json", '[\n{"n":1,"s":"a"},\n{"n":2,"s":null}\n]\n'],
    ["csv", "n,s\n1,a\n2,\n"],
    ["tsv", "n\ts\n1\ta\n2\t\n"],
    ["md", "| n | s |\n| ---: | --- |\n| 1 | a |\n| 2 |  |\n"],
    ["table", "n  s\n─  ─\n1  a\n2  \n"],
  ] as const)("%s", async (to, expected) => {
    expect((await ask(sql, { to })).text).toBe(expected);
    // Only tables look different on a terminal.
    if (to !== "table")
      expect((await ask(sql, { to }, { stdout: { isTerminal: true, hasColour: true } })).text).toBe(expected);
  });

  it("a table on a terminal has a count and fits", async () => {
    const { text } = await ask(
      "SELECT repeat('漢', 100) AS a, E'x\\x1b[31m' AS b",
      {},
      { stdout: { isTerminal: true, columns: 40 } },
    );
    expect(text).toContain("(1 row)\n");
    expect(text).toContain("\\x1b[31m");
    expect(text).toContain("…");
    expect(text).not.toContain("\x1b");
  });

  it("parquet and arrow are refused on a terminal and whole elsewhere", async () => {
    for (const to of ["parquet", "arrow"] as const) {
      expect(await failureOf(sql, { to }, { stdout: { isTerminal: true } })).toMatchObject({
        code: "usage.bad-value",
        exitCode: 2,
      });
    }
    const { bytes } = await ask(sql, { to: "parquet" });
    const path = join(directory, "result.parquet");
    writeFileSync(path, bytes);
    expect((await ask(`FROM '${path}'`)).text).toBe('{"n":1,"s":"a"}\n{"n":2}\n');
  });

  it("arrow holds exact values of all kinds", async () => {
    const columns = `i::INTEGER AS i32, i::BIGINT AS i64, i / 2 AS f64, i % 2 = 0 AS b, CASE WHEN i % 3 > 0 THEN 'text number ' || i END AS s,
      TIMESTAMP '2026-11-21 10:00:00' + to_microseconds(i) AS t, DATE '2026-11-21' AS d, (i::DECIMAL(9, 2) / 4)::DECIMAL(9, 2) AS m,
      sum(i) OVER (ORDER BY i) AS h, [i, NULL] AS l, encode('b' || i) AS bl`;
    const { bytes } = await ask(`SELECT ${columns} FROM range(5000) r(i) ORDER BY i`, { to: "arrow" });
    const table = tableFromIPC(bytes);
    expect(table.numRows).toBe(5000);
    const row = table.get(4001)!.toJSON();
    expect(row).toMatchObject({
      i32: 4001,
      i64: 4001n,
      f64: 2000.5,
      b: false,
      s: "text number 4001",
      l: "[4001,null]",
    });
    expect(row["t"]).toBeCloseTo(Date.parse("2026-11-21T10:00:00Z") + 4.001, 2);
    expect(Buffer.from(row["bl"] as Uint8Array).toString()).toBe("b4001");
    expect(table.get(4002)!.toJSON()["s"]).toBeNull();
    expect(String(row["m"])).toBe("100025");
    expect(String(row["h"])).toBe(String((4001 * 4002) / 2));
    expect(
      tableFromIPC((await ask("SELECT 1 AS a WHERE false", { to: "arrow" })).bytes).schema.fields.map(
        (f) => f.name,
      ),
    ).toEqual(["a"]);
  });

  it("a file appears whole or not at all", async () => {
    const path = join(directory, "out", "r.csv");
    expect(await failureOf(sql, { output: path })).toMatchObject({ code: "output.unwritable" });
    const good = join(directory, "r.csv");
    await ask(sql, { output: good });
    expect(readFileSync(good, "utf8")).toBe("n,s\n1,a\n2,\n");
    await failureOf(
      "SELECT CASE WHEN i > 500000 THEN error('late') ELSE i END AS x FROM range(1000000) t(i)",
      { output: good },
    );
    expect(readFileSync(good, "utf8")).toBe("n,s\n1,a\n2,\n");
    expect(readdirSync(directory).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("stops when the reader has gone", async () => {
    const { code, bytes } = await ask(
      "SELECT i FROM range(1000000000) t(i)",
      {},
      { stdout: { closesAfter: 2 } },
    );
    expect(code).toBe(0);
    expect(bytes.length).toBeLessThan(4_000_000);
  });

  it("prints nothing for statements without a result", async () => {
    expect((await ask("SET threads = 1")).text).toBe("");
    expect((await ask("SELECT 1; CREATE TABLE t (a INTEGER)")).text).toBe("");
  });
});

describe("mistakes", () => {
  const stdin = '{"status":200,"message":"x"}\n';

  it.each([
    ["selct 1", 'syntax error at or near "selct"\n  selct 1\n  ^', undefined],
    [
      "SELECT staus FROM stdin",
      'no column "staus"\n  SELECT staus FROM stdin\n         ^',
      'did you mean "status"?',
    ],
    [
      "SELECT '漢字', staus FROM stdin",
      "no column \"staus\"\n  SELECT '漢字', staus FROM stdin\n                 ^",
      'did you mean "status"?',
    ],
    ["SELECT 1 FROM stdn", 'no table "stdn"\n  SELECT 1 FROM stdn\n                ^', expect.anything()],
    [
      "SELECT\n  nope(1)",
      'no scalar function "nope"\n  2:   nope(1)\n       ^',
      expect.stringContaining("did you mean"),
    ],
    [
      "SELECT sum(message) FROM stdin",
      expect.stringContaining("'sum(VARCHAR)'"),
      expect.stringContaining("it takes sum(DECIMAL)"),
    ],
    ["SELECT 1; SELECT x", 'no column "x"\n  SELECT 1; SELECT x\n                   ^', undefined],
    ["SELECT 1 +", "syntax error at end of input\n  SELECT 1 +\n            ^", undefined],
    ["SELECT CAST('x' AS INT)", expect.stringContaining("could not convert string 'x' to INT32"), undefined],
    [
      "FROM 's3://bucket/x.parquet'",
      'DuckDB\'s extension "httpfs" is not installed',
      expect.stringContaining("downloads none"),
    ],
  ])("%j", async (sql, message, help) => {
    const error = await failureOf(sql, {}, { stdin });
    expect({ message: error.message, help: error.help }).toEqual({ message, help });
    expect(error.exitCode).toBe(1);
  });

  it("in what was typed exit 2", async () => {
    expect(await failureOf("")).toMatchObject({ code: "usage.missing-operand", exitCode: 2 });
    expect(await failureOf("SELECT 1", { since: "soon" })).toMatchObject({
      code: "usage.bad-value",
      exitCode: 2,
    });
    expect(await failureOf("SELECT 1", { tz: "Mars/Olympus" })).toMatchObject({
      code: "usage.bad-value",
      exitCode: 2,
    });
  });
});

describe("an error late in a result", () => {
  it.each(["ndjson", "csv", "arrow", "parquet", "table"] as const)(
    "fails as %s instead of cutting it off",
    async (to) => {
      const sql = "SELECT CASE WHEN i > 500000 THEN error('late') ELSE i END AS x FROM range(1000000) t(i)";
      expect(await failureOf(sql, { to })).toMatchObject({
        code: "query.failed",
        exitCode: 1,
        message: "late",
      });
    },
  );
});

describe("Ctrl-C", () => {
  it("interrupts a query that would run for hours", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(130), 300);
    const { code } = await ask(
      "SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(10000000) b(i)",
      {},
      { signal: controller.signal },
    );
    expect(code).toBe(130);
  });

  it("interrupts a query whose rows are coming", async () => {
    const controller = new AbortController();
    const onWrite = () => controller.abort(143);
    const { code, bytes } = await ask(
      "FROM range(10000000000)",
      {},
      { signal: controller.signal, stdout: { onWrite } },
    );
    expect(code).toBe(143);
    expect(bytes.length).toBeGreaterThan(0);
  });
});
