import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Event } from "../../../../src/lib/event/event.js";
import { RULES, WELL_KNOWN } from "../../../../src/lib/format/normalise/well-known.js";
import { json } from "../../../../src/lib/format/structured/json.js";
import { encodeJson } from "../../../../src/lib/json/value.js";
import { read } from "../examples.js";

describe("nothing is lost", () => {
  it.each([
    ["msg beside message", '{"msg":"a","message":"b"}', '{"msg":"a","message":"b"}'],
    [
      "two times",
      '{"time":1763719200,"ts":1763719201}',
      '{"timestamp":"2025-11-21T10:00:00Z","ts":1763719201}',
    ],
    ["two levels", '{"level":"warn","n":1,"level":"fatal"}', '{"level":"warn","n":1,"level":"fatal"}'],
    ["two levels of old", '{"level":"WARN","level":"Crit"}', '{"level":"WARN","level":"fatal"}'],
    ["two levels of another name", '{"lvl":"info","lvl":"err"}', '{"lvl":"info","level":"error"}'],
    ["a word and a number twice", '{"level":"error","level":30}', '{"level":"error","level":"info"}'],
    [
      "two in an opened object",
      '{"log":{"level":"error","level":"info"}}',
      '{"log.level":"error","level":"info"}',
    ],
    [
      "two and another",
      '{"severity":"DEBUG","level":"info","level":"warn"}',
      '{"severity":"DEBUG","level":"info","level":"warn"}',
    ],
    ["a duplicate that is none", '{"severity":"ERROR","severity":{}}', '{"level":"error","severity":{}}'],
    ["a duplicate key", '{"msg":"a","msg":"b"}', '{"msg":"a","message":"b"}'],
    ["a time of day", '{"time":"10:00:00","msg":"m"}', '{"time":"10:00:00","message":"m"}'],
    ["a short count", '{"ts":12,"time":0.25}', '{"ts":12,"time":0.25}'],
    [
      "an own field that cannot be read",
      '{"timestamp":"soon","time":1763719200}',
      '{"timestamp":"soon","time":1763719200}',
    ],
    ["an unknown level", '{"level":"blue","severity":"red"}', '{"level":"blue","severity":"red"}'],
    ["a level that is no word", '{"level":{"value":30},"lvl":[1]}', '{"level":{"value":30},"lvl":[1]}'],
    ["an event that is no message", '{"event":"click","id":1}', '{"event":"click","id":1}'],
    ["a message that is an object", '{"msg":{"a":1}}', '{"msg":{"a":1}}'],
    ["a message that is a number", '{"msg":404.0}', '{"message":"404.0"}'],
    ["a name without process", '{"name":"x","hostname":"h"}', '{"name":"x","host":"h"}'],
    ["a clash when opened", '{"log":{"level":"x","a":1},"log.a":2}', '{"log":{"level":"x","a":1},"log.a":2}'],
    ["a host without name", '{"host":{"ip":"1"},"hostname":"h"}', '{"host":{"ip":"1"},"hostname":"h"}'],
    [
      "a copied name that is taken",
      '{"service":"a","resource":{"service.name":"b"}}',
      '{"service":"a","resource":{"service.name":"b"}}',
    ],
    ["duplicates in an opened object", '{"host":{"name":"a","name":"b"}}', '{"host.name":"a","host":"b"}'],
    ["no fields", "{}", "{}"],
    ["white space", '{ "a" : 1.0 ,\t"b":[ ] }', '{ "a" : 1.0 ,\t"b":[ ] }'],
    ["escapes in keys", '{"\\u006d\\u0073g":"\\ud800"}', '{"message":"\\ud800"}'],
    [
      "a key like a prototype's",
      '{"__proto__":1,"constructor":2,"toString":{"name":1}}',
      '{"__proto__":1,"constructor":2,"toString":{"name":1}}',
    ],
  ])("%s", (_what, line, event) => {
    expect(read(json, line)).toBe(event);
  });

  const key = fc.constantFrom(
    ...WELL_KNOWN,
    ...RULES.flatMap((rule) => [rule.from, rule.from.split(".")[0]!]),
    "name",
    "id",
    "stringValue",
    "$date",
    "pid",
  );
  const scalar = fc.constantFrom(
    "2026-11-21T10:00:00Z",
    "INFO",
    "text",
    "",
    "-",
    1763719200,
    30,
    1.5,
    null,
    true,
  );
  const value = fc.oneof(
    scalar,
    fc.dictionary(key, scalar, { maxKeys: 3 }),
    fc.array(scalar, { maxLength: 2 }),
  );

  it("every field comes out once, under its name, a well-known one or a dotted one", () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 8 }), (record) => {
        const printed = read(json, JSON.stringify(record));
        const event = Event.parse(printed!) as Event;
        const keys = event.keys();
        expect(new Set(keys).size).toBe(keys.length);
        const isWhole = (name: string) =>
          event.has(name) && encodeJson(event.get(name)!) === JSON.stringify(record[name]);
        const changed = new Set(Object.keys(record).filter((name) => !isWhole(name)));
        const isCopy = (name: string) =>
          !(name in record) &&
          ["service", "host"].includes(name) &&
          !sourcesOf(name).some((key) => changed.has(key));
        const copied = keys.filter(isCopy).length;
        let expected = 0;
        for (const [name, field] of Object.entries(record)) {
          const wasOpened =
            changed.has(name) && typeof field === "object" && field !== null && !Array.isArray(field);
          expected += wasOpened ? Object.keys(field).length : 1;
        }
        expect(keys.length - copied).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("what it has made it leaves as it is", () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 8 }), (record) => {
        const once = read(json, JSON.stringify(record))!;
        const isSettled = WELL_KNOWN.every(
          (name) => Event.parse(once) instanceof Event && (Event.parse(once) as Event).has(name),
        );
        if (isSettled) expect(read(json, once)).toBe(once);
      }),
    );
  });
});

/** The top-level keys that a well-known field can have been made from by renaming or opening. */
function sourcesOf(name: string): string[] {
  const rules = RULES.filter((rule) => rule.target === name && rule.isCopied !== true);
  return rules.flatMap((rule) => [rule.from, rule.from.split(".")[0]!]);
}
