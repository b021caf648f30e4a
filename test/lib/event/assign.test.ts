import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Assigner } from "../../../src/lib/event/assign.js";
import { Event } from "../../../src/lib/event/event.js";

const jsonText = fc.jsonValue().map((value) => JSON.stringify(value));
const object = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value));

describe("Assigner", () => {
  it("gives what Event.setRaw gives, event by event", () => {
    const fields = fc.uniqueArray(fc.tuple(fc.constantFrom("env", "", "a", "ü", 'q"', "level"), jsonText), {
      selector: ([name]) => name,
      minLength: 1,
    });
    fc.assert(
      fc.property(fields, fc.array(object, { maxLength: 10 }), (set, lines) => {
        const assigner = new Assigner(set.map(([name, json]) => ({ name, json })));
        const { bytes, faults } = assigner.apply(Buffer.from(lines.map((l) => `${l}\n`).join("")));
        const wanted = lines.map((line) => {
          const event = Event.parse(line) as Event;
          for (const [name, json] of set) event.setRaw(name, json);
          return `${event.toString()}\n`;
        });
        expect(bytes.toString()).toBe(wanted.join(""));
        expect(faults).toEqual([]);
      }),
    );
  });

  it("leaves out what is no object, and says where it was", () => {
    const input = Buffer.from('{"a":1}\nbad\n\n{"b":2}\n{"c"\n');
    const { bytes, faults } = new Assigner([{ name: "x", json: "1" }]).apply(input);
    expect(bytes.toString()).toBe('{"a":1,"x":1}\n{"b":2,"x":1}\n');
    expect(faults.map(({ start, end }) => input.subarray(start, end).toString())).toEqual(["bad", '{"c"']);
  });

  it("keeps every digit and the order of keys", () => {
    const line = '{"id":9223372036854775807,"ns":1499816949527975237,"f":1.0,"z":1,"a":-0}';
    const { bytes } = new Assigner([{ name: "z", json: "2" }]).apply(Buffer.from(`${line}\n`));
    expect(bytes.toString()).toBe(
      '{"id":9223372036854775807,"ns":1499816949527975237,"f":1.0,"z":2,"a":-0}\n',
    );
  });

  it("goes on after more faulty lines than one pass lists", () => {
    const input = Buffer.from(`${"bad\n".repeat(9000)}{}\n`);
    const { bytes, faults } = new Assigner([{ name: "x", json: "1" }]).apply(input);
    expect(faults).toHaveLength(9000);
    expect(bytes.toString()).toBe('{"x":1}\n');
  });
});
