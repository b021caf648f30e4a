/** Comparisons in the bytes of a block against the same on decoded values. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resultsOf } from "./support.js";

const char = fc.oneof(
  fc.constantFrom(...'abc"\\/\n\t\u0001ü日🙂 '),
  fc.constantFrom("\ud83d", "\ude42", "é"),
);
const word = fc.array(char, { maxLength: 6 }).map((chars) => chars.join(""));

/** JSON text of a string with each character as it is or escaped, as encoders are free to choose. */
const spelled = (text: string) =>
  fc.array(fc.nat(3), { minLength: text.length, maxLength: text.length }).map((ways) => {
    let out = "";
    for (let n = 0; n < text.length; n++) out += spell(text, n, ways[n]!);
    return `"${out}"`;
  });

function spell(text: string, n: number, way: number): string {
  const unit = text[n]!;
  const code = unit.charCodeAt(0);
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  if (way === 1 || isHalf) return `\\u${code.toString(16).padStart(4, "0")}`;
  if (unit === "/" && way === 2) return "\\/";
  return JSON.stringify(unit).slice(1, -1);
}

const pair = fc
  .oneof(
    word.map((text) => [text, text] as const),
    fc.tuple(word, word),
  )
  .chain(([text, wanted]) => fc.tuple(fc.constant(text), spelled(text), fc.constant(wanted)));

/** A string literal of the language. */
const literal = (text: string) =>
  `"${[...text].map((c) => (/[\\"\p{Cc}]/u.test(c) ? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}` : c)).join("")}"`;

describe("strings", () => {
  const cases: readonly (readonly [string, (text: string, wanted: string) => boolean])[] = [
    ["s == W", (text, wanted) => text === wanted],
    ["s != W", (text, wanted) => text !== wanted],
    ["W == s", (text, wanted) => text === wanted],
    ["s in [W, 'zzz']", (text, wanted) => text === wanted],
    ["s.contains(W)", (text, wanted) => text.includes(wanted)],
    ["s.startsWith(W)", (text, wanted) => text.startsWith(wanted)],
    ["s.endsWith(W)", (text, wanted) => text.endsWith(wanted)],
    ["o.s == W", (text, wanted) => text === wanted],
    ["o.s.contains(W)", (text, wanted) => text.includes(wanted)],
  ];
  it.each(cases)("%s is the same however the string is spelled", (template, holds) => {
    fc.assert(
      fc.property(pair, ([text, json, wanted]) => {
        // A half of a pair has no spelling in an expression but by its escape, and none in UTF-8.
        fc.pre(wanted.isWellFormed());
        const expression = template.replace(/\bW\b/, () => literal(wanted));
        const [found] = resultsOf(expression, [`{"s":${json},"o":{"s":${json}}}`]);
        expect(found).toBe(String(holds(text, wanted)));
      }),
      { numRuns: 300 },
    );
  });
});

const whole = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }),
);

describe("numbers", () => {
  it.each(["==", "!=", "<", "<=", ">", ">="])("%s of whole numbers is exact", (operator) => {
    fc.assert(
      fc.property(whole, fc.integer({ min: -1, max: 1 }), fc.option(whole), (a, by, other) => {
        const b = other ?? a + BigInt(by);
        const expected = {
          "==": a === b,
          "!=": a !== b,
          "<": a < b,
          "<=": a <= b,
          ">": a > b,
          ">=": a >= b,
        }[operator];
        const event = `{"n":${a},"m":${b}}`;
        expect(resultsOf(`n ${operator} ${b}`, [event])).toEqual([String(expected)]);
        expect(resultsOf(`n ${operator} m`, [event])).toEqual([String(expected)]);
        expect(resultsOf(`${a} ${operator} m`, [event])).toEqual([String(expected)]);
      }),
      { numRuns: 200 },
    );
  });

  it.each(["+", "-", "*"])("%s of whole numbers is exact", (operator) => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const exact = { "+": a + b, "-": a - b, "*": a * b }[operator]!;
        fc.pre(exact < 10n ** 37n && exact > -(10n ** 37n));
        expect(resultsOf(`n ${operator} ${b < 0n ? `(${b})` : b}`, [`{"n":${a}}`])).toEqual([String(exact)]);
      }),
      { numRuns: 200 },
    );
  });

  it("decimals compare as float64", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (a, b) => {
          const json = (n: number) => JSON.stringify(n).replace(/^-0$/, "0");
          expect(resultsOf("n < m", [`{"n":${json(a)},"m":${json(b)}}`])).toEqual([String(a < b)]);
          expect(resultsOf(`n < ${json(b)}`, [`{"n":${json(a)}}`])).toEqual([String(a < b)]);
        },
      ),
    );
  });

  it.each(["1e400", "-1e400"])("%s is beyond every number", (text) => {
    expect(resultsOf("n > 1e300", [`{"n":${text}}`])).toEqual([String(!text.startsWith("-"))]);
    expect(resultsOf("n - n", [`{"n":${text}}`])).toEqual([undefined]);
  });

  it("numbers of a million digits neither stall nor crash", () => {
    const event = `{"n":${"9".repeat(1_000_000)}}`;
    expect(resultsOf("n > 5 && n + 1 > 5 && n == n", [event])).toEqual([undefined]);
  });
});

describe("times", () => {
  it("compare to the nanosecond, whatever their spelling", () => {
    const base = Date.UTC(2026, 10, 21, 10);
    const nanoseconds = fc.bigInt({ min: -3n, max: 3n });
    fc.assert(
      fc.property(nanoseconds, nanoseconds, fc.constantFrom("Z", "+00:00"), (a, b, zone) => {
        const spell = (ns: bigint, suffix: string) => {
          const total = BigInt(base) * 1_000_000n + ns;
          const seconds = new Date(Number(total / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
          return `${seconds}.${String(total % 1_000_000_000n).padStart(9, "0")}${suffix}`;
        };
        const event = `{"t":"${spell(a, zone)}"}`;
        expect(resultsOf(`t < timestamp("${spell(b, "Z")}")`, [event])).toEqual([String(a < b)]);
        expect(resultsOf(`timestamp(t) >= timestamp("${spell(b, "Z")}")`, [event])).toEqual([String(a >= b)]);
        expect(resultsOf(`timestamp("${spell(b, "Z")}") == t`, [event])).toEqual([String(a === b)]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("work that multiplies", () => {
  it("ends without a value", () => {
    const list = `[${Array.from({ length: 2000 }, (_, n) => n).join(",")}]`;
    const started = performance.now();
    const text = "l.exists(a, l.exists(b, l.exists(c, a + b + c < 0)))";
    expect(resultsOf(text, [`{"l":${list}}`])).toEqual([undefined]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it("strings that double do not fill the memory", () => {
    const text = `${"[1,2,3,4,5,6,7,8,9,10].map(i, ".repeat(1)}s + s + s + s + s + s + s + s)`;
    const [found] = resultsOf(`size(${text}.map(x, x + x + x + x).join())`, [
      `{"s":"${"x".repeat(1_000_000)}"}`,
    ]);
    expect(found).toBe(undefined);
  });
});
