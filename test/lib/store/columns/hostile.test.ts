import { expect, test } from "vitest";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { blocksOf, lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";

const T = '"timestamp":"2026-11-21T10:00:00.5Z"';

/** Events that have made other stores lose or bend something, each group a table of its own. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  "plain events": [`{${T},"level":"info","status":200,"ok":true,"ratio":0.5}`, `{${T},"level":"warn"}`, "{}"],
  "64-bit integers": [
    `{${T},"id":9223372036854775807}`,
    `{${T},"id":-9223372036854775808}`,
    `{${T},"id":9007199254740993}`,
  ],
  "numbers beyond 64 bits": [`{${T},"n":123456789012345678901234567890}`, `{${T},"n":1e400}`, `{${T},"n":5}`],
  "whole numbers among doubles": [`{${T},"n":1}`, `{${T},"n":1.5}`, `{${T},"n":1e300}`],
  "large whole numbers among doubles": [`{${T},"n":9007199254740993}`, `{${T},"n":1.5}`],
  "text and numbers under one key": [
    `{${T},"status":200}`,
    `{${T},"status":"200"}`,
    `{${T},"status":true}`,
    `{${T},"status":[1]}`,
  ],
  "text that looks like a number": [`{${T},"zip":"01234"}`, `{${T},"zip":"1e5"}`],
  "nested values": [`{${T},"o":{"a":[1,{"b":null}],"s":"\\u00e9\\n"}}`, `{${T},"o":[]}`, `{${T},"o":{}}`],
  "long numbers in nested values": [
    `{${T},"o":{"n":0.1234567890123456789012345,"z":-0}}`,
    `{${T},"o":{"n":1.5,"z":1}}`,
    `{${T},"o":[1.00000000000000000000001,1e-400,1e400,123456789012345678901234567890]}`,
  ],
  "keys that differ in case": [`{${T},"Status":1,"status":"x"}`, `{${T},"STATUS":2.5}`],
  "odd keys": [
    `{${T},"":1,"a b":2,"x\\u0000y":3,"é":4,"q'\\"":5,"a.b":6,"n\\nl":7,"date":"d","_rest":1,"_timestamp_ns":2}`,
  ],
  "keys like our siblings": [`{${T},"a":1,"a_string":"x"}`, `{${T},"a":"y"}`],
  "a lone surrogate": [`{${T},"s":"\\ud800x"}`, `{${T},"s":"fine"}`],
  "NUL in text": [`{${T},"s":"a\\u0000b"}`],
  nanoseconds: [
    '{"timestamp":"2026-11-21T10:00:00.123456789Z"}',
    '{"timestamp":"2026-11-21T10:00:00.000000001+02:00"}',
  ],
  "odd timestamps": [
    '{"timestamp":"yesterday"}',
    '{"timestamp":1700000000}',
    '{"timestamp":null}',
    "{}",
    '{"timestamp":"2026-12-31T23:59:60Z"}',
  ],
  "early and late timestamps": [
    '{"timestamp":"0001-01-01T00:00:00Z"}',
    '{"timestamp":"9999-12-31T23:59:59.999999Z"}',
    '{"timestamp":"1960-02-29T23:59:59.123456789Z"}',
  ],
  "timestamps beyond the years that tables can have": [
    '{"timestamp":"9999-12-31T23:59:59-23:59"}',
    '{"timestamp":"9999-12-31T23:59:60Z"}',
    '{"timestamp":"0000-06-01T00:00:00Z"}',
    '{"timestamp":"0001-01-01T00:00:00+23:59"}',
    '{"timestamp":"0001-01-01T23:59:00+23:59"}',
  ],
  "zones and letters": ['{"timestamp":"2026-11-21T00:30:00+02:00"}', '{"timestamp":"2026-11-21t10:00:00z"}'],
  nulls: [`{${T},"a":null}`, `{${T},"a":null,"b":1}`],
  "white space": [`  { "a" : 1 , ${T} }  `, `{${T},"a":2}\r`],
  "a long line": [`{${T},"m":"${"x".repeat(3_000_000)}"}`],
  "deep nesting": [`{${T},"d":${"[".repeat(400)}1${"]".repeat(400)}}`],
};

for (const [name, lines] of Object.entries(CASES)) {
  test(`${name} come back as they went in, live and stored`, async () => {
    const table = `${temporaryDirectory()}/logs`;
    const wanted = lines.map(lineFacts).sort();
    const sink = await StoreSink.open(storeOptions(table));
    for (const block of blocksOf(lines)) await sink.write(block);
    await sink.flush();
    expect(await readFacts(table)).toEqual(wanted);
    await sink.close();
    expect(await readFacts(table)).toEqual(wanted);
  });
}

test("all groups in one table, one after the other, with every conflict between them", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const groups = Object.values(CASES);
  for (const lines of groups) await storeLines(storeOptions(table), lines);
  expect(await readFacts(table)).toEqual(groups.flat().map(lineFacts).sort());
});

test("duplicate keys: the last one is the value, the others are kept beside it", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [`{${T},"a":1,"a":2}`]);
  const [facts] = await readFacts(table);
  expect(facts).toContain('"a"=1 "a"=2');
});

test("keys beyond the cap are kept in _rest", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = Array.from({ length: 300 }, (_, i) => `{${T},"key_${i}":${i},"k":"${i}"}`);
  await storeLines(storeOptions(table, { maxColumns: 40 }), lines, 50);
  expect(await readFacts(table)).toEqual(lines.map(lineFacts).sort());
});

test("a log of 400 days becomes a file a day", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const day = (i: number) => new Date(Date.UTC(2025, 0, 1 + i)).toISOString();
  const lines = Array.from({ length: 4000 }, (_, i) => `{"timestamp":"${day(i % 400)}","n":${i}}`);
  const sink = await storeLines(storeOptions(table), lines, 1000);
  expect(sink.report.stored.parquetFiles).toBe(400);
  expect(await readFacts(table)).toEqual(lines.map(lineFacts).sort());
});
