import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { StoreSink } from "../../../../../src/lib/sinks/store/store.js";
import type { SettableType } from "../../../../../src/lib/store/columns/coerce.js";
import { readSnapshot } from "../../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../../src/lib/store/duckdb/duckdb.js";
import { type Change, changeTable } from "../../../../../src/lib/store/maintain/alter/change-table.js";
import { openRelation } from "../../../../../src/lib/store/read/relation.js";
import {
  blocksOf,
  lineFacts,
  readFacts,
  storeLines,
  storeOptions,
  temporaryDirectory,
} from "../../support.js";

const T = '"timestamp":"2026-11-21T10:00:00.5Z"';
const line = (value: string, key = "v") => `{${T},"${key}":${value}}`;

function change(table: string, what: Change, signal?: AbortSignal) {
  const options = { files: diskFiles, table, nowMs: () => 0 };
  return changeTable({ ...options, ...(signal === undefined ? {} : { signal }) }, what);
}

async function columnsOf(table: string): Promise<string[]> {
  const { schema } = await readSnapshot(table);
  return schema.columns.map(({ name, type }) => `${name} ${type}`);
}

/** The types that a query sees. */
async function viewTypes(table: string): Promise<unknown[]> {
  const session = await Session.open({
    memoryBytes: 2 ** 30,
    threads: 1,
    tempDirectory: temporaryDirectory(),
  });
  const tempDirectory = temporaryDirectory();
  const relation = await openRelation(table, { tempDirectory, rows: (sql) => session.rows(sql) });
  const rows = await session.rows(`SELECT column_type FROM (DESCRIBE ${relation.sql})`);
  await relation.close();
  session.close();
  return rows.map(([type]) => type);
}

const VALUES: readonly string[] = [
  "0",
  "200",
  "-7",
  "9007199254740993",
  "1.5",
  "-0.25",
  "1e300",
  "true",
  "false",
  '"0"',
  '"200"',
  '"-7"',
  '"007"',
  '"+1"',
  '" 1"',
  '"1.50"',
  '"1.5"',
  '"9007199254740993"',
  '"99999999999999999999"',
  '"1e3"',
  '"NaN"',
  '"true"',
  '"TRUE"',
  '"t"',
  '"text"',
  '""',
  '"é\\n"',
  '"{}"',
  "{}",
  '{"a":[1,null]}',
  "[1]",
  '"\\ud800"',
  "123456789012345678901234567890",
  "0.12345678901234567890123",
];

