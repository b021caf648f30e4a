import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import query from "../../src/commands/query.js";
import { LogpipeError } from "../../src/lib/base/errors/index.js";
import { Block } from "../../src/lib/event/block.js";
import { scan } from "../../src/lib/event/scan.js";
import { defaultsOf } from "../../src/lib/options/options.js";
import { StoreSink } from "../../src/lib/sink/store.js";
import { type TerminalSetup, testTerminal } from "./terminal.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-query-test-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Given = Partial<Parameters<typeof query.run>[0]["options"]>;

async function ask(operands: string | string[], options: Given = {}, setup: TerminalSetup = {}) {
  const terminal = testTerminal(setup);
  try {
    const given = { operands: [operands].flat(), options: { ...defaultsOf(query.options), ...options } };
    const code = await query.run(given, terminal);
    const { stdout, notices, complaints } = terminal;
    return { code, text: stdout.text, bytes: stdout.bytes, notices, complaints };
  } finally {
    terminal.close();
  }
}

async function failureOf(
  operands: string | string[],
  options: Given = {},
  setup: TerminalSetup = {},
): Promise<LogpipeError> {
  try {
    await ask(operands, options, setup);
  } catch (error) {
    expect(error).toBeInstanceOf(LogpipeError);
    return error as LogpipeError;
  }
  return expect.fail(`${operands} did not fail`);
}

const lines = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

describe("standard input", () => {
  it("is a table", async () => {
    const stdin = lines({ level: "info", n: 1 }, { level: "error", n: 2 }, { level: "info", n: 4 });
    const { text, code } = await ask(
      "SELECT level, sum(n) AS n FROM stdin GROUP BY 1 ORDER BY 1",
      {},
      { stdin },
    );
    expect(text).toBe('{"level":"error","n":2}\n{"level":"info","n":5}\n');
    expect(code).toBe(0);
  });

  it("has a column for a key that comes after 100,000 events, and its type", async () => {
    const stdin = `${'{"a":1}\n'.repeat(100_000)}{"late":"x","a":1.5}\n`;
    const { text } = await ask(
      "SELECT late, a, typeof(a) AS t FROM stdin WHERE late IS NOT NULL",
      {},
      { stdin },
    );
    expect(text).toBe('{"late":"x","a":1.5,"t":"DOUBLE"}\n');
  });

  it("gives back numbers, order, nesting and times as they came", async () => {
    const stdin = [
      '{"id":9223372036854775807,"ns":1499816949527975237,"f":1.0,"timestamp":"2026-11-21T10:00:00.123456789Z"}',
      '{"timestamp":"2026-11-21T10:00:01.5Z","o":{"b":[1,{"c":1e400}],"a":18446744073709551616}}',
      "",
    ].join("\n");
    const { text } = await ask("FROM stdin", {}, { stdin });
    expect(text).toBe(
      [
        '{"id":9223372036854775807,"ns":1499816949527975237,"f":1.0,"timestamp":"2026-11-21T10:00:00.123456789Z"}',
        '{"timestamp":"2026-11-21T10:00:01.500Z","o":{"b":[1,{"c":1e400}],"a":18446744073709551616}}',
        "",
      ].join("\n"),
    );
  });

  it("keeps values of several types apart and bends none", async () => {
    const stdin =
      '{"v":200,"w":1.5}\n{"v":"200","w":9007199254740993}\n{"v":null,"w":2}\n{"v":true}\n{"v":[1]}\n';
    expect((await ask("FROM stdin", {}, { stdin })).text).toBe(
      '{"v":200,"w":1.5}\n{"v":"200","w":9007199254740993}\n{"w":2}\n{"v":true}\n{"v":[1]}\n',
    );
  });

  it("takes keys that SQL cannot tell apart or name", async () => {
    const stdin = '{"a":1,"A":2,"":3,"a b\\"c":4,"x/y~z":5}\n';
    expect((await ask("FROM stdin", {}, { stdin })).text).toBe(
      '{"a":1,"A_2":2,"_empty":3,"a b\\"c":4,"x/y~z":5}\n',
    );
  });

  it("leaves lines out that are no events, and says so", async () => {
    const { text, notices, code } = await ask("FROM stdin", {}, { stdin: 'oops\n{"a":1}\n{"a":\n[1]\n' });
    expect([text, code]).toEqual(['{"a":1}\n', 0]);
    expect(notices).toEqual(["standard input: 3 lines left out: not a JSON object"]);
  });

  it("survives lone surrogates and NUL", async () => {
    const stdin = '{"a":"\\ud83d x","b":"\\udc00","c":"\\ud83d\\ude00","d":"\\\\ud83d","e":"\\u0000"}\n';
    const { text } = await ask("FROM stdin", {}, { stdin });
    expect(JSON.parse(text)).toEqual({ a: "\ufffd x", b: "\ufffd", c: "😀", d: "\\ud83d", e: "\0" });
  });

  it("treats times that are no RFC 3339 as text", async () => {
    const stdin = lines({ timestamp: "2026-11-21T10:00:00Z" }, { timestamp: "yesterday" });
    expect((await ask("FROM stdin", {}, { stdin })).text).toBe(stdin);
  });

  it("may be compressed, CSV or a JSON array", async () => {
    expect((await ask("SELECT a + 1 AS b FROM stdin", {}, { stdin: gzipSync('{"a":1}\n') })).text).toBe(
      '{"b":2}\n',
    );
    expect((await ask("FROM stdin", {}, { stdin: "a,b\n1,x\n2,\n" })).text).toBe(
      '{"a":1,"b":"x"}\n{"a":2}\n',
    );
    expect((await ask("FROM stdin", {}, { stdin: '[{"a":1},\n {"a":2}]' })).text).toBe('{"a":1}\n{"a":2}\n');
  });

  it("that is neither events nor anything else known is left out or refused by name", async () => {
    const text = "[2026-11-22 10:00] started\n[2026-11-22 10:01] ready\n";
    expect((await ask("SELECT count(*) AS n FROM stdin", {}, { stdin: text })).notices).toEqual([
      "standard input: 2 lines left out: not a JSON object",
    ]);
    const error = await failureOf("FROM stdin", {}, { stdin: '[{"a":1},\n {"a":' });
    expect(error.message).toMatch(/^cannot read stdin as a JSON array: /);
    expect(error.message).not.toContain(tmpdir());
  });

  it("takes an event that has a key twice", async () => {
    const { text } = await ask("FROM stdin", {}, { stdin: '{"a":1,"b":{"c":1,"c":2},"a":2}\n{"a":3}\n' });
    expect(text).toBe('{"a":1,"b":{"c":1,"c":2}}\n{"a":3}\n');
  });

  it("may be empty: no column is missing then", async () => {
    expect((await ask("SELECT level, lower(host) FROM stdin WHERE status > 3", {}, { stdin: "" })).text).toBe(
      "",
    );
    expect((await ask("SELECT count(*) AS n FROM stdin WHERE x = 'y'", {}, { stdin: "" })).text).toBe(
      '{"n":0}\n',
    );
  });

  it("is asked for when it is a terminal", async () => {
    expect(await failureOf("FROM stdin")).toMatchObject({ code: "usage.nothing-to-read", exitCode: 2 });
  });

  it("is not touched by a query that does not name it", async () => {
    expect((await ask("SELECT 1 AS a")).text).toBe('{"a":1}\n');
  });

  it("can be the query itself", async () => {
    expect((await ask("-", {}, { stdin: "SELECT 1 AS a;\n-- done\n" })).text).toBe('{"a":1}\n');
  });
});

