/**
 * Our compiler against @marcbachmann/cel-js, a CEL of its own making: the same expressions over the same events must
 * have the same values, and none where that one gives an error. Where we differ on purpose (docs/decisions/0020)
 * nothing is generated: whole numbers joined with decimals, / and % between them, results beyond 64 bits.
 */
import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FieldSet, Projector } from "../../../src/lib/event/rows/rows.js";
import { compileExpression } from "../../../src/lib/expression/expression.js";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const word = fc.constantFrom("", "a", "b", "ab", "abc", "ü", "a\nb", 'q"t', "\\d", "日本", "🙂", "true", "5");
const whole = fc.integer({ min: -6, max: 6 });
const half = fc.integer({ min: -6, max: 6 }).map((n) => n + 0.5);
const anything: fc.Arbitrary<Json> = fc.oneof(
  whole,
  half,
  word,
  fc.boolean(),
  fc.constant(null),
  fc.array(whole, { maxLength: 3 }),
  fc.record({ a: whole }),
);

const event = fc.record(
  {
    i1: whole,
    i2: whole,
    d1: half,
    d2: half,
    s1: word,
    s2: word,
    b1: fc.boolean(),
    li: fc.array(whole, { maxLength: 4 }),
    ls: fc.array(word, { maxLength: 4 }),
    o: fc.record({ a: whole, s: word, x: anything }, { requiredKeys: [] }),
    x: anything,
  },
  // has(o.a) where there is no o is false here and an error there.
  { requiredKeys: ["o"] },
);

const literal = (text: string) => JSON.stringify(text);
const text = fc.letrec<Record<"bool" | "int" | "double" | "text" | "texts" | "ints", string>>((tie) => {
  const join = (operators: string[], part: fc.Arbitrary<string>) =>
    fc.tuple(part, fc.constantFrom(...operators), part).map(([a, operator, b]) => `(${a} ${operator} ${b})`);
  const comparison = ["==", "!=", "<", "<=", ">", ">="];
  const loose = fc
    .oneof(fc.constantFrom("x", "o.x", "nothing", "null"), tie("int"), tie("double"), tie("text"))
    .map((inner) => `dyn(${inner})`);
  const number = fc.oneof(tie("int"), tie("double"));
  const choice = (kind: fc.Arbitrary<string>) =>
    fc.tuple(tie("bool"), kind, kind).map(([condition, yes, no]) => `(${condition} ? ${yes} : ${no})`);
  const element = fc.oneof(join(comparison, fc.constantFrom("e", "i1", "0", "2")), tie("bool"));
  const named = fc.oneof(join(["==", "!="], fc.constantFrom("e", "s1", '"a"')), tie("bool"));
  const over = (lists: fc.Arbitrary<string>, names: string[], body: fc.Arbitrary<string>) =>
    fc.tuple(lists, fc.constantFrom(...names), body).map(([list, name, of]) => `${list}.${name}(e, ${of})`);
  const quantifiers = ["exists", "all", "exists_one"];
  return {
    bool: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("b1", "x", "true", "false", "nothing", "o.x"),
      join(["<", "<=", ">", ">="], number),
      join(comparison, tie("int")),
      join(comparison, tie("double")),
      join(comparison, tie("text")),
      join(["==", "!="], loose),
      join(comparison, fc.constantFrom("x", "i1", "d1", "o.x")),
      join(["&&", "||"], tie("bool")),
      fc.array(tie("bool"), { minLength: 3, maxLength: 4 }).map((parts) => `(${parts.join(" && ")})`),
      tie("bool").map((inner) => `!${inner}`),
      choice(tie("bool")),
      fc.constantFrom("has(o.a)", "has(o.x)", "has(o.none)"),
      fc
        .tuple(tie("text"), fc.constantFrom("contains", "startsWith", "endsWith"), tie("text"))
        .map(([a, name, b]) => `${a}.${name}(${b})`),
      fc
        .tuple(tie("text"), fc.constantFrom("a", "^a", "b$", "a.b", "^$", "[ab]+", "\\\\d", "(?:a|ü)"))
        .map(([a, pattern]) => `${a}.matches("${pattern}")`),
      fc.tuple(tie("text"), tie("texts")).map(([a, list]) => `(${a} in ${list})`),
      fc.tuple(fc.oneof(tie("int"), fc.constant("x")), tie("ints")).map(([a, list]) => `(${a} in ${list})`),
      fc.constantFrom('("a" in o)', '("none" in o)', '("a" in x)'),
      over(tie("ints"), quantifiers, element),
      over(tie("texts"), quantifiers, named),
    ),
    int: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("i1", "i2", "o.a", "li[0]", "li[2]", "o.none"),
      whole.map(String),
      join(["+", "-", "*"], tie("int")),
      tie("int").map((inner) => `-(${inner})`),
      tie("text").map((inner) => `size(${inner})`),
      tie("ints").map((inner) => `${inner}.size()`),
      tie("double").map((inner) => `int(${inner})`),
      choice(tie("int")),
    ),
    double: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("d1", "d2"),
      half.map(String),
      join(["+", "-", "*"], fc.constantFrom("d1", "d2", "0.5", "-2.5")),
      tie("int").map((inner) => `double(${inner})`),
    ),
    text: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("s1", "s2", "o.s", "ls[1]"),
      word.map(literal),
      join(["+"], tie("text")),
      tie("int").map((inner) => `string(${inner})`),
      choice(tie("text")),
    ),
    texts: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("ls", '["a", "b", "ü"]', "[s1, s2]"),
      over(fc.constant("ls"), ["filter"], named),
      tie("text").map((inner) => `ls.map(e, ${inner} + e)`),
    ),
    ints: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("li", "[1, 2]", "[i1, i2]"),
      over(fc.constant("li"), ["filter"], element),
      tie("int").map((inner) => `li.map(e, e + ${inner})`),
    ),
  };
});

const expression = fc.oneof(text.bool, text.int, text.double, text.text, text.ints, text.texts);
const cel = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });

function celValue(run: (event: unknown) => unknown, given: Json): unknown {
  try {
    return plain(run(forCel(given)));
  } catch {
    return undefined;
  }
}

/** Whole numbers are bigints to cel-js. */
function forCel(value: Json): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(forCel);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, forCel(member)]));
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return value + 0;
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

function parsed(source: string): (event: unknown) => unknown {
  try {
    return cel.parse(source) as (event: unknown) => unknown;
  } catch {
    return () => {
      throw new Error("not parsed");
    };
  }
}

let valued = 0;

it("agrees with cel-js on generated expressions and events", () => {
  const property = fc.property(
    expression,
    fc.array(event, { minLength: 1, maxLength: 4 }),
    (source, events) => {
      const run = parsed(source);
      const expected = events.map((given) => celValue(run, given as Json));
      const fields = new FieldSet();
      let compiled: ReturnType<typeof compileExpression>;
      try {
        compiled = compileExpression(source, fields, "EXPR");
      } catch {
        // What is refused beforehand has no value there either.
        expect(expected.every((value) => value === undefined)).toBe(true);
        return;
      }
      const input = events.map((given) => `${JSON.stringify(given)}\n`).join("");
      const { rows } = new Projector(fields).apply(Buffer.from(input));
      const found = events.map((_, row) => {
        const value = compiled.evaluate(rows, row);
        return value === undefined ? undefined : plain(value);
      });
      valued += found.filter((value) => value !== undefined).length;
      expect(found).toEqual(expected);
    },
  );
  fc.assert(property, { numRuns: 3000 });
  expect(valued).toBeGreaterThan(2000);
});
