import fc from "fast-check";
import { expect, it } from "vitest";
import { JsonArrayEvents } from "../../../../src/lib/query/inputs/json-array.js";

it("gives the elements of an array, wherever blocks are cut and lines are broken", () => {
  const elements = fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()));
  fc.assert(
    fc.property(
      elements,
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.constantFrom(0, 1, 2),
      (values, cuts, indent) => {
        const bytes = Buffer.from(JSON.stringify(values, undefined, indent));
        const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort(
          (a, b) => a - b,
        );
        const array = new JsonArrayEvents();
        const out = places.map((end, n) => array.push(bytes.subarray(places[n - 1] ?? 0, end)));
        const lines = Buffer.concat(out).toString().split("\n");
        expect(array.hasEnded).toBe(true);
        expect(lines.pop()).toBe("");
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(bytes.toString()));
      },
    ),
  );
});

it("knows that the end is missing", () => {
  for (const text of ["[", "{", '[{"a":1}', '[{"a":1},', '[{"a":"]']) {
    const array = new JsonArrayEvents();
    array.push(Buffer.from(text));
    expect(array.hasEnded).toBe(false);
  }
});