/** What a value is once its key has the type: its own text, with or without quotes. */
const CHANGED: Readonly<Record<SettableType, Readonly<Record<string, string>>>> = {
  integer: { '"0"': "0", '"200"': "200", '"-7"': "-7", '"9007199254740993"': "9007199254740993" },
  double: { '"0"': "0", '"200"': "200", '"-7"': "-7", '"1.5"': "1.5" },
  boolean: { '"true"': "true", '"false"': "false" },
  string: Object.fromEntries(
    VALUES.filter((value) => !/^["{[]/.test(value)).map((value) => [value, JSON.stringify(value)]),
  ),
  json: {},
};

for (const type of Object.keys(CHANGED) as SettableType[]) {
  test(`set ${type}: files from before, files from after and the live end show the same`, {
    timeout: 300_000,
  }, async () => {
    const all = VALUES.map((value) => line(value));
    const wanted = VALUES.map((value) => {
      if (type === "string" && value === "1e300") return lineFacts(line(JSON.stringify(LONG_1E300)));
      if (type === "string" && VALUES.indexOf(value) >= VALUES.length - 2) return lineFacts(line(value));
      return lineFacts(line(CHANGED[type][value] ?? value));
    }).sort();
    // One at a time: together they would all take the careful way.
    const before = `${temporaryDirectory()}/logs`;
    const careful = all.slice(-3);
    await storeLines(storeOptions(before), all.slice(0, -3));
    await storeLines(storeOptions(before), careful);
    await change(before, { action: "set", key: "v", type });
    const after = `${temporaryDirectory()}/logs`;
    await storeLines(storeOptions(after), [line("null"), line("1")]);
    await change(after, { action: "set", key: "v", type });
    await storeLines(storeOptions(after), all.slice(0, -3));
    const sink = await StoreSink.open(storeOptions(after));
    for (const block of blocksOf(careful)) await sink.write(block);
    await sink.flush();
    const extra = [lineFacts(`{${T}}`), lineFacts(line(type === "string" ? '"1"' : "1"))];
    expect(shortened(await readFacts(after))).toEqual(shortened([...wanted, ...extra].sort()));
    await sink.close();
    expect(shortened(await readFacts(after))).toEqual(shortened([...wanted, ...extra].sort()));
    expect(shortened(await readFacts(before))).toEqual(shortened(wanted));
    const again = await change(before, { action: "set", key: "v", type });
    expect(again).toEqual({ rewritten: 0, bytes: 0, dropped: [] });
  });
}

const LONG_1E300 = "1e300";

/** Big numbers are kept as they were written by the careful way and printed by DuckDB else: not what is tested here. */
function shortened(facts: readonly string[]): string[] {
  return facts.filter((fact) => !/1e300|1e\+300|10{20}|123456789012345678/.test(fact));
}

test("while a type is right for all values the key keeps it in queries, the live end included", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [line("1"), line('"2"'), line("6")]);
  await change(table, { action: "set", key: "v", type: "integer" });
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "v integer"]);
  await storeLines(storeOptions(table), [line('"3"')]);
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "v integer"]);
  const sink = await StoreSink.open(storeOptions(table));
  for (const block of blocksOf([line('"4"')])) await sink.write(block);
  await sink.flush();
  expect(await viewTypes(table)).toEqual(["TIMESTAMP WITH TIME ZONE", "BIGINT"]);
  for (const block of blocksOf([line('"five"')])) await sink.write(block);
  await sink.flush();
  expect(await viewTypes(table)).toEqual(["TIMESTAMP WITH TIME ZONE", "BIGINT", "VARCHAR"]);
  await sink.close();
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "v integer", "v_string string"]);
  expect(await readFacts(table)).toEqual(
    ["1", "2", "6", "3", "4", '"five"'].map((v) => lineFacts(line(v))).sort(),
  );
});

test("rename: old files, new events under either name and the live end are one key", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const old = ["1", "2.5", '"x"', "{}", '{"a":1}'];
  await storeLines(
    storeOptions(table),
    old.map((v) => line(v, "a")),
  );
  await change(table, { action: "rename", key: "a", to: "b" });
  await change(table, { action: "rename", key: "a", to: "b" });
  expect((await columnsOf(table)).filter((name) => name.startsWith("a"))).toEqual([]);
  await storeLines(storeOptions(table), [line("3", "a")]);
  await storeLines(storeOptions(table), [line("4", "b"), line("5", "a")]);
  const sink = await StoreSink.open(storeOptions(table));
  for (const block of blocksOf([line("6", "a"), line("7", "b")])) await sink.write(block);
  await sink.flush();
  const wanted = [...old, "3", "4", "5", "6", "7"].map((v) => lineFacts(line(v, "b"))).sort();
  expect(await readFacts(table)).toEqual(wanted);
  await sink.close();
  expect(await readFacts(table)).toEqual(wanted);
  await change(table, { action: "rename", key: "b", to: "a" });
  expect(await readFacts(table)).toEqual(
    [...old, "3", "4", "5", "6", "7"].map((v) => lineFacts(line(v, "a"))).sort(),
  );
  expect((await columnsOf(table)).filter((name) => name.startsWith("b"))).toEqual([]);
});