describe("files", () => {
  it("are tables named as they are", async () => {
    const events = join(directory, "web.ndjson.gz");
    const table = join(directory, "prices.csv");
    writeFileSync(events, gzipSync(lines({ item: 1, n: 2 }, { item: 2, n: 3 })));
    writeFileSync(table, "item,price\n1,10\n2,20\n");
    const { text } = await ask([
      "SELECT sum(n * price) AS total FROM web JOIN prices USING (item)",
      events,
      table,
    ]);
    expect(text).toBe('{"total":80}\n');
  });

  it("are read by DuckDB's own readers", async () => {
    const path = join(directory, "own.parquet");
    expect((await ask("SELECT i FROM range(3) t(i)", { output: path })).text).toBe("");
    expect((await ask(`SELECT sum(i) AS n FROM '${path}'`)).text).toBe('{"n":3}\n');
    expect((await ask(["SELECT max(i) AS n FROM own", path])).text).toBe('{"n":2}\n');
  });

  it("hold the SQL", async () => {
    const path = join(directory, "q.sql");
    writeFileSync(path, "CREATE TABLE t AS SELECT 1 AS a;\nINSERT INTO t VALUES (2);\nFROM t;");
    expect((await ask([], { file: path })).text).toBe('{"a":1}\n{"a":2}\n');
  });

  it("that are not there are named", async () => {
    expect(await failureOf("FROM 'none.parquet'")).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining("none.parquet"),
    });
    expect(await failureOf([], { file: join(directory, "none.sql") })).toMatchObject({
      code: "input.unreadable",
    });
    expect(await failureOf(["FROM none", join(directory, "none.csv")])).toMatchObject({
      code: "query.failed",
    });
  });
});

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
    setTimeout(() => controller.abort(143), 300);
    const { code, bytes } = await ask("FROM range(10000000000)", {}, { signal: controller.signal });
    expect(code).toBe(143);
    expect(bytes.length).toBeGreaterThan(0);
  });
});

