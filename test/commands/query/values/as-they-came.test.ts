/** Values of files come back as they came, whatever stands beside them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { runs } from "../../../support/runs.js";
import { ask } from "../ask.js";

async function askFile(lines: readonly string[], sql: string, name = "logs.ndjson") {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  const { text, notices } = await ask([sql, path], { store: temporaryDirectory() });
  return { lines: text.split("\n").slice(0, -1), notices };
}

const value = fc.constantFrom(
  ...["1", "0", "-7", "9007199254740993", "1.5", "0.25", "1e+300", "5e-324", "18446744073709551616"],
  ...["0.12345678901234567890123", "true", '"x"', '"5"', '"\\ud83d"', '{"a":1.5}', "[1,2]"],
);
const time = fc.constantFrom(
  ...['"2026-11-21T10:00:00Z"', '"2026-11-21T10:00:00.123456789Z"', '"0001-01-01T00:00:00Z"'],
  ...['""', '"n/a"', "1763719200", "1763719200.5", "null", "true", "[2026]", '{"s":1}', '"\\udead"'],
);

test("any values of a key, times among other things", { timeout: 300_000 }, async () => {
  const rows = fc.array(fc.record({ k: value, timestamp: time }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rows, async (events) => {
      const lines = events.map(({ k, timestamp }) =>
        timestamp === "null" ? `{"k":${k}}` : `{"k":${k},"timestamp":${timestamp}}`,
      );
      expect((await askFile(lines, "FROM logs")).lines).toEqual(lines);
      const { lines: counts } = await askFile(lines, "SELECT count(*) AS n FROM logs WHERE k IS NULL");
      expect(counts).toEqual(['{"n":0}']);
    }),
    { numRuns: runs(12, 4) },
  );
});

test("a key of text without a value", async () => {
  expect((await askFile(['{"message":null,"a":1}'], "FROM logs")).lines).toEqual(['{"a":1}']);
  expect(
    (await askFile(['{"timestamp":null,"a":1}'], "SELECT max(timestamp) AS t, 1 AS n FROM logs")).lines,
  ).toEqual(['{"n":1}']);
});

describe("one odd time leaves `timestamp` a column of times", () => {
  const TIMES = ['"2026-03-01T12:00:00+03:00"', '"2026-03-01T10:00:00Z"'];
  test.each([
    ['""', "text", "timestamp_string"],
    ['"n/a"', "text", "timestamp_string"],
    ['"01/03/2026"', "text", "timestamp_string"],
    ["1772359200", "a number", "timestamp_integer"],
    ["1772359200.5", "a number", "timestamp_double"],
    ["[2026,3,1]", "an object or array", "timestamp_json"],
    ['{"seconds":1}', "an object or array", "timestamp_json"],
    ["false", "a boolean", "timestamp_boolean"],
  ])("%s", async (odd, words, sibling) => {
    const lines = [...TIMES, odd].map((time, i) => `{"timestamp":${time},"i":${i}}`);
    const { lines: early, notices } = await askFile(
      lines,
      "SELECT i FROM logs WHERE timestamp < '2026-03-01T10:00:00Z'",
    );
    expect(early).toEqual(['{"i":0}']);
    expect(notices).toEqual([`logs.timestamp: 1 of 3 values is ${words}, not times: see ${sibling}`]);
    const { lines: present } = await askFile(lines, "SELECT count(timestamp) AS n FROM logs");
    expect(present).toEqual(['{"n":3}']);
    const { lines: own } = await askFile(lines, `SELECT ${sibling} AS v FROM logs WHERE i = 2`);
    expect(own).toEqual([`{"v":${odd}}`]);
  });

  test("in CSV, too, and an empty cell is NULL", async () => {
    const csv = ["timestamp,i", "2026-03-01T12:00:00+03:00,0", ",1", "n/a,2", "2026-03-01T10:00:00Z,3"];
    const sql = "SELECT i FROM logs WHERE timestamp < '2026-03-01T10:00:00Z'";
    expect((await askFile(csv, sql, "logs.csv")).lines).toEqual(['{"i":0}']);
    const { lines: missing } = await askFile(csv, "SELECT i FROM logs WHERE timestamp IS NULL", "logs.csv");
    expect(missing).toEqual(['{"i":1}']);
  });
});

test.each(["timestamp", "seen_at"])(
  "a time before 1677 in %s does not make nanoseconds text",
  async (key) => {
    const times = [
      "2026-03-01T12:00:00.123456789+03:00",
      "2026-03-01T10:00:00.000000001Z",
      "0001-01-01T00:00:00Z",
    ];
    const lines = times.map((time, i) => `{"${key}":"${time}","i":${i}}`);
    const { lines: late, notices } = await askFile(
      lines,
      `SELECT i FROM logs WHERE ${key} >= '2026-03-01T09:30:00Z'`,
    );
    expect(late).toEqual(['{"i":1}']);
    expect(notices).toEqual([`logs.${key}: 1 of 3 values is text, not times: see ${key}_string`]);
    const { lines: all } = await askFile(lines.slice(1), "FROM logs");
    expect(all).toEqual(lines.slice(1));
  },
);

test.each([
  ["DATE", ["2026-11-25", "", "2026-11-26"]],
  ["BOOLEAN", ["", "true", "false"]],
  ["TIMESTAMP", ["2026-11-25 10:00:00", "2026-11-25 11:00:00", ""]],
  ["VARCHAR", ["2026-11-25", "", "soon"]],
  ["BIGINT", ["7", "", "8"]],
])("an empty cell of CSV says nothing of the type: %s", async (type, cells) => {
  const csv = ["n,d", ...cells.map((cell, i) => `${i},${cell}`)];
  const { lines } = await askFile(
    csv,
    "SELECT DISTINCT typeof(d) AS t, count(d) AS n FROM logs GROUP BY 1",
    "logs.csv",
  );
  expect(lines).toEqual([`{"t":"${type}","n":2}`]);
});