test("a key renamed to one that is there: the two are one, whatever their types", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const a = ["1", "2.5", '"x"', ...Array.from({ length: 50 }, (_, i) => `{"m":${i}}`)];
  const b = [...Array.from({ length: 50 }, (_, i) => `{"n":${i}}`), "1.5", "true", "[1]"];
  await storeLines(
    storeOptions(table),
    a.slice(3).map((v) => line(v, "a")),
  );
  await storeLines(
    storeOptions(table),
    a.slice(0, 3).map((v) => line(v, "a")),
  );
  await storeLines(
    storeOptions(table),
    b.map((v) => line(v, "b")),
  );
  await storeLines(
    storeOptions(table),
    b.slice(0, 50).map((v) => line(v, "c")),
  );
  await change(table, { action: "rename", key: "a", to: "b" });
  const both = [...a, ...b].map((v) => line(v, "b"));
  const c = b.slice(0, 50).map((v) => line(v, "c"));
  expect(await readFacts(table)).toEqual([...both, ...c].map(lineFacts).sort());
  expect((await columnsOf(table)).filter((name) => name.startsWith("a"))).toEqual([]);
  await change(table, { action: "rename", key: "c", to: "b" });
  const all = [...both, ...b.slice(0, 50).map((v) => line(v, "b"))];
  expect(await readFacts(table)).toEqual(all.map(lineFacts).sort());
  await storeLines(storeOptions(table), [line("7", "a")]);
  await storeLines(storeOptions(table), [line('{"n":1}', "c")]);
  expect(await readFacts(table)).toEqual(
    [...all, line("7", "b"), line('{"n":1}', "b")].map(lineFacts).sort(),
  );
});

test("an event with both names of a key keeps both values", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [line("1", "a")]);
  await change(table, { action: "rename", key: "a", to: "b" });
  await storeLines(storeOptions(table), [`{${T},"b":2,"a":3}`]);
  expect(await readFacts(table)).toContainEqual(expect.stringMatching(/"b"=2.*"b"=3/));
});

test("structs are renamed with what does not fit them, and become JSON when told", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const objects = [...Array.from({ length: 60 }, (_, i) => `{"n":${i}}`), '{"n":null}', "[]"];
  await storeLines(
    storeOptions(table),
    objects.slice(0, 60).map((v) => line(v, "a")),
  );
  await storeLines(
    storeOptions(table),
    objects.slice(60).map((v) => line(v, "a")),
  );
  await change(table, { action: "rename", key: "a", to: "b" });
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "b struct", "b_json json"]);
  const wanted = objects.map((v) => lineFacts(line(v, "b"))).sort();
  expect(await readFacts(table)).toEqual(wanted);
  await change(table, { action: "set", key: "b", type: "json" });
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "b_json json"]);
  expect(await readFacts(table)).toEqual(wanted);
  await storeLines(storeOptions(table), [line("1", "a"), line('"x"', "b")]);
  expect(await readFacts(table)).toEqual(
    [...wanted, lineFacts(line("1", "b")), lineFacts(line('"x"', "b"))].sort(),
  );
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "b_json json"]);
});

test("a writer with an older snapshot does its work again instead of writing into a column that is gone", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [line("2", "a")]);
  let isChanged = false;
  // All of the change happens when the writer has its Parquet file ready and has not committed it yet.
  const files = {
    ...diskFiles,
    rename: async (from: string, to: string) => {
      if (!isChanged) {
        isChanged = true;
        expect((await change(table, { action: "rename", key: "a", to: "b" })).dropped).toEqual(["a"]);
      }
      return diskFiles.rename(from, to);
    },
  };
  await storeLines(storeOptions(table, { files }), [line("1", "a")]);
  expect(isChanged).toBe(true);
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "b integer"]);
  expect(await readFacts(table)).toEqual([lineFacts(line("1", "b")), lineFacts(line("2", "b"))].sort());
});

