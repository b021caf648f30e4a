/** Keys that differ only in case whose values are of several types, odd times and numbers of many digits among them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { ask } from "../ask.js";

async function asked(sql: string, files: Readonly<Record<string, readonly string[]>>): Promise<string[]> {
  const directory = temporaryDirectory();
  const paths = Object.entries(files).map(([name, lines]) => {
    const path = join(directory, `${name}.ndjson`);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return path;
  });
  const { text } = await ask([sql, ...paths], { store: directory });
  return text.split("\n").slice(0, -1);
}

test.each<[string, readonly string[]]>([
  ["numbers beyond 64 bits", ['{"n":1e400,"N":12345678901234567890123}', '{"n":1.5,"N":9007199254740993}']],
  ["half a character", ['{"a":"\\ud83d","A":"\\udc00x"}', '{"a":{"q":"\\ud801"},"A":1}']],
  ["zeros with a sign", ['{"n":-0.0,"N":0}', '{"n":1,"N":-0.0}']],
  [
    "times of one type",
    [
      '{"ts":"2026-11-20T10:00:00.123456789Z","Ts":"2026-11-20T10:00:00.123456789Z"}',
      '{"ts":"0001-01-01T00:00:00Z"}',
    ],
  ],
  [
    "times of two types",
    ['{"ts":"2026-11-20T10:00:00.123456789Z","Ts":"2026-11-20T10:00:00Z"}', '{"ts":"0001-01-01T00:00:00Z"}'],
  ],
  [
    "an odd time of the event",
    ['{"timestamp":"2026-11-20T10:00:00Z","Timestamp":5}', '{"timestamp":"later","Timestamp":"x"}'],
  ],
  [
    "the column of digits",
    ['{"timestamp":"2026-11-20T10:00:00Z","_timestamp_ns":1}', '{"_timestamp_ns":"x"}'],
  ],
  [
    "names that are made up",
    ['{"n":1,"N":1.5,"n_integer":"a","n_1":2}', '{"n":2.5,"N":true,"N_2":"b"}', '{"n_1_integer":7}'],
  ],
])("%s come back under their keys", async (_, lines) => {
  const sorted = (line: string) =>
    [...line.matchAll(/"[^"]+":(?:"[^"]*"|\{.*?\}|[^,}]+)/g)].map(String).sort();
  expect((await asked("FROM a", { a: lines })).map(sorted)).toEqual(lines.map(sorted));
  const twice = await asked("FROM a UNION ALL FROM a", { a: lines });
  expect(twice.map(sorted)).toEqual([...lines, ...lines].map(sorted));
});

const IDS = ['{"id":9007199254740993}', '{"id":1.5,"Id":9007199254740997}', '{"Id":9007199254740995}'];

test.each([
  ["id = 9007199254740993", [0]],
  ["id = 9007199254740992", []],
  ["id = 9007199254740997", []],
  ["id IN (9007199254740993, 9007199254740995)", [0, 2]],
  ["id > 9007199254740993", [2]],
  ["id < 9007199254740993", [1]],
])("%s compares ids exactly, whichever key they stand under", async (condition, found) => {
  expect(await asked(`FROM a WHERE ${condition}`, { a: IDS })).toEqual(found.map((k) => IDS[k]));
});

test("UNION BY NAME with a side that has one of the keys loses no value of it", async () => {
  const files = { a: ['{"level":"info","Level":"warn"}', '{"Level":"error"}'], b: ['{"level":"trace"}'] };
  for (const sql of ["FROM a UNION ALL BY NAME FROM b", "FROM b UNION ALL BY NAME FROM a"]) {
    const levels = (await asked(sql, files)).map((line) => (JSON.parse(line) as { level: string }).level);
    expect(levels.sort()).toEqual(["error", "info", "trace"]);
    expect((await asked(sql, files)).every((line) => line.match(/"level":/g)!.length === 1)).toBe(true);
  }
});

test("UNION BY NAME puts no value under a key that it is not of", async () => {
  const files = { a: ['{"":1}'], b: ['{"_empty":2}'] };
  expect(await asked("FROM a UNION ALL BY NAME FROM b", files)).toEqual(['{"_empty":1}', '{"_empty":2}']);
  const apart = { a: ['{"":1}'], b: ['{"m":2}'] };
  expect(await asked("FROM a UNION ALL BY NAME FROM b", apart)).toEqual(['{"":1}', '{"m":2}']);
});
