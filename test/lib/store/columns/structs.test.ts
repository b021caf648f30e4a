import { expect, test } from "vitest";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import {
  blocksOf,
  canonical,
  lineFacts,
  readFacts,
  storeLines,
  storeOptions,
  temporaryDirectory,
} from "../support.js";

const T = '"timestamp":"2026-11-21T10:00:00.5Z"';
const withTags = (tags: string) => `{${T},"tags":${tags}}`;

/** Name and type of the table's columns. */
async function columnsOf(table: string): Promise<string[]> {
  const { schema } = await readSnapshot(table);
  return schema.columns.map(({ name, type }) => `${name} ${type}`);
}

async function expectBack(table: string, lines: readonly string[]): Promise<void> {
  expect(await readFacts(table)).toEqual(lines.map(lineFacts).sort());
}

const REGULAR = [
  '{"region":"eu-1","canary":false}',
  '{"region":"é \\"x\\" \\\\ \\n","canary":true}',
  '{"region":"","canary":false}',
];

test("regular objects are a struct and nothing else", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = Array.from({ length: 40 }, (_, i) => withTags(REGULAR[i % 3]!));
  await storeLines(storeOptions(table), lines);
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "tags struct"]);
  const { schema } = await readSnapshot(table);
  expect(schema.columns[1]!.fields).toEqual([
    { name: "region", type: "string" },
    { name: "canary", type: "boolean" },
  ]);
  await expectBack(table, lines);
});

test("structs within structs, with every type of leaf", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = [1.5, -2.25, 0.125, 100.5].map((n, i) =>
    withTags(`{"a":{"n":${i},"d":${n},"deep":{"s":"${i}"}},"b":${i % 2 === 0}}`),
  );
  await storeLines(storeOptions(table), lines);
  expect(await columnsOf(table)).toEqual(["timestamp timestamp", "tags struct"]);
  await expectBack(table, lines);
});

/** Each would be bent or lost by a struct of region and canary. */
const ODD: readonly string[] = [
  "{}",
  "{}",
  '{"canary":false,"region":"other order"}',
  '{"region":"more","canary":true,"x":1}',
  '{"region":"less"}',
  '{"region":5,"canary":true}',
  '{"region":"text","canary":"true"}',
  '{"region":"one","canary":1}',
  '{"region":null,"canary":true}',
  '{"region":"null","canary":null}',
  '{"region":"twice","region":"twice","canary":true}',
  '{"region":{"a":"nested"},"canary":true}',
  '{"Region":"case","canary":true}',
  "[1]",
  '"text"',
  "7",
  "true",
];

test("objects that do not fit the struct stay as they are, in the same segment and in later ones", async () => {
  const regular = Array.from({ length: 600 }, (_, i) => withTags(REGULAR[i % 3]!));
  for (const odd of ODD) {
    const table = `${temporaryDirectory()}/logs`;
    const lines = [...regular, withTags(odd)];
    await storeLines(storeOptions(table), lines, 1000);
    await expectBack(table, lines);
    expect((await columnsOf(table))[1]).toBe("tags struct");
  }
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), regular);
  for (const odd of ODD) await storeLines(storeOptions(table), [withTags(odd), regular[0]!]);
  await expectBack(table, [...regular, ...ODD.flatMap((odd) => [withTags(odd), regular[0]!])]);
  expect((await columnsOf(table)).slice(0, 3)).toEqual([
    "timestamp timestamp",
    "tags struct",
    "tags_json json",
  ]);
});

test("nulls beside regular objects are no reason to lose an odd one", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = [withTags("null"), ...REGULAR.map(withTags), withTags("{}")];
  const many = Array.from({ length: 100 }, () => lines).flat();
  await storeLines(storeOptions(table), [...REGULAR, ...REGULAR].map(withTags));
  await storeLines(storeOptions(table), many);
  await expectBack(table, [...[...REGULAR, ...REGULAR].map(withTags), ...many]);
});

test("the careful way uses the struct, too", async () => {
  const table = `${temporaryDirectory()}/logs`;
  const lines = [...REGULAR.map(withTags), `{${T},"a":1,"A":2,"tags":{"region":"r","canary":true}}`];
  const sink = await storeLines(storeOptions(table), lines);
  expect(sink.report.stored.careful.size).toBe(1);
  await expectBack(table, lines);
  expect((await columnsOf(table)).slice(0, 2)).toEqual(["timestamp timestamp", "tags struct"]);
});

test("the live end shows the same objects as the struct", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), REGULAR.map(withTags));
  const live = [...REGULAR, ...ODD].map(withTags);
  const sink = await StoreSink.open(storeOptions(table));
  for (const block of blocksOf(live)) await sink.write(block);
  await sink.flush();
  await expectBack(table, [...REGULAR.map(withTags), ...live]);
  await sink.close();
  await expectBack(table, [...REGULAR.map(withTags), ...live]);
});

test("an object with a lone surrogate comes back as it came", async () => {
  const table = `${temporaryDirectory()}/logs`;
  await storeLines(storeOptions(table), REGULAR.map(withTags));
  const odd = '{"region":"\\ud800","canary":true}';
  await storeLines(storeOptions(table), [withTags(odd), withTags(REGULAR[0]!)]);
  const facts = await readFacts(table);
  expect(facts.filter((fact) => fact.includes(canonical(odd)))).toHaveLength(1);
  expect(facts).toHaveLength(REGULAR.length + 2);
});

test("irregular objects are JSON as before", async () => {
  for (const objects of [
    ['{"a":1}', '{"b":2}'],
    ['{"a":1}', '{"a":1.5}'],
    ['{"a b":1}'],
    ['{"a":1,"A":2}'],
    ['{"a":[1]}'],
    ["{}"],
    ['{"a":{"a":{"a":{"a":{"a":1}}}}}'],
  ]) {
    const table = `${temporaryDirectory()}/logs`;
    await storeLines(storeOptions(table), objects.map(withTags));
    expect(await columnsOf(table)).toEqual(["timestamp timestamp", "tags json"]);
    await expectBack(table, objects.map(withTags));
  }
});
