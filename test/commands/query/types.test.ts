/**
 * One odd value changes nothing that is asked of the others: in files, on standard input, in the live end and in files
 * of a store.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StoreSink } from "../../../src/lib/sinks/store/store.js";
import { blocksOf, storeLines, storeOptions } from "../../lib/store/support.js";
import { temporaryDirectory } from "../../support/logpipe.js";
import { ask } from "./ask.js";

const at = (i: number) => `"timestamp":"2026-11-21T10:00:0${i}Z"`;

type Asked = { readonly text: string; readonly notices: readonly string[] };
type Ask = (lines: readonly string[], sql: string) => Promise<Asked>;

/** The same question in each place where events can be; the table is `logs`. */
const PLACES: Readonly<Record<string, Ask>> = {
  file: async (lines, sql) => {
    const path = join(temporaryDirectory(), "logs.ndjson");
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return ask([sql, path], { store: temporaryDirectory() });
  },
  "files of a store": async (lines, sql) => {
    const store = temporaryDirectory();
    await storeLines(storeOptions(join(store, "logs")), lines);
    return ask(sql, { store });
  },
  "live end": async (lines, sql) => {
    const store = temporaryDirectory();
    const sink = await StoreSink.open(storeOptions(join(store, "logs")));
    for (const block of blocksOf(lines)) await sink.write(block);
    await sink.flush();
    try {
      return await ask(sql, { store });
    } finally {
      await sink.close();
    }
  },
};

const QUESTIONS: readonly (readonly [string, readonly string[], string, string])[] = [
  ["an object as message", ['"message":"ok 1"', '"message":{"a":1}'], "message LIKE 'ok%'", "1"],
  ["an array as message", ['"message":"ok 1"', '"message":[1]'], "contains(message, 'k')", "1"],
  ["a number before texts", ['"message":5', '"message":"ok"', '"message":"ok"'], "message LIKE 'o_'", "2"],
  ["a boolean as host", ['"host":"web-1"', '"host":false'], "host = 'web-1'", "1"],
  ["a number as level", ['"level":"error"', '"level":30'], "level = 'error'", "1"],
  ["the number as its text", ['"level":"error"', '"level":30'], "level = '30'", "1"],
  ["an object as its text", ['"k":"x"', '"k":"y"', '"k":{"a":"\\u00e9"}'], "k LIKE '%\"é\"%'", "1"],
  ["a text among numbers", ['"n":1', '"n":2', '"n":"many"'], "n = 1", "1"],
  ["an object among numbers", ['"n":1', '"n":{"v":2}'], "n < 5", "1"],
  ["an object among fractions", ['"n":1.5', '"n":0.5', '"n":{}'], "n > 1", "1"],
  ["a number beyond 64 bits", ['"n":1', '"n":18446744073709551615'], "n = 1", "1"],
  ["and it compares", ['"n":1', '"n":18446744073709551615'], "n > 9223372036854775807", "1"],
  ["to its last digit", ['"n":1', '"n":18446744073709551615'], "n = 18446744073709551614", "0"],
  ["beside fractions, too", ['"n":1.5', '"n":18446744073709551615', '"n":2'], "n > 1.75", "2"],
  ["half an emoji", ['"message":"ok"', '"message":"cut \\ud83d"'], "message LIKE 'ok%'", "1"],
  ["which is U+FFFD in SQL", ['"message":"ok"', '"message":"cut \\ud83d"'], "message = 'cut \ufffd'", "1"],
  [
    "no half where there is none",
    ['"m":"\\\\ud83d"', '"m":"\\ud83d\\ude00"', '"m":"\\udead"'],
    "m LIKE '%\ufffd'",
    "1",
  ],
  ["a text among booleans", ['"b":true', '"b":true', '"b":"no"'], "b", "2"],
  ["nothing but numbers as trace_id", ['"trace_id":17', '"trace_id":18'], "trace_id = '17'", "1"],
  ["what cannot be shown is there", ['"n":1', '"n":2', '"n":"x"', '"o":1'], "n IS NULL", "1"],
  [
    "a whole number as its text beside a fraction",
    ['"v":"a"', '"v":"b"', '"v":"c"', '"v":5', '"v":7.5'],
    "v = '5'",
    "1",
  ],
  ["and the fraction", ['"v":"a"', '"v":"b"', '"v":"c"', '"v":5', '"v":7.5'], "v = '7.5'", "1"],
  [
    "codes as message",
    ['"message":404', '"message":404', '"message":1.5', '"message":"ok"'],
    "message = '404'",
    "2",
  ],
  ["whole numbers beside fractions as numbers", ['"n":3', '"n":0.5', '"n":2'], "n > 1", "2"],
  ["a fraction with an exponent is there", ['"n":1e300', '"n":"x"', '"n":"y"'], "n IS NULL", "0"],
  ["so is the smallest", ['"n":5e-324', '"n":{"a":1}', '"n":[0]'], "n IS NOT NULL", "3"],
  [
    "and one of many digits that float64 holds",
    ['"n":123456789012345680000.0', '"n":true', '"n":false'],
    "n IS NULL",
    "0",
  ],
  [
    "and among objects with long numbers",
    ['"n":{"a":0.12345678901234567890}', '"n":1e300', '"n":{"a":1}'],
    "n IS NULL",
    "0",
  ],
  ["and alone", ['"n":1e300', '"n":-1e300'], "n < 0", "1"],
  ["and is not missing", ['"n":1', '"n":2', '"n":"x"', '"o":1'], "n IS NOT NULL", "3"],
];

