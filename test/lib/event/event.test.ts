import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Event } from "../../../src/lib/event/event.js";
import { JsonFault } from "../../../src/lib/json/members.js";
import { decodeJson, encodeJson, JsonNumber } from "../../../src/lib/json/value.js";

const parse = (text: string): Event => {
  const event = Event.parse(text);
  if (event instanceof JsonFault) throw new Error(`${event.reason} at ${event.offset}: ${text}`);
  return event;
};

describe("an event keeps what it is not told to change", () => {
  const NUMBERS = '{"id":9223372036854775807,"ns":1499816949527975237,"f":1.0,"e":1E5,"z":-0,"d":0.10}';

  test("numbers", () => {
    const event = parse(NUMBERS);
    event.set("level", "info");
    expect(event.toString()).toBe(`${NUMBERS.slice(0, -1)},"level":"info"}`);
  });

  test("in JSON.stringify, digit for digit where Node can", () => {
    const hasRaw = "rawJSON" in JSON;
    const rounded = '{"id":9223372036854776000,"ns":1499816949527975200,"f":1,"e":100000,"z":0,"d":0.1}';
    expect(JSON.stringify(parse(NUMBERS))).toBe(hasRaw ? NUMBERS : rounded);
    expect(JSON.stringify([parse('{"__proto__":{"a":[1,null]},"b":"x"}')])).toBe(
      '[{"__proto__":{"a":[1,null]},"b":"x"}]',
    );
    expect(parse(NUMBERS).toObject()["id"]).toBe(9223372036854775807n);
  });

  test("lone surrogates, escapes and NUL", () => {
    const line = '{"a":"\\ud800","b":"\\u0041\\/","\\u0063":"\\u0000"}';
    const event = parse(line);
    expect(event.get("a")).toBe("\ud800");
    expect(event.get("c")).toBe("\u0000");
    event.delete("none");
    expect(event.toString()).toBe(line);
    event.set("b", event.get("a")!);
    expect(event.toString()).toBe('{"a":"\\ud800","b":"\\ud800","\\u0063":"\\u0000"}');
  });

  test("duplicate keys, until one is written", () => {
    const line = '{"a":1,"b":2,"a":3}';
    expect(parse(line).toString()).toBe(line);
    expect(parse(line).get("a")).toBe(3);
    expect(parse(line).keys()).toEqual(["a", "b", "a"]);
    const set = parse(line);
    set.set("a", 4);
    expect(set.toString()).toBe('{"b":2,"a":4}');
    const deleted = parse(line);
    expect(deleted.delete("a")).toBe(true);
    expect(deleted.toString()).toBe('{"b":2}');
    const renamed = parse(line);
    expect(renamed.rename("a", "c")).toBe(true);
    expect(renamed.toString()).toBe('{"b":2,"c":3}');
  });

  test("white space inside members; line breaks become blanks", () => {
    expect(parse(' {"a": 1, "b" : [1, 2]}\r').toString()).toBe('{"a": 1, "b" : [1, 2]}');
    expect(parse('{\n  "a": 1\r\n}').toString()).toBe('{   "a": 1  }');
  });
});

test("rename keeps the place and takes over the name", () => {
  const event = parse('{"a":1,"b":2,"c":3}');
  expect(event.rename("b", "c")).toBe(true);
  expect(event.toString()).toBe('{"a":1,"c":2}');
  expect(event.rename("b", "d")).toBe(false);
  expect(event.rename("a", "a")).toBe(true);
  expect(event.rename("a", "z")).toBe(true);
  expect(event.toString()).toBe('{"z":1,"c":2}');
});

test("an event can be emptied and filled again", () => {
  const event = parse('{"a":1}');
  event.delete("a");
  expect(event.toString()).toBe("{}");
  event.set("b", null);
  event.set("a", [1n, new JsonNumber("2.0"), { x: "y" }]);
  event.delete("b");
  expect(event.toString()).toBe('{"a":[1,2.0,{"x":"y"}]}');
  expect(event.keys()).toEqual(["a"]);
});

test.each([
  ["0", 0],
  ["-1", -1],
  ["1.5", 1.5],
  ["1e+21", 1e21],
  ["9007199254740991", 9007199254740991],
  ["9007199254740993", 9007199254740993n],
  ["-9223372036854775808", -9223372036854775808n],
  ["1.0", new JsonNumber("1.0")],
  ["-0", new JsonNumber("-0")],
  ["1e400", new JsonNumber("1e400")],
  ["0.1000", new JsonNumber("0.1000")],
])("the number %s", (text, value) => {
  expect(decodeJson(text)).toEqual(value);
  expect(encodeJson(decodeJson(text))).toBe(text);
});

test("a megabyte of digits is decoded at once", () => {
  expect(decodeJson("1".repeat(1_000_000))).toEqual(new JsonNumber("1".repeat(1_000_000)));
});

test("a key called __proto__ is only a key", () => {
  const value = decodeJson('{"__proto__":{"x":1},"constructor":2}') as Record<string, unknown>;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(encodeJson(value as never)).toBe('{"__proto__":{"x":1},"constructor":2}');
});

describe("against JSON.parse", () => {
  const name = fc.oneof(
    fc.constantFrom("a", "b", "c", "level", "__proto__"),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  const object = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 12 });

  test("get gives the same values", () => {
    fc.assert(
      fc.property(object, (value) => {
        const text = JSON.stringify(value);
        const event = parse(text);
        expect(event.toString()).toBe(text);
        for (const key of Object.keys(value)) {
          expect(JSON.parse(encodeJson(event.get(key)!))).toEqual(JSON.parse(JSON.stringify(value[key])));
        }
      }),
    );
  });

  test("any run of writes does what it does to a list of pairs", () => {
    const write = fc.oneof(
      fc.tuple(fc.constant("set" as const), name, fc.jsonValue({ maxDepth: 1 })),
      fc.tuple(fc.constant("delete" as const), name, fc.constant(null)),
      fc.tuple(fc.constant("rename" as const), name, name),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.jsonValue({ maxDepth: 1 }))),
        fc.array(write),
        (start, writes) => {
          const print = (pairs: (readonly [string, unknown])[]) =>
            `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
          let model = start.map(([key, value]) => [key, value] as const);
          const event = parse(print(model));
          for (const [kind, key, value] of writes) {
            const last = model.findLastIndex(([other]) => other === key);
            if (kind === "set") {
              event.setRaw(key, JSON.stringify(value));
              const at = last < 0 ? model.length : last;
              model = model.filter(([other], i) => other !== key || i === at);
              if (last < 0) model.push([key, value]);
              else model = model.map(([other, old]) => [other, other === key ? value : old]);
            } else if (kind === "delete") {
              expect(event.delete(key)).toBe(last >= 0);
              model = model.filter(([other]) => other !== key);
            } else {
              expect(event.rename(key, value)).toBe(last >= 0);
              if (last >= 0 && key !== value) {
                model = model.filter(([other], i) => other !== value && (other !== key || i === last));
                model = model.map(([other, old]) => [other === key ? value : other, old]);
              }
            }
          }
          expect(event.toString()).toBe(print(model));
          expect(event.keys()).toEqual(model.map(([key]) => key));
        },
      ),
      { numRuns: 500 },
    );
  });
});
