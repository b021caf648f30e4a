import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import declaration from "../../../../src/commands/stages/sort.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { LineCollector } from "../../../../src/lib/stages/common/line-collector.js";
import { ReorderBuffer } from "../../../../src/lib/stages/sort/reorder-buffer.js";
import { run, sizes } from "../common/support.js";

const directory = mkdtempSync(join(tmpdir(), "logpipe-sort-test-"));
afterAll(() => rmSync(directory, { recursive: true }));
const plain = declaration as StageDeclaration;
const sort = {
  ...plain,
  create: (given, context) => plain.create(given, context, { directory }),
} as StageDeclaration;
const START_MS = Date.UTC(2026, 10, 22, 10);

/** An instant in nanoseconds after the start, and the text of it in some zone and form. */
const instants = fc
  .tuple(fc.integer({ min: -20_000, max: 20_000 }), fc.constantFrom(0, 1, 999_999, 500_000), fc.nat(3))
  .map(([ms, ns, form]) => {
    const iso = new Date(START_MS + ms).toISOString();
    const fraction = `${iso.slice(20, 23)}${String(ns).padStart(6, "0")}`;
    const text = [
      `"${iso.slice(0, 19)}.${fraction}Z"`,
      `"${new Date(START_MS + ms + 7_200_000).toISOString().slice(0, 19)}.${fraction}+02:00"`,
      `${Math.floor((START_MS + ms) / 1000)}.${fraction}`,
      `${BigInt(START_MS + ms) * 1_000_000n + BigInt(ns)}`,
    ][form]!;
    return { nanoseconds: BigInt(ms) * 1_000_000n + BigInt(ns), text };
  });

interface Arrival {
  readonly nanoseconds: bigint;
  readonly text: string;
}

const linesOf = (list: readonly Arrival[]) => list.map(({ text }, n) => `{"timestamp":${text},"n":${n}}`);

/** Indexes in the order of the keys, equal ones as they came. */
function orderOf<T>(keys: readonly T[], compare: (a: T, b: T) => number): number[] {
  return [...keys.keys()].sort((a, b) => compare(keys[a]!, keys[b]!) || a - b);
}

const byInstant = (a: Arrival, b: Arrival) =>
  a.nanoseconds < b.nanoseconds ? -1 : a.nanoseconds > b.nanoseconds ? 1 : 0;

