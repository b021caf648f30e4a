import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Event } from "../../../../src/lib/event/event.js";
import { rawPath } from "../../../../src/lib/event/rows/field-path.js";
import { FieldSet, numberAt, Projector } from "../../../../src/lib/event/rows/rows.js";

const name = fc.constantFrom("a", "b", "a.b", "a.b.c", "ü", 'q"', "level", "items.0");
const path = fc.oneof(
  name,
  fc.constantFrom("0", "b.0", "b.0.a", "a.0.b.c", "b.00.a", "a..b", ".a", "a.b.c.level.b.a", ""),
);
const json = fc.jsonValue().map((value) => JSON.stringify(value));
const nested = fc.dictionary(name, fc.oneof(json, fc.dictionary(name, json).map(print)));
const object = fc.oneof(
  nested.map(print),
  fc.tuple(nested, nested).map(([one, two]) => `{"a":${print(one)},"b":[${print(two)}], "a":1.50}`),
  fc
    .tuple(nested, nested)
    .map(([one, two]) => `{"a":{"b":[${print(one)},2]},"a":${print(two)},"b":[[1],{"a":0}]}`),
  fc.constant('{"\\u0061":1,"lev\\u0065l":"x","a":2,"\\u0061":3}'),
);

function print(members: Record<string, string>): string {
  return `{${Object.entries(members).map(([key, raw]) => `${JSON.stringify(key)}:${raw}`)}}`;
}

function project(paths: readonly string[], text: string | Buffer) {
  const fields = new FieldSet();
  for (const path of paths) fields.add(path);
  return new Projector(fields).apply(Buffer.from(text));
}

describe("Projector", () => {
  it("finds what rawPath finds, event by event", () => {
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.array(object, { maxLength: 8 }), (paths, lines) => {
        const { rows, faults } = project(paths, lines.map((line) => `${line}\n`).join(""));
        expect(faults).toEqual([]);
        expect(rows.count).toBe(lines.length);
        lines.forEach((line, row) => {
          const event = Event.parse(line) as Event;
          paths.forEach((path, field) => {
            expect(rows.raw(field, row)).toBe(rawPath(event, path));
          });
          expect(rows.bytes.toString("utf8", rows.lineStart(row), rows.lineEnd(row))).toBe(`${line}\n`);
        });
      }),
    );
  });

  it("takes the lines that are events, whatever the lines around them and the fields asked for", () => {
    const line = fc
      .tuple(object, fc.nat(60), fc.constantFrom("", '"', ",", "}", "1", "\\", ":", " ", "\u0001"))
      .map(([text, at, typed]) => (at > text.length ? text : text.slice(0, at) + typed + text.slice(at + 1)));
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.array(line, { maxLength: 8 }), (paths, lines) => {
        const { rows, faults } = project(paths, lines.map((text) => `${text}\n`).join(""));
        const good = lines.filter((text) => Event.parse(text) instanceof Event);
        expect(rows.count).toBe(good.length);
        expect(faults.length).toBe(lines.filter((text) => text.trim() !== "").length - good.length);
        good.forEach((text, row) => {
          const event = Event.parse(text) as Event;
          paths.forEach((path, field) => {
            expect(rows.raw(field, row)).toBe(rawPath(event, path));
          });
        });
      }),
    );
  });

  it("finds as many fields as one likes, as deep as one likes", () => {
    const paths = Array.from({ length: 300 }, (_, n) =>
      n % 3 === 0 ? `a.b.f${n}` : n % 3 === 1 ? `f${n}` : `a.b.c.d.e.f.g${n}`,
    );
    const members = (n: number) =>
      paths.filter((_, m) => m % 3 === n).map((path, m) => `"${path.split(".").at(-1)}":${m}`);
    const line = `{${members(1)},"a":{"b":{${members(0)},"c":{"d":{"e":{"f":{${members(2)}}}}}}}}`;
    const { rows } = project(paths, `${line}\n`);
    const event = Event.parse(line) as Event;
    paths.forEach((path, field) => {
      expect(rows.raw(field, 0)).toBe(rawPath(event, path));
    });
    expect(rows.number(299, 0)).toBe(99);
  });

  it("lists lines that are no objects and goes on after more than one pass lists", () => {
    const { rows, faults } = project(
      ["a"],
      Buffer.from(`${"bad\n".repeat(9000)}\n{"a":7}\n[1]\n\xff{}\n`, "latin1"),
    );
    expect(faults).toHaveLength(9002);
    expect(rows.count).toBe(1);
    expect(rows.number(0, 0)).toBe(7);
  });

  it("reads texts and numbers, and says when a value is neither", () => {
    const { rows } = project(["n", "s"], '{"n":-12.5e1,"s":"a\\n\\u00fc"}\n{"n":"5","s":5}\n{}\n');
    expect([rows.number(0, 0), rows.number(0, 1), rows.number(0, 2)]).toEqual([-125, Number.NaN, Number.NaN]);
    expect([rows.text(1, 0), rows.text(1, 1), rows.text(1, 2)]).toEqual(["a\nü", undefined, undefined]);
  });
});

describe("numberAt", () => {
  it("is Number() of the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), (value) => {
        const text = Buffer.from(JSON.stringify(value));
        expect(numberAt(text, 0, text.length)).toBe(Number(text.toString()));
      }),
    );
  });

  it("is NaN for what is no number", () => {
    for (const text of ["true", "null", '"5"', "{}", "[1]", "false"])
      expect(numberAt(Buffer.from(text), 0, text.length)).toBeNaN();
  });
});
