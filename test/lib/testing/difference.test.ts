/** What differs between two lists of events: nothing is lost, nothing is told twice, equal lists differ in nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJson, encodeJson, type JsonValue } from "../../../src/lib/json/value.js";
import type { EventValue } from "../../../src/lib/testing/cases/test-case.js";
import { anyOrder, fieldDifferences, pair } from "../../../src/lib/testing/judge/difference.js";
import { hasFields, isEqual } from "../../../src/lib/testing/judge/equal.js";

const value: fc.Arbitrary<JsonValue> = fc.jsonValue().map((one) => decodeJson(JSON.stringify(one)));
const small = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom(1, 2, "x"), { maxKeys: 2 });
const events = fc.array(small as fc.Arbitrary<EventValue>, { maxLength: 12 });
const orders = [
  { isPartial: false, isUnordered: false },
  { isPartial: false, isUnordered: true },
  { isPartial: true, isUnordered: false },
  { isPartial: true, isUnordered: true },
];

describe.each(orders)("pairs $isPartial $isUnordered", (comparing) => {
  it("have every expected and every actual event once", () => {
    fc.assert(
      fc.property(events, events, (expected, actual) => {
        const pairs = pair(expected, actual, comparing);
        const of = (key: "expected" | "actual") =>
          pairs.flatMap((one) => (key in one ? [(one as unknown as Record<string, number>)[key]!] : []));
        expect(of("expected").sort((a, b) => a - b)).toEqual(expected.map((_, n) => n));
        expect(of("actual").sort((a, b) => a - b)).toEqual(actual.map((_, n) => n));
      }),
    );
  });

  it("are all the same for the same events", () => {
    fc.assert(
      fc.property(events, (all) => {
        expect(pair(all, all, comparing).every(({ kind }) => kind === "same")).toBe(true);
      }),
    );
  });

  it("that are changed do differ", () => {
    fc.assert(
      fc.property(events, events, (expected, actual) => {
        for (const one of pair(expected, actual, comparing)) {
          if (one.kind === "missing" || one.kind === "extra") continue;
          const [a, b] = [expected[one.expected]!, actual[one.actual]!];
          const isSame = comparing.isPartial ? hasFields(b, a) : isEqual(a, b);
          if (one.kind === "same") expect(isSame).toBe(true);
        }
      }),
    );
  });
});

it("in any order as many fit as can: one that fits two places does not take the only one of another", () => {
  fc.assert(
    fc.property(events, fc.infiniteStream(fc.nat()), (all, numbers) => {
      const shuffled = [...all]
        .map((one) => ({ one, by: numbers.next().value as number }))
        .sort((a, b) => a.by - b.by)
        .map(({ one }) => one);
      const found = anyOrder(all.length, shuffled.length, (e, a) => hasFields(shuffled[a]!, all[e]!));
      expect(found.length).toBe(all.length);
    }),
  );
});

it("fields differ exactly where values do", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(fieldDifferences(a, b, false).length === 0).toBe(isEqual(a, b));
      expect(fieldDifferences(a, a, false)).toEqual([]);
    }),
  );
});

it("equality does not look at the order of fields, nor at how a number is written", () => {
  const same = (a: string, b: string) => isEqual(decodeJson(a), decodeJson(b));
  expect(same('{"a":1,"b":[2]}', '{"b":[2.0],"a":1e0}')).toBe(true);
  expect(same("12345678901234567890", "12345678901234567891")).toBe(false);
  expect(same("9007199254740993", "9007199254740992")).toBe(false);
  expect(same("9007199254740992.0", "9007199254740992")).toBe(true);
  expect(same("1", '"1"')).toBe(false);
  expect(same("[1,2]", "[2,1]")).toBe(false);
  expect(same('{"__proto__":1}', "{}")).toBe(false);
  expect(same("null", "{}")).toBe(false);
});

it("values are equal to themselves, whatever way they have gone", () => {
  fc.assert(
    fc.property(value, (one) => {
      expect(isEqual(one, decodeJson(encodeJson(one)))).toBe(true);
    }),
  );
});