describe("sort", () => {
  it("is a stable sort by the instant, in memory and through files, whatever the blocks and restarts", () => {
    const memory = fc.constantFrom(1 << 20, 2000, 1);
    fc.assert(
      fc.property(
        fc.array(instants),
        sizes,
        fc.boolean(),
        memory,
        fc.boolean(),
        (list, cuts, isReloading, bytes, reverse) => {
          const lines = linesOf(list);
          const ran = run(sort, { memory: bytes, reverse }, lines, cuts, isReloading);
          const order = orderOf(list, (a, b) => (reverse ? -1 : 1) * byInstant(a, b));
          expect(ran.lines).toEqual(order.map((n) => lines[n]));
        },
      ),
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  it("goes on after a restart with what is between the last event and the latest", () => {
    const at = (seconds: number) => `{"timestamp":${1_700_000_000 + seconds}}`;
    expect(run(sort, {}, [5, 3, 4].map(at), [2, 1], true).lines).toEqual([3, 4, 5].map(at));
  });

  it("merges many runs without losing or turning one", () => {
    const lines = Array.from({ length: 5000 }, (_, n) => JSON.stringify({ k: (n * 7919) % 97, n }));
    const { lines: sorted, counts } = run(sort, { by: ["k"], memory: 1 }, lines, Array(500).fill(10));
    expect(counts["runs_on_disk"]).toBeGreaterThan(400);
    const values = sorted.map((line) => JSON.parse(line) as { k: number; n: number });
    expect(values).toEqual([...values].sort((a, b) => a.k - b.k || a.n - b.n));
    expect(values).toHaveLength(5000);
  });

  it("keeps events without a time behind the one before them", () => {
    const lines = [
      "{}",
      '{"timestamp":30}',
      '{"timestamp":1700000003}',
      '{"at":1}',
      '{"timestamp":1700000001}',
      '{"at":2}',
    ];
    for (const options of [{}, { buffer: 5000 }])
      expect(run(sort, options, lines).lines).toEqual([0, 1, 4, 5, 2, 3].map((n) => lines[n]));
  });

  it("sorts by fields: numbers, texts, the rest, the missing, each as it should be", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom("", "a", "a\u0000", "a\u0000b", "ab", null, true, undefined),
    );
    const events = fc.array(fc.record({ a: value, b: value }));
    fc.assert(
      fc.property(events, fc.boolean(), (list, reverse) => {
        const lines = list.map((fields, n) => JSON.stringify({ ...fields, n }));
        const ran = run(sort, { by: ["a", "b"], reverse }, lines);
        const sign = reverse ? -1 : 1;
        const order = orderOf(
          list,
          (one, other) => compared(one.a, other.a, sign) || compared(one.b, other.b, sign),
        );
        expect(ran.lines).toEqual(order.map((n) => lines[n]));
      }),
    );
  });
});

/** Written apart from the code: classes first, then what is within them. */
function compared(one: unknown, other: unknown, sign: number): number {
  const classOf = (value: unknown) => (typeof value === "number" ? 1 : typeof value === "string" ? 2 : 3);
  const isNone = (value: unknown) => value === undefined || value === null;
  if (isNone(one) || isNone(other)) return Number(isNone(one)) - Number(isNone(other));
  if (classOf(one) !== classOf(other)) return sign * (classOf(one) - classOf(other));
  if (typeof one === "number") return sign * (one < (other as number) ? -1 : one > (other as number) ? 1 : 0);
  return sign * Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}

describe("sort --buffer", () => {
  it("is what an event after the other would give, whatever the blocks and restarts", () => {
    const limits = fc.record({
      buffer: fc.constantFrom(0, 1000, 10_000, 60_000),
      maxEvents: fc.constantFrom(1, 3, 1000),
      memory: fc.constantFrom(100, 1 << 20),
    });
    const odd = fc
      .constantFrom('"2099-01-01T00:00:00Z"', '"1970-01-01T00:00:00Z"', '"soon"', "null")
      .map((text) => ({
        nanoseconds: 0n,
        text,
      }));
    const arrivals = fc.array(fc.oneof({ weight: 8, arbitrary: instants }, { weight: 1, arbitrary: odd }));
    fc.assert(
      fc.property(arrivals, limits, sizes, fc.boolean(), (list, options, cuts, isReloading) => {
        const lines = linesOf(list);
        const single = run(sort, options, lines, Array(lines.length).fill(1));
        expect(run(sort, options, lines, cuts, isReloading)).toEqual(single);
        expect([...single.lines].sort()).toEqual([...lines].sort());
      }),
    );
  });

  it("is a stable sort where no event is later than the buffer, and counts those that are", () => {
    fc.assert(
      fc.property(fc.array(instants), sizes, (list, cuts) => {
        const lines = linesOf(list);
        const ran = run(sort, { buffer: 40_001 }, lines, cuts);
        expect(ran.lines).toEqual(orderOf(list, byInstant).map((n) => lines[n]));
        expect(ran.counts["late"] ?? 0).toBe(0);
      }),
    );
  });

  it("passes late events at once, those in time in order", () => {
    const at = (seconds: number) => `{"timestamp":${1_700_000_000 + seconds}}`;
    const lines = [10, 12, 11, 20, 14, 16, 15, 30].map(at);
    const { lines: out, counts } = run(sort, { buffer: 5000 }, lines);
    expect(out).toEqual([10, 11, 12, 14, 15, 16, 20, 30].map(at));
    expect(counts["late"]).toBe(1);
  });

  it("is not held up by one event of the far future", () => {
    const at = (seconds: number) => `{"timestamp":${1_700_000_000 + seconds}}`;
    const lines = [1, 2_000_000_000, 3, 2, 9, 8, 20].map(at);
    const { lines: out, counts } = run(sort, { buffer: 5000 }, lines);
    expect(out).toEqual([1, 2, 3, 8, 9, 20, 2_000_000_000].map(at));
    expect(counts["late"]).toBeUndefined();
  });

  it("starts over where an older stream follows", () => {
    const at = (seconds: number) => `{"timestamp":${1_700_000_000 + seconds}}`;
    const lines = [100_001, 100_000, 2, 1, 4, 3].map(at);
    const { lines: out, counts } = run(sort, { buffer: 5000 }, lines);
    expect(out).toEqual([2, 100_000, 100_001, 1, 3, 4].map(at));
    expect(counts["set_back"]).toBe(1);
  });
});

describe("ReorderBuffer", () => {
  it("does not keep a whole block for one line of it", () => {
    const buffer = new ReorderBuffer();
    const out = new LineCollector();
    for (let n = 0; n < 400; n++) {
      const block = Buffer.from(`${"x".repeat(100_000)}\nheld ${n}\n`);
      buffer.add(block, 0, 100_001, n, 0);
      buffer.add(block, 100_001, block.length, 1e9 + n, 0);
      buffer.shift(out);
      out.take();
      buffer.settle();
    }
    expect(structuredClone(buffer.save()).bytes.length).toBe(buffer.heldBytes);
    expect(buffer.heldBytes).toBeLessThan(4000);
    expect((buffer as unknown as { chunkBytes: number }).chunkBytes).toBeLessThan(9e6);
    while (buffer.count > 0) buffer.shift(out);
    expect(out.take().toString()).toBe(Array.from({ length: 400 }, (_, n) => `held ${n}\n`).join(""));
  });
});