describe.each(Object.entries(PLACES))("%s", (_, asked) => {
  test.each(QUESTIONS)("%s", async (_, values, condition, count) => {
    const lines = values.map((value, i) => `{${at(i)},${value}}`);
    const { text } = await asked(lines, `SELECT count(*) AS c FROM logs WHERE ${condition}`);
    expect(text).toBe(`{"c":${count}}\n`);
  });

  const ODD = [
    '"n":1,"m":"a","o":{"a":1}',
    '"n":2,"m":"cut \\ud83d","o":"x"',
    '"n":"x","m":{"a":[1]},"o":{"b":"\\ud83d"}',
    '"n":18446744073709551615,"m":7,"o":{"b":2}',
    '"n":true,"m":"b"',
  ].map((values, i) => `{${at(i)},${values}}`);

  test.each([
    "SELECT * FROM logs",
    "FROM logs",
    "SELECT * FROM (SELECT * FROM logs) ORDER BY timestamp",
    "WITH a AS (FROM logs) SELECT * FROM a ORDER BY timestamp LIMIT 5",
    "SELECT l.* FROM logs AS l",
  ])("%s gives every value back as it came", async (sql) => {
    const { text, notices } = await asked(ODD, sql);
    expect(text.split("\n").slice(0, -1)).toEqual(ODD);
    expect(notices).toEqual([]);
  });

  test("a list of columns is printed as written, and what is elsewhere is said", async () => {
    const { text, notices } = await asked(ODD, "SELECT n, n_string FROM logs");
    expect(text.split("\n").slice(0, -1)).toEqual([
      '{"n":1}',
      '{"n":2}',
      '{"n_string":"x"}',
      '{"n":18446744073709551615}',
      "{}",
    ]);
    expect(notices).toEqual([
      "logs.n: 2 of 5 values are elsewhere as they came: 1 text in n_string, 1 a boolean in n_boolean",
    ]);
  });

  test("count counts what is there, under the name that it has in SQL", async () => {
    const { text } = await asked(ODD, "SELECT count(n), count(l.n) FILTER (l.m = 'b') AS b FROM logs l");
    expect(text).toBe('{"count(n)":5,"b":1}\n');
  });

  test("text forms have no column for siblings either", async () => {
    const { text } = await asked(ODD.slice(0, 3), "SELECT * EXCLUDE (timestamp, o) FROM logs");
    expect(text).toBe('{"n":1,"m":"a"}\n{"n":2,"m":"cut \\ud83d"}\n{"n":"x","m":{"a":[1]}}\n');
  });
});

test("one odd value is said in the singular", async () => {
  const { notices } = await PLACES["file"]!(
    ['{"n":1}', '{"n":2}', '{"n":"x"}'],
    "SELECT sum(n) AS s FROM logs",
  );
  expect(notices).toEqual(["logs.n: 1 of 3 values is text, not numbers: see n_string"]);
});
