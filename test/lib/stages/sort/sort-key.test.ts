import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FieldSet, Projector } from "../../../../src/lib/event/rows/rows.js";
import { FieldsKey } from "../../../../src/lib/stages/sort/sort-key.js";

/** The keys of events whose `v` is each of the JSON texts. */
function keysOf(texts: readonly string[]): string[] {
  const fields = new FieldSet();
  const key = new FieldsKey(["v"], fields, false);
  const bytes = Buffer.from(texts.map((text) => `{${text === "" ? "" : `"v":${text}`}}\n`).join(""));
  const { rows } = new Projector(fields).apply(bytes);
  return texts.map((_, row) => key.of(rows, row));
}

const digits = fc.stringMatching(/^[0-9]{1,25}$/);
/** JSON numbers, many of them near to each other and to the ends of float64. */
const number = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", "-"),
      digits,
      fc.option(digits),
      fc.constantFrom("", "e3", "E-2", "e+12", "e-5"),
    )
    .map(([sign, whole, fraction, power]) => {
      const plain = whole.replace(/^0+(?=.)/, "");
      return `${sign}${plain}${fraction === null ? "" : `.${fraction}`}${power}`;
    }),
  fc.integer({ min: -3, max: 3 }).map((n) => String(2n ** 53n + BigInt(n))),
  fc.integer({ min: -3, max: 3 }).map((n) => String(-(2n ** 64n) + BigInt(n))),
  fc
    .integer({ min: -3, max: 3 })
    .map((n) => `0.1000000000000000055511151231257827021181583404541015${625 + n}`),
  fc.constantFrom(
    "0",
    "-0",
    "0.0",
    "0e5",
    "1e400",
    "-1e400",
    "1e500",
    "1e-400",
    "-1e-400",
    "5e-324",
    "1.7976931348623157e308",
  ),
);

/** The number as a whole one, all scaled alike. */
function scaled(text: string): bigint {
  const [, sign, whole = "", fraction = "", power = "0"] = /^(-?)(\d+)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(
    text,
  )!;
  const shift = 600 + Number(power) - fraction.length;
  const value = BigInt(whole + fraction) * 10n ** BigInt(shift);
  return sign === "-" ? -value : value;
}

const order = (a: bigint | string, b: bigint | string) => (a < b ? -1 : a > b ? 1 : 0);

describe("the order of fields", () => {
  it("is that of the numbers to their last digit, however they are written", () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [first, second] = keysOf([a, b]);
        expect(order(first!, second!)).toBe(order(scaled(a), scaled(b)));
      }),
      { numRuns: 2000 },
    );
  });

  it("is one of all kinds: numbers, texts, false, true, lists and objects, null and nothing", () => {
    const texts = [
      "-1e400",
      "-5",
      "0",
      "1e999",
      '""',
      '"5"',
      '"a"',
      '"b"',
      "false",
      "true",
      "[1]",
      '{"a":1}',
    ];
    const keys = keysOf(texts);
    expect([...keys].sort()).toEqual(keys);
    const [nothing, none, last] = keysOf(["", "null", '{"z":1}']);
    expect(nothing).toBe(none);
    expect(nothing! > last!).toBe(true);
  });

  it("tells half characters apart, and escapes from nothing", () => {
    const [high, other, letter, escaped] = keysOf(['"\\ud800"', '"\\ud801"', '"é"', '"\\u00e9"']);
    expect(order(high!, other!)).toBe(-1);
    expect(letter).toBe(escaped);
  });
});
