import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./ask.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-query-csv-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What is asked of a file `t.csv`, and what is said of it. */
async function askCsv(content: string | Buffer, sql = "FROM t", name = "t.csv") {
  const path = join(directory, name);
  writeFileSync(path, content);
  const { text, notices } = await ask([sql, path]);
  return { text, said: notices.map((notice) => notice.replace(`${path}: `, "")) };
}

describe("rows of another length than the header", () => {
  it("that are short keep their cells, and the others their columns", async () => {
    const { text, said } = await askCsv("host,path,ms\na,/x,12\nb\nc,/y\nd,/z,7\n");
    expect(text).toBe(
      '{"host":"a","path":"/x","ms":12}\n{"host":"b"}\n{"host":"c","path":"/y"}\n{"host":"d","path":"/z","ms":7}\n',
    );
    expect(said).toEqual(["2 rows have fewer cells than the header: the others are NULL"]);
  });

  it("that are long keep their cells in a column of their own", async () => {
    const { text, said } = await askCsv("a,extra\n1,2,3,x\n4,5\n");
    expect(text).toBe('{"a":1,"extra":2,"extra_cells":["3","x"]}\n{"a":4,"extra":5}\n');
    expect(said).toEqual(["1 row has more cells than the header: they are in the column extra_cells"]);
  });

  it("that are blank are none, except in a table of one column", async () => {
    expect((await askCsv("a,b\n\n1,2\n\n", "SELECT count(*) AS n FROM t")).text).toBe('{"n":1}\n');
    expect((await askCsv("a\n1\n\n3\n", "SELECT count(*) AS n, count(a) AS a FROM t")).text).toBe(
      '{"n":3,"a":2}\n',
    );
  });
});

describe("separators", () => {
  it.each([
    ["semicolons", "name;price\nx, y;1\nz;2\n"],
    ["tabs", "name\tprice\nx, y\t1\nz\t2\n"],
    ["|", "name|price\nx, y|1\nz|2\n"],
    ["what Excel says in its first line", "sep=^\r\nname^price\r\nx, y^1\r\nz^2\r\n"],
  ])("%s", async (_, content) => {
    expect(await askCsv(content)).toEqual({
      text: '{"name":"x, y","price":1}\n{"name":"z","price":2}\n',
      said: [],
    });
  });

  it("that stand in no header are text", async () => {
    expect((await askCsv("word\na;b\nc|d\te\n")).text).toBe('{"word":"a;b"}\n{"word":"c|d\\te"}\n');
  });

  it("of which two fit are said", async () => {
    const { text, said } = await askCsv("a;b,c\n1;2,3\n4;5,6\n");
    expect(text).toBe('{"a;b":"1;2","c":3}\n{"a;b":"4;5","c":6}\n');
    expect(said).toEqual(["its cells are read apart by commas; semicolons would fit as well"]);
  });

  it("of standard input, compressed or by name", async () => {
    expect((await ask("FROM stdin", {}, { stdin: gzipSync("a;b\n1;x\n") })).text).toBe('{"a":1,"b":"x"}\n');
    expect((await ask("FROM stdin", {}, { stdin: "a|b\n1|x\n" })).text).toBe('{"a":1,"b":"x"}\n');
    expect((await askCsv('a b\tc\n"1\t2"\t3\n', "FROM t", "t.tsv")).text).toBe('{"a b":"1\\t2","c":3}\n');
    expect((await askCsv(gzipSync("a,b\n1,2\n"), "FROM z", "z.csv.gz")).text).toBe('{"a":1,"b":2}\n');
  });
});