describe("a store", () => {
  let store: string;
  const day = (d: number, n: number) =>
    `2026-11-${d}T10:00:${String(n % 60).padStart(2, "0")}.${String(n).padStart(6, "0")}Z`;

  async function put(table: string, text: string, isLeftOpen = false): Promise<StoreSink> {
    const options = {
      tableDirectory: join(store, table),
      segmentBytes: 1 << 26,
      flushIntervalMs: 3_600_000,
      maxColumns: 1000,
    };
    const sink = await StoreSink.open({ ...options, nowMs: () => Date.parse("2026-11-22T10:00:00Z") });
    const [{ bytes, summary }] = scan(Buffer.from(text)) as [ReturnType<typeof scan>[number]];
    await sink.write(new Block(bytes, undefined, undefined, summary));
    await sink.flush();
    if (!isLeftOpen) await sink.close();
    return sink;
  }

  let open: StoreSink;
  beforeAll(async () => {
    store = join(directory, "store");
    for (const d of [19, 20, 21]) {
      await put(
        "logs",
        lines(
          ...Array.from({ length: 100 }, (_, n) => ({ timestamp: day(d, n), status: 200 + (n % 2), day: d })),
        ),
      );
    }
    await put("metrics", lines({ timestamp: day(21, 0), metric: "cpu", value: 0.5 }));
    open = await put(
      "logs",
      lines({ timestamp: "2026-11-22T09:59:59.123456789Z", status: "late", day: 22 }),
      true,
    );
  });
  afterAll(async () => open.close());

  const hash = () => {
    const sum = createHash("sha256");
    for (const entry of readdirSync(store, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) sum.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
    }
    return sum.digest("hex");
  };

  it("is queried with its live end, and not changed", async () => {
    const before = hash();
    const { text } = await ask("SELECT day, count(*) AS n FROM logs GROUP BY 1 ORDER BY 1", { store });
    expect(text).toBe('{"day":19,"n":100}\n{"day":20,"n":100}\n{"day":21,"n":100}\n{"day":22,"n":1}\n');
    expect(hash()).toBe(before);
  });

  it("gives back nanoseconds and values of several types", async () => {
    const { text } = await ask("FROM logs WHERE day = 22", { store });
    expect(text).toBe('{"timestamp":"2026-11-22T09:59:59.123456789Z","status":"late","day":22}\n');
  });

  it("shows its tables, and those of the environment's store", async () => {
    expect((await ask("SHOW TABLES", {}, { env: { LOGPIPE_STORE: store } })).text).toBe(
      '{"name":"logs"}\n{"name":"metrics"}\n',
    );
    expect(await failureOf("FROM metric", { store })).toMatchObject({ help: 'did you mean "metrics"?' });
  });

  it("is cut by --since and --until, files too", async () => {
    const context = { store, tz: "UTC", since: "2026-11-20", until: "2026-11-21" };
    expect((await ask("SELECT DISTINCT day FROM logs", context)).text).toBe('{"day":20}\n');
    const { text } = await ask("SELECT day FROM logs", { ...context, explain: true });
    expect(text).toMatch(
      /^table logs\n {2}files considered {2}3 \(.*\)\n {2}files pruned {6}2 \(.*\)\n {2}files read {8}1 /,
    );
    expect(text).toContain("live events       1");
    expect(text).not.toContain("table metrics");
  });

  it("is exact at the edges of the range", async () => {
    const at = (since: string, until: string) =>
      ask("SELECT count(*) AS n FROM logs", { store, since, until, tz: "UTC" });
    // Seconds 7 and 8 of one day: events 7, 8, 67 and 68, but not 69.
    expect((await at(day(20, 7), day(20, 9))).text).toBe('{"n":4}\n');
    expect((await at(day(20, 8), day(20, 68))).text).toBe('{"n":1}\n');
    expect((await at("yesterday", "now")).text).toBe('{"n":101}\n');
    expect((await at("2027-01-01", "2028-01-01")).text).toBe('{"n":0}\n');
  });

  it("that is not there is no obstacle unless it was named", async () => {
    expect((await ask("SELECT 1 AS a")).text).toBe('{"a":1}\n');
    expect(await failureOf("SELECT 1", { store: join(directory, "nowhere") })).toMatchObject({
      code: "store.unreadable",
      exitCode: 1,
    });
    expect((await failureOf("FROM logs")).help).toContain("--store");
  });
});

it("leaves nothing in the temporary directory", async () => {
  const before = readdirSync(tmpdir()).filter(
    (name) => name.startsWith("logpipe-query-") && !name.includes("test"),
  );
  await ask("SELECT count(*) FROM stdin", {}, { stdin: '{"a":1}\n' });
  const after = readdirSync(tmpdir()).filter(
    (name) => name.startsWith("logpipe-query-") && !name.includes("test"),
  );
  expect(after.filter((name) => !before.includes(name))).toEqual([]);
  expect(existsSync(directory)).toBe(true);
});

it("runs through the built program", () => {
  const program = join(import.meta.dirname, "../../bin/logpipe");
  const run = (args: string[], input: string) =>
    execFileSync(process.execPath, [program, ...args], { input, encoding: "utf8" });
  expect(run(["query", "SELECT count(*) AS n FROM stdin"], '{"a":1}\n{"a":2}\n')).toBe('{"n":2}\n');
});
