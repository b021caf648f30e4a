import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FieldSet, Projector } from "../../../../src/lib/event/rows/rows.js";
import { StringInterner } from "../../../../src/lib/event/rows/string-interner.js";

const pick = (pool: StringInterner, raw: string) => {
  const bytes = Buffer.from(`,${raw},`);
  return pool.id(bytes, 1, bytes.length - 1);
};

describe("TextPool", () => {
  it("numbers values: the same number while it is not emptied, the value back, never more than it may hold", () => {
    const value = fc.oneof(
      fc.constantFrom("info", "warn", "error", "", "ü", 'say "x"\n'),
      fc.integer({ min: 0, max: 400 }).map((n) => `user-${n}`),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 600 }), fc.integer({ min: 1, max: 500 }), (values, most) => {
        const pool = new StringInterner(most, 2000);
        let known = new Map<unknown, number>();
        let { generation } = pool;
        for (const one of values) {
          const id = pick(pool, JSON.stringify(one));
          if (pool.generation !== generation) known = new Map();
          generation = pool.generation;
          expect(known.get(one) ?? id).toBe(id);
          known.set(one, id);
          expect(new Set(known.values()).size).toBe(known.size);
          expect(pool.size).toBe(known.size);
          expect(pool.size).toBeLessThanOrEqual(most);
          expect(JSON.parse(pool.raw(id))).toBe(one);
          expect(pool.text(id)).toBe(typeof one === "string" ? one : undefined);
        }
      }),
    );
  });

  it("takes strings that are only escaped differently as one, other values as they are written", () => {
    const pool = new StringInterner();
    const id = pick(pool, '"a/ü"');
    for (const raw of ['"a\\/ü"', '"\\u0061/\\u00fc"', '"a/\\u00FC"']) expect(pick(pool, raw)).toBe(id);
    expect(pool.raw(id)).toBe('"a/ü"');
    expect(pool.size).toBe(1);
    expect(new Set(["1", "1.0", '"1"', "null", "[1]"].map((raw) => pick(pool, raw))).size).toBe(5);
    expect(pool.text(pick(pool, "null"))).toBeUndefined();
  });

  it("holds one value longer than all it may hold", () => {
    const pool = new StringInterner(10, 100);
    const long = JSON.stringify("x".repeat(50_000));
    expect(pool.raw(pick(pool, long))).toBe(long);
    expect(pool.raw(pick(pool, '"y"'))).toBe('"y"');
    expect(pool.generation).toBe(1);
  });

  it("reads fields of rows, and keys written with escapes", () => {
    const fields = new FieldSet();
    const level = fields.add("level");
    const { rows } = new Projector(fields).apply(
      Buffer.from('{"level":"warn"}\n{}\n{"l\\u0065vel":"warn"}\n{"level":"info"}\n'),
    );
    const pool = new StringInterner();
    const ids = [0, 1, 2, 3].map((row) => pool.of(rows, level, row));
    expect(ids).toEqual([1, 0, 1, 2]);
    expect(ids.map((id) => pool.text(id))).toEqual(["warn", undefined, "warn", "info"]);
  });
});