describe("cells", () => {
  it("keep every digit of a number, and text that looks like one stays text", async () => {
    const sql = "SELECT *, typeof(id) AS t FROM t WHERE id > 9223372036854775807";
    const { text } = await askCsv('id,zip,v\n340282366920938463463,00501,"7"\n1,10115,8\n', sql);
    expect(text).toBe('{"id":340282366920938463463,"zip":"00501","v":"7","t":"HUGEINT"}\n');
  });

  it("are dates only where they are ISO 8601", async () => {
    const content = "a,b,c,d,e\n2026-11-25,25-11-2026,11/25/2026,25.11.2026,2026-11-25 10:00:00.5\n";
    const { text } = await askCsv(content, "SELECT a + 1 AS a, b, c, d, typeof(e) AS e FROM t");
    expect(text).toBe(
      '{"a":"2026-11-26","b":"25-11-2026","c":"11/25/2026","d":"25.11.2026","e":"TIMESTAMP"}\n',
    );
    expect((await askCsv("a\n2026-11-25\n2026-13-25\n")).text).toBe(
      '{"a":"2026-11-25"}\n{"a":"2026-13-25"}\n',
    );
  });

  it("of several types are there, and said", async () => {
    const { text, said } = await askCsv("n\n1\nn/a\n3\n", "SELECT sum(n) AS n FROM t");
    expect(text).toBe('{"n":4}\n');
    expect(said).toEqual(["t.n: 1 of 3 values is text, not numbers: see n_string"]);
  });

  it("of true and false are conditions", async () => {
    expect((await askCsv("n,ok\n1,true\n2,false\n", "SELECT n FROM t WHERE ok")).text).toBe('{"n":1}\n');
  });

  it("in quotes hold line breaks, separators and quotes", async () => {
    const { text, said } = await askCsv('\ufeffa,b\r\n"x\r\ny, ""z""",1\r\n "w" ,2\r\n');
    expect(text).toBe('{"a":"x\\ny, \\"z\\"","b":1}\n{"a":"w","b":2}\n');
    expect(said).toEqual([]);
  });

  it("whose quote has no end lose no row", async () => {
    const { text, said } = await askCsv('a,b\n"open,1\nx,2\n"3" disk",3\n"y,4\n');
    expect(text).toBe(
      '{"a":"\\"open","b":1}\n{"a":"x","b":2}\n{"a":"3\\" disk","b":3}\n{"a":"\\"y","b":4}\n',
    );
    expect(said).toEqual(["3 rows have a quote without an end, or with text behind it: it is read as text"]);
  });

  it("that are no UTF-8 are said", async () => {
    const { text, said } = await askCsv(Buffer.from("a,b\nstra\xdfe,1\n", "latin1"));
    expect(text).toBe('{"a":"stra\ufffde","b":1}\n');
    expect(said).toEqual(["1 line has bytes that are no UTF-8: U+FFFD stands for them"]);
  });
});

describe("headers", () => {
  it("without a row are a table", async () => {
    expect((await askCsv("a,b\n", "SELECT count(*) AS n, count(b) AS b FROM t WHERE a > 'x'")).text).toBe(
      '{"n":0,"b":0}\n',
    );
    expect((await askCsv("", "SELECT count(*) AS n FROM t WHERE a > 'x'")).text).toBe('{"n":0}\n');
  });

  it("with a name twice, in any case, or without one have columns for all", async () => {
    expect((await askCsv("a,,A,a,a_2\n1,2,3,4,5\n")).text).toBe(
      '{"a":1,"column_2":2,"A_3":3,"a_4":4,"a_2":5}\n',
    );
  });

  it("of numbers are rows, and said", async () => {
    const { text, said } = await askCsv("2024,1.5\n2025,2.5\n");
    expect(text).toBe('{"column_1":2024,"column_2":1.5}\n{"column_1":2025,"column_2":2.5}\n');
    expect(said).toEqual(["its first line is numbers, no header: the columns are column_1 and so on"]);
  });

  it("of one cell above rows of several are said: they may be a title", async () => {
    const { text, said } = await askCsv(
      "Report of November\nid;name\n1;x\n2;y\n",
      "SELECT count(*) AS n FROM t",
    );
    expect(text).toBe('{"n":3}\n');
    expect(said).toEqual([
      "its first line is the header and has one cell; the lines behind it have 2, apart by semicolons",
    ]);
  });

  it("with a line break in a name, or followed by rows that grow, lose nothing", async () => {
    expect((await askCsv('"x","a\nb"\n1,2\n')).text).toBe('{"x":1,"a\\nb":2}\n');
    const rows = Array.from({ length: 3000 }, (_, n) => (n < 100 ? `${n},a` : `${n},a,b`));
    const sql = "SELECT count(*) AS n, min(x) AS x, count(extra) AS longer FROM t";
    expect((await askCsv(`x,y\n${rows.join("\n")}\n`, sql)).text).toBe('{"n":3000,"x":0,"longer":2900}\n');
  });

  it("of the next file are no rows, and said", async () => {
    const { text, said } = await askCsv("a,b\n1,2\na,b\n3,4\n");
    expect(text).toBe('{"a":1,"b":2}\n{"a":3,"b":4}\n');
    expect(said).toEqual(["1 line is the header again: left out"]);
  });

  it("and rows may end with a return alone", async () => {
    expect((await askCsv("a,b\r1,2\r3,x")).text).toBe('{"a":1,"b":2}\n{"a":3,"b":"x"}\n');
  });
});

it("a file named as CSV that holds events is read as events", async () => {
  expect((await askCsv('{"a":1}\n{"a":2,"b":","}\n')).text).toBe('{"a":1}\n{"a":2,"b":","}\n');
});