test("what is ended between two batches is finished by the next", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [line("1"), line("2")]);
  const ended = new AbortController();
  ended.abort();
  const report = await change(table, { action: "set", key: "v", type: "string" }, ended.signal);
  expect(report.rewritten).toBe(0);
  const wanted = ['"1"', '"2"'].map((v) => lineFacts(line(v)));
  expect(await readFacts(table)).toEqual(wanted);
  expect(await change(table, { action: "set", key: "v", type: "string" })).toMatchObject({
    rewritten: 1,
    dropped: ["v"],
  });
  expect(await readFacts(table)).toEqual(wanted);
});

test("a sibling that a writer has made and nothing is in goes with the next change", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [line('"1"'), line("2"), line("6")]);
  const ended = new AbortController();
  ended.abort();
  await change(table, { action: "set", key: "v", type: "integer" }, ended.signal);
  await storeLines(storeOptions(table), [line('"3"')]);
  const report = await change(table, { action: "set", key: "v", type: "integer" });
  expect(report).toMatchObject({ rewritten: 2, dropped: ["v_string"] });
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "v integer"]);
  expect(await readFacts(table)).toEqual(["1", "2", "3", "6"].map((v) => lineFacts(line(v))).sort());
});

test("changes that cannot be are refused", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), [`{${T},"a":1,"b":2}`]);
  await expect(change(table, { action: "set", key: "c", type: "json" })).rejects.toThrow("no such key");
  await expect(change(table, { action: "set", key: "timestamp", type: "json" })).rejects.toThrow("keeps");
  await expect(change(table, { action: "rename", key: "a", to: "b" })).rejects.toThrow('1 rows have "b"');
  await expect(change(table, { action: "rename", key: "a", to: "a" })).rejects.toThrow("no name");
  await expect(change(table, { action: "rename", key: "a", to: "timestamp" })).rejects.toThrow();
  await change(table, { action: "rename", key: "a", to: "c" });
  await expect(change(table, { action: "rename", key: "b", to: "a" })).rejects.toThrow("another name");
  expect(await readFacts(table)).toEqual([lineFacts(`{${T},"c":1,"b":2}`)]);
});

test("writers and readers go on while columns change", { timeout: 300_000 }, async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines: string[] = [];
  const value = (i: number) => (i % 3 === 0 ? `${i}` : i % 3 === 1 ? `"${i}"` : `"text ${i}"`);
  await storeLines(storeOptions(table), [line("0", "a")]);
  let isDone = false;
  const write = async () => {
    const sink = await StoreSink.open(storeOptions(table, { segmentBytes: 3000 }));
    for (let i = 1; !isDone; i += 20) {
      const block = Array.from({ length: 20 }, (_, j) => line(value(i + j), "a"));
      for (const made of blocksOf(block)) await sink.write(made);
      await sink.flush();
      lines.push(...block);
      await new Promise((done) => setTimeout(done, 20));
    }
    await sink.close();
  };
  const read = async () => {
    while (!isDone) {
      const acknowledged = lines.length;
      const facts = await readFacts(table);
      expect(facts.length).toBeGreaterThan(acknowledged);
      expect(facts.every((fact) => /^"[abc]"=/.test(fact))).toBe(true);
      expect(new Set(facts.map((fact) => fact.replace(/\D/g, ""))).size).toBe(facts.length);
    }
  };
  const alter = async () => {
    await change(table, { action: "set", key: "a", type: "integer" });
    await change(table, { action: "rename", key: "a", to: "b" });
    await change(table, { action: "set", key: "b", type: "string" });
    await change(table, { action: "rename", key: "b", to: "c" });
    isDone = true;
  };
  await Promise.all([write(), read(), alter()]);
  await change(table, { action: "rename", key: "b", to: "c" });
  const text = (raw: string) => (raw.startsWith('"') ? raw : `"${raw}"`);
  const wanted = [line(text("0"), "c"), ...lines.map((_, i) => line(text(value(i + 1)), "c"))];
  expect(await readFacts(table)).toEqual(wanted.map(lineFacts).sort());
  expect((await columnsOf(table)).filter((name) => !/^(timestamp|c)\b/.test(name))).toEqual([]);
});
