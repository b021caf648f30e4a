/** Which type a key's column has: by the values of the first flush, and after compaction by all of them. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { StoreSink } from "../../../../../src/lib/sinks/store/store.js";
import type { TableSchema } from "../../../../../src/lib/store/columns/schema.js";
import { TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../../src/lib/store/duckdb/duckdb.js";
import { rightFirstColumns } from "../../../../../src/lib/store/maintain/alter/first-columns.js";
import { runs } from "../../../../support/runs.js";
import {
  blocksOf,
  lineFacts,
  readFacts,
  storeLines,
  storeOptions,
  temporaryDirectory,
} from "../../support.js";

/** The first column of each key but `timestamp`, as `key type`. */
function firstTypes({ byKey }: TableSchema): string[] {
  return [...byKey]
    .filter(([key]) => key !== "timestamp")
    .map(([key, [first]]) => `${key} ${first!.type}`)
    .sort();
}

async function typesOf(table: string): Promise<string[]> {
  return firstTypes((await new TableLog(table).refresh()).schema);
}

/** What compaction does to the schema. */
async function righted(table: string): Promise<string[]> {
  const session = await Session.open({
    memoryBytes: 512 * 1024 * 1024,
    threads: 1,
    tempDirectory: temporaryDirectory(),
  });
  try {
    const log = new TableLog(table);
    const nowMs = () => 1_795_255_200_000;
    await rightFirstColumns({ files: diskFiles, session, log, nowMs });
    expect(await rightFirstColumns({ files: diskFiles, session, log, nowMs })).toEqual([]);
  } finally {
    session.close();
  }
  return typesOf(table);
}

const event = (i: number, values: string) =>
  `{"timestamp":"2026-11-21T10:00:${String(i % 60).padStart(2, "0")}Z","i":${i}${values}}`;

test.each([
  ["one number, then texts", ["5", '"a"', '"b"'], "string"],
  ["one object among texts", ['{"a":1}', '"a"', '"b"'], "string"],
  ["one text among numbers", ['"a"', "1", "2"], "integer"],
  ["one text among fractions", ['"a"', "1", "2.5"], "double"],
  ["as many texts as numbers", ["1", '"a"'], "string"],
  ["as many numbers as booleans", ["true", "1"], "integer"],
  ["one number beyond 64 bits", ["18446744073709551615", "1"], "integer"],
  ["numbers beyond 64 bits alone", ["18446744073709551615"], "integer"],
  ["one number of many digits", ["0.12345678901234567890123", "1"], "double"],
  ["half an emoji among texts", ['"\\ud83d"', '"a"'], "string"],
  ["half an emoji within objects", ['{"a":"\\ud83d"}', '{"a":1,"b":[]}'], "json"],
  ["one text among booleans", ['"yes"', "true", "false"], "boolean"],
  ["one number among objects", ["1", '{"a":1}', '{"b":[]}'], "json"],
])("%s: the first flush decides by all of its values", async (_, values, type) => {
  for (const inOrder of [values, [...values].reverse()]) {
    const table = `${temporaryDirectory()}/logs`;
    const lines = inOrder.map((value, i) => event(i, `,"k":${value}`));
    await storeLines(storeOptions(table), lines);
    expect(await typesOf(table)).toEqual(["i integer", `k ${type}`]);
    expect(await readFacts(table)).toEqual(lines.map(lineFacts).sort());
  }
});

test("well-known texts are text before the first event", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const keys = ["message", "level", "service", "host", "source", "trace_id", "span_id"];
  const lines = [event(0, keys.map((key, i) => `,"${key}":${["1", '{"a":1}', "true"][i % 3]}`).join(""))];
  await storeLines(storeOptions(table), lines);
  expect(await typesOf(table)).toEqual(["i integer", ...keys.map((key) => `${key} string`)].sort());
  expect(await readFacts(table)).toEqual(lines.map(lineFacts));
});

test("a later flush does not change the type, compaction does", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = [event(0, ',"k":5,"m":true'), ...[1, 2, 3].map((i) => event(i, `,"k":"ok ${i}","m":null`))];
  await storeLines(storeOptions(table), lines.slice(0, 1));
  await storeLines(storeOptions(table), lines.slice(1));
  expect(await typesOf(table)).toEqual(["i integer", "k integer", "m boolean"]);
  expect(await righted(table)).toEqual(["i integer", "k string", "m boolean"]);
  await storeLines(storeOptions(table), [event(4, ',"k":7'), event(5, ',"k":[1]')]);
  const all = [...lines, event(4, ',"k":7'), event(5, ',"k":[1]')];
  expect(await readFacts(table)).toEqual(all.map(lineFacts).sort());
});

test("compaction makes the column for text, when all there is of it has half a surrogate pair", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = [event(0, ',"k":1'), event(1, ',"k":"\\ud83d"')];
  for (const line of lines) await storeLines(storeOptions(table), [line]);
  expect(await typesOf(table)).toEqual(["i integer", "k integer"]);
  expect(await righted(table)).toEqual(["i integer", "k string"]);
  expect(await readFacts(table)).toEqual(lines.map(lineFacts).sort());
});

test("a writer that has shaped its events by the schema before goes on", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [event(0, ',"k":5')]);
  await storeLines(storeOptions(table), [event(1, ',"k":"a"'), event(2, ',"k":"b"')]);
  const sink = await StoreSink.open(storeOptions(table));
  const live = [event(3, ',"k":6'), event(4, ',"k":"c"')];
  for (const block of blocksOf(live)) await sink.write(block);
  await sink.flush();
  expect(await righted(table)).toEqual(["i integer", "k string"]);
  await sink.close();
  const all = [event(0, ',"k":5'), event(1, ',"k":"a"'), event(2, ',"k":"b"'), ...live];
  expect(await readFacts(table)).toEqual(all.map(lineFacts).sort());
});

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("1", "2", "-7") },
  { weight: 2, arbitrary: fc.constantFrom('"a"', '"5"', '"\\ud83d"') },
  fc.constantFrom("1.5", "true", "false", '{"a":1}', "[1]", "18446744073709551615", "null"),
);
const events = fc.array(
  fc.record({ k: fc.option(value, { nil: undefined }), message: fc.option(value, { nil: undefined }) }),
  { minLength: 1, maxLength: 12 },
);

test("whatever the flushes and writers, compaction gives the same types, and every value comes back", {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(events, fc.array(fc.nat(11), { maxLength: 3 }), async (rows, cuts) => {
      const lines = rows.map(({ k, message }, i) =>
        event(
          i,
          `${k === undefined ? "" : `,"k":${k}`}${message === undefined ? "" : `,"message":${message}`}`,
        ),
      );
      const whole = `${temporaryDirectory()}/logs`;
      await storeLines(storeOptions(whole), lines);
      const cut = `${temporaryDirectory()}/logs`;
      const places = [0, ...cuts.map((n) => Math.min(n, lines.length)).sort((a, b) => a - b), lines.length];
      for (let i = 1; i < places.length; i++) {
        const part = lines.slice(places[i - 1], places[i]);
        // Every other flush is of another writer.
        if (part.length > 0) await storeLines(storeOptions(cut), part);
      }
      const wanted = lines.map(lineFacts).sort();
      expect(await readFacts(cut)).toEqual(wanted);
      expect(await righted(cut)).toEqual(await righted(whole));
      expect(await readFacts(cut)).toEqual(wanted);
    }),
    { numRuns: runs(25) },
  );
});
