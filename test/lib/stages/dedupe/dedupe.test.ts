import fc from "fast-check";
import { describe, expect, it } from "vitest";
import declaration from "../../../../src/commands/stages/dedupe.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { run, sizes } from "../common/support.js";

const dedupe = declaration as StageDeclaration;
const START_MS = Date.UTC(2026, 10, 22, 10);

interface Arrival {
  readonly key: string | undefined;
  readonly afterMs: number;
}

const arrivals = fc.array(
  fc.record({
    key: fc.constantFrom("a", "b", "c", undefined),
    afterMs: fc.oneof(
      fc.integer({ min: -3000, max: 3000 }),
      fc.constantFrom(0, 1_000_000_000, -1_000_000_000),
    ),
  }),
  { maxLength: 40 },
);

function linesOf(list: readonly Arrival[]): string[] {
  let atMs = START_MS;
  return list.map(({ key, afterMs }, n) => {
    atMs += afterMs;
    return JSON.stringify({ timestamp: new Date(atMs).toISOString(), key, n });
  });
}

const parsed = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line) as { timestamp: string; key?: string; n: number; repeated?: number });

describe("dedupe", () => {
  it("leaves a first event of each kind in each span, and leaves none out that is not within it", () => {
    fc.assert(
      fc.property(arrivals, sizes, fc.boolean(), (list, cuts, isReloading) => {
        const lines = linesOf(list);
        const within = 2000;
        const { lines: kept, counts } = run(dedupe, { by: ["key"], within }, lines, cuts, isReloading);
        expect(kept).toEqual(lines.filter((line) => kept.includes(line)));
        expect(counts["kept"] ?? 0).toBe(kept.length);
        expect((counts["kept"] ?? 0) + (counts["repeated"] ?? 0)).toBe(lines.length);
        const firsts = new Map<string, number>();
        for (const { key, n, timestamp } of parsed(lines)) {
          const isKept = kept.includes(lines[n]!);
          if (key === undefined) expect(isKept).toBe(true);
          else if (isKept) firsts.set(key, Date.parse(timestamp));
          else expect(Math.abs(Date.parse(timestamp) - firsts.get(key)!)).toBeLessThan(within);
        }
      }),
    );
  });

  it("is what a plain model keeps, where the times go forward", () => {
    const forward = fc.array(
      fc.record({ key: fc.constantFrom("a", "b", "c"), afterMs: fc.integer({ min: 0, max: 1500 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(forward, sizes, fc.boolean(), (list, cuts, isReloading) => {
        const lines = linesOf(list);
        const firsts = new Map<string | undefined, number>();
        const expected = parsed(lines).filter(({ key, timestamp }) => {
          const ms = Date.parse(timestamp);
          const isFirst = !(ms - (firsts.get(key) ?? Number.NEGATIVE_INFINITY) < 2000);
          if (isFirst) firsts.set(key, ms);
          return isFirst;
        });
        const ran = run(dedupe, { by: ["key"], within: 2000 }, lines, cuts, isReloading);
        expect(parsed(ran.lines)).toEqual(expected);
      }),
    );
  });

  it("loses no event of the counts, however little there is room for", () => {
    fc.assert(
      fc.property(
        arrivals,
        sizes,
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        (list, cuts, isReloading, maxKeys) => {
          const lines = linesOf(list);
          const options = { by: ["key"], within: 2000, count: true, maxKeys };
          const ran = run(dedupe, options, lines, cuts, isReloading);
          const counted = parsed(ran.lines).reduce((sum, { repeated = 1 }) => sum + repeated, 0);
          expect(counted).toBe(lines.length);
          expect(ran).toEqual(run(dedupe, options, lines));
        },
      ),
    );
  });

  it("takes lines as they are without --by, and values however they are escaped with it", () => {
    const lines = ['{"a":"é"}', '{"a":"\\u00e9"}', '{"a": "é"}', '{"a":"é"}'];
    expect(run(dedupe, {}, lines).lines).toEqual(lines.slice(0, 3));
    expect(run(dedupe, { by: ["a"] }, lines).lines).toEqual(lines.slice(0, 1));
  });

  it("counts the texts of times among its memory", () => {
    const lines = Array.from({ length: 200 }, (_, n) =>
      JSON.stringify({ timestamp: "x".repeat(10_000), key: (n >> 1) % 50 }),
    );
    const { counts } = run(dedupe, { by: ["key"], count: true, memory: 300_000 }, lines);
    expect(counts["forgotten_early"]).toBeGreaterThan(30);
  });

  it("keeps within its memory, and counts what it forgot", () => {
    const lines = Array.from({ length: 3000 }, (_, n) =>
      JSON.stringify({ n: n % 1000, pad: "x".repeat(300) }),
    );
    const { lines: kept, counts } = run(dedupe, { memory: 100_000 }, lines);
    expect(kept).toHaveLength(3000);
    expect(counts["forgotten_early"]).toBeGreaterThan(2500);
    expect(run(dedupe, { memory: 1_000_000 }, lines).lines).toHaveLength(1000);
  });

  it("knows each of many keys, whose table has grown again and again", () => {
    const line = (key: number, ms: number) =>
      JSON.stringify({ timestamp: new Date(START_MS + ms).toISOString(), key });
    const firsts = Array.from({ length: 5000 }, (_, n) => line(n, n));
    const repeats = Array.from({ length: 5000 }, (_, n) => line(n, 6000));
    const ran = run(dedupe, { by: ["key"], count: true }, [...firsts, ...repeats], [3, 700, 2000]);
    expect(ran.lines.slice(0, 5000)).toEqual(firsts);
    expect(ran.counts).toMatchObject({ kept: 5000, repeated: 5000 });
    expect(ran.lines).toHaveLength(10_000);
  });

  it("does not forget what it knows for one event of the far future or past", () => {
    const at = (iso: string, key: string) => JSON.stringify({ timestamp: iso, key });
    const lines = [
      at("2026-11-22T10:00:00Z", "a"),
      at("2099-01-01T00:00:00Z", "b"),
      at("2026-11-22T10:00:01Z", "a"),
      at("1970-01-01T00:00:00Z", "c"),
      at("2026-11-22T10:00:02Z", "a"),
    ];
    expect(run(dedupe, { by: ["key"] }, lines).lines).toEqual([0, 1, 3].map((n) => lines[n]));
  });

  it("overwrites a field of the name it counts in", () => {
    const line = '{"message":"m","repeated":"x"}';
    expect(run(dedupe, { by: ["message"], count: true }, [line, line]).lines[1]).toBe(
      '{"message":"m","repeated":1}',
    );
  });
});
