import fc from "fast-check";
import { expect, test } from "vitest";
import { Event } from "../../../../src/lib/event/event.js";
import { deletePath, getPath, setPath } from "../../../../src/lib/event/rows/field-path.js";

const parse = (text: string): Event => {
  const event = Event.parse(text);
  if (!(event instanceof Event)) throw new Error(event.reason);
  return event;
};

test.each([
  ['{"user":{"id":7}}', "user.id", 7],
  ['{"user":{"id":7},"user.id":8}', "user.id", 8],
  ['{"a.b":{"c":1},"a":{"b.c":2}}', "a.b.c", 1],
  ['{"a":{"b.c":2,"b":{"c":3}}}', "a.b.c", 2],
  ['{"a.b":5,"a":{"b":{"c":3}}}', "a.b.c", 3],
  ['{"items":[{"n":1},{"n":2}]}', "items.1.n", 2],
  ['{"items":[10,20]}', "items.01", undefined],
  ['{"items":[10,20]}', "items.2", undefined],
  ['{"a":null}', "a.b", undefined],
  ['{"":{"":1}}', ".", undefined],
  ['{"a":{"":1}}', "a.", 1],
])("%s at %s is %j", (text, path, value) => {
  expect(getPath(parse(text), path)).toEqual(value);
});

test.each([
  ['{"user":{"id":1.0,"n":2}}', "user.n", '{"user":{"id":1.0,"n":9}}'],
  ['{"user":{}}', "user.id", '{"user":{"id":9}}'],
  ['{"user.id":1,"user":{}}', "user.id", '{"user.id":9,"user":{}}'],
  ['{"x":1}', "user.id", '{"x":1,"user.id":9}'],
  ['{"user":5}', "user.id", '{"user":5,"user.id":9}'],
  ['{"a.b":{},"a":{"b":{"c":1}}}', "a.b.c", '{"a.b":{},"a":{"b":{"c":9}}}'],
])("%s set at %s", (text, path, want) => {
  const event = parse(text);
  setPath(event, path, 9);
  expect(event.toString()).toBe(want);
  expect(getPath(event, path)).toBe(9);
});

test("delete removes one field and leaves its neighbours", () => {
  const event = parse('{"a":{"b":1,"c":1.0},"a.b":2}');
  expect(deletePath(event, "a.b")).toBe(true);
  expect(deletePath(event, "a.b")).toBe(true);
  expect(deletePath(event, "a.b")).toBe(false);
  expect(event.toString()).toBe('{"a":{"c":1.0}}');
});

test("what is set is got back, whatever the event and the path", () => {
  const name = fc.constantFrom("a", "b", "a.b", "b.c", "a.b.c", "");
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, fc.constant(1), fc.dictionary(name, tie("any"), { maxKeys: 3 })),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.stringMatching(/^[abc](\.[abc]){0,3}$/), (object, path) => {
      const event = parse(JSON.stringify(object));
      setPath(event, path, "new");
      expect(getPath(event, path)).toBe("new");
    }),
  );
});
