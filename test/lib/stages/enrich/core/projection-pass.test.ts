import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Event } from "../../../../../src/lib/event/event.js";
import { quote } from "../../../../../src/lib/json/quote.js";
import type { Enricher } from "../../../../../src/lib/stages/enrich/core/enricher.js";
import { ProjectionPass } from "../../../../../src/lib/stages/enrich/core/projection-pass.js";
import { adding, enriched } from "../support.js";

const name = fc.constantFrom("a", "b", "c", "a.b", "ü", 'q"', "level", "geo.x");
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    "1.0",
    "9223372036854775807",
    '"\\ud800"',
    '{ "x" : [ 1 , {"a":"}"} ] }',
    '"\\\\"',
    '"{\\"a"',
  ),
);
const member = fc.tuple(name, json);
const space = fc.constantFrom("", "", " ", "\t ");
/** Objects with blanks anywhere and duplicate keys, some of them written with escapes. */
const line = fc
  .tuple(fc.array(fc.tuple(member, space, fc.boolean()), { maxLength: 6 }), space, space)
  .map(([members, before, behind]) => {
    const parts = members.map(([[key, raw], blank, isEscaped]) => {
      const text = isEscaped && key === "a" ? '"\\u0061"' : quote(key);
      return `${blank}${text}${blank}:${blank}${raw}${blank}`;
    });
    return `${before}{${parts.join(",")}${before}}${behind}`;
  });

/** The members in order, as an Event has them after the same was set. */
function wanted(text: string, additions: readonly (readonly [string, string])[]): [string, string][] {
  const event = Event.parse(text) as Event;
  const last = new Map<string, string>();
  for (const [key, raw] of additions) {
    last.delete(key);
    last.set(key, raw);
  }
  for (const [key, raw] of last) event.setRaw(key, raw);
  return membersOf(event.toString());
}

function membersOf(text: string): [string, string][] {
  const event = Event.parse(text) as Event;
  return event.keys().map((key) => [key, event.raw(key)!]);
}

describe("SetPass", () => {
  it("sets what Event.setRaw sets, in any events with any cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(line, fc.array(member, { maxLength: 5 })), { maxLength: 6 }),
        (events) => {
          let at = 0;
          const one: Enricher = {
            reads: [],
            writes: "any",
            bind: () => (_rows, _row, additions) => {
              for (const [key, raw] of events[at]![1]) additions.addText(`${quote(key)}:${raw}`);
              at++;
            },
          };
          const input = events.map(([text]) => `${text}\n`).join("\n");
          const lines = new ProjectionPass([one])
            .apply(Buffer.from(input))
            .bytes.toString()
            .split("\n")
            .slice(0, -1);
          expect(lines).toHaveLength(events.length);
          lines.forEach((text, n) => {
            const [before, additions] = events[n]!;
            if (additions.length === 0) expect(text).toBe(before);
            expect(membersOf(text)).toEqual(wanted(before, additions));
          });
        },
      ),
    );
  });

  it("sets the same whether it knows the names beforehand or not", () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.uniqueArray(name, { maxLength: 4 }),
        (lines, names) => {
          const text = names.map((key, n) => `${quote(key)}:${n}`).join(",");
          const input = lines.join("\n");
          const known = enriched(input, adding(text, names));
          const unknown = enriched(input, adding(text));
          expect(known.split("\n").map(membersOf)).toEqual(unknown.split("\n").map(membersOf));
        },
      ),
      { examples: [[["{}"], ["a"]]] },
    );
  });

  it.each([
    ["{}", '{"x":1}'],
    ["{ }", '{ "x":1}'],
    [' {"a":1 } ', ' {"a":1 ,"x":1} '],
    ['{"x":2,"a":{"x":3},"x":4}', '{"a":{"x":3},"x":1}'],
    ['{"x" : 2 }', '{"x" : 1 }'],
    ['{"\\u0078":5}', '{"\\u0078":1}'],
  ])("%s becomes %s", (before, after) => {
    expect(enriched(before, adding('"x":1', ["x"]))).toBe(after);
  });

  it("takes a member out, but not one that is added", () => {
    const taking = (text: string): Enricher => ({
      ...adding(text),
      bind: () => (_rows, _row, additions) => {
        additions.remove("a");
        additions.addText(text);
      },
    });
    expect(enriched('{"a":1,"b":2,"a":3}', taking(""))).toBe('{"b":2}');
    expect(enriched('{"b":2,"a":1}', taking('"c":3'))).toBe('{"b":2,"c":3}');
    expect(enriched('{"a":1}', taking('"a":4'))).toBe('{"a":4}');
    expect(enriched('{"a":1}', taking(""))).toBe("{}");
  });

  it("sets thousands of names in time that grows with their number", () => {
    const many = Array.from({ length: 20_000 }, (_, n) => `"k${n}":${n}`).join(",");
    const out = enriched(`{${many}}`, adding(many.replaceAll(":", ":1")));
    expect(out.startsWith('{"k0":10,"k1":11,')).toBe(true);
    expect(membersOf(out)).toHaveLength(20_000);
  });

  it("lists lines that are no objects and leaves them out", () => {
    const { bytes, faults } = new ProjectionPass([adding('"x":1', ["x"])]).apply(
      Buffer.from('{"a":1}\nbad\n\n{"b":2}\n'),
    );
    expect(bytes.toString()).toBe('{"a":1,"x":1}\n{"b":2,"x":1}\n');
    expect(faults).toMatchObject([{ start: 8, reason: "not a JSON object" }]);
  });
});
