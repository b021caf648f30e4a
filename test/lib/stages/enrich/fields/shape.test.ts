import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Event } from "../../../../../src/lib/event/event.js";
import { quote } from "../../../../../src/lib/json/quote.js";
import { NameList } from "../../../../../src/lib/stages/enrich/fields/names.js";
import { type EventShape, ShapePass } from "../../../../../src/lib/stages/enrich/fields/shape.js";
import { passed } from "../support.js";

const list = (texts: readonly string[] | undefined) => texts && new NameList(texts);

function shaped(
  input: string,
  shape: { renames?: [string, string][]; keep?: string[]; drop?: string[] },
): string {
  const whole: EventShape = { renames: shape.renames ?? [], keep: list(shape.keep), drop: list(shape.drop) };
  return passed(input, new ShapePass(whole));
}

const name: fc.Arbitrary<string> = fc.constantFrom("a", "b", "c", "aa", "a_x", 'q"', "ü");
const json = fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.stringify(value));
const object = fc
  .array(fc.tuple(name, json, fc.constantFrom("", " ")), { maxLength: 6 })
  .map((members) => `{${members.map(([key, raw, s]) => `${s}${quote(key)}:${s}${raw}${s}`).join(",")}}`);

describe("ShapePass", () => {
  it("does what Event does, one thing after the other", () => {
    fc.assert(
      fc.property(
        object,
        fc.array(fc.tuple(name, name), { maxLength: 2 }),
        fc.option(fc.uniqueArray(name), { nil: undefined }),
        fc.uniqueArray(name, { maxLength: 2 }),
        (text, renames, keep, drop) => {
          const event = Event.parse(text) as Event;
          for (const [from, to] of renames) event.rename(from, to);
          for (const key of new Set(event.keys()))
            if (drop.includes(key) || keep?.includes(key) === false) event.delete(key);
          const out = Event.parse(shaped(text, { renames, ...(keep && { keep }), drop })) as Event;
          // Which of two equal keys a path keeps is not the question here.
          const members = (of: Event) => [...new Set(of.keys())].sort().map((key) => [key, of.raw(key)]);
          expect(members(out)).toEqual(members(event));
        },
      ),
    );
  });

  it.each<[string, string, Parameters<typeof shaped>[1]]>([
    ['{"a":1,"b":2}', '{"x":1,"b":2}', { renames: [["a", "x"]] }],
    ['{"a":1.0, "b":2}', '{"x":1.0, "b":2}', { renames: [["a", "x"]] }],
    ['{"a":1,"b":2}', '{"b":1}', { renames: [["a", "b"]] }],
    [
      '{"a":1,"b":2}',
      '{"b":1,"c":2}',
      {
        renames: [
          ["b", "c"],
          ["a", "b"],
        ],
      },
    ],
    [
      '{"a":1}',
      '{"c":1}',
      {
        renames: [
          ["a", "b"],
          ["b", "c"],
        ],
      },
    ],
    [
      '{"a":1,"b":2}',
      '{"x":2}',
      {
        renames: [
          ["a", "x"],
          ["b", "x"],
        ],
      },
    ],
    ['{"o":{"p":1,"q":2}}', '{"o":{"q":2},"x":1}', { renames: [["o.p", "x"]] }],
    ['{"\\u0061":1}', '{"x":1}', { renames: [["a", "x"]] }],
    ['{"a":1,"b":2,"c":3}', '{"a":1,"c":3}', { drop: ["b"] }],
    ['{ "a":1 , "b":2 }', '{ "b":2 }', { drop: ["a"] }],
    ['{"a":1}', "{}", { drop: ["*"] }],
    ['{"ab":1,"xab":2,"abc":3}', '{"xab":2}', { drop: ["ab*"] }],
    ['{"a_x_b":1,"a_b":2,"ab":3}', '{"ab":3}', { drop: ["a*_*b"] }],
    ['{"a":1,"b":2,"c":3}', '{"a":1,"c":3}', { keep: ["a", "c"] }],
    ['{"u":{"id":1,"mail":"x"},"n":1}', '{"u":{"id":1}}', { keep: ["u.id"] }],
    ['{"u":{"id":1,"mail":"x"},"n":1}', '{"u":{"id":1},"n":1}', { drop: ["u.mail"] }],
    ['{"u.mail":0,"u":{"mail":"x"}}', '{"u":{}}', { drop: ["u.mail"] }],
    ['{"a":1,"b":2}', '{"x":1}', { renames: [["a", "x"]], keep: ["x"] }],
    ['{"a":1,"b":2}', '{"b":2}', { renames: [["a", "x"]], drop: ["x"] }],
    ['{"a":1,"b":2}', '{"a":1,"b":2}', { renames: [["z", "x"]], drop: ["y"] }],
  ])("%s becomes %s", (before, after, shape) => {
    expect(shaped(before, shape)).toBe(after);
  });

  it("compares a name with many stars in linear time", () => {
    const stars = new NameList([`${"a*".repeat(40)}b`]);
    expect(stars.has("a".repeat(60_000))).toBe(false);
    expect(stars.has(`${"a".repeat(60_000)}b`)).toBe(true);
  });

  it("leaves out lines that are none and blank ones between those it copies", () => {
    const pass = new ShapePass({ renames: [], keep: undefined, drop: new NameList(["b"]) });
    const { bytes, faults } = pass.apply(Buffer.from('{"a":1}\nx\n{"a":2,"b":1}\n\n{"a":3}\n'));
    expect(bytes.toString()).toBe('{"a":1}\n{"a":2}\n{"a":3}\n');
    expect(faults).toHaveLength(1);
  });
});
