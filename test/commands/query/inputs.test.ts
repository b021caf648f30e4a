import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, failureOf, lines } from "./ask.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-query-test-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

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

  it("gives back every digit and sign of numbers within objects and lists", async () => {
    const stdin = [
      '{"o":{"x":-0,"y":[-0,"-0"],"f":1e400,"g":0.1000000000000000055511151231257827},"m":[-0]}',
      '{"o":{"x":1},"m":[1.0]}',
      '{"o":"text","O":{"z":-0}}',
      "",
    ].join("\n");
    const { text } = await ask("FROM stdin", {}, { stdin });
    expect(text).toBe(stdin);
    expect((await ask("FROM stdin", {}, { stdin: '{"n":[-0]}\n{"n":[-0.0]}\n{"n":-0}\n' })).text).toBe(
      '{"n":[-0]}\n{"n":[-0.0]}\n{"n":-0.0}\n',
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
    expect((await ask("FROM stdin", {}, { stdin })).text).toBe(stdin);
    expect((await ask('SELECT a, A_2, _empty, "a b""c" FROM stdin', {}, { stdin })).text).toBe(
      '{"a":1,"A_2":2,"_empty":3,"a b\\"c":4}\n',
    );
  });

  it("leaves lines out that are no events, and says so", async () => {
    const { text, notices, code } = await ask("FROM stdin", {}, { stdin: 'oops\n{"a":1}\n{"a":\n[1]\n' });
    expect([text, code]).toEqual(['{"a":1}\n', 0]);
    expect(notices).toEqual(["standard input: 3 lines left out: not a JSON object"]);
  });

  it("gives lone surrogates and NUL back as they came", async () => {
    const stdin = '{"a":"\\ud83d x","b":"\\udc00","c":"\\ud83d\\ude00","d":"\\\\ud83d","e":"\\u0000"}\n';
    const { text } = await ask("FROM stdin", {}, { stdin });
    expect(JSON.parse(text)).toEqual({ a: "\ud83d x", b: "\udc00", c: "😀", d: "\\ud83d", e: "\0" });
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

  it("may have objects over several lines or side by side, and says what stands beside them", async () => {
    const pretty = '{\n  "a": 1,\n  "b": {\n    "c": "}{"\n  }\n}\n{"a": 2}\n';
    expect((await ask("FROM stdin", {}, { stdin: pretty })).text).toBe('{"a":1,"b":{"c":"}{"}}\n{"a":2}\n');
    expect((await ask("FROM stdin", {}, { stdin: '{"a":1}{"a":2},{"a":3}\n{"a":4}' })).text).toBe(
      '{"a":1}\n{"a":2}\n{"a":3}\n{"a":4}\n',
    );
    const { text, notices } = await ask("FROM stdin", {}, { stdin: '[{"a":1}] and more\n' });
    expect([text, notices]).toEqual([
      '{"a":1}\n',
      ["standard input: what stands beside the JSON objects is left out"],
    ]);
    const faulty = await ask("FROM stdin", {}, { stdin: '{"a":\n{"a":1}\n{"a":2}\n' });
    expect([faulty.text, faulty.notices]).toEqual([
      '{"a":1}\n{"a":2}\n',
      ["standard input: 1 line left out: cut-off JSON"],
    ]);
  });

  it("that is neither events nor anything else known is left out or refused by name", async () => {
    const text = "it has started\nit is ready\n";
    expect((await ask("SELECT count(*) AS n FROM stdin", {}, { stdin: text })).notices).toEqual([
      "standard input: 2 lines left out: not a JSON object; text of other formats is for parse, CSV that is not known as such for parse -f csv",
    ]);
    const error = await failureOf("FROM stdin", {}, { stdin: '[{"a":1},\n {"a":' });
    expect(error.message).toMatch(/^cannot read stdin as JSON: /);
    expect(error.message).not.toContain(tmpdir());
  });

  it("takes an event that has a key twice", async () => {
    const stdin = '{"a":1,"b":{"c":1,"c":2},"a":2}\n{"a":3}\n{"\\u0061":4,"a":"x"}\n';
    const { text, notices } = await ask("FROM stdin", {}, { stdin });
    expect(text).toBe('{"a":2,"b":{"c":1,"c":2}}\n{"a":3}\n{"a":"x"}\n');
    expect(notices[0]).toBe("standard input: 2 events have a key twice: the last value counts");
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
    const { complaints } = await ask(["FROM none", join(directory, "none.csv")]);
    expect(complaints).toEqual([expect.stringContaining("none.csv: no such file")]);
  });
});

it("leaves nothing in the temporary directory", async () => {
  // Other processes have directories of their own there; the name says whose it is.
  const ours = () =>
    readdirSync(tmpdir()).filter(
      (name) => name.startsWith("logpipe-query-") && name.includes(`-${process.pid}-`),
    );
  const before = ours();
  await ask("SELECT count(*) FROM stdin", {}, { stdin: '{"a":1}\n' });
  expect(ours().filter((name) => !before.includes(name))).toEqual([]);
  expect(existsSync(directory)).toBe(true);
});

it("runs through the built program", () => {
  const program = join(import.meta.dirname, "../../../bin/logpipe");
  const run = (args: string[], input: string) =>
    execFileSync(process.execPath, [program, ...args], { input, encoding: "utf8" });
  expect(run(["query", "SELECT count(*) AS n FROM stdin"], '{"a":1}\n{"a":2}\n')).toBe('{"n":2}\n');
});
